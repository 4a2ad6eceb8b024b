"""A search run for a page: one way for results, needs and areas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

from directory.browse.routes.blueprint import Running, running
from directory.browse.routes.nothing import count_unmet, explained
from directory.browse.views import filters, maps, results
from directory.browse.views.cards import Cards
from directory.browse.views.carried import Toggles
from directory.browse.views.nothing import Nothing
from directory.browse.views.opening import OFFERED
from directory.geocoding.rules import Located, Miss
from directory.infra import clock
from directory.infra.db import Reader
from directory.search.rules.request import SearchRequest
from directory.search.rules.when import Moment
from directory.search.service import SearchPage, moment_at, search_in
from directory.search.service.facets import Counts, Offered, counts, total_of
from directory.web.layout import VERSIONS, begin


def find(
    asked: SearchRequest,
    *,
    notes: Sequence[str] = (),
    url: Callable[[SearchRequest], str] = filters.search_url,
    heading: str = "",
    filtered: bool = False,
) -> dict[str, Any]:
    """What the template of a page with results needs. ``url`` makes the addresses of its other pages."""
    here, now = running(), clock.now()
    moment = moment_at(now, here.place)
    named = area.name if (area := here.areas.get(asked.area) if asked.area else None) else ""
    with begin(now) as session:
        ask = partial(_search, session, here=here, now=now, on_board=filtered)
        page, given = ask(asked), asked
        asked = page.request
        near = page.near if isinstance(page.near, Located) else None
        label, cards = near.label if near else "", _cards(session, asked, near, here, moment, url(asked))
        counted = _counted(session, page, here, moment) if filtered else None
        total = cache(partial(_total, session, page, here=here, moment=moment, ask=ask))  # several ways lead there
        wanted = partial(_nothing, page, here, now=now, near=label, area=named, counted=filtered)
        empty = None if page.total else wanted(ask=ask, total=total, row=cards.first)
    return {
        "page": results.results_page(
            asked,
            here.terms,
            said=heading or results.heading(asked, here.terms, near=label, area=named),
            rows=[cards.row(row, card) for row, card in page.rows],
            found=page,
            area=named,
            counts=counted,
            url=url,
        ),
        "problem": results.miss_words(page.near, asked.near, here.place) if isinstance(page.near, Miss) else "",
        "notes": [*notes, *results.meant_words(page)],
        "instead": results.instead(page.typed, given, asked),
        "empty": empty,
        "map": maps.beside_list(asked, near, area.box if area else None),
    }


def _cards(
    session: Reader, asked: SearchRequest, near: Located | None, here: Running, moment: Moment, url: str
) -> Cards:
    return Cards(
        here.terms,
        session,
        near=near,
        asked_near=asked.near,
        moment=moment,
        states=asked.when is not None,
        toggles=Toggles(url),
    )


def _search(session: Reader, asked: SearchRequest, *, here: Running, now: datetime, on_board: bool) -> SearchPage:
    board = here.boards.exact(session, session.info[VERSIONS]) if on_board else None
    return search_in(here, session, asked, now, board=board)


def _nothing(
    page: SearchPage,
    here: Running,
    *,
    now: datetime,
    counted: bool,
    total: Callable[[SearchRequest], int],
    **given: Any,
) -> Nothing:
    """Why ``page`` is empty (``explained``); ``counted``: that it is counts among what people lacked."""
    if counted:
        count_unmet(page, here, total=total, now=now)
    return explained(page, here, total=total, **given)


def _total(
    session: Reader,
    page: SearchPage,
    other: SearchRequest,
    *,
    here: Running,
    moment: Moment,
    ask: Callable[[SearchRequest], SearchPage],
) -> int:
    """How many ``other`` would find: counted on what was chosen for ``page``, or by a search of its own."""
    found = total_of(session, page, other, index=here.index, moment=moment)
    return ask(other).total if found is None else found


def _counted(session: Reader, page: SearchPage, here: Running, moment: Moment) -> Counts:
    return counts(
        session,
        page,
        Offered(filters.miles_to_choose(page.request), OFFERED, moment),
        board=here.boards.current(session, session.info[VERSIONS]),
        index=here.index,
        terms=here.terms,
    )
