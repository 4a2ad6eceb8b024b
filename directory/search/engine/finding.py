"""How a page is found, in few statements and in bounded time.

Most queries match few offerings: they are all read, judged and put in order here. When there are more than a cap, the
database counts them, and only the most promising are read: those with the words in their names and services, or the
nearest. ``docs/search.md`` has the whole story.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from sqlalchemy.orm import Session

from directory.core.geo import MILE_M, Box, distances_from
from directory.infra import plain
from directory.search.engine.candidates import candidates_of
from directory.search.engine.inside import inside_first
from directory.search.engine.softly import found_by
from directory.search.engine.sources import Columns, Part
from directory.search.engine.storing import Storing
from directory.search.rules.arrange import Arranger, Candidate, Standing
from directory.search.rules.near import METRES_PER_DEGREE, SERVES_AREA_M, Here, squared_degrees
from directory.search.rules.numbers import (
    LAST_ORGANIZATION,
    ORDINAL_BITS,
    base_in,
    ordinal_in,
    organization_in,
)
from directory.search.rules.query import Found, Match, Query
from directory.search.rules.relaxed import Way
from directory.search.rules.request import Sort
from directory.search.rules.ways import best_ways, good_ways, whole
from directory.search.rules.word import Every

CAP: Final = 400  # offerings that are read and judged one by one
CAP_NEAR: Final = 600
PASS: Final = 150  # offerings read of each way to match well, when there are more than CAP
RING: Final = 300  # offerings read nearest first, when there are more than CAP_NEAR
RING_M: Final = 6 * MILE_M  # looked at first when the radius is larger
FILES: Final = 20.0  # times the limit of a page, to read every number for a file
ROUNDED_M: Final = 1.0  # an R*Tree keeps 32 bits of a degree: within half a metre
MORE: Final = 8  # times, when a ring was not enough
BATCH: Final = 5_000  # rows fetched at once, when all are read

# Offerings without a point: within a radius they serve the place and stand where the rules say, else they come last.
# By number among equals, as the order is: what was not read does not come before what was.
_AS_FAR: Final = {
    False: f"coalesce(squared, {squared_degrees(SERVES_AREA_M)!r}), number",
    True: "coalesce(squared, 1e9), number",
}
ORDERS: Final = {Sort.NAME: "name_key, organization_id", Sort.NEWEST: "organization_id DESC"}


class SqlIndex(Storing):
    """What both engines share: everything but their SQL."""

    @abstractmethod
    def limited(self, session: Session, times: float = 1.0) -> AbstractContextManager[None]:
        """Prepare ``session`` for a search, and end one that takes ``times`` as long as one may with Unavailable."""

    @abstractmethod
    def among(self, column: str, name: str) -> str:
        """The condition that ``column`` is one of the list of integers bound to ``name``."""

    @abstractmethod
    def bound(self, numbers: Iterable[int]) -> Any:
        """A list of integers as ``among`` and ``matched`` take it."""

    @abstractmethod
    def listed(self, tokens: Sequence[str]) -> Part:
        """The number of every offering that has one of ``tokens``, with the place of that token among them."""

    @abstractmethod
    def matched(self, session: Session, query: Query, bases: Sequence[int]) -> list[Candidate]:
        """The offerings of some organisations that ``query`` finds. One statement."""

    def find(self, session: Session, query: Query) -> Found:
        """A page of organisations and how many there are in all. Raises Unavailable when it takes too long."""
        if query.nothing:
            return Found(0)
        with self.limited(session):
            return found_by(_Asking(self, session, query), query, most=CAP)

    def postings(self, session: Session, tokens: Sequence[str]) -> list[tuple[int, str]]:
        """The numbers that have each token, as ``Index`` says."""
        with self.limited(session):
            return [(at, numbers) for at, numbers in self._rows(session, self.listed(tokens)) if numbers]

    def matches(self, session: Session, query: Query, *, box: Box | None = None) -> Iterator[Match]:
        """Every offering that ``query`` finds, those of one organisation together, as ``Index`` says."""
        if query.nothing:
            return
        # Time to find them, not to use them: a file is made for minutes. A map's box is small, a file may be of all.
        with self.limited(session, 1.0 if box else FILES):
            points = self._points(session, query, self.part(query.every(), query.here, Columns.PLACED, box=box))
        away = distances_from(query.here.point) if query.here else None
        for number, lat, lon in zip(*points, strict=True):
            owner, n = organization_in(base_in(number)), ordinal_in(number)
            if math.isnan(lat):
                yield Match(number, owner, n, None, None, None)
            else:
                yield Match(number, owner, n, lat, lon, away(lat, lon) if away else None)

    def numbers(self, session: Session, query: Query) -> array[int]:
        """The number of every offering that ``query`` finds, as ``Index`` says."""
        if query.nothing:
            return array("q")
        with self.limited(session):
            return array("q", self._integers(session, self.part(query.every(), query.here)))

    def board(self, session: Session) -> Iterator[tuple[int, float | None, float | None, str]]:
        """Every offering as ``Index`` says."""
        sql = "SELECT number, latitude, longitude, facets FROM search_offering ORDER BY number"
        return chain.from_iterable(plain.batches(session, sql, at_once=BATCH))

    def _points(self, session: Session, query: Query, part: Part) -> tuple[array[int], array[float], array[float]]:
        """Numbers in their order, latitudes and longitudes (NaN for none): 24 bytes an offering."""
        sql = f"SELECT number, latitude, longitude FROM ({part.sql}) found ORDER BY number"
        numbers, lats, lons = array("q"), array("d"), array("d")
        flat, reach = (query.here.flat, query.here.reach) if query.here else (None, math.inf)
        found = plain.batches(session, sql, part.values, at_once=BATCH)
        for number, lat, lon in chain.from_iterable(found):
            if lat is not None and flat and flat.squared(lat, lon) > reach:
                continue
            numbers.append(number)
            lats.append(math.nan if lat is None else lat)
            lons.append(math.nan if lat is None else lon)
        return numbers, lats, lons

    def find_all(self, session: Session, query: Query) -> Found:
        """What has all the words."""
        if query.sort in ORDERS:
            return self._listed(session, query)
        if query.here:
            return self._near(session, query, query.here)
        if query.inside:
            return self._of_area(session, query)
        return self._worded(session, query) if query.words else self._ranked(session, query)

    # Of an area: what is in it first. All of it is read: a page has few areas as large as a country.

    def _of_area(self, session: Session, query: Query) -> Found:
        parts = [self.part(every, None) for every in (query.every(), (*query.every(), query.inside))]
        found: tuple[list[int], list[int]] = ([], [])
        for number, inside in self._rows(session, _together(parts)):
            found[inside].append(number)
        return inside_first(query, found[0], set(found[1]))

    # Without words or distance: in the order of the numbers.

    def _ranked(self, session: Session, query: Query) -> Found:
        most = 4 * query.last + 1
        numbers, total = self.opening(session, query, most)
        order = Arranger(query).order(_bare(numbers))
        if len(numbers) < most:
            return self._page(query, len(order), order)
        if total is None:
            total = self._integers(session, self._counting(query))[0]
        if len(order) > query.last:  # the very last of them may have more offerings than were read
            return self._page(query, total, order)
        bases = self._integers(session, _bases(self.part(query.every(), None), query.offset, query.limit))
        return self._filled(session, query, total, bases)

    def opening(self, session: Session, query: Query, most: int) -> tuple[list[int], int | None]:
        """The first ``most`` numbers of what matches; with them the count, where that costs nothing more."""
        part = self.part(query.every(), query.here)
        return self._integers(session, _first(part, "number", most)), None

    # With words: by where they stand.

    def _worded(self, session: Session, query: Query) -> Found:
        part = self.part(query.every(), query.here, Columns.MATCHED)
        numbers = self._integers(session, _some(part, CAP + 1))
        arranger = Arranger(query)
        if len(numbers) <= CAP:
            order = arranger.order(candidates_of(session, numbers))
            return self._page(query, len(order), order)
        total, candidates = self._promising(session, query)
        order = arranger.order(candidates)
        chosen = [standing.base for standing in order[query.offset : query.last]]
        missing = query.limit - len(chosen)
        if missing and total > len(order):
            part = self.part(query.every(), None)
            taken = {**part.values, "taken": self.bound(standing.base for standing in order)}
            others = f"WHERE NOT {self.among(f'number >> {ORDINAL_BITS}', 'taken')}"
            rest = _bases(Part(part.sql, taken), max(0, query.offset - len(order)), missing, others)
            chosen += self._integers(session, rest)
        return self._filled(session, query, total, chosen)

    def _promising(self, session: Session, query: Query) -> tuple[int, list[Candidate]]:
        """How many organisations match, and the offerings that match best: PASS of each way, best rank first."""
        best = self._ways(query, best_ways(query.words, query.called))
        (counted,), *well = self._hits(session, [self._counting(query), *best])
        found = {row[0]: row for rows in well for row in rows}
        if len(set(map(base_in, found))) < query.last:  # those that follow are all worse: the order stays the same
            more = self._ways(query, good_ways(query.words))
            found |= {row[0]: row for rows in (self._hits(session, more) if more else ()) for row in rows}
        return counted[0], list(found.values())

    def _ways(self, query: Query, ways: Iterable[Every]) -> list[Part]:
        numbers = (self.part((*way, *query.filters), None) for way in ways)
        return [self.told(_first(part, "number", PASS)) for part in numbers]

    # With a place to measure from: by distance.

    def _near(self, session: Session, query: Query, here: Here) -> Found:
        arranger = Arranger(query)
        if not (query.is_open and here.radius_m is not None):  # else the ring finds them without the words
            part = self.part(query.every(), here, Columns.MATCHED)
            numbers = self._integers(session, _some(part, CAP_NEAR + 1))
            if len(numbers) <= CAP_NEAR:
                order = arranger.order(candidates_of(session, numbers))
                return self._page(query, len(order), order)
        total, order = self._nearest(session, query, here, arranger)
        chosen = [standing.base for standing in order[query.offset : query.last]]
        return self._filled(session, query, total, chosen)

    def _nearest(self, session: Session, query: Query, here: Here, arranger: Arranger) -> tuple[int, list[Standing]]:
        """How many there are, and at least the page's organisations in their order: rings until they are certain."""
        ring = here if here.radius_m is not None and here.radius_m <= RING_M else here.within(RING_M)
        most, total = max(RING, MORE * query.last), -1
        once = [self._counting(query)]
        if query.words and query.sort is Sort.BEST:
            once.append(self.part((*whole(query.words, query.called), *query.filters), here, Columns.CANDIDATE))
        seen: dict[int, Candidate] = {}
        while True:
            part = _first(self.part(query.every(), ring, Columns.NEAREST), _AS_FAR[ring.radius_m is None], most)
            rows, *more = self._hits(session, [self.told(part), *once])
            if once:
                total = more.pop(0)[0][0]
                once = []
            seen |= {row[0]: row for found in (rows, *more) for row in found}
            order = arranger.order(seen.values())
            complete = len(rows) < most
            sure = _sure_m(rows, ring, complete=complete, last=ring == here)
            if sum(standing.key <= sure for standing in order) >= min(query.last, total):
                return total, order
            ring, most = (here, most) if complete else (ring, most * MORE)

    # By name or age: the order is a table's.

    def _listed(self, session: Session, query: Query) -> Found:
        chosen = self._chosen(session, query)
        sql = f"SELECT base FROM search_organization {chosen.sql} ORDER BY {ORDERS[query.sort]}"
        listed = _slice(Part(sql, chosen.values), query.offset, query.limit)
        counted = self._counting(query)
        total, *bases = self._integers(
            session,
            Part(
                f"SELECT total FROM ({counted.sql}) counted UNION ALL SELECT * FROM ({listed.sql}) listed",
                {**counted.values, **listed.values},
            ),
        )
        return self._filled(session, query, total, bases)

    def _chosen(self, session: Session, query: Query) -> Part:
        """The condition of a statement about organisations that finds them."""
        if query.is_everything:
            return Part("", {})
        part = self.part(query.every(), query.here)
        numbers = self._integers(session, _some(part, CAP + 1))
        if len(numbers) <= CAP:
            ids = {organization_in(base_in(number)) for number in numbers}
            return Part(f"WHERE {self.among('organization_id', 'ids')}", {"ids": self.bound(ids)})
        # "Is true": each is to be looked up along the order; what is joined has to be sorted.
        ids_of = f"SELECT (number >> {ORDINAL_BITS}) & {LAST_ORGANIZATION} FROM ({part.sql}) found"
        return Part(f"WHERE (organization_id IN ({ids_of})) IS TRUE", part.values)

    def _counting(self, query: Query) -> Part:
        """How many organisations there are, as a row like a candidate's."""
        if query.is_everything:
            return Part(f"{_COUNT} FROM search_organization", {})
        part = self.part(query.every(), query.here)
        return Part(
            f"{_COUNT} FROM (SELECT DISTINCT number >> {ORDINAL_BITS} FROM ({part.sql}) found) bases", part.values
        )

    # Statements.

    def _rows(self, session: Session, part: Part) -> Any:
        return plain.rows(session, part.sql, part.values)

    def _hits(self, session: Session, parts: Sequence[Part]) -> list[list[Candidate]]:
        """The rows of each part, in one statement."""
        hits: list[list[Candidate]] = [[] for _ in parts]
        for row in self._rows(session, _together(parts)):
            hits[row[5]].append(row[:5])
        return hits

    def _integers(self, session: Session, part: Part) -> list[int]:
        return [row[0] for row in self._rows(session, part)]

    def _page(self, query: Query, total: int, order: Sequence[Standing]) -> Found:
        """The page of ``query`` from ``order``, which is that of all or begins it."""
        return Found(total, tuple(map(Arranger(query).row, order[query.offset : query.last])))

    def _filled(self, session: Session, query: Query, total: int, bases: Sequence[int]) -> Found:
        """The rows of ``bases``, in their order, with every offering that matched."""
        if not bases:
            return Found(total)
        arranger = Arranger(query)
        standings = arranger.standings(self.matched(session, query, bases))
        return Found(total, tuple(arranger.row(standings[base]) for base in bases if base in standings))


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks the index for what has some of the words of ``query``."""

    index: SqlIndex
    session: Session
    query: Query

    def all_of(self, query: Query) -> Found:
        """What has all the words of ``query``."""
        return self.index.find_all(self.session, query)

    def hits(self, ways: Sequence[Way], most: int) -> list[list[int]]:
        """The numbers of what is found in each way, at most so many."""
        parts = []
        for at, way in enumerate(ways):
            part = self.index.part((way.either, *self.query.filters), self.query.here, Columns.MATCHED)
            limited = Part(f"SELECT number, {at} FROM ({part.sql} LIMIT :most) way", {**part.values, "most": most})
            parts.append(limited.apart(at))
        sql = " UNION ALL ".join(f"SELECT * FROM ({part.sql}) part_{at}" for at, part in enumerate(parts))
        hits: list[list[int]] = [[] for _ in ways]
        values = dict(chain.from_iterable(part.values.items() for part in parts))
        for number, at in plain.rows(self.session, sql, values):
            hits[at].append(number)
        return hits

    def candidates(self, numbers: Sequence[int]) -> list[Candidate]:
        """The candidates of ``numbers``."""
        return candidates_of(self.session, numbers)


def _bare(numbers: Iterable[int]) -> Iterator[Candidate]:
    return ((number, None, None, "", "") for number in numbers)


def _sure_m(rows: Sequence[Candidate], ring: Here, *, complete: bool, last: bool) -> float:
    """How far the order is certain, metres: nothing that was not read can count as nearer."""
    if complete:
        return math.inf if last or ring.radius_m is None else ring.radius_m
    flat, without_point = ring.flat, math.inf if ring.radius_m is None else SERVES_AREA_M
    away = (
        without_point if lat is None or lon is None else math.sqrt(flat.squared(lat, lon)) * METRES_PER_DEGREE
        for _, lat, lon, *_ in rows
    )
    return max(away) - ROUNDED_M


# Statements made of parts.

_NOTHING: Final = "CAST(NULL AS DOUBLE PRECISION)"
_COUNT: Final = f"SELECT count(*) AS total, {_NOTHING}, {_NOTHING}, '', ''"


def _some(part: Part, most: int) -> Part:
    return Part(f"{part.sql} LIMIT :most", {**part.values, "most": most})


def _first(part: Part, order: str, most: int) -> Part:
    return Part(f"SELECT * FROM ({part.sql}) found ORDER BY {order} LIMIT :most", {**part.values, "most": most})


def _bases(part: Part, offset: int, limit: int, where: str = "") -> Part:
    """A slice of a part's organisations, best rank first."""
    sql = f"SELECT DISTINCT number >> {ORDINAL_BITS} FROM ({part.sql}) found {where} ORDER BY 1"
    return _slice(Part(sql, part.values), offset, limit)


def _slice(part: Part, offset: int, limit: int) -> Part:
    return Part(f"{part.sql} LIMIT :limit OFFSET :offset", {**part.values, "limit": limit, "offset": offset})


def _together(parts: Sequence[Part]) -> Part:
    """The rows of all parts, each with the number of its part at the end."""
    apart = [part.apart(at) for at, part in enumerate(parts)]
    sql = " UNION ALL ".join(f"SELECT part_{at}.*, {at} FROM ({part.sql}) part_{at}" for at, part in enumerate(apart))
    return Part(sql, {name: value for part in apart for name, value in part.values.items()})
