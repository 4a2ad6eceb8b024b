"""What a viewport shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.geo import Box, Point, tile_north, tile_of, tile_west
from directory.infra.db import table_of
from directory.maps.models import MapCell, MapPin
from directory.maps.rules import (
    FINEST,
    MICRO,
    Cluster,
    Pin,
    Spot,
    cells_of,
    cluster_of,
    level_for,
    window,
)

MOST_CELLS = 48  # on a side: more than a large screen shows
INDIVIDUAL = 16  # map zoom from which every pin is shown as itself
MOST_PINS = 120  # below this, what a viewport holds is read as pins

_PINS = table_of(MapPin)
_CELLS = table_of(MapCell)
# A map asks these at every move of a hand, so they are put together once.
_OF_PINS: Final = sa.select(*(_PINS.c[name] for name in Pin._fields)).order_by(_PINS.c.id)
_PINS_OF: Final = _OF_PINS.where(_PINS.c.organization_id.in_(sa.bindparam("ids", expanding=True)))
_PINS_AT: Final = _OF_PINS.where(sa.tuple_(_PINS.c.y, _PINS.c.x).in_(sa.bindparam("cells", expanding=True)))
_PINS_WITHIN: Final = _OF_PINS.where(
    _PINS.c.y.between(sa.bindparam("top"), sa.bindparam("bottom")),
    _PINS.c.x.between(sa.bindparam("left"), sa.bindparam("right")),
)
# Each row by its number: a range of rows would read every cell of the country between the map's edges.
_CELLS_WITHIN: Final = sa.select(_CELLS.c.y, _CELLS.c.x, _CELLS.c.n, _CELLS.c.lat_sum, _CELLS.c.lon_sum).where(
    _CELLS.c.z == sa.bindparam("level"),
    _CELLS.c.y.in_(sa.bindparam("rows", expanding=True)),
    _CELLS.c.x.between(sa.bindparam("left"), sa.bindparam("right")),
)
_Cell = tuple[int, int, int, int, int]  # y, x, n, and the sums of lat and lon


def viewport(session: Session, box: Box, zoom: int) -> list[Cluster | Pin]:
    """Everything on the map within ``box`` at ``zoom``, clustered. Two statements, however many listings.

    A few pins come as they are: the page's script knows how wide they are and joins those that overlap.
    """
    level, rows, columns = window(box, level_for(zoom), most=MOST_CELLS)
    cells = _cells(session, level, rows, columns)
    total = sum(n for _, _, n, _, _ in cells)
    if total <= MOST_PINS or _each_alone(level, zoom):
        return list(_pins_within(session, level, rows, columns)) if total else []
    alone = [_finest(lat, lon) for _, _, n, lat, lon in cells if n == 1]
    return [*_clusters(level, (cell for cell in cells if cell[2] > 1)), *_pins_at(session, alone)]


def clustered(session: Session, spots: Iterable[Spot], box: Box, zoom: int) -> list[Cluster | Pin]:
    """Points that a search found in ``box``, clustered for ``zoom``. One statement for the pins that stand alone."""
    level, _, _ = window(box, level_for(zoom), most=MOST_CELLS)
    cells = cells_of(spots, level)
    each = _each_alone(level, zoom) or sum(map(len, cells)) <= MOST_PINS
    alone = [spot for cell in cells if each or len(cell) == 1 for spot in cell]
    wanted = {(spot.organization_id, round(spot.lat * MICRO), round(spot.lon * MICRO)) for spot in alone}
    pins = [
        pin
        for pin in pins_of(session, sorted({spot.organization_id for spot in alone}))
        if (pin.organization_id, pin.lat, pin.lon) in wanted
    ]
    together = () if each else (cell for cell in cells if len(cell) > 1)
    return [*(cluster_of([(spot.lat, spot.lon) for spot in cell]) for cell in together), *pins]


def _each_alone(level: int, zoom: int) -> bool:
    """From INDIVIDUAL on every pin is shown: a cluster at the deepest zoom could never be opened.

    Not in a box larger than any screen at that zoom: it may hold a country.
    """
    return zoom >= INDIVIDUAL and level == FINEST


def pins_of(session: Session, organization_ids: Sequence[int]) -> list[Pin]:
    """The pins of some organisations, in the order of their ids. One statement."""
    return _pins(session, _PINS_OF, ids=organization_ids)


def _pins(session: Session, query: sa.Select[Any], **values: Any) -> list[Pin]:
    return [Pin._make(row) for row in session.connection().execute(query, values).all()]


def _cells(session: Session, level: int, rows: range, columns: range) -> list[_Cell]:
    values = {"level": level, "rows": rows, "left": columns[0], "right": columns[-1]}
    # Plain numbers, so that the driver's own tuples will do: SQLAlchemy's rows take longer than SQLite.
    cursor: Any = session.connection().execute(_CELLS_WITHIN, values).cursor
    cells: list[_Cell] = cursor.fetchall()
    return cells


def _clusters(level: int, cells: Iterable[_Cell]) -> list[Cluster]:
    west, north = cache(partial(tile_west, level)), cache(partial(tile_north, level))  # the edges of many cells
    return [
        Cluster(n, lat / n / MICRO, lon / n / MICRO, (west(x), north(y + 1), west(x + 1), north(y)))
        for y, x, n, lat, lon in cells
    ]


def _finest(lat: int, lon: int) -> tuple[int, int]:
    """The finest cell (y, x) of a pin alone in its cell: the sums of that are the pin's own coordinates."""
    x, y = tile_of(Point(lat / MICRO, lon / MICRO), FINEST)
    return y, x


def _pins_within(session: Session, level: int, rows: range, columns: range) -> list[Pin]:
    shift = FINEST - level
    return _pins(
        session,
        _PINS_WITHIN,
        top=rows[0] << shift,
        bottom=((rows[-1] + 1) << shift) - 1,
        left=columns[0] << shift,
        right=((columns[-1] + 1) << shift) - 1,
    )


def _pins_at(session: Session, cells: Sequence[tuple[int, int]]) -> list[Pin]:
    return _pins(session, _PINS_AT, cells=cells) if cells else []
