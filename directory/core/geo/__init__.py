from directory.core.geo.grid import osgb_to_wgs84
from directory.core.geo.shapes import (
    MERCATOR_NORTH,
    MILE_M,
    Box,
    Point,
    centre_of,
    distance_m,
    distances_from,
    tile_north,
    tile_of,
    tile_west,
)

__all__ = [
    "MERCATOR_NORTH",
    "MILE_M",
    "Box",
    "Point",
    "centre_of",
    "distance_m",
    "distances_from",
    "osgb_to_wgs84",
    "tile_north",
    "tile_of",
    "tile_west",
]
