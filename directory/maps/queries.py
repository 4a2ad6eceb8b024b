"""What a viewport shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from json import dumps
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from directory.core.geo import Box, Point, tile_north, tile_of, tile_west
from directory.infra import plain
from directory.maps.rules import (
    CELL_LEVELS,
    COARSEST,
    DEEPEST,
    FINEST,
    MICRO,
    Cluster,
    Pin,
    Spots,
    grouped,
    is_heavy,
    level_for,
    window,
)

MOST_CELLS = 48  # on a side: more than a large screen shows
INDIVIDUAL = 16  # map zoom from which pins are read and counted in cells finer than those that are kept
MOST_PINS = 120  # below this, what a viewport holds is read as pins
MOST_READ = 8_000  # pins; a box as wide as MOST_CELLS may hold the middle of a large city

# A map asks these at every move of a hand, so they are plain text, and read as the driver has it.
_OF_PINS: Final = f"SELECT {', '.join(f'p.{name}' for name in Pin._fields)} FROM"
_PINS_OF: Final = f"{_OF_PINS} map_pin p WHERE p.organization_id"
_PINS_AT: Final = {
    "sqlite": f"""{_OF_PINS} json_each(:cells) c JOIN map_pin p
        ON p.y = json_extract(c.value, '$[0]') AND p.x = json_extract(c.value, '$[1]') ORDER BY p.id""",
    "postgresql": f"""{_OF_PINS} unnest(CAST(:ys AS int[]), CAST(:xs AS int[])) c(y, x) JOIN map_pin p
        ON p.y = c.y AND p.x = c.x ORDER BY p.id""",
}
_WITHIN: Final = "map_pin p WHERE p.y BETWEEN :top AND :bottom AND p.x BETWEEN :left AND :right"
_PINS_WITHIN: Final = f"{_OF_PINS} {_WITHIN} ORDER BY p.id"
_POINTS_WITHIN: Final = f"SELECT p.id, p.lat, p.lon FROM {_WITHIN}"
_PINS_BY_ID: Final = f"{_OF_PINS} map_pin p WHERE p.id"
# Each row by its number: a range of rows would read every cell of the country between the map's edges.
_CELLS_WITHIN: Final = """SELECT y, x, n, lat_sum, lon_sum FROM map_cell
    WHERE z = :level AND x BETWEEN :left AND :right AND y"""
_Cell = tuple[int, int, int, int, int]  # y, x, n, and the sums of lat and lon


def viewport(session: Session, box: Box, zoom: int) -> list[Cluster | Pin]:
    """Everything on the map within ``box`` at ``zoom``, clustered. Three statements at most, however many listings.

    A few pins come as they are: the page's script knows how wide they are and joins those that overlap. An answer stays
    light on a screen of any size: what would be heavy is counted in larger cells.
    """
    level, rows, columns = window(box, level_for(zoom), most=MOST_CELLS)
    cells = _cells(session, level, rows, columns)
    total = sum(n for _, _, n, _, _ in cells)
    close = zoom >= INDIVIDUAL and level == FINEST and total <= MOST_READ
    if total <= MOST_PINS or close:
        edges = _edges(level, rows, columns)
        if total <= MOST_PINS or zoom >= DEEPEST:
            return [*_pins(session, _PINS_WITHIN, edges)] if total else []
        return _apart(session, edges, zoom)
    while is_heavy(sum(n == 1 for _, _, n, _, _ in cells), sum(n > 1 for _, _, n, _, _ in cells)) and level > COARSEST:
        level, cells = level - 1, _coarser(cells)
    alone = [_finest(lat, lon) for _, _, n, lat, lon in cells if n == 1]
    return [*(_cluster(level, *cell) for cell in cells if cell[2] > 1), *_pins_at(session, alone)]


def _coarser(cells: Iterable[_Cell]) -> list[_Cell]:
    """Cells of the level above: four are one."""
    found: dict[tuple[int, int], _Cell] = {}
    for y, x, n, lat, lon in cells:
        key = (y >> 1, x >> 1)
        _, _, m, lats, lons = found.get(key, (*key, 0, 0, 0))
        found[key] = (*key, m + n, lats + lat, lons + lon)
    return list(found.values())


def _apart(session: Session, edges: Mapping[str, int], zoom: int) -> list[Cluster | Pin]:
    """What lies within ``edges``, clustered in cells finer than are kept: of most pins only where they are is read."""
    points = np.array(plain.rows(session, _POINTS_WITHIN, edges), dtype=np.int64).reshape(-1, 3)
    together, told = grouped(points[:, 1] / MICRO, points[:, 2] / MICRO, zoom + CELL_LEVELS)
    among, bound = plain.among(session, points[told, 0].tolist())
    return [*together, *(_pins(session, f"{_PINS_BY_ID} {among} ORDER BY p.id", bound) if told else ())]


def clustered(session: Session, spots: Spots, box: Box, zoom: int) -> list[Cluster | Pin]:
    """Points that a search found in ``box``, clustered for ``zoom``. One statement for the pins that stand alone."""
    level, _, _ = window(box, level_for(zoom), most=MOST_CELLS)
    if zoom >= INDIVIDUAL and level == FINEST:
        level = zoom + CELL_LEVELS
    spots = spots.each_once()
    each = (zoom >= DEEPEST and level > FINEST) or len(spots.lats) <= MOST_PINS
    together, told = ([], slice(None)) if each else grouped(spots.lats, spots.lons, level)
    alone = [column[told].tolist() for column in spots]
    wanted = {(owner, round(lat * MICRO), round(lon * MICRO)) for owner, lat, lon in zip(*alone, strict=True)}
    pins = [pin for pin in pins_of(session, sorted(set(alone[0]))) if (pin.organization_id, pin.lat, pin.lon) in wanted]
    return [*together, *pins]


def pins_of(session: Session, organization_ids: Sequence[int]) -> list[Pin]:
    """The pins of some organisations, in the order of their ids. One statement."""
    among, bound = plain.among(session, organization_ids)
    return _pins(session, f"{_PINS_OF} {among} ORDER BY p.id", bound)


def _pins(session: Session, sql: str, values: Mapping[str, Any]) -> list[Pin]:
    return [_pin(*row) for row in plain.rows(session, sql, values)]


@lru_cache(maxsize=8192)  # 3 MB: a city's pins are looked at again and again, and most of them by hundreds at once
def _pin(*row: Any) -> Pin:
    pin = Pin._make(row)  # SQLite keeps a UUID as 32 digits and a truth as a number
    return pin._replace(uuid=UUID(str(pin.uuid)), approximate=bool(pin.approximate))


def _cells(session: Session, level: int, rows: range, columns: range) -> list[_Cell]:
    among, bound = plain.among(session, rows)
    return plain.rows(
        session, f"{_CELLS_WITHIN} {among}", {"level": level, "left": columns[0], "right": columns[-1], **bound}
    )


@lru_cache(maxsize=16384)  # 6 MB: what a cell says follows from its sums
def _cluster(level: int, y: int, x: int, n: int, lat: int, lon: int) -> Cluster:
    edges = (tile_west(level, x), tile_north(level, y + 1), tile_west(level, x + 1), tile_north(level, y))
    return Cluster(n, lat / n / MICRO, lon / n / MICRO, edges)


@lru_cache(maxsize=8192)
def _finest(lat: int, lon: int) -> tuple[int, int]:
    """The finest cell (y, x) of a pin alone in its cell: the sums of that are the pin's own coordinates."""
    x, y = tile_of(Point(lat / MICRO, lon / MICRO), FINEST)
    return y, x


def _edges(level: int, rows: range, columns: range) -> dict[str, int]:
    """The cells of ``level`` as finest ones."""
    shift = FINEST - level
    return {
        "top": rows[0] << shift,
        "bottom": ((rows[-1] + 1) << shift) - 1,
        "left": columns[0] << shift,
        "right": ((columns[-1] + 1) << shift) - 1,
    }


def _pins_at(session: Session, cells: Sequence[tuple[int, int]]) -> list[Pin]:
    if not cells:
        return []
    ys, xs = zip(*cells, strict=True)
    kind = plain.kind(session)
    values = {"cells": dumps(cells)} if kind == "sqlite" else {"ys": list(ys), "xs": list(xs)}
    return _pins(session, _PINS_AT[kind], values)
