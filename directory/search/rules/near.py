"""Near: how far, which cells of the index to look in, and how far away counts what has no place of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from directory.core.geo import MILE_M, Box, Point, tile_of
from directory.core.geo.shapes import EARTH_M

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
    """The ground around a point as a plane, for arithmetic that a database can do on every row.

    The square of the distance in metres to (lat, lon) is ``(north * a)**2 + (b * (east - turn * a))**2`` with a and b
    the differences in degrees. Within 0.1 % of the haversine up to 100 miles.
    """

    lat: float
    lon: float
    north: float  # metres in a degree of latitude
    east: float  # metres in a degree of longitude, here
    turn: float  # how many fewer with each degree further north

    @classmethod
    def around(cls, point: Point) -> Flat:
        """The plane that touches the Earth at ``point``."""
        lat = math.radians(point.lat)
        return cls(
            point.lat,
            point.lon,
            METRES_PER_DEGREE,
            METRES_PER_DEGREE * math.cos(lat),
            METRES_PER_DEGREE * math.sin(lat) * math.pi / 360,
        )

    def squared(self, lat: float, lon: float) -> float:
        """The square of the distance in metres."""
        up, along = lat - self.lat, lon - self.lon
        return (self.north * up) ** 2 + (along * (self.east - self.turn * up)) ** 2


@dataclass(frozen=True, slots=True)
class Here:
    """Where the searcher is, how far they would go (metres, None: anywhere), and the areas they are in."""

    point: Point
    radius_m: float | None
    areas: tuple[str, ...] = ()

    @property
    def flat(self) -> Flat:
        """The ground around it."""
        return Flat.around(self.point)

    def within(self, radius_m: float) -> Here:
        """The same place with another radius."""
        return Here(self.point, radius_m, self.areas)

    def cells(self) -> list[str]:
        """The cells to look in; none means all of them."""
        return [] if self.radius_m is None else cover(Box.around(self.point, self.radius_m))


def stands_at_m(serves: str) -> float:
    """How far away an offering without a point counts, which serves ``serves`` (an area's code, or all of it)."""
    if serves == WHOLE_PLACE:
        return SERVES_PLACE_M
    return SERVES_ANYWHERE_M if serves == EVERYWHERE else SERVES_AREA_M
