"""Pins of a record, and the grid that clusters them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias
from uuid import UUID

import numpy as np
import numpy.typing as npt

from directory.core.geo import MERCATOR_NORTH, Box, Point, tile_of
from directory.listings.rules.offerings import Flat, flat_offerings
from directory.listings.rules.record import Record, Visibility

MICRO = 1_000_000  # microdegrees in a degree
CELL_LEVELS = 2  # a cell is a quarter of a map tile on each side: 64 px
COARSEST = 2  # cell levels kept: map zoom 0 ...
FINEST = 17  # ... to 15; closer than that, what a viewport holds is read and counted
LOOKED_BACK = 8  # points of an organisation that are compared one with another; of more all are put in order
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


Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int64]
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


class Spots(NamedTuple):
    """Public points that a search found, those of an organisation side by side: its integer id, and degrees."""

    organization_ids: npt.NDArray[np.int64]
    lats: Floats
    lons: Floats

    def each_once(self) -> Spots:
        """Without the points that an organisation has again."""
        ids, lats, lons = self
        once = np.ones(len(ids), dtype=np.bool_)
        some = np.arange(1, len(ids))
        for back in range(1, LOOKED_BACK + 1):  # those whose organisation has a point so many places before them
            some = some[some >= back]
            some = some[ids[some] == ids[some - back]]
            once[some] &= (lats[some] != lats[some - back]) | (lons[some] != lons[some - back])
        if len(some):  # one has very many
            order = np.lexsort((lons, lats, ids))
            once[order[1:]] = np.logical_or.reduce([each[order[1:]] != each[order[:-1]] for each in self])
        return Spots(self.organization_ids[once], self.lats[once], self.lons[once])


def grouped(lats: Floats, lons: Floats, level: int) -> tuple[list[Cluster], list[int]]:
    """Points by cells of ``level``, or of a coarser one if what they say would be heavy.

    The clusters, and the positions of the points that are told as themselves: one alone in its cell, or a few on one
    spot, which no zoom tells apart.
    """
    if not len(lats):
        return [], []
    x, y = _tiles(lats, lons, level)
    while True:
        order, starts = _by_cell(x, y)
        ups, alongs = lats[order], lons[order]
        sizes = np.diff(starts, append=len(order))
        edges = [
            least_or_most.reduceat(at, starts) for at in (alongs, ups) for least_or_most in (np.minimum, np.maximum)
        ]
        west, east, south, north = edges
        told = (sizes == 1) | ((sizes <= FANNED) & (south == north) & (west == east))
        if level == COARSEST or not is_heavy(int(sizes[told].sum()), int(np.count_nonzero(~told))):
            break
        level, x, y = level - 1, x >> 1, y >> 1
    middles = [np.add.reduceat(at, starts) / sizes for at in (ups, alongs)]
    columns = [column[~told].tolist() for column in (sizes, *middles, west, south, east, north)]
    clusters = [Cluster(n, lat, lon, (w, s, e, up)) for n, lat, lon, w, s, e, up in zip(*columns, strict=True)]
    return clusters, order[np.repeat(told, sizes)].tolist()


def _tiles(lats: Floats, lons: Floats, level: int) -> tuple[Whole, Whole]:
    """Columns and rows of the cells that have these points, as ``core.geo.tile_of`` tells them of one."""
    across = 1 << level
    up = np.radians(np.clip(lats, -MERCATOR_NORTH, MERCATOR_NORTH))
    x, y = (lons + 180.0) / 360.0, (1.0 - np.arcsinh(np.tan(up)) / np.pi) / 2.0
    column, row = (np.clip(np.floor(at * across), 0, across - 1).astype(np.int64) for at in (x, y))
    return column, row


def _by_cell(x: Whole, y: Whole) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The positions of points cell by cell, and where each cell begins among them."""
    left, top = x.min(), y.min()
    cells = (y - top) * (x.max() - left + 1) + (x - left)
    if cells.max() <= np.iinfo(np.uint16).max:  # short numbers are put in order several times as quickly
        cells = cells.astype(np.uint16)
    order = np.argsort(cells, kind="stable")
    return order, np.flatnonzero(np.diff(cells[order], prepend=np.int64(-1)) != 0)


def is_heavy(single: int, clusters: int) -> bool:
    """Whether an answer with so many pins and clusters weighs more than a viewport may."""
    return single * PIN_BYTES + clusters * CLUSTER_BYTES > HEAVY
