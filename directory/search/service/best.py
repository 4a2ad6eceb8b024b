"""The best of very many on a board, when there are more than are judged one by one: as ``engine.finding`` does it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from directory.search.engine.candidates import candidates_of
from directory.search.engine.finding import MORE, PASS, RING, ROUNDED_M
from directory.search.rules.arrange import Arranger, Standing
from directory.search.rules.near import Here
from directory.search.rules.numbers import ORDINAL_BITS
from directory.search.rules.query import Query
from directory.search.rules.ways import best_ways, good_ways, whole
from directory.search.rules.word import Every
from directory.search.service.board import Board
from directory.search.service.positions import Places
from directory.search.service.postings import Words


@dataclass(frozen=True, slots=True)
class Best:
    """Reads the most promising of ``places``, which are what ``query`` finds on ``board``."""

    board: Board
    words: Words
    query: Query
    places: Places

    @property
    def total(self) -> int:
        """How many organisations there are."""
        return self.board.organizations(self.places)

    def page(self) -> Sequence[int]:
        """The organisations of the page, by their bases, in their order."""
        if self.query.here:
            return [each.base for each in self._nearest(self.query.here)[self.query.offset : self.query.last]]
        query, order = self.query, self._promising()
        chosen = [standing.base for standing in order[query.offset : query.last]]
        if len(chosen) < query.limit:
            bases = self.board.numbers(self.places[self.board.firsts(self.places)]) >> ORDINAL_BITS
            others = bases[~np.isin(bases, [standing.base for standing in order])]
            skipped = max(0, query.offset - len(order))
            chosen += others[skipped : skipped + query.limit - len(chosen)].tolist()
        return chosen

    def _promising(self) -> list[Standing]:
        """Those that match best: PASS of each way, best rank first."""
        numbers = self._in_ways(best_ways(self.query.words, self.query.called))
        if len({number >> ORDINAL_BITS for number in numbers}) < self.query.last:  # those that follow are all worse
            numbers |= self._in_ways(good_ways(self.query.words))
        return self._order(numbers)

    def _in_ways(self, ways: Iterable[Every]) -> set[int]:
        found: set[int] = set()
        for way in ways:
            some = self.words.having(way).first_in(self.places, PASS)
            found.update(self.board.numbers(some).tolist())
        return found

    def _nearest(self, here: Here) -> list[Standing]:
        """At least the page's organisations: more and more of the nearest, until their order is certain."""
        away = self.board.stands_at(self.places, here)
        by_distance = np.argsort(away, kind="stable")
        called = self.words.having(whole(self.query.words, self.query.called))
        whole_names = set(self.board.numbers(self.places[called.has(self.places)]).tolist())
        most, total = max(RING, MORE * self.query.last), self.total
        while True:
            first = by_distance[:most]
            order = self._order(whole_names.union(self.board.numbers(self.places[first]).tolist()))
            sure = away[first[-1]] - ROUNDED_M if most < len(away) else math.inf
            if sum(standing.key <= sure for standing in order) >= min(self.query.last, total):
                return order
            most *= MORE

    def _order(self, numbers: Iterable[int]) -> list[Standing]:
        return Arranger(self.query).order(candidates_of(self.words.session, sorted(numbers)))
