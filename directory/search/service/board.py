"""Every offering in memory, so that filters are counted without asking the database for each of their values.

A board holds 40 bytes an offering, and 8 for each 64 values that filters count: 20 MB for 200,000 organisations. It is
made from one reading of a narrow table and is right for one version of the published data.
"""

from __future__ import annotations

import math
import threading
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from directory.core.errors import Unavailable
from directory.core.geo import Box, Point
from directory.search.engine import Index
from directory.search.rules.near import METRES_PER_DEGREE, Here, stands_at_m
from directory.search.rules.numbers import ORDINAL_BITS
from directory.search.rules.query import serving
from directory.search.rules.word import SERVES
from directory.search.service.grid import Grid
from directory.search.service.positions import Places, Positions, Some, Truths, either
from directory.search.service.postings import Postings

QUICK_S: Final = 0.1  # a board that was made so quickly is made anew by whoever finds it out of date
WAITS_S: Final = 1.5  # for the first board of a process: two million offerings take some seconds
AT_ONCE: Final = 32_640  # organisations of whose filters 64 are unpacked at once: 2 MB
BYTES_ADDED: Final = 255
WORD_BITS: Final = 64
ALL_BITS: Final = (1 << WORD_BITS) - 1
SMALL: Final = 50_000  # offerings: those of a city
MOST_KEPT: Final = 64
BATCH: Final = 5_000
_AREA: Final = f"{SERVES}="
ROUNDED: Final = 1.02  # a box by the haversine holds a circle on the plane (``Flat``), which is off by 0.5 % at most

Numbers: TypeAlias = npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.uint64]
Masks: TypeAlias = npt.NDArray[np.uint64]  # some rows of words
Floats: TypeAlias = npt.NDArray[np.float64]
Kept = TypeVar("Kept")


