"""Points, boxes, distances and map tiles. Degrees are WGS 84, north and east positive; lengths are metres."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Self

from directory.core.errors import Invalid

MILE_M: Final = 1609.344
EARTH_M: Final = 6_371_008.8  # mean radius; the haversine on it is within 0.5 % of the ellipsoid in Britain
MERCATOR_NORTH: Final = 85.05112877980659  # where the web map's square ends
WRAPPED_LON: Final = 540.0  # a map zoomed right out shows the world up to three times side by side


@dataclass(frozen=True, slots=True)
class Point:
    """A place on Earth. Built as given; ``Point.parse`` checks."""

    lat: float
    lon: float

    @classmethod
    def parse(cls, lat: object, lon: object) -> Self:
        """The point that two numbers or their texts mean. Raises Invalid when they are not on Earth."""
        return cls(
            _number("latitude", lat, -90, 90, "degrees from -90 to 90"),
            _number("longitude", lon, -180, 180, "degrees from -180 to 180"),
        )


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in degrees, edges included. It never crosses the date line: ``west <= east``."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """The box written ``w,s,e,n`` in degrees. Raises Invalid.

        A map zoomed right out sends longitudes beyond 180: they are cut back to the world's edge.
        """
        parts = text.split(",", 4)
        if len(parts) != 4:
            raise Invalid("bbox", text, "west,south,east,north in degrees")
        west, east = (
            min(180.0, max(-180.0, _number("bbox", part, -WRAPPED_LON, WRAPPED_LON, "degrees east")))
            for part in parts[::2]
        )
        south, north = (_number("bbox", part, -90, 90, "degrees north from -90 to 90") for part in parts[1::2])
        if west > east or south > north:
            raise Invalid("bbox", text, "west,south,east,north in degrees, west before east and south before north")
        return cls(west, south, east, north)

    @classmethod
    def around(cls, point: Point, radius_m: float) -> Self:
        """The smallest box that holds everything within ``radius_m`` of ``point``."""
        angle = radius_m / EARTH_M
        high = math.degrees(angle)
        south, north = max(-90.0, point.lat - high), min(90.0, point.lat + high)
        if south == -90.0 or north == 90.0:
            return cls(-180.0, south, 180.0, north)  # a pole is inside: every longitude is near
        wide = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(point.lat)))))
        west, east = point.lon - wide, point.lon + wide
        if west < -180.0 or east > 180.0:
            return cls(-180.0, south, 180.0, north)
        return cls(west, south, east, north)

    @classmethod
    def holding(cls, points: Iterable[Point]) -> Self:
        """The smallest box that holds all ``points``. Raises Invalid when there are none."""
        lats, lons = _lats_and_lons(points)
        return cls(min(lons), min(lats), max(lons), max(lats))

    @property
    def centre(self) -> Point:
        """The point half way between the edges, in degrees."""
        return Point((self.south + self.north) / 2, (self.west + self.east) / 2)

    def contains(self, point: Point) -> bool:
        """Whether ``point`` is inside or on the edge."""
        return self.south <= point.lat <= self.north and self.west <= point.lon <= self.east

    def touches(self, box: "Box") -> bool:
        """Whether the two share at least one point."""
        return self.west <= box.east and box.west <= self.east and self.south <= box.north and box.south <= self.north

    def __str__(self) -> str:
        return f"{self.west!r},{self.south!r},{self.east!r},{self.north!r}"


def distance_m(a: Point, b: Point) -> float:
    """Metres from ``a`` to ``b`` over the ground of a round Earth (haversine)."""
    return distances_from(a)(b.lat, b.lon)


def distances_from(point: Point) -> Callable[[float, float], float]:
    """What tells ``distance_m`` from ``point`` to a latitude and longitude: for hundreds, without a Point each."""
    lat_a, lon_a = math.radians(point.lat), point.lon
    narrow = math.cos(lat_a)

    def distance(lat: float, lon: float) -> float:
        lat_b = math.radians(lat)
        half_lat = math.sin((lat_b - lat_a) / 2)
        half_lon = math.sin(math.radians(lon - lon_a) / 2)
        chord = half_lat * half_lat + narrow * math.cos(lat_b) * half_lon * half_lon
        return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(chord)))

    return distance


def centre_of(points: Iterable[Point]) -> Point:
    """The mean of ``points``, for places that fit in one country. Raises Invalid when there are none."""
    lats, lons = _lats_and_lons(points)
    return Point(math.fsum(lats) / len(lats), math.fsum(lons) / len(lons))


def tile_of(point: Point, zoom: int) -> tuple[int, int]:
    """Column and row of the web map tile (x east, y south) that shows ``point``; the nearest, off the map."""
    across = 1 << zoom
    lat = math.radians(min(MERCATOR_NORTH, max(-MERCATOR_NORTH, point.lat)))
    x = math.floor((point.lon + 180.0) / 360.0 * across)
    y = math.floor((1.0 - math.asinh(math.tan(lat)) / math.pi) / 2.0 * across)
    return min(across - 1, max(0, x)), min(across - 1, max(0, y))


def tile_west(zoom: int, x: int) -> float:
    """The longitude where the web map's column of tiles ``x`` begins; its east edge is the next one's west."""
    return x / (1 << zoom) * 360.0 - 180.0


def tile_north(zoom: int, y: int) -> float:
    """The latitude where the web map's row of tiles ``y`` begins; its south edge is the next one's north."""
    return math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * y / (1 << zoom)))))


def _lats_and_lons(points: Iterable[Point]) -> tuple[list[float], list[float]]:
    kept = list(points)
    if not kept:
        raise Invalid("points", kept, "at least one")
    return [point.lat for point in kept], [point.lon for point in kept]


def _number(field: str, given: object, low: float, high: float, wanted: str) -> float:
    """``given`` as a number from ``low`` to ``high``; NaN and the infinities are outside every range."""
    try:
        number = float(given) if isinstance(given, int | float | str) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not low <= number <= high:
        raise Invalid(field, given, wanted)
    return number
