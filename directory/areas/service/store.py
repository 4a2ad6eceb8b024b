"""Writing areas: what is new, what changed, what stays; and the number that tells everyone to look again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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


def put(
    session: Session, kind: str, named: Sequence[Named], drawn: Sequence[Drawn], *, source: str, whole: bool
) -> Loaded:
    """Write areas of one kind, replacing those with the same code; ``whole``: remove the others of that kind."""
    there = {area.code: area for area in session.scalars(sa.select(Area).where(Area.kind == kind))}
    new = changed = 0
    for name, outline in zip(named, drawn, strict=True):
        values = _values(name, outline, source)
        area = there.get(name.code)
        if area is None:
            session.add(Area(kind=kind, **values))
            new += 1
        elif any(getattr(area, column) != value for column, value in values.items()):
            for column, value in values.items():
                setattr(area, column, value)
            changed += 1
    gone = there.keys() - {name.code for name in named} if whole else set()
    session.execute(sa.delete(Area).where(Area.kind == kind, Area.code.in_(gone)))
    session.flush()
    loaded = Loaded(new, changed, len(named) - new - changed, len(gone))
    if loaded.differs:
        versions.bump(session, NAME)
    return loaded


def remove(session: Session, kind: str) -> Loaded:
    """Remove every area of a kind. Listings keep its codes until they are published again."""
    return put(session, kind, [], [], source="", whole=True)


def noted(loaded: Loaded, notes: Sequence[str]) -> Loaded:
    """``loaded`` with what is to be said about it."""
    return replace(loaded, notes=tuple(notes))


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
