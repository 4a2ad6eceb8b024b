"""Positions on a board as sets: a list in order of what few have, a bit for each position of what many have.

A list of a thirty-second of all positions is as long as the bits, which are put together a hundred times as quickly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Places: TypeAlias = npt.NDArray[np.intp]  # as they choose from an array
Truths: TypeAlias = npt.NDArray[np.bool_]
Positions: TypeAlias = npt.NDArray[np.int32]
Bits: TypeAlias = npt.NDArray[np.uint8]
MANY: Final = 32  # one of so many has it: then it is bits
LOOKED_UP: Final = 64  # of so many one is looked up, or marked by itself, sooner than all are marked
AT_ONCE: Final = 8_192  # positions that are looked at, when the first are looked for
ORDER: Final = "little"  # of the bits of a byte


@dataclass(frozen=True, slots=True, eq=False)
class Some:
    """Some positions of a board of ``size``: ``bits``, or, without them, a list."""

    size: int
    listed: Positions
    bits: Bits | None = None

    @classmethod
    def of(cls, size: int, places: Places | None = None) -> Some:
        """``places``, which stand in order; None: every position."""
        if places is None:
            return cls(size, NOBODY, np.packbits(np.ones(size, dtype=np.bool_), bitorder=ORDER))
        listed = places.astype(np.int32)
        return cls(size, listed) if MANY * len(listed) < size else cls(size, NOBODY, _packed(listed, size))

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.listed.nbytes if self.bits is None else self.bits.nbytes

    def places(self) -> Places:
        """All of them, in order."""
        return self.listed.astype(np.intp) if self.bits is None else _places(self.bits, self.size)

    def first(self, most: int) -> Places:
        """The first of them, in order."""
        if self.bits is None:
            return self.listed[:most].astype(np.intp)
        parts = ((at, self.bits[at // 8 : (at + AT_ONCE) // 8]) for at in range(0, self.size, AT_ONCE))
        return _first((_places(some, min(AT_ONCE, self.size - at)) + at for at, some in parts), most)

    def has(self, places: Places | Positions) -> Truths:
        """Which of ``places``, in order, are among them."""
        if self.bits is not None:
            found: Truths = (self.bits[places >> 3] >> (places & 7) & 1).astype(np.bool_)
            return found
        if LOOKED_UP * len(places) > self.size:
            return _marks(self.listed, self.size)[places]
        if not len(self.listed):
            return np.zeros(len(places), dtype=np.bool_)
        at = np.searchsorted(self.listed, places.astype(np.int32))
        at[at == len(self.listed)] = 0
        return np.equal(self.listed[at], places)

    def first_in(self, places: Places, most: int) -> Places:
        """The first of ``places`` that are among them; where they are many, no more are looked at than it takes."""
        if self.bits is None:
            return places[self.has(places)][:most]
        parts = (places[start : start + AT_ONCE] for start in range(0, len(places), AT_ONCE))
        return _first((some[self.has(some)] for some in parts), most)

    def __and__(self, other: Some) -> Some:
        if self.bits is not None and other.bits is not None:
            return Some(self.size, NOBODY, self.bits & other.bits)
        if self.bits is not None or (other.bits is None and len(other.listed) < len(self.listed)):
            return Some(self.size, other.listed[self.has(other.listed)])
        return Some(self.size, self.listed[other.has(self.listed)])

    def __sub__(self, other: Some) -> Some:
        if self.bits is None:
            return Some(self.size, self.listed[~other.has(self.listed)])
        left_out = _packed(other.listed, self.size) if other.bits is None else other.bits
        return Some(self.size, NOBODY, self.bits & ~left_out)


NOBODY: Final[Positions] = np.array([], dtype=np.int32)


def either(sets: Sequence[Some], size: int) -> Some:
    """What is in one of ``sets``, of a board of ``size``."""
    if len(sets) == 1:
        return sets[0]
    listed = np.concatenate((NOBODY, *(each.listed for each in sets)))
    of_many = [each.bits for each in sets if each.bits is not None]
    if not of_many and MANY * len(listed) < size:
        found = np.sort(listed)
        return Some(size, found[np.diff(found, prepend=np.int32(-1)) > 0])
    if LOOKED_UP * len(listed) > size:
        bits = _packed(listed, size)
    else:
        bits = np.zeros((size + 7) // 8, dtype=np.uint8)
        np.bitwise_or.at(bits, listed >> 3, np.left_shift(1, listed & 7).astype(np.uint8))
    return Some(size, NOBODY, reduce(np.bitwise_or, of_many, bits))


def _first(parts: Iterable[Places], most: int) -> Places:
    """The first of what is in ``parts``, of which no more are made than it takes."""
    found, many = [np.array([], dtype=np.intp)], 0
    for part in parts:
        found.append(part)
        many += len(part)
        if many >= most:
            break
    return np.concatenate(found)[:most]


def _places(bits: Bits, size: int) -> Places:
    return np.flatnonzero(np.unpackbits(bits, count=size, bitorder=ORDER).view(np.bool_))


def _packed(listed: Positions, size: int) -> Bits:
    return np.packbits(_marks(listed, size), bitorder=ORDER)


def _marks(listed: Positions, size: int) -> Truths:
    marks: Truths = np.zeros(size, dtype=np.bool_)
    marks[listed] = True
    return marks
