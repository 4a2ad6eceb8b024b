"""Writing areas: what is new, what changed, what stays; and the number that tells everyone to look again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.areas.models import Area
from directory.areas.rules import Loaded
from directory.areas.service.index import NAME
from directory.areas.service.shapes import Drawn
from directory.infra import versions


@dataclass(frozen=True, slots=True)
class Named:
    """An area to write, beside what was drawn of it."""

    code: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """Areas of one kind, read and drawn: what takes time and needs no database is done."""

    kind: str
    source: str  # what they were made from
    named: tuple[Named, ...]
    drawn: tuple[Drawn, ...]
    notes: tuple[str, ...] = ()
    whole: bool = False  # these are all there are of the kind: others are removed


def put(session: Session, areas: Prepared) -> Loaded:
    """Write areas, replacing those of the kind with the same code. A code of another kind is not taken: noted."""
    kinds = {row.code: row.kind for row in session.execute(sa.select(Area.code, Area.kind))}
    there = {area.code: area for area in session.scalars(sa.select(Area).where(Area.kind == areas.kind))}
    new, changed, same, notes = 0, 0, 0, list(areas.notes)
    for named, drawn in zip(areas.named, areas.drawn, strict=True):
        values = _values(named, drawn, areas.source)
        area = there.get(named.code)
        if area is not None:
            differs = _write(area, values)
            changed, same = changed + differs, same + (not differs)
        elif named.code in kinds:
            notes.append(f"{named.code}: there is a {kinds[named.code]} with this code: left out")
        else:
            session.add(Area(kind=areas.kind, **values))
            new += 1
    gone = there.keys() - {named.code for named in areas.named} if areas.whole else set()
    session.execute(sa.delete(Area).where(Area.kind == areas.kind, Area.code.in_(gone)))
    session.flush()
    loaded = Loaded(new, changed, same, len(gone), tuple(notes))
    if loaded.differs:
        versions.bump(session, NAME)
    return loaded


def remove(session: Session, kind: str) -> Loaded:
    """Remove every area of a kind. Listings keep its codes until they are published again."""
    return put(session, Prepared(kind, "", (), (), whole=True))


def _write(area: Area, values: dict[str, Any]) -> bool:
    """Whether anything was different."""
    differing = {column: value for column, value in values.items() if getattr(area, column) != value}
    for column, value in differing.items():
        setattr(area, column, value)
    return bool(differing)


def _values(named: Named, drawn: Drawn, source: str) -> dict[str, Any]:
    return {
        "code": named.code,
        "name": named.name,
        "label": named.label,
        "latitude": drawn.centre.lat,
        "longitude": drawn.centre.lon,
        "west": drawn.box.west,
        "south": drawn.box.south,
        "east": drawn.box.east,
        "north": drawn.box.north,
        "shape": drawn.shape,
        "outline": drawn.outline,
        "coarse": drawn.coarse,
        "source": source,
    }
