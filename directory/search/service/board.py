"""Every offering in memory, so that filters are counted without asking the database for each of their values.

A board holds about 30 bytes an offering: 13 MB for 200,000 organisations. It is made from one reading of a narrow table
and is right for one version of the published data.
"""

from __future__ import annotations

import math
import threading
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from directory.core.geo import Box, Point
from directory.search.engine import Index
from directory.search.rules.near import METRES_PER_DEGREE, Here, stands_at_m
from directory.search.rules.numbers import ORDINAL_BITS
from directory.search.rules.query import serving
from directory.search.service.grid import Grid
from directory.search.service.postings import Postings

QUICK_S: Final = 0.1  # a board that was made so quickly is made anew by whoever finds it out of date
AT_ONCE: Final = 32_640  # organisations of whose filters 64 are unpacked at once: 2 MB
BYTES_ADDED: Final = 255
WORD_BITS: Final = 64
SMALL: Final = 50_000  # offerings: those of a city
MOST_KEPT: Final = 64
BATCH: Final = 5_000
ROUNDED: Final = 1.02  # a box by the haversine holds a circle on the plane (``Flat``), which is off by 0.5 % at most

Numbers: TypeAlias = npt.NDArray[np.int64]
Places: TypeAlias = npt.NDArray[np.intp]  # positions on a board
Words: TypeAlias = npt.NDArray[np.uint64]
Masks: TypeAlias = npt.NDArray[np.uint64]  # some rows of words
Truths: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]
Kept = TypeVar("Kept")


