"""How much each value of each filter would find, given all the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_

import numpy as np
from sqlalchemy.orm import Session

from directory.areas.service import AreaIndex
from directory.core.geo import MILE_M
from directory.geocoding.rules import Located
from directory.listings.rules.taxonomy import Terms
from directory.search.engine import Index
from directory.search.rules.facets import COUNTED, options, ticked, without_ticks
from directory.search.rules.near import squared_degrees
from directory.search.rules.query import Query, query_of
from directory.search.rules.when import Moment, When
from directory.search.rules.words import token
from directory.search.service.board import Board, Floats, Places, Truths
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
    areas: AreaIndex,
    terms: Terms,
) -> Counts:
    """What each value would find in its filter's place, the rest of the search that found ``page`` being as it is.

    One statement when the search has words or an area; one for what is open now, and on a board that is new or on a new
    day one for each other time that is offered. Raises Unavailable when it takes too long.
    """
    request, near = page.request, page.near if isinstance(page.near, Located) else None
    asked = replace(without_ticks(request), when=None)
    query = query_of(asked, terms, near, areas.codes_at(near.point) if near else ())
    if page.relaxed:
        query = query.some_of(page.tokens)
    places = _others(session, query, board, index)
    times = Times(session, board, index, offered.moment)
    away = board.away(places, query.here) if query.here else None
    is_near = _within(away, query.here.reach) if query.here and away is not None else None
    passed = {each.name: board.having(places, each.tokens, every=each.every) for each in ticked(request)}
    by_time = _by_time(board, places, [*passed.values()], is_near, times, offered.times)
    if request.when:
        passed["open"] = times.open(request.when)[places]
    return Counts(
        of=_by_value(board, places, passed, is_near, terms),
        within=_by_distance(board, places, passed, away, offered.miles),
        open=by_time,
    )


def _others(session: Session, query: Query, board: Board, index: Index) -> Places:
    """The offerings that meet what is not on the board: words and area."""
    if query.nothing:
        return board.places([])
    if query.is_open:
        return board.places()
    return board.places(index.numbers(session, replace(query, here=None)))


def _within(away: Floats, reach: float) -> Truths:
    """Those in the circle; without an end every offering is."""
    found: Truths = np.ones(len(away), dtype=np.bool_) if np.isinf(reach) else away <= reach
    return found


def _by_value(
    board: Board, places: Places, passed: Mapping[str, Truths], is_near: Truths | None, terms: Terms
) -> dict[str, dict[str, int]]:
    all_of_them = board.counts(_met(places, [*passed.values()], is_near))
    found: dict[str, dict[str, int]] = {}
    for name, values in options(terms).items():
        counted = all_of_them
        if name in passed:
            others = [truths for other, truths in passed.items() if other != name]
            counted = board.counts(_met(places, others, is_near))
        found[name] = {value: counted.get(token(COUNTED[name], value), 0) for value in values}
    return found


def _by_distance(
    board: Board, places: Places, passed: Mapping[str, Truths], away: Floats | None, miles: Iterable[float]
) -> dict[float, int]:
    if away is None:
        return {}
    reaches = {each: squared_degrees(each * MILE_M) if each else np.inf for each in miles}
    return {
        each: board.organizations(_met(places, [*passed.values()], _within(away, reach)))
        for each, reach in reaches.items()
    }


def _by_time(
    board: Board,
    places: Places,
    passed: list[Truths],
    is_near: Truths | None,
    times: Times,
    offered: Iterable[When],
) -> dict[When, int]:
    if not board.is_small:
        return {}
    met = _met(places, passed, is_near)
    return {when: board.organizations(met[times.open(when)[met]]) for when in offered}


def _met(places: Places, truths: list[Truths], is_near: Truths | None) -> Places:
    """Those of ``places`` for which everything is true."""
    every = [*truths, is_near] if is_near is not None else truths
    return places[reduce(and_, every)] if every else places
