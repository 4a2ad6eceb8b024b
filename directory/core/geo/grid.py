"""The Ordnance Survey's National Grid, as the postcode files use it, turned into degrees.

The formulas are those of the Ordnance Survey's "A guide to coordinate systems in Great Britain": the
inverse transverse Mercator on the Airy 1830 ellipsoid, then the seven-parameter Helmert transformation.
The exact answer (OSTN15) needs a 15 MB table; this one is within 5 m of it everywhere, and the centre of a
postcode is not that good.
"""

import math
from typing import Final

from directory.core.errors import Invalid
from directory.core.geo.shapes import Point

EAST_LIMIT_M: Final = 800_000.0
NORTH_LIMIT_M: Final = 1_400_000.0

# Airy 1830, and the grid on it: scale on the central meridian, true origin 49 N 2 W, false origin.
_A: Final = 6_377_563.396
_B: Final = 6_356_256.909
_SCALE: Final = 0.999_601_271_7
_LAT_0: Final = math.radians(49.0)
_LON_0: Final = math.radians(-2.0)
_EAST_0: Final = 400_000.0
_NORTH_0: Final = -100_000.0
_E2: Final = 1.0 - (_B / _A) ** 2
_N: Final = (_A - _B) / (_A + _B)

# Along the meridian: the rectifying radius, and the series from rectifying latitude to latitude.
_RADIUS: Final = _A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_FOOT: Final = (
    3 * _N / 2 - 27 * _N**3 / 32,
    21 * _N**2 / 16 - 55 * _N**4 / 32,
    151 * _N**3 / 96,
)


def _rectifying(lat: float) -> float:
    """The rectifying latitude: the length of the meridian from the equator over the rectifying radius."""
    return (
        lat
        - (3 * _N / 2 - 9 * _N**3 / 16) * math.sin(2 * lat)
        + (15 * _N**2 / 16 - 15 * _N**4 / 32) * math.sin(4 * lat)
        - 35 * _N**3 / 48 * math.sin(6 * lat)
    )


_MU_0: Final = _rectifying(_LAT_0)

# OSGB36 to WGS 84: shifts in metres, rotations in seconds of arc, scale in parts per million.
_SHIFT: Final = (446.448, -125.157, 542.060)
_TURN_X, _TURN_Y, _TURN_Z = (math.radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))
_GROW: Final = 1 - 20.4894e-6
_WGS_A: Final = 6_378_137.0
_WGS_B: Final = 6_356_752.314_245
_WGS_E2: Final = 1.0 - (_WGS_B / _WGS_A) ** 2
_WGS_EP2: Final = (_WGS_A / _WGS_B) ** 2 - 1.0


def osgb_to_wgs84(easting: float, northing: float) -> Point:
    """The point that is ``easting`` and ``northing`` metres on the National Grid (not the Irish one).

    Raises Invalid for what is off the grid, NaN among it.
    """
    if not (0 <= easting <= EAST_LIMIT_M and 0 <= northing <= NORTH_LIMIT_M):
        raise Invalid("grid reference", (easting, northing), "metres east and north on the National Grid")
    return _to_wgs84(*_to_airy(easting, northing))


def _to_airy(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude in radians on Airy 1830."""
    mu = _MU_0 + (northing - _NORTH_0) / (_RADIUS * _SCALE)
    foot = mu + _FOOT[0] * math.sin(2 * mu) + _FOOT[1] * math.sin(4 * mu) + _FOOT[2] * math.sin(6 * mu)
    sin, cos = math.sin(foot), math.cos(foot)
    tan = sin / cos
    t2 = tan * tan
    flat = 1 - _E2 * sin * sin
    nu = _A * _SCALE / math.sqrt(flat)  # radius of curvature across the meridian
    rho = nu * (1 - _E2) / flat  # and along it
    eta2 = nu / rho - 1
    d = (easting - _EAST_0) / nu
    d2 = d * d
    lat = foot - tan * nu / rho * d2 / 2 * (
        1 - d2 / 12 * (5 + 3 * t2 + eta2 - 9 * t2 * eta2) + d2 * d2 / 360 * (61 + 90 * t2 + 45 * t2 * t2)
    )
    lon = _LON_0 + d / cos * (
        1
        - d2 / 6 * (nu / rho + 2 * t2)
        + d2 * d2 / 120 * (5 + 28 * t2 + 24 * t2 * t2)
        - d2 * d2 * d2 / 5040 * (61 + 662 * t2 + 1320 * t2 * t2 + 720 * t2 * t2 * t2)
    )
    return lat, lon


def _to_wgs84(lat: float, lon: float) -> Point:
    """From Airy 1830 radians over cartesian metres to degrees. The height is taken as nought."""
    sin, cos = math.sin(lat), math.cos(lat)
    nu = _A / math.sqrt(1 - _E2 * sin * sin)
    x, y, z = nu * cos * math.cos(lon), nu * cos * math.sin(lon), nu * (1 - _E2) * sin
    wx = _SHIFT[0] + _GROW * x - _TURN_Z * y + _TURN_Y * z
    wy = _SHIFT[1] + _TURN_Z * x + _GROW * y - _TURN_X * z
    wz = _SHIFT[2] - _TURN_Y * x + _TURN_X * y + _GROW * z
    across = math.hypot(wx, wy)
    slant = math.atan2(wz * _WGS_A, across * _WGS_B)  # Bowring: one step is exact to a millimetre near the ground
    north = math.atan2(
        wz + _WGS_EP2 * _WGS_B * math.sin(slant) ** 3,
        across - _WGS_E2 * _WGS_A * math.cos(slant) ** 3,
    )
    return Point(math.degrees(north), math.degrees(math.atan2(wy, wx)))
