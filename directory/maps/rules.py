"""Pins of a record, and the grid that clusters them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from directory.core.geo import Box, Point, tile_of
from directory.listings.rules.offerings import Flat, flat_offerings
from directory.listings.rules.record import Record, Visibility

MICRO = 1_000_000  # microdegrees in a degree
CELL_LEVELS = 2  # a cell is a quarter of a map tile on each side: 64 px
COARSEST = 2  # cell levels kept: map zoom 0 ...
FINEST = 17  # ... to 15; closer than that, what a viewport holds is read and counted
DEEPEST = 19  # the closest zoom: there every pin is shown as itself
FANNED = 12  # pins of one spot that a map fans out; more are a number until they are looked at closely
HEAVY = 9_000  # bytes of an answer: beyond that its cells are made larger
PIN_BYTES, CLUSTER_BYTES = 80, 27  # of one in a compressed answer, about


# Tuples, because a viewport shows hundreds of these and a frozen dataclass takes four times as long.
class Pin(NamedTuple):
    """A public point of an organisation (its integer id), where offering ``n`` is, and what its popup says."""

    organization_id: int
    n: int
    lat: int  # microdegrees
    lon: int
    uuid: UUID
    slug: str
    name: str
    need: str  # slug of the first need met there, for the icon; "" if none
    place: str  # the venue, or the public address
    approximate: bool

    @property
    def point(self) -> Point:
        """The pin in degrees."""
        return Point(self.lat / MICRO, self.lon / MICRO)


Cell = tuple[int, int, int]  # z, y, x
Sums = tuple[int, int, int]  # n, sum of lat, sum of lon


def pins(record: Record, organization_id: int, slug: str) -> list[Pin]:
    """One pin for each different public point of the record, at its first offering there."""
    found: dict[tuple[int, int], Pin] = {}
    for flat in flat_offerings(record):
        point = flat.location.point if flat.location else None
        if point is not None:
            lat, lon = round(point.lat * MICRO), round(point.lon * MICRO)
            if (lat, lon) not in found:
                found[lat, lon] = _pin(record, organization_id, slug, flat, (lat, lon))
    return list(found.values())


def _pin(record: Record, organization_id: int, slug: str, flat: Flat, at: tuple[int, int]) -> Pin:
    where = flat.location
    line = ", ".join(where.addresses[0].lines()) if where and where.addresses else ""
    return Pin(
        organization_id=organization_id,
        n=flat.n,
        lat=at[0],
        lon=at[1],
        uuid=record.id,
        slug=slug,
        name=record.name,
        need=flat.service.needs[0] if flat.service and flat.service.needs else "",
        place=(where.name if where else "") or line,
        approximate=where is not None and where.visibility is not Visibility.EXACT,
    )


def finest_cell(pin: Pin) -> tuple[int, int]:
    """The (x, y) of the pin's cell at FINEST; the cell at a coarser level is that shifted right."""
    return tile_of(pin.point, FINEST)


def cell_sums(pins: Iterable[tuple[int, int, int, int]]) -> dict[Cell, Sums]:
    """The cells of all levels that ``pins`` (x, y at FINEST, lat, lon) fall into, with what they add."""
    sums: dict[Cell, Sums] = {}
    finest: dict[tuple[int, int], Sums] = {}
    for x, y, lat, lon in pins:
        n, lats, lons = finest.get((x, y), (0, 0, 0))
        finest[x, y] = (n + 1, lats + lat, lons + lon)
    for (x, y), (n, lats, lons) in finest.items():
        for z in range(COARSEST, FINEST + 1):
            cell = (z, y >> (FINEST - z), x >> (FINEST - z))
            was = sums.get(cell)
            sums[cell] = (n, lats, lons) if was is None else (was[0] + n, was[1] + lats, was[2] + lons)
    return sums


class Cluster(NamedTuple):
    """``n`` pins that lie close together at a zoom: their middle, and the box of their cell, in degrees."""

    n: int
    lat: float
    lon: float
    box: tuple[float, float, float, float]  # west, south, east, north


def level_for(zoom: int) -> int:
    """The level of the cells that a map shows at ``zoom``."""
    return max(COARSEST, min(FINEST, zoom + CELL_LEVELS))


def window(box: Box, level: int, *, most: int) -> tuple[int, range, range]:
    """The level, rows and columns of the cells that touch ``box``: coarser until there are ``most`` on a side."""
    while True:
        west, north = tile_of(Point(box.north, box.west), level)
        east, south = tile_of(Point(box.south, box.east), level)
        if level == COARSEST or max(east - west, south - north) < most:
            return level, range(north, south + 1), range(west, east + 1)
        level -= 1


class Spot(NamedTuple):
    """A public point that a search found: offering ``n`` of an organisation, in degrees."""

    organization_id: int
    n: int
    lat: float
    lon: float


def cells_of(spots: Iterable[Spot], level: int) -> list[list[Spot]]:
    """``spots`` by their cells at ``level``, each point of an organisation once."""
    cells: dict[tuple[int, int], dict[tuple[int, float, float], Spot]] = {}
    for spot in spots:
        cell = cells.setdefault(tile_of(Point(spot.lat, spot.lon), level), {})
        cell.setdefault((spot.organization_id, spot.lat, spot.lon), spot)
    return [list(cell.values()) for cell in cells.values()]


def grouped(spots: Sequence[Spot], level: int) -> list[list[Spot]]:
    """``spots`` by cells of ``level``, or of a coarser one if what they say would be heavy."""
    while True:
        cells = cells_of(spots, level)
        single = sum(len(cell) for cell in cells if is_told(cell))
        if level == COARSEST or not is_heavy(single, sum(not is_told(cell) for cell in cells)):
            return cells
        level -= 1


def is_told(cell: Sequence[Spot]) -> bool:
    """Whether the pins of a cell are shown as themselves: one, or a few on one spot, which no zoom tells apart."""
    return len(cell) == 1 or (len(cell) <= FANNED and len({(spot.lat, spot.lon) for spot in cell}) == 1)


def is_heavy(single: int, clusters: int) -> bool:
    """Whether an answer with so many pins and clusters weighs more than a viewport may."""
    return single * PIN_BYTES + clusters * CLUSTER_BYTES > HEAVY


def cluster_of(points: Sequence[tuple[float, float]]) -> Cluster:
    """One cluster of points (lat, lon): their middle, and the box that holds them."""
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    box = (min(lons), min(lats), max(lons), max(lats))
    return Cluster(len(points), sum(lats) / len(points), sum(lons) / len(points), box)
