"""Geometry: outlines light enough to serve, points for labels, all from shapes in degrees.

Lengths are metres on a Mercator plane that is true in the middle of what is being drawn: right to one per
cent for a county, to fifteen for Britain from end to end, which is enough for outlines.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import mapping

from directory.core.geo import Box, Point

EARTH_M: Final = 6_371_008.8
FINE_PLACES: Final = 5  # decimals of a degree: 1 m
COARSE_PLACES: Final = 4  # 10 m
COARSE_M: Final = 500.0

Shapes = npt.NDArray[Any]  # of shapely geometries
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north on a Mercator map, true to scale at ``lat``."""

    lat: float

    @classmethod
    def through(cls, shapes: Shapes) -> Plane:
        """The plane that is true in the middle of ``shapes``, in degrees."""
        _, south, _, north = shapely.total_bounds(shapes)
        return cls((south + north) / 2)

    @property
    def unit(self) -> float:
        """Metres for each radian of longitude."""
        return EARTH_M * math.cos(math.radians(self.lat))

    def metres(self, degrees: Numbers) -> Numbers:
        """Rows of longitude and latitude as rows of metres."""
        lon, lat = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
        return np.column_stack([lon, np.log(np.tan(np.pi / 4 + lat / 2))]) * self.unit

    def degrees(self, metres: Numbers) -> Numbers:
        """The way back."""
        x, y = metres[:, 0] / self.unit, metres[:, 1] / self.unit
        return np.degrees(np.column_stack([x, 2 * np.arctan(np.exp(y)) - np.pi / 2]))


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is kept of a shape."""

    shape: bytes
    outline: str
    coarse: str
    box: Box
    centre: Point


def draw(shapes: Shapes, tolerance_m: float) -> list[Drawn]:
    """The outlines of ``shapes`` (valid polygons in degrees, longitude first), simplified together.

    Borders that two of them share stay shared: no gaps and no overlaps appear between neighbours.
    """
    if not len(shapes):
        return []
    plane = Plane.through(shapes)
    flat = shapely.transform(shapes, plane.metres)
    fine = _simplified(flat, tolerance_m, plane, FINE_PLACES, shapes)
    coarse = _simplified(flat, max(COARSE_M, tolerance_m), plane, COARSE_PLACES, fine)
    circles = shapely.maximum_inscribed_circle(flat, tolerance=1.0)
    middles = plane.degrees(shapely.get_coordinates(shapely.get_point(circles, 0)))
    return [
        Drawn(shapely.to_wkb(shape), geojson(outline), geojson(rough), _box(shape), _point(middle))
        for shape, outline, rough, middle in zip(shapes, fine, coarse, middles, strict=True)
    ]


def polygons(shape: Any) -> Any:
    """The surfaces of ``shape`` as one polygon or multipolygon, mended if it crosses itself; empty if it has none."""
    whole = shape if shapely.is_valid(shape) else shapely.make_valid(shape)
    parts = [part for part in _parts(whole) if shapely.get_type_id(part) == shapely.GeometryType.POLYGON]
    surfaces = [part for part in parts if not shapely.is_empty(part)]
    return surfaces[0] if len(surfaces) == 1 else shapely.MultiPolygon(surfaces)


def geojson(shape: Any) -> str:
    """A polygon or multipolygon as RFC 7946 has it: outer rings counter-clockwise, holes clockwise."""
    said = mapping(shapely.orient_polygons(shape, exterior_cw=False))
    return json.dumps({"type": said["type"], "coordinates": said["coordinates"]}, separators=(",", ":"))


def _parts(shape: Any) -> Sequence[Any]:
    """Every simple geometry in a collection, however deep."""
    parts = list(shapely.get_parts(shape))
    return [inner for part in parts for inner in (_parts(part) if len(shapely.get_parts(part)) > 1 else [part])]


def _simplified(flat: Shapes, tolerance_m: float, plane: Plane, places: int, instead: Shapes) -> Shapes:
    """``flat`` made simpler and rounded, in degrees; where nothing is left of a shape, that of ``instead``."""
    simple = shapely.transform(shapely.coverage_simplify(flat, tolerance_m), plane.degrees)
    rounded = shapely.set_precision(simple, 10.0**-places)
    kept = [polygons(shapely.transform(shape, lambda points: np.round(points, places))) for shape in rounded]
    return np.array([other if shapely.is_empty(shape) else shape for shape, other in zip(kept, instead, strict=True)])


def _box(shape: Any) -> Box:
    return Box(*(float(side) for side in shapely.bounds(shape)))


def _point(middle: Numbers) -> Point:
    return Point(round(float(middle[1]), FINE_PLACES), round(float(middle[0]), FINE_PLACES))
