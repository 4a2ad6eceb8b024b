"""Offerings that were found, put together by organisation and into their order."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final, TypeAlias

from directory.core.geo import Point, distance_m
from directory.search.rules.near import METRES_PER_DEGREE, stands_at_m
from directory.search.rules.numbers import LAST_ORDINAL, ORDINAL_BITS, organization_in
from directory.search.rules.query import Query, Row, serving
from directory.search.rules.ranking import Judge, Partly
from directory.search.rules.request import Sort

MOST_LISTED: Final = 50  # offerings of one organisation that a row lists


# An offering that was found: its number, latitude and longitude (degrees, or None), its stored name and service.
Candidate: TypeAlias = tuple[int, float | None, float | None, str, str]


class Standing:
    """An organisation among those found. ``key`` orders: metres, the smaller the better."""

    # No dataclass: a search makes hundreds, and each would take twice as long.
    __slots__ = ("away", "base", "key", "nearest", "ordinals", "serves")

    def __init__(self, base: int) -> None:
        self.base = base
        self.key = math.inf
        self.away = math.inf  # of its nearest place, as ``Flat.squared``
        self.nearest: tuple[float, float] | None = None  # its latitude and longitude
        self.serves = False
        self.ordinals: list[int] = []


class Arranger:
    """Puts the candidates of one query in their order."""

    def __init__(self, query: Query, partly: Partly | None = None) -> None:
        self._partly = partly
        self._here = query.here
        self._flat = query.here.flat if query.here else None
        self._reach = query.here.reach if query.here else math.inf
        judged = query.words and (partly or query.sort is Sort.BEST)
        self.judge = Judge(query.words, partly, query.called) if judged else None
        self._serving: list[tuple[str, float]] = []
        if query.here:
            self._serving = [(f" {token} ", stands_at_m(token.partition("=")[2])) for token in serving(query.here)]

    def standings(self, candidates: Iterable[Candidate]) -> dict[int, Standing]:
        """Each organisation of ``candidates``, by its base; those outside the circle are left out."""
        found: dict[int, Standing] = {}
        flat, reach, judge = self._flat, self._reach, self.judge
        for number, lat, lon, name, service in candidates:
            squared = flat.squared(lat, lon) if flat and lat is not None and lon is not None else None
            if squared is not None and squared > reach:
                continue
            base = number >> ORDINAL_BITS
            standing = found.get(base)
            if standing is None:
                standing = found[base] = Standing(base)
            standing.ordinals.append(number & LAST_ORDINAL)
            key = 0.0
            if squared is not None:
                key = math.sqrt(squared) * METRES_PER_DEGREE
                if squared < standing.away and lat is not None and lon is not None:
                    standing.away, standing.nearest = squared, (lat, lon)
            elif self._here:
                key = self._without_point(standing, service)
            if judge:
                key += judge.further_m(name, service, number, (lat, lon))
            standing.key = min(standing.key, key)
        return found

    def order(self, candidates: Iterable[Candidate]) -> list[Standing]:
        """The organisations, best first. The base makes the order total: fresher, then older ids."""
        if self.judge and self._partly:
            candidates = list(candidates)
            self.judge.learn((name, service) for _, _, _, name, service in candidates)
        return sorted(self.standings(candidates).values(), key=lambda standing: (standing.key, standing.base))

    def row(self, standing: Standing) -> Row:
        """What the list shows."""
        away = distance_m(self._here.point, Point(*standing.nearest)) if self._here and standing.nearest else None
        listed = tuple(sorted(standing.ordinals)[:MOST_LISTED])
        return Row(organization_in(standing.base), listed, away, standing.serves)

    def _without_point(self, standing: Standing, service: str) -> float:
        """How far away an offering without a point counts; whether it serves is noted in ``standing``."""
        for needle, metres in self._serving:
            if needle in service:
                standing.serves = True
                return metres
        return math.inf
