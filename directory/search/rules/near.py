"""Near: how far, which cells of the index to look in, and how far away counts what has no place of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from directory.core.geo import MILE_M, Box, Point, tile_of
from directory.core.geo.shapes import EARTH_M
from directory.geocoding.rules import Located

# An offering without a point that serves the searcher's area has no distance to show, but it has to stand somewhere.
SERVES_AREA_M: Final = 1.5 * MILE_M  # serves the very ward or district: as if 1.5 miles away, half the starting radius
SERVES_PLACE_M: Final = 3.0 * MILE_M  # serves the whole place: as if 3 miles away
SERVES_ANYWHERE_M: Final = 50.0 * MILE_M  # serves everywhere: after what is near, before what is far

WHOLE_PLACE: Final = "*place"
EVERYWHERE: Final = "*everywhere"

FINEST: Final = 13  # zoom of the smallest cells: 3 km wide in Britain
ZOOMS: Final = (13, 11, 9, 7, 5, 0)  # the last is the whole world: every point is in one of its cells
MOST_CELLS: Final = 36  # alternatives in one query
FURTHEST_M: Final = 500.0 * MILE_M  # a larger radius is none
METRES_PER_DEGREE: Final = EARTH_M * math.pi / 180


def cells_of(point: Point) -> list[str]:
    """The tokens of the cells that hold ``point``, one for each zoom."""
    x, y = tile_of(point, FINEST)
    return [_cell(zoom, x >> (FINEST - zoom), y >> (FINEST - zoom)) for zoom in ZOOMS]


def _cell(zoom: int, x: int, y: int) -> str:
    return f"z{zoom}:{x}:{y}"


def cover(box: Box) -> list[str]:
    """The tokens of the smallest cells of which at most MOST_CELLS cover ``box``."""
    west, north = tile_of(Point(box.north, box.west), FINEST)
    east, south = tile_of(Point(box.south, box.east), FINEST)
    for zoom in ZOOMS:
        shift = FINEST - zoom
        columns = range(west >> shift, (east >> shift) + 1)
        rows = range(north >> shift, (south >> shift) + 1)
        if len(columns) * len(rows) <= MOST_CELLS:
            return [_cell(zoom, x, y) for y in rows for x in columns]
    raise AssertionError("one cell covers the world")


@dataclass(frozen=True, slots=True)
class Flat:
    """The ground around a point as a plane, for arithmetic that a database does on every row.

    ``squared`` is in degrees of latitude, squared; it is what circles and the order go by, here and in SQL. Within
    0.1 % of the haversine up to 10 miles, 0.5 % up to 50.
    """

    lat: float
    lon: float
    narrow: float  # the square of how long a degree of longitude is, in degrees of latitude

    @classmethod
    def around(cls, point: Point) -> Flat:
        """The plane that touches the Earth at ``point``."""
        return cls(point.lat, point.lon, math.cos(math.radians(point.lat)) ** 2)

    def squared(self, lat: float, lon: float) -> float:
        """The square of the distance."""
        up, along = lat - self.lat, lon - self.lon
        return up * up + along * along * self.narrow


def squared_degrees(metres: float) -> float:
    """A distance as ``Flat.squared`` has it."""
    return (metres / METRES_PER_DEGREE) ** 2


def circle_m(within_m: float, width_m: float) -> float:
    """How far a circle within ``within_m`` of a place of ``width_m`` (``Here``) reaches; 0 is without an end.

    It takes in all of the place: who says Birmingham does not mean three miles around its middle.
    """
    reach = max(within_m, width_m) if within_m else 0.0
    return reach if reach < FURTHEST_M else 0.0


@dataclass(frozen=True, slots=True)
class Here:
    """Where the searcher is, how far they would go (metres, None: anywhere), and the areas they are in.

    ``width_m``: what they named reaches so far around the point (``Located.width_m``).
    """

    point: Point
    radius_m: float | None
    areas: tuple[str, ...] = ()
    width_m: float = 0.0

    @classmethod
    def around(cls, near: Located, within_m: float, areas: Iterable[str]) -> Here:
        """Within so many metres (0: any number) of ``near``, which is in ``areas`` (their codes)."""
        radius = circle_m(within_m, near.width_m) or None
        return cls(near.point, radius, tuple(map(str.lower, areas)), near.width_m)

    @property
    def flat(self) -> Flat:
        """The ground around it."""
        return Flat.around(self.point)

    @property
    def reach(self) -> float:
        """The radius as ``Flat.squared`` has it."""
        return math.inf if self.radius_m is None else squared_degrees(self.radius_m)

    def within(self, radius_m: float) -> Here:
        """The same place with another radius."""
        return replace(self, radius_m=radius_m)

    def cells(self) -> list[str]:
        """The cells to look in; none means all of them."""
        return [] if self.radius_m is None else cover(Box.around(self.point, self.radius_m))


def stands_at_m(serves: str) -> float:
    """How far away an offering without a point counts, which serves ``serves`` (an area's code, or all of it)."""
    if serves == WHOLE_PLACE:
        return SERVES_PLACE_M
    return SERVES_ANYWHERE_M if serves == EVERYWHERE else SERVES_AREA_M
