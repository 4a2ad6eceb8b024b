"""What a viewport shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.geo import Box, Point, tile_box, tile_of
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
_PIN_COLUMNS = [_PINS.c[field.name] for field in fields(Pin)]


def viewport(session: Session, box: Box, zoom: int) -> list[Cluster | Pin]:
    """Everything on the map within ``box`` at ``zoom``, clustered. Two statements, however many listings.

    A few pins come as they are: the page's script knows how wide they are and joins those that overlap.
    """
    level, rows, columns = window(box, level_for(zoom), most=MOST_CELLS)
    cells = _cells(session, level, rows, columns)
    total = sum(cell.n for cell in cells)
    if total <= MOST_PINS or _each_alone(level, zoom):
        return list(_pins_within(session, level, rows, columns)) if total else []
    alone = [_finest(cell) for cell in cells if cell.n == 1]
    return [_cluster(level, cell) for cell in cells if cell.n > 1] + list(_pins_at(session, alone))


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
    query = sa.select(*_PIN_COLUMNS).where(_PINS.c.organization_id.in_(organization_ids)).order_by(_PINS.c.id)
    return [Pin(*row) for row in session.execute(query)]


def extent(session: Session) -> Box | None:
    """The box of the coarsest cells that hold pins, or None for an empty map. One statement."""
    cells = session.execute(sa.select(_CELLS.c.y, _CELLS.c.x).where(_CELLS.c.z == FINEST - 4)).all()
    boxes = [tile_box(FINEST - 4, cell.x, cell.y) for cell in cells]
    if not boxes:
        return None
    return Box(
        min(box.west for box in boxes),
        min(box.south for box in boxes),
        max(box.east for box in boxes),
        max(box.north for box in boxes),
    )


def _cells(session: Session, level: int, rows: range, columns: range) -> list[Any]:
    # Each row by name: a range of rows would read every cell of the country between the map's edges.
    query = sa.select(_CELLS).where(
        _CELLS.c.z == level, _CELLS.c.y.in_(rows), _CELLS.c.x.between(columns[0], columns[-1])
    )
    return list(session.execute(query))


def _cluster(level: int, cell: Any) -> Cluster:
    middle = Point(cell.lat_sum / cell.n / MICRO, cell.lon_sum / cell.n / MICRO)
    return Cluster(cell.n, middle, tile_box(level, cell.x, cell.y))


def _finest(cell: Any) -> tuple[int, int]:
    """The finest cell (y, x) of the one pin of ``cell``: its sums are the pin's own coordinates."""
    x, y = tile_of(Point(cell.lat_sum / MICRO, cell.lon_sum / MICRO), FINEST)
    return y, x


def _pins_within(session: Session, level: int, rows: range, columns: range) -> Iterable[Pin]:
    shift = FINEST - level
    query = sa.select(*_PIN_COLUMNS).where(
        _PINS.c.y.between(rows[0] << shift, ((rows[-1] + 1) << shift) - 1),
        _PINS.c.x.between(columns[0] << shift, ((columns[-1] + 1) << shift) - 1),
    )
    return (Pin(*row) for row in session.execute(query.order_by(_PINS.c.id)))


def _pins_at(session: Session, cells: Sequence[tuple[int, int]]) -> Iterable[Pin]:
    if not cells:
        return ()
    query = sa.select(*_PIN_COLUMNS).where(sa.tuple_(_PINS.c.y, _PINS.c.x).in_(cells))
    return (Pin(*row) for row in session.execute(query.order_by(_PINS.c.id)))
