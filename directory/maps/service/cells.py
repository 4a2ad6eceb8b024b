"""Pins and cells, written by the door in the transaction of the record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra import bulk
from directory.infra.among import among
from directory.infra.db import table_of
from directory.maps.models import MapCell, MapPin
from directory.maps.rules import Pin, cell_sums, finest_cell

_PINS = table_of(MapPin)
_CELLS = table_of(MapCell)
_PIN_FIELDS = Pin._fields
_ADD = (
    "ON CONFLICT (z, y, x) DO UPDATE SET n = map_cell.n + excluded.n,"
    " lat_sum = map_cell.lat_sum + excluded.lat_sum, lon_sum = map_cell.lon_sum + excluded.lon_sum"
)
_SWEEP = sa.text("DELETE FROM map_cell WHERE z = :z AND y = :y AND x = :x AND n = 0")


def put(session: Session, pins: Sequence[Pin], organization_ids: Sequence[int]) -> None:
    """Make ``pins`` all the pins that ``organization_ids`` have. The caller holds the door."""
    drop(session, organization_ids)
    _add(session, pins)


def drop(session: Session, organization_ids: Sequence[int]) -> None:
    """Take the pins of organisations away, and out of every cell."""
    query = sa.select(_PINS.c.x, _PINS.c.y, _PINS.c.lat, _PINS.c.lon)
    there = session.execute(query.where(among(session, _PINS.c.organization_id, organization_ids))).all()
    if not there:
        return
    session.execute(sa.delete(_PINS).where(_PINS.c.organization_id.in_(organization_ids)))
    rows = [
        {"z": z, "y": y, "x": x, "n": -n, "lat_sum": -lats, "lon_sum": -lons}
        for (z, y, x), (n, lats, lons) in cell_sums(tuple(row) for row in there).items()
    ]
    bulk.insert(session, _CELLS, rows, there=_ADD)
    session.execute(_SWEEP, [{"z": row["z"], "y": row["y"], "x": row["x"]} for row in rows])


def rebuild(session: Session, pins: Iterable[Pin], *, batch: int = 5_000) -> int:
    """Empty the map and make it again of ``pins``; how many there were."""
    session.execute(sa.delete(_PINS))
    session.execute(sa.delete(_CELLS))
    total = 0
    some: list[Pin] = []
    for pin in pins:
        some.append(pin)
        if len(some) == batch:
            _add(session, some)
            total += len(some)
            some = []
    _add(session, some)
    return total + len(some)


def _add(session: Session, pins: Sequence[Pin]) -> None:
    if not pins:
        return
    cells = [(pin, *finest_cell(pin)) for pin in pins]
    bulk.insert(
        session,
        _PINS,
        [{**pin._asdict(), "x": x, "y": y} for pin, x, y in cells],
    )
    sums = cell_sums((x, y, pin.lat, pin.lon) for pin, x, y in cells)
    rows = [
        {"z": z, "y": y, "x": x, "n": n, "lat_sum": lats, "lon_sum": lons}
        for (z, y, x), (n, lats, lons) in sums.items()
    ]
    bulk.insert(session, _CELLS, rows, there=_ADD)


def checksum(session: Session) -> str:
    """A digest of every pin and cell, independent of row ids. It reads the whole map."""
    found = hashlib.sha256()
    pins = [_PINS.c[name] for name in _PIN_FIELDS if name != "organization_id"]
    for query in (
        sa.select(*pins).order_by(_PINS.c.uuid, _PINS.c.n),
        sa.select(_CELLS).order_by(_CELLS.c.z, _CELLS.c.y, _CELLS.c.x),
    ):
        for row in session.execute(query):
            found.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def drift(session: Session) -> int:
    """How many cells do not say what the pins say. It reads the whole map."""
    pins = session.execute(sa.select(_PINS.c.x, _PINS.c.y, _PINS.c.lat, _PINS.c.lon))
    wanted = cell_sums((row.x, row.y, row.lat, row.lon) for row in pins)
    there = {(row.z, row.y, row.x): (row.n, row.lat_sum, row.lon_sum) for row in session.execute(sa.select(_CELLS))}
    return sum(wanted.get(cell) != there.get(cell) for cell in wanted.keys() | there.keys())
