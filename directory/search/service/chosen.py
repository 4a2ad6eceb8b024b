"""What a search chooses from a board: once, for its list and for the numbers beside its filters.

The list follows the rules of ``rules.arrange``, as the engines do; tests hold the two to the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from directory.core.geo import MILE_M, distance_m
from directory.search.engine import Index
from directory.search.engine.candidates import candidates_of
from directory.search.engine.finding import CAP, CAP_NEAR
from directory.search.engine.inside import inside_first
from directory.search.engine.softly import found_by
from directory.search.engine.sources import tokens
from directory.search.rules.arrange import MOST_LISTED, Arranger, Candidate
from directory.search.rules.facets import ticked
from directory.search.rules.near import Here, squared_degrees
from directory.search.rules.numbers import LAST_ORDINAL, ORDINAL_BITS, base_in, organization_in
from directory.search.rules.query import Found, Query, Row
from directory.search.rules.relaxed import Way
from directory.search.rules.request import SearchRequest, Sort
from directory.search.service.best import Best
from directory.search.service.board import Board, Floats, Numbers
from directory.search.service.positions import Places, Some, Truths, either
from directory.search.service.postings import Words
from directory.search.service.times import Times

OPEN: Final = "open"  # the filter whose ticks are times
AROUND_M: Final = 25 * MILE_M  # so far away is looked for the numbers beside distances
_BY_A_TABLE: Final = frozenset({Sort.NAME, Sort.NEWEST})  # a board does not know these orders


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Positions on ``board``, and which of them pass each filter of a request.

    ``places`` have the words and are in the area. For each filter that is on, and OPEN, ``passed`` tells which of them
    pass it. With a circle, ``away`` is how far each is and ``is_near`` which are in it; else they are None.
    What is further away than AROUND_M and not in the circle is in none of these; ``anywhere`` counts the organisations
    that meet everything but the circle.
    """

    board: Board
    here: Here | None
    places: Places
    passed: Mapping[str, Truths]
    away: Floats | None
    is_near: Truths | None
    anywhere: Callable[[], int]

    def met(self, *, besides: str = "", circle: bool = True) -> Truths:
        """Which of ``places`` meet everything; ``besides`` one filter, or without a look at the ``circle``."""
        truths = [truths for name, truths in self.passed.items() if name != besides]
        if self.is_near is not None and circle:
            truths.append(self.is_near)
        return reduce(and_, truths) if truths else np.ones(len(self.places), dtype=np.bool_)

    def total(self, request: SearchRequest, times: Times, reach_m: float) -> int:
        """How many organisations of ``places`` pass the filters of another ``request``, up to so far away (0: any)."""
        places = self.places
        if self.here and reach_m:
            away = self.board.away(places, self.here) if self.away is None else self.away
            places = places[away <= squared_degrees(reach_m)]
        for each in ticked(request):
            places = places[self.board.having(places, each.tokens, every=each.every)]
        if request.when:
            places = places[times.open(request.when)[places]]
        return self.board.organizations(places)

    def listed(self, words: Words, query: Query) -> Found | None:
        """What ``query``, by which these were chosen, finds; None where the index has to be asked.

        At most one statement, for those that were not read since anything was published, and one for tokens that were
        not asked for.
        """
        if query.sort in _BY_A_TABLE:
            return None
        met = self.met()
        places, away = self.places[met], self.away_of(met)
        if query.inside:
            inside = places[words.having((query.inside,)).has(places)]
            return inside_first(query, *(set(self.board.numbers(some).tolist()) for some in (places, inside)))
        if not query.words or query.sort is not Sort.BEST:
            return self._in_order(query, places, away)
        if len(places) > (CAP_NEAR if query.here else CAP):
            best = Best(self.board, words, query, places)
            return self._rows(best.total, best.page(), places, away)
        arranger = Arranger(query)
        order = arranger.order(candidates_of(words.session, self.board.numbers(places).tolist()))
        return Found(len(order), tuple(map(arranger.row, order[query.offset : query.last])))

    def away_of(self, met: Truths) -> Floats | None:
        """How far those of ``places`` are (``Board.away``) that are ``met``; None without a place."""
        if self.away is not None:
            return self.away[met]
        return self.board.away(self.places[met], self.here) if self.here else None

    def _rows(self, total: int, bases: Sequence[int], places: Places, away: Floats | None) -> Found:
        """The rows of organisations, each with all of ``places`` that are its."""
        numbers = self.board.numbers(places)
        owners = numbers >> ORDINAL_BITS
        starts, ends = (np.searchsorted(owners, bases, side=side).tolist() for side in ("left", "right"))
        return Found(
            total,
            tuple(self._row(numbers, places, away, *edges) for edges in zip(starts, ends, strict=True)),
        )

    def _in_order(self, query: Query, places: Places, away: Floats | None) -> Found:
        """By distance, or without a place by number."""
        numbers = self.board.numbers(places)
        firsts = self.board.firsts(places)
        chosen = np.arange(len(firsts))[query.offset : query.last]
        if self.here and len(firsts):
            nearest = np.minimum.reduceat(self.board.stands_at(places, self.here), firsts)
            chosen = _least(nearest, query.last)[query.offset :]
        ends = np.append(firsts[1:], len(places))[chosen].tolist()
        edges = zip(firsts[chosen].tolist(), ends, strict=True)
        return Found(len(firsts), tuple(self._row(numbers, places, away, *each) for each in edges))

    def _row(self, numbers: Numbers, places: Places, away: Floats | None, start: int, end: int) -> Row:
        found = numbers[start:end].tolist()
        organization, ordinals = organization_in(base_in(found[0])), tuple(each & LAST_ORDINAL for each in found)
        if self.here is None or away is None:
            return Row(organization, ordinals[:MOST_LISTED])
        points = list(self.board.points(places[start:end]))
        squared = away[start:end].tolist()
        placed = [(far, at) for at, (far, point) in enumerate(zip(squared, points, strict=True)) if point]
        nearest = points[min(placed)[1]] if placed else None
        serves = any(point is None and far == 0.0 for far, point in zip(squared, points, strict=True))
        metres = distance_m(self.here.point, nearest) if nearest else None
        return Row(organization, ordinals[:MOST_LISTED], metres, serves)


