"""The postcodes of Great Britain in the mapped file: a look-up touches a few of its pages."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from directory.core.geo import Point, distance_m
from directory.core.postcode import Partial, Postcode
from directory.geocoding.service import layout

FAR_M: Final = 10_000.0  # nobody's postcode is farther from a building than this
_LETTERS: Final = 26
_DIGIT: Final = _LETTERS * _LETTERS
_A: Final = ord("A")
_RING_M: Final = 1_050.0  # the narrowest tile, in Shetland


@dataclass(frozen=True, slots=True)
class Spot:
    """The middle of a sector or district; nine of ten of its different ``points`` lie within ``radius_m``."""

    point: Point
    radius_m: float
    points: int


class PostcodeIndex:
    """The mapped postcode file. Cheap to open, shared by all workers through the page cache."""

    def __init__(self, opened: layout.Opened) -> None:
        at = opened.sections
        self.package = str(opened.facts["package"])
        self._first, self._place = at["district_first"], at["district_place"]
        self._sector_key, self._sector_first = at["sector_key"], at["sector_first"]
        self._sector_place = at["sector_place"]
        self._inward, self._position = at["inward"], at["position"]
        self._tile_first, self._tile_sector = at["tile_first"], at["tile_sector"]
        outward = at["outward"].tobytes().decode("ascii")
        self._districts = {outward[4 * n : 4 * n + 4].rstrip(): n for n in range(len(outward) // 4)}
        self._names = tuple(self._districts)

    @classmethod
    def open(cls, instance: Path) -> Self:
        """The index in the instance folder. Raises layout.NoPostcodes, which names the remedy."""
        return cls(layout.open_file(instance / layout.FILE))

    def __len__(self) -> int:
        return len(self._inward)

    @property
    def districts(self) -> tuple[str, ...]:
        """Every district there is, in the order of the file."""
        return self._names

    @property
    def columns(self) -> tuple[memoryview, memoryview]:
        """Where each district's rows begin (and the end); latitude and longitude of each row, micro-degrees.

        For whoever computes with all of them; the views stay valid as long as this object.
        """
        return self._first, self._position

    def unit(self, postcode: Postcode) -> Point | None:
        """The centre of a whole postcode, or None when it is not in the file."""
        number = self._districts.get(postcode.outward)
        if number is None:
            return None
        wanted = _inward_number(postcode.inward)
        row = bisect_left(self._inward, wanted, self._first[number], self._first[number + 1])
        return self._point(row) if row < self._first[number + 1] and self._inward[row] == wanted else None

    def part(self, partial: Partial) -> Spot | None:
        """The middle of a sector or district, or None when there is none."""
        number = self._districts.get(partial.outward)
        if number is None:
            return None
        if not partial.is_sector:
            return _spot(self._place, number)
        key = number * 10 + int(partial.digit)
        at = bisect_left(self._sector_key, key)
        if at == len(self._sector_key) or self._sector_key[at] != key:
            return None
        return _spot(self._sector_place, at)

    def nearest(self, point: Point) -> tuple[Postcode, float] | None:
        """The postcode nearest to ``point`` and how many metres away, or None beyond ``FAR_M``."""
        lat, lon = round(point.lat * layout.DEGREE), round(point.lon * layout.DEGREE)
        row, column = layout.tile_at(lat, lon)
        shrink = math.cos(math.radians(point.lat))
        best, best_row, seen = math.inf, -1, set[int]()
        for ring in range(math.ceil(FAR_M / _RING_M) + 1):
            for sector in self._sectors_in_ring(row, column, ring) - seen:
                seen.add(sector)
                start, end = self._sector_first[sector], self._sector_first[sector + 1]
                numbers = iter(self._position[2 * start : 2 * end].tolist())
                for candidate, (up, across) in enumerate(zip(numbers, numbers, strict=True), start):
                    square = (up - lat) ** 2 + ((across - lon) * shrink) ** 2
                    if square < best or (square == best and candidate < best_row):
                        best, best_row = square, candidate
            if best_row >= 0 and distance_m(point, self._point(best_row)) <= ring * _RING_M:
                break  # what lies outside the rings seen is farther away
        if best_row < 0:
            return None
        metres = distance_m(point, self._point(best_row))
        return (self._postcode(best_row), metres) if metres <= FAR_M else None

    def _sectors_in_ring(self, row: int, column: int, ring: int) -> set[int]:
        """The sectors that have a postcode in the tiles that are ``ring`` tiles away from the one in the middle."""
        found = set[int]()
        for line in range(row - ring, row + ring + 1):
            ends = (column - ring, column + ring) if ring else (column,)
            columns = range(column - ring, column + ring + 1) if abs(line - row) == ring else ends
            for tile in layout.tiles_of_row(line, columns):
                found.update(self._tile_sector[self._tile_first[tile] : self._tile_first[tile + 1]])
        return found

    def _point(self, row: int) -> Point:
        return Point(self._position[2 * row] / layout.DEGREE, self._position[2 * row + 1] / layout.DEGREE)

    def _postcode(self, row: int) -> Postcode:
        number = bisect_left(self._first, row + 1) - 1
        digit, letters = divmod(self._inward[row], _DIGIT)
        first, second = divmod(letters, _LETTERS)
        return Postcode(self._names[number], f"{digit}{chr(_A + first)}{chr(_A + second)}")


def _inward_number(inward: str) -> int:
    """The second half as the file keeps it: one number."""
    return int(inward[0]) * _DIGIT + (ord(inward[1]) - _A) * _LETTERS + ord(inward[2]) - _A


def _spot(place: memoryview, at: int) -> Spot:
    lat, lon, radius, points = place[4 * at : 4 * at + 4]
    return Spot(Point(lat / layout.DEGREE, lon / layout.DEGREE), float(radius), points)
