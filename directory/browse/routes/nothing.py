"""What to say and offer when a search found nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import islice

from directory.areas.rules import is_district
from directory.browse.routes.blueprint import Running
from directory.browse.views import nothing
from directory.browse.views.cards import CardRow
from directory.browse.views.nothing import Nearest, Nothing, Way
from directory.core.postcode import Postcode
from directory.geocoding.rules import Located
from directory.search.rules.request import SearchRequest
from directory.search.rules.sentence import words_of
from directory.search.rules.unmet import lacks
from directory.search.service import SearchPage

MOST_ASKED = 8  # conditions that are tried; each is a search
MOST_WAYS = 3  # wider searches that are offered
MOST_NEEDS = 3  # needs whose nearest organisation is told


def explained(
    page: SearchPage,
    here: Running,
    *,
    near: str,
    area: str,
    ask: Callable[[SearchRequest], SearchPage],
    total: Callable[[SearchRequest], int],
    row: Callable[[SearchPage], CardRow],
) -> Nothing:
    """Why ``page`` is empty, and what is not.

    ``ask`` searches, ``total`` says how many that would find, and ``row`` makes the card of the first that was found.
    """
    asked = page.request

    def counted(ways: Iterable[Way]) -> list[Way]:
        return [replace(way, count=total(way.request)) for way in ways]

    without = counted(islice(nothing.conditions(asked, here.terms, near=near, area=area), MOST_ASKED))
    wider = [way for way in counted(nothing.ways(asked, here.place, near=near)) if way.count]
    return Nothing(nothing.most(without), tuple(wider[:MOST_WAYS]), tuple(_nearest(asked, here, ask, row)))


def _nearest(
    asked: SearchRequest,
    here: Running,
    ask: Callable[[SearchRequest], SearchPage],
    row: Callable[[SearchPage], CardRow],
) -> list[Nearest]:
    found: list[Nearest] = []
    meant = [need.partition("=")[2] for word in words_of(asked.q, here.terms) for need in word.needs]
    for slug, request in islice(nothing.for_needs(asked, meant), MOST_NEEDS):
        page = ask(request)
        if page.rows:
            card = row(page)
            found.append(Nearest(here.terms.needs[slug].name, card.name, card.url, card.distance))
    return found


def count_unmet(page: SearchPage, here: Running, *, total: Callable[[SearchRequest], int], now: datetime) -> None:
    """Count in memory that ``page`` is empty: by need, postcode district and week, never by what was typed."""
    if page.request.page > 1:  # it is empty because the list is shorter
        return
    asked, near = page.request, page.near if isinstance(page.near, Located) else None
    nearby = bool(near and asked.within_miles and total(replace(asked, within_miles=0.0)))
    here.unmet.note(
        lacks(
            asked,
            here.terms,
            district=_district(here, near) if near else "",
            nearby=nearby,
            now=now,
            zone=here.place.time_zone,
        )
    )


def _district(here: Running, near: Located) -> str:
    """The postcode district of a place: as it is drawn, or where none is (in a country) the nearest one's."""
    drawn = next((code for code in here.areas.codes_at(near.point) if is_district(here.areas.get(code))), "")
    nearest = "" if drawn else here.geocoding.nearest(near.point)
    return drawn or (Postcode.parse(nearest).outward if nearest else "")
