"""Areas: which of them hold a point, loading them, and the postcode districts that are made here.

What draws shapes needs numpy and shapely, 0.2 seconds and 30 MB that only an operator's command should
cost: it is imported when it is called.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from directory.areas.rules import Loaded
from directory.areas.service.index import NAME, AreaIndex
from directory.core.geo import Box
from directory.geocoding.service import PostcodeIndex
from directory.infra.place import Place

__all__ = ["NAME", "AreaIndex", "Loaded", "build_districts", "load_geojson", "remove"]


def build_districts(session: Session, place: Place, index: PostcodeIndex) -> Loaded:
    """Make an area of every postcode district that the place names. See ``districts.build_districts``."""
    from directory.areas.service import districts  # noqa: PLC0415 - as above

    return districts.build_districts(session, place, index)


def load_geojson(session: Session, file: Path, *, kind: str, code_field: str, name_field: str, box: Box) -> Loaded:
    """Load the areas of a kind from a GeoJSON file. Raises Invalid. See ``loading.load_geojson``."""
    from directory.areas.service import loading  # noqa: PLC0415 - as above

    return loading.load_geojson(session, file, kind=kind, code_field=code_field, name_field=name_field, box=box)


def remove(session: Session, kind: str) -> Loaded:
    """Remove every area of a kind; listings keep its codes until they are published again."""
    from directory.areas.service import store  # noqa: PLC0415 - as above

    return store.remove(session, kind)
