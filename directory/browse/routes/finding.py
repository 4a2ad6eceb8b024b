"""A search run for a page: one way for results, needs and areas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from directory.browse.routes.blueprint import Running, running
from directory.browse.views import maps, results
from directory.browse.views.cards import Cards
from directory.geocoding.rules import Located, Miss
from directory.infra import clock
from directory.infra.db import Reader
from directory.search.rules.request import SearchRequest
from directory.search.service import SearchPage, search
from directory.web.layout import begin

MOST_WIDER = 2  # searches offered when one found nothing


def find(
    asked: SearchRequest,
    *,
    notes: Sequence[str] = (),
    url: Callable[[SearchRequest], str] = results.search_url,
    heading: str = "",
) -> dict[str, Any]:
    """What the template of a page with results needs. ``url`` makes the addresses of its other pages."""
    here, now = running(), clock.now()
    with begin(now) as session:
        page = _search(session, asked, here)
        wider = _wider(session, asked, here) if not page.total else []
    near = page.near if isinstance(page.near, Located) else None
    cards = Cards(
        here.terms, near=near, asked_near=asked.near, now=now, today=now.astimezone(here.place.time_zone).date()
    )
    area = here.areas.get(asked.area) if asked.area else None
    said = heading or results.heading(
        asked, here.terms, near=near.label if near else "", area=area.name if area else ""
    )
    return {
        "page": results.results_page(
            asked,
            here.terms,
            said=said,
            rows=[cards.row(row, card) for row, card in page.rows],
            total=page.total,
            area=area.name if area else "",
            url=url,
        ),
        "problem": results.miss_words(page.near, asked.near, here.place) if isinstance(page.near, Miss) else "",
        "notes": [*notes, *results.relaxed_words(page.relaxed)],
        "empty": wider,
        "helplines": here.place.helplines,
        "map": maps.beside_list(asked, near, area.box if area else None),
    }


def _search(session: Reader, asked: SearchRequest, here: Running) -> SearchPage:
    return search(session, asked, index=here.index, geocoding=here.geocoding, areas=here.areas, terms=here.terms)


def _wider(session: Reader, asked: SearchRequest, here: Running) -> list[results.Wider]:
    """The next searches that have something, with how much."""
    found: list[results.Wider] = []
    for way in results.wider(asked, here.place):
        total = _search(session, way.request, here).total
        if total:
            found.append(replace(way, count=total))
        if len(found) == MOST_WIDER:
            break
    return found