class Board:
    """What filters count, of every offering, by its position in the order of numbers."""

    def __init__(self, rows: Iterable[tuple[int, float | None, float | None, str]]) -> None:
        sets: dict[str, int] = {}
        numbers, of_set, lats, lons = array("q"), array("q"), array("d"), array("d")  # as small as they will be
        for number, lat, lon, facets in rows:
            numbers.append(number)
            of_set.append(sets.setdefault(facets, len(sets)))
            lats.append(math.nan if lat is None else lat)
            lons.append(math.nan if lon is None else lon)
        self._numbers: Numbers = np.frombuffer(numbers, dtype=np.int64)
        self._of_set: Places = np.frombuffer(of_set, dtype=np.int64)
        self._lats: Floats = np.frombuffer(lats, dtype=np.float64)
        self._lons: Floats = np.frombuffer(lons, dtype=np.float64)
        self._grid = Grid(self._lats, self._lons)
        self.postings: Final = Postings()
        self._kept: dict[str, Any] = {}
        self._lock = threading.Lock()
        numbered: defaultdict[str, int] = defaultdict(count().__next__)
        self._masks = _packed(sets, numbered.__getitem__)
        self._bits: dict[str, int] = dict(numbered)

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
        nowhere = self._grid.nowhere
        serves = nowhere[self.having(nowhere, serving(here), every=False)]
        return np.sort(np.concatenate((near, serves)))

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
            serves = unplaced[self.having(places[unplaced], (token,), every=False)]
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
        serves = np.isnan(squared) & self.having(places, serving(here), every=False)
        squared[serves] = 0.0
        return squared

    def having(self, places: Places, tokens: Sequence[str], *, every: bool) -> Truths:
        """Which of ``places`` have one of ``tokens``, or all of them."""
        wanted = _packed([" ".join(token for token in tokens if token in self._bits)], self._bits.__getitem__)[:, 0]
        known = not every or all(token in self._bits for token in tokens)
        by_set: Truths = np.full(self._masks.shape[1], every and known)
        for word in np.flatnonzero(wanted):
            had = self._masks[word] & wanted[word]
            by_set = by_set & (had == wanted[word]) if every else by_set | (had != 0)
        found: Truths = by_set[self._of_set[places]]
        return found

    def counts(self, places: Places, tokens: Iterable[str]) -> Mapping[str, int]:
        """How many organisations have each of ``tokens`` in one of these offerings, which stand in their order."""
        at = {token: self._bits[token] for token in tokens if token in self._bits}
        columns = sorted({bit // WORD_BITS for bit in at.values()})  # of a country two thirds are of areas
        sets = self._of_set[places]
        totals = self.totals(places, (self._masks[column][sets] for column in columns))
        begins = {column: WORD_BITS * order for order, column in enumerate(columns)}
        return {token: totals[begins[bit // WORD_BITS] + bit % WORD_BITS] for token, bit in at.items() if totals}

    def totals(self, places: Places, words: Iterable[Words]) -> list[int]:
        """For each bit, how many organisations have it in one of these offerings, which stand in their order.

        ``words`` are the first 64 bits of each of them, the next 64, and so on. Nothing for no offerings.
        """
        firsts = firsts_of(self._numbers[places])
        if not len(firsts):
            return []
        return [total for word in words for total in _each_bit(np.bitwise_or.reduceat(word, firsts))]


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


def _packed(sets: Collection[str], bit_of: Callable[[str], int]) -> Masks:
    """The bits of each set of facets, a column of words each; as many words as the highest bit needs."""
    bits, ends = array("i"), array("q", [0])
    for facets in sets:
        bits.extend(map(bit_of, facets.split()))
        ends.append(len(bits))
    word, bit = np.divmod(np.frombuffer(bits, dtype=np.int32), WORD_BITS)
    masks: Masks = np.zeros((int(word.max(initial=0)) + 1, len(sets)), dtype=np.uint64)
    for first in range(0, len(sets), AT_ONCE):
        edges = np.frombuffer(ends, dtype=np.int64)[first : first + AT_ONCE + 1]
        rows, its = np.repeat(np.arange(len(edges) - 1), np.diff(edges)), slice(edges[0], edges[-1])
        np.bitwise_or.at(masks[:, first:], (word[its], rows), np.left_shift(np.uint64(1), bit[its].astype(np.uint64)))
    return masks


def firsts_of(numbers: Numbers) -> Places:
    """Where the offerings of each organisation begin."""
    bases = numbers >> ORDINAL_BITS
    if not len(bases):
        return np.array([], dtype=np.intp)
    return np.concatenate((np.zeros(1, dtype=np.intp), np.flatnonzero(np.diff(bases)) + 1))


class Boards:
    """The latest board of a process.

    A small one is made anew by the request that finds it out of date. A large one is made by ``renew``, beside the
    requests; until then they count on the last: by some seconds, the numbers may be those of before a change. The
    first is made by ``renew`` too, when a process begins: a request that is earlier waits for it.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._board: Board | None = None
        self._version = -1
        self._took_s = 0.0

    def current(self, session: Session, versions: Mapping[str, int]) -> Board:
        """The board to count on, of the data that ``session`` reads, whose ``infra.versions`` are ``versions``."""
        made = self._board
        if made is None or (self._version != _version(versions) and self._took_s < QUICK_S):
            made = self._make(session, versions)
        return made

    def exact(self, session: Session, versions: Mapping[str, int]) -> Board | None:
        """The board, if it has the very data that ``session`` reads."""
        made = self.current(session, versions)
        return made if made is self._board and self._version == _version(versions) else None

    def renew(self, session: Session, versions: Mapping[str, int]) -> None:
        """Make the board if there is none, as when a process begins, or it is out of date."""
        if self._board is None or self._version != _version(versions):
            self._make(session, versions)

    def _make(self, session: Session, versions: Mapping[str, int]) -> Board:
        with self._lock:
            if self._board is not None and self._version == _version(versions):
                return self._board  # somebody else just made it
            started = time.monotonic()
            made = Board(self._index.board(session))
            self._board, self._version, self._took_s = made, _version(versions), time.monotonic() - started
            return made


def _version(versions: Mapping[str, int]) -> int:
    return versions.get("changes", 0)
