"""Offerings that were found, put together by organisation and into their order."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from directory.search.rules.near import stands_at_m
from directory.search.rules.numbers import base_in, ordinal_in, organization_in
from directory.search.rules.query import Query, Row, serving
from directory.search.rules.ranking import Judge
from directory.search.rules.request import Sort

MOST_LISTED: Final = 50  # offerings of one organisation that a row lists


# An offering that was found: its number, the square of its distance (metres), its stored name and service.
Candidate: TypeAlias = tuple[int, float | None, str, str]


@dataclass(slots=True)
class Standing:
    """An organisation among those found. ``key`` orders: metres, the smaller the better."""

    base: int
    key: float = math.inf
    distance_m: float = math.inf
    serves: bool = False
    ordinals: list[int] = field(default_factory=list)

    def row(self) -> Row:
        """What the list shows."""
        return Row(
            organization_in(self.base),
            tuple(sorted(self.ordinals)[:MOST_LISTED]),
            None if math.isinf(self.distance_m) else self.distance_m,
            self.serves,
        )


class Arranger:
    """Puts the candidates of one query in their order."""

    def __init__(self, query: Query) -> None:
        self._here = query.here is not None
        self._judge = Judge(query.words) if query.words and query.sort is Sort.BEST else None
        self._serving: list[tuple[str, float]] = []
        if query.here:
            self._serving = [(f" {token} ", stands_at_m(token.partition("=")[2])) for token in serving(query.here)]

    def standings(self, candidates: Iterable[Candidate]) -> dict[int, Standing]:
        """Each organisation of ``candidates``, by its base."""
        found: dict[int, Standing] = {}
        for number, squared, name, service in candidates:
            base = base_in(number)
            standing = found.get(base)
            if standing is None:
                standing = found[base] = Standing(base)
            standing.ordinals.append(ordinal_in(number))
            key = self._away(standing, squared, service) if self._here else 0.0
            if self._judge:
                key += self._judge.further_m(name, service)
            standing.key = min(standing.key, key)
        return found

    def order(self, candidates: Iterable[Candidate]) -> list[Standing]:
        """The organisations, best first. The base makes the order total: fresher, then older ids."""
        return sorted(self.standings(candidates).values(), key=lambda standing: (standing.key, standing.base))

    def _away(self, standing: Standing, squared: float | None, service: str) -> float:
        """How far away the offering counts; its distance and whether it serves are noted in ``standing``."""
        if squared is not None:
            distance = math.sqrt(squared)
            standing.distance_m = min(standing.distance_m, distance)
            return distance
        for needle, metres in self._serving:
            if needle in service:
                standing.serves = True
                return metres
        return math.inf