class Board:
    """What filters count, of every offering, by its position in the order of numbers."""

    def __init__(self, rows: Iterable[tuple[int, float | None, float | None, str]]) -> None:
        self._bits: Final = _Bits()
        served: defaultdict[str, array[int]] = defaultdict(lambda: array("i"))
        numbers, lats, lons = array("q"), array("d"), array("d")  # as small as they will be
        masks: list[Masks] = []
        come = iter(rows)
        while some := list(islice(come, BATCH)):
            of_some, *points, facets = zip(*some, strict=True)
            for at, (lat, each) in enumerate(zip(points[0], facets, strict=True), len(numbers)):
                if lat is None:
                    for area in _areas(each):
                        served[area].append(at)
            numbers.extend(of_some)
            for column, degrees in zip((lats, lons), points, strict=True):
                column.frombytes(np.array(degrees, dtype=np.float64).tobytes())  # NaN for None
            masks.append(self._bits.packed(facets))
        self._numbers: Numbers = np.frombuffer(numbers, dtype=np.int64)
        self._lats: Floats = np.frombuffer(lats, dtype=np.float64)
        self._lons: Floats = np.frombuffer(lons, dtype=np.float64)
        self._masks = _columns(masks, len(self), self._bits.words)
        bases = self._numbers >> ORDINAL_BITS
        self._owners: Positions = np.cumsum(np.diff(bases, prepend=bases[:1]) != 0, dtype=np.int32)
        self._grid = Grid(self._lats, self._lons)
        self.postings: Final = Postings(len(self))
        self._kept: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._serve = {
            token: Some.of(len(self), np.frombuffer(area, dtype=np.int32).astype(np.intp))
            for token, area in served.items()
        }

    def __len__(self) -> int:
        return len(self._numbers)

    def places(self, numbers: Any = None) -> Places:
        """The positions of these offerings; None: of all. Numbers that came after the board are left out."""
        if numbers is None:
            return np.arange(len(self._numbers))
        asked = np.asarray(numbers, dtype=np.int64)
        if np.any(asked[1:] < asked[:-1]):  # SQLite gives them in their order
            asked = np.sort(asked)
        at = np.searchsorted(self._numbers, asked)
        at, asked = at[at < len(self._numbers)], asked[at < len(self._numbers)]
        found: Places = at[self._numbers[at] == asked]
        return found

    def around(self, here: Here, metres: float) -> Places:
        """In order: all that are so near, some further away, and those without a point that serve ``here``."""
        near = self._grid.within(Box.around(here.point, metres * ROUNDED))
        return np.sort(np.concatenate((near, self._serving(serving(here)).places())))

    def within(self, box: Box) -> Places:
        """In their order: all in ``box``, and some around it."""
        return self._grid.within(box)

    def inside(self, places: Places, box: Box) -> Truths:
        """Which of ``places`` have their public point in ``box``, edges included."""
        lats, lons = self._lats[places], self._lons[places]
        found: Truths = (lats >= box.south) & (lats <= box.north) & (lons >= box.west) & (lons <= box.east)
        return found

    def placed(self, places: Places) -> Iterator[tuple[int, float, float]]:
        """Their numbers, latitudes and longitudes (NaN without a public point), some thousand in memory at once."""
        columns = (self._numbers, self._lats, self._lons)
        for start in range(0, len(places), BATCH):
            some = places[start : start + BATCH]
            yield from zip(*(column[some].tolist() for column in columns), strict=True)

    @property
    def is_small(self) -> bool:
        """Whether questions that read much of the index may be asked for it."""
        return len(self._numbers) <= SMALL

    def numbers(self, places: Places) -> Numbers:
        """The numbers of the offerings at ``places``."""
        found: Numbers = self._numbers[places]
        return found

    def organizations(self, places: Places) -> int:
        """How many organisations have ``places``, which stand in their order."""
        owners = self._owners[places]
        return int(np.count_nonzero(owners[1:] != owners[:-1])) + min(1, len(owners))

    def firsts(self, places: Places) -> Places:
        """Where among ``places``, which stand in their order, those of each organisation begin."""
        owners = self._owners[places]
        others = np.flatnonzero(owners[1:] != owners[:-1]) + 1
        return np.concatenate((np.zeros(min(1, len(owners)), dtype=np.intp), others))

    def at(self, places: Places) -> tuple[Floats, Floats]:
        """Their latitudes and longitudes, NaN without a public point."""
        return self._lats[places], self._lons[places]

    def points(self, places: Places) -> Iterator[Point | None]:
        """Their public points."""
        for lat, lon in zip(self._lats[places].tolist(), self._lons[places].tolist(), strict=True):
            yield None if math.isnan(lat) else Point(lat, lon)

    def stands_at(self, places: Places, here: Here) -> Floats:
        """How far away each counts, metres, as ``rules.arrange`` has it; infinitely, where nothing says where it is."""
        flat = here.flat
        up, along = self._lats[places] - flat.lat, self._lons[places] - flat.lon
        metres: Floats = np.sqrt(up * up + along * along * flat.narrow) * METRES_PER_DEGREE
        unplaced = np.flatnonzero(np.isnan(metres))
        metres[unplaced] = math.inf
        for token in reversed(serving(here)):  # the first that it has counts
            serves = unplaced[self._serving((token,)).has(places[unplaced])]
            metres[serves] = stands_at_m(token.partition("=")[2])
        return metres

    def marks(self, numbers: Any) -> Truths:
        """For each position whether it is one of these offerings."""
        found: Truths = np.zeros(len(self._numbers), dtype=np.bool_)
        found[self.places(numbers)] = True
        return found

    def kept(self, key: str, make: Callable[[], Kept]) -> Kept:
        """What ``make`` made for ``key``, made once; of the latest keys alone. Safe between threads."""
        with self._lock:
            found: Kept | None = self._kept.pop(key, None)
            if found is not None:
                self._kept[key] = found  # the latest stand last
                return found
        found = make()
        with self._lock:
            self._kept[key] = found
            if len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return found

    def away(self, places: Places, here: Here) -> Floats:
        """How far each is, as ``Flat.squared`` has it: 0 for those without a point that serve ``here``, else NaN."""
        flat = here.flat
        up, along = self._lats[places] - flat.lat, self._lons[places] - flat.lon
        squared: Floats = up * up + along * along * flat.narrow
        unplaced = np.flatnonzero(np.isnan(squared))
        squared[unplaced[self._serving(serving(here)).has(places[unplaced])]] = 0.0
        return squared

    def _serving(self, tokens: Sequence[str]) -> Some:
        """What has no point and serves one of these areas."""
        return either([self._serve[token] for token in tokens if token in self._serve], len(self))

    def having(self, places: Places, tokens: Sequence[str], *, every: bool) -> Truths:
        """Which of ``places``, in order and each once, have one of ``tokens``, or all of them; no area is one."""
        wanted = reduce(or_, (self._bits.get(token, 0) for token in tokens), 0)
        known = not every or all(token in self._bits for token in tokens)
        found: Truths = np.full(len(places), every and known)
        for column in range(self._bits.words):
            if word := np.uint64(wanted >> WORD_BITS * column & ALL_BITS):
                had = self._column(column, places) & word
                found = found & (had == word) if every else found | (had != 0)
        return found

    def _column(self, column: int, places: Places) -> Words:
        masks: Words = self._masks[column]
        return masks if len(places) == len(self) else masks[places]

    def counts(self, places: Places, tokens: Iterable[str]) -> Mapping[str, int]:
        """How many organisations have each of ``tokens`` in one of these offerings, which stand in their order."""
        at = {token: self._bits[token].bit_length() - 1 for token in tokens if token in self._bits}
        columns = sorted({bit // WORD_BITS for bit in at.values()})
        totals = self.totals(places, (self._column(column, places) for column in columns))
        begins = {column: WORD_BITS * order for order, column in enumerate(columns)}
        return {token: totals[begins[bit // WORD_BITS] + bit % WORD_BITS] for token, bit in at.items() if totals}

    def totals(self, places: Places, words: Iterable[Words]) -> list[int]:
        """For each bit, how many organisations have it in one of these offerings, which stand in their order.

        ``words`` are the first 64 bits of each of them, the next 64, and so on. Nothing for no offerings.
        """
        firsts = self.firsts(places)
        if not len(firsts):
            return []
        return [total for word in words for total in _each_bit(np.bitwise_or.reduceat(word, firsts))]


class _Bits(dict[str, int]):
    """For each token that filters count a number with a bit of its own; areas, which are kept apart, have none."""

    def __init__(self) -> None:
        super().__init__()
        self._many = 0

    def __missing__(self, token: str) -> int:
        bit = 0 if token.startswith(_AREA) else 1 << self._many
        self._many += bool(bit)
        self[token] = bit
        return bit

    @property
    def words(self) -> int:
        """How many words of WORD_BITS hold all bits."""
        return -(-self._many // WORD_BITS)

    def packed(self, several: Iterable[str]) -> Masks:
        """The bits of each of several facets, a row of words each."""
        masks = [sum(map(self.__getitem__, facets.split())) for facets in several]  # each token is there once
        size = self.words * WORD_BITS // 8
        rows = np.frombuffer(b"".join([mask.to_bytes(size, "little") for mask in masks]), dtype="<u8")
        return rows.reshape(len(masks), self.words)


def _columns(masks: Iterable[Masks], many: int, words: int) -> Masks:
    """Rows, of which the earlier ones may have fewer words, as columns of ``many`` rows."""
    found: Masks = np.zeros((words, many), dtype=np.uint64)
    start = 0
    for rows in masks:
        found[: rows.shape[1], start : start + len(rows)] = rows.T
        start += len(rows)
    return found


def _areas(facets: str) -> list[str]:
    """The areas that are served, which only offerings without a point say."""
    return [each for each in facets.split() if each.startswith(_AREA)]


def _each_bit(words: Words) -> list[int]:
    """How many of ``words`` have each of their bits, the lowest first.

    Bits are added as bytes, 255 of them before one could overflow: many times as quick as adding them as numbers.
    """
    found = np.zeros(WORD_BITS, dtype=np.int64)
    for start in range(0, len(words), AT_ONCE):
        some = words[start : start + AT_ONCE]
        rows = np.zeros(-(-len(some) // BYTES_ADDED) * BYTES_ADDED, dtype="<u8")
        rows[: len(some)] = some
        bits = np.unpackbits(rows.view(np.uint8), bitorder="little").reshape(BYTES_ADDED, -1)
        found += bits.sum(axis=0, dtype=np.uint8).reshape(-1, WORD_BITS).sum(axis=0, dtype=np.int64)
    totals: list[int] = found.tolist()
    return totals


class Boards:
    """The latest board of a process.

    A small one is made anew by the request that finds it out of date. A large one is made by ``renew``, beside the
    requests; until then they count on the last: by some seconds, the numbers may be those of before a change. The
    first is made by ``renew`` too, when a process begins: a request that is earlier waits for it, up to WAITS_S.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._board: Board | None = None
        self._version = -1
        self._took_s = 0.0

    def current(self, session: Session, versions: Mapping[str, int]) -> Board:
        """The board to count on, of the data that ``session`` reads, whose ``infra.versions`` are ``versions``.

        Raises Unavailable when the first one takes longer to be made than anybody may be kept waiting.
        """
        made = self._board
        if made is None or (self._version != _version(versions) and self._took_s < QUICK_S):
            made = self._make(session, versions, wait_s=WAITS_S)
        return made

    def exact(self, session: Session, versions: Mapping[str, int]) -> Board | None:
        """The board, if it has the very data that ``session`` reads. Raises as ``current``."""
        made = self.current(session, versions)
        return made if made is self._board and self._version == _version(versions) else None

    def renew(self, session: Session, versions: Mapping[str, int]) -> None:
        """Make the board if there is none, as when a process begins, or it is out of date."""
        if self._board is None or self._version != _version(versions):
            self._make(session, versions)

    def _make(self, session: Session, versions: Mapping[str, int], *, wait_s: float = -1.0) -> Board:
        if not self._lock.acquire(timeout=wait_s):
            raise Unavailable("The directory has just begun, and is still reading what there is.")
        try:
            if self._board is not None and self._version == _version(versions):
                return self._board  # somebody else just made it
            started = time.monotonic()
            made = Board(self._index.board(session))
            self._board, self._version, self._took_s = made, _version(versions), time.monotonic() - started
            return made
        finally:
            self._lock.release()


def _version(versions: Mapping[str, int]) -> int:
    return versions.get("changes", 0)
