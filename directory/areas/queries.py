"""Areas for lists, pages and maps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.areas import rules
from directory.areas.models import Area
from directory.areas.rules import AreaInfo
from directory.core.geo import Box, Point

COARSE_BELOW: Final = 10  # at this zoom a screen shows about 50 km
MOST_OUTLINES: Final = 400  # more on one screen say nothing, and would weigh a megabyte

_INFO: Final = (
    Area.code,
    Area.kind,
    Area.name,
    Area.label,
    Area.west,
    Area.south,
    Area.east,
    Area.north,
    Area.latitude,
    Area.longitude,
)


def areas(session: Session, kind: str | None = None) -> list[AreaInfo]:
    """Every area, or those of one kind, in the order people expect. One statement."""
    asked = sa.select(*_INFO) if kind is None else sa.select(*_INFO).where(Area.kind == kind)
    found = [_info(row) for row in session.execute(asked)]
    return sorted(found, key=lambda area: rules.order(area.kind, area.code, area.name))


def area(session: Session, code: str) -> AreaInfo | None:
    """The area with this code as it is written, or None. One statement."""
    row = session.execute(sa.select(*_INFO).where(Area.code == code)).one_or_none()
    return None if row is None else _info(row)


def shapes(session: Session) -> list[tuple[AreaInfo, bytes]]:
    """Every area with its shape as well-known binary, for the index in memory. One statement."""
    rows: Sequence[Sequence[Any]] = session.execute(sa.select(*_INFO, Area.shape)).all()
    return [(_info(row), row[-1]) for row in rows]


def outlines(session: Session, kind: str, *, box: Box | None = None, zoom: int | None = None) -> str:
    """The areas of a kind, as far as they touch ``box``, as the text of a GeoJSON FeatureCollection. One statement.

    Each feature's ``id`` is the code; its properties are code, kind, name, label, lat and lon (of the
    label). Below zoom ``COARSE_BELOW`` the outlines are coarser. With more than ``MOST_OUTLINES`` in the
    box there are none.
    """
    column = Area.coarse if zoom is not None and zoom < COARSE_BELOW else Area.outline
    asked = sa.select(*_INFO, column).where(Area.kind == kind)
    if box is not None:
        asked = asked.where(
            Area.west <= box.east, Area.east >= box.west, Area.south <= box.north, Area.north >= box.south
        )
    rows = session.execute(asked.order_by(Area.code).limit(MOST_OUTLINES + 1)).all()
    return _collection([] if len(rows) > MOST_OUTLINES else rows)


def outline(session: Session, code: str) -> str | None:
    """One area as the text of a GeoJSON FeatureCollection, or None. One statement."""
    row = session.execute(sa.select(*_INFO, Area.outline).where(Area.code == code)).one_or_none()
    return None if row is None else _collection([row])


def _info(row: Sequence[Any]) -> AreaInfo:
    code, kind, name, label, west, south, east, north, lat, lon = row[:10]
    return AreaInfo(code, kind, name, label, Box(west, south, east, north), Point(lat, lon))


def _collection(rows: Sequence[Sequence[Any]]) -> str:
    """Rows of an area and its outline as GeoJSON; the outlines are text already."""
    features = ",".join(_feature(_info(row), row[-1]) for row in rows)
    return f'{{"type":"FeatureCollection","features":[{features}]}}'


def _feature(area: AreaInfo, geometry: str) -> str:
    said = {
        "code": area.code,
        "kind": area.kind,
        "name": area.name,
        "label": area.label,
        "lat": area.centre.lat,
        "lon": area.centre.lon,
    }
    properties = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return f'{{"type":"Feature","id":{json.dumps(area.code)},"properties":{properties},"geometry":{geometry}}}'