def choose(
    session: Session, request: SearchRequest, query: Query, *, board: Board, index: Index, times: Times
) -> Chosen:
    """What ``query``, which is that of ``request``, finds on ``board``.

    One statement when a token of its words or its area is new to the board, and one for a time that it has not heard
    of. Raises Unavailable when it takes too long.
    """
    others, here = _others(Words(session, board, index), query), query.here

    def anywhere() -> int:
        places = board.places() if others is None else others.places()
        met = reduce(and_, _passed(board, places, request, times).values(), np.ones(len(places), dtype=np.bool_))
        return board.organizations(places[met])

    def kept() -> int:
        ticks = [*map(str, ticked(request)), times.key(request.when) if request.when else ""]
        return board.kept(f"anywhere {ticks}", anywhere)

    places = _placed(board, here, others)
    away = board.away(places, here) if here and here.radius_m is not None else None
    is_near = away <= here.reach if here and away is not None else None
    return Chosen(
        board, here, places, _passed(board, places, request, times), away, is_near, kept if others is None else anywhere
    )


def _passed(board: Board, places: Places, request: SearchRequest, times: Times) -> dict[str, Truths]:
    """Which of ``places`` pass each filter of ``request`` that is on."""
    found = {each.name: board.having(places, each.tokens, every=each.every) for each in ticked(request)}
    return found | ({OPEN: times.open(request.when)[places]} if request.when else {})


def find(
    session: Session, request: SearchRequest, query: Query, *, board: Board, index: Index, times: Times
) -> tuple[Found, Chosen]:
    """What ``query`` finds, as ``index`` would, and what of it was chosen on ``board``: all that has all the words."""
    chosen = choose(session, request, query, board=board, index=index, times=times)
    if query.sort in _BY_A_TABLE or query.nothing:
        return index.find(session, query), chosen
    asking = _Asking(Words(session, board, index), request, query, chosen, times)
    return found_by(asking, query, most=CAP), chosen


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks a board for what has some of the words of ``query``."""

    words: Words
    request: SearchRequest
    query: Query
    chosen: Chosen  # by all of its words
    times: Times

    def all_of(self, query: Query) -> Found:
        """What has all the words of ``query``."""
        words, chosen = self.words, self.chosen
        if query is not self.query:
            chosen = choose(words.session, self.request, query, board=words.board, index=words.index, times=self.times)
        return chosen.listed(words, query) or words.index.find(words.session, query)

    def hits(self, ways: Sequence[Way], most: int) -> list[list[int]]:
        """The numbers of what is found in each way, at most so many."""
        found = self.words.each([way.either for way in ways], tokens(self.query.filters, self.query.here))
        return [self.words.board.numbers(some.first(most)).tolist() for some in found]

    def candidates(self, numbers: Sequence[int]) -> list[Candidate]:
        """The candidates of ``numbers``."""
        return candidates_of(self.words.session, numbers)


def _others(words: Words, query: Query) -> Some | None:
    """The offerings that meet what is not a tick, a time or a circle, words and area; None where neither is asked."""
    if query.nothing:
        return either((), len(words.board))
    every = (*(word.anywhere for word in query.words), *query.unticked)
    return words.having(every) if every else None


def _placed(board: Board, here: Here | None, others: Some | None) -> Places:
    """Those of ``others`` (None: of all) that may be near enough to be listed or counted."""
    if here is None or here.radius_m is None:
        return board.places() if others is None else others.places()
    around = board.around(here, max(here.radius_m, AROUND_M))
    return around if others is None else around[others.has(around)]


def _least(values: Floats, most: int) -> Places:
    """Where the ``most`` least of ``values`` are, the least first; among equals those that come first."""
    if most < len(values):
        enough = np.flatnonzero(values <= np.partition(values, most - 1)[most - 1])
        return enough[np.argsort(values[enough], kind="stable")][:most]
    return np.argsort(values, kind="stable")
