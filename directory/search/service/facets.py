"""How much each value of each filter would find, given all the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np
from sqlalchemy.orm import Session

from directory.core.geo import MILE_M
from directory.listings.rules.taxonomy import Terms
from directory.search.engine import Index
from directory.search.rules.facets import COUNTED, options, without_ticks
from directory.search.rules.near import circle_m, squared_degrees
from directory.search.rules.request import SearchRequest, Sort
from directory.search.rules.when import Moment, When
from directory.search.rules.words import token
from directory.search.service.board import Board
from directory.search.service.chosen import AROUND_M, OPEN, Chosen, choose
from directory.search.service.page import SearchPage
from directory.search.service.times import Times


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen beside the values of taxonomies: miles (0: any) and times, seen from ``moment``."""

    miles: tuple[float, ...]
    times: tuple[When, ...]
    moment: Moment


@dataclass(frozen=True, slots=True)
class Counts:
    """Organisations: ``of`` by parameter and value, ``within`` by miles (0: any distance), ``open`` by when.

    ``open`` is empty where the board is large: a time asks the database.
    """

    of: Mapping[str, Mapping[str, int]]
    within: Mapping[float, int]
    open: Mapping[When, int] = field(default_factory=dict)


def counts(
    session: Session,
    page: SearchPage,
    offered: Offered,
    *,
    board: Board,
    index: Index,
    terms: Terms,
) -> Counts:
    """What each value would find in its filter's place, the rest of the search that found ``page`` being as it is.

    One statement when the search has words or an area, unless the page was chosen from the board; one for what is open
    now, once a minute, and on a board that is new or on a new day one for each other time that is offered. Raises
    Unavailable when it takes too long.
    """
    times = Times(session, board, index, offered.moment)
    chosen = page.chosen or _choose(session, page, board, index, times)
    return Counts(
        of=_by_value(chosen, terms),
        within=_by_distance(chosen, offered.miles),
        open=_by_time(chosen, times, offered.times),
    )


def total_of(session: Session, page: SearchPage, request: SearchRequest, *, index: Index, moment: Moment) -> int | None:
    """How many organisations ``request`` finds, which asks what ``page`` was asked but for its ticks, time or distance.

    None when it asks for something else, or for more than was chosen for ``page``: then it is to be searched for. One
    statement for a time that the board has not heard of. Raises Unavailable when it takes too long.
    """
    chosen, query = page.chosen, page.query
    if chosen is None or query.words or query.nothing or _where(request) != _where(page.request):
        return None
    reach = circle_m(request.within_m, chosen.here.width_m if chosen.here else 0.0)
    if chosen.here and chosen.here.radius_m is not None and not 0 < reach <= max(chosen.here.radius_m, AROUND_M):
        is_same = replace(request, within_miles=0.0) == replace(page.request, within_miles=0.0)
        return chosen.anywhere() if is_same and not reach else None
    return chosen.total(request, Times(session, chosen.board, index, moment), reach)


def _where(request: SearchRequest) -> SearchRequest:
    """``request`` with nothing that is counted on what was chosen."""
    return replace(without_ticks(request), when=None, within_miles=0.0, sort=Sort.BEST)


def _choose(session: Session, page: SearchPage, board: Board, index: Index, times: Times) -> Chosen:
    query = page.query.some_of(page.tokens) if page.relaxed else page.query
    return choose(session, page.request, query, board=board, index=index, times=times)


def _by_value(chosen: Chosen, terms: Terms) -> dict[str, dict[str, int]]:
    tokens = {name: {token(COUNTED[name], each): each for each in values} for name, values in options(terms).items()}
    shared = chain.from_iterable(of for name, of in tokens.items() if name not in chosen.passed)
    all_of_them = chosen.board.counts(chosen.places[chosen.met()], shared)
    found: dict[str, dict[str, int]] = {}
    for name, of in tokens.items():
        counted = all_of_them
        if name in chosen.passed:
            counted = chosen.board.counts(chosen.places[chosen.met(besides=name)], of)
        found[name] = {value: counted.get(each, 0) for each, value in of.items()}
    return found


def _by_distance(chosen: Chosen, miles: Iterable[float]) -> dict[float, int]:
    """By how far the nearest offering of each organisation is."""
    met = chosen.met(circle=False)
    away = chosen.away_of(met)
    if away is None or chosen.here is None:
        return {}
    firsts = chosen.board.firsts(chosen.places[met])
    nearest = np.fmin.reduceat(away, firsts) if len(firsts) else away
    reaches = {each: circle_m(each * MILE_M, chosen.here.width_m) for each in miles}
    return {
        each: int(np.count_nonzero(nearest <= squared_degrees(reach))) if reach else chosen.anywhere()
        for each, reach in reaches.items()
    }


def _by_time(chosen: Chosen, times: Times, offered: tuple[When, ...]) -> dict[When, int]:
    if not chosen.board.is_small:
        return {}
    places = chosen.places[chosen.met(besides=OPEN)]
    totals = chosen.board.totals(places, times.bits(offered)[:, places])
    return dict(zip(offered, totals or [0] * len(offered), strict=False))
