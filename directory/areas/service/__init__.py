"""Areas: which of them hold a point, loading them, and the postcode districts that are made here.

What draws shapes needs numpy and shapely, 0.2 seconds and 30 MB that only an operator's command should cost: it is
imported when it is called.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from directory.areas.rules import Loaded
from directory.areas.service.index import NAME, AreaIndex
from directory.core.geo import Box
from directory.geocoding.service import PostcodeIndex
from directory.infra.place import Place

if TYPE_CHECKING:
    from directory.areas.service.store import Prepared

__all__ = ["NAME", "AreaIndex", "Loaded", "build_districts", "load_geojson", "put", "read_geojson", "remove"]


def build_districts(session: Session, place: Place, index: PostcodeIndex) -> Loaded:
    """Make an area of every postcode district that the place names. See ``districts.build_districts``."""
    from directory.areas.service import districts  # noqa: PLC0415 - as above

    return districts.build_districts(session, place, index)


def read_geojson(file: Path, *, kind: str, code_field: str, name_field: str, box: Box) -> Prepared:
    """The areas of a GeoJSON file, ready for ``put``. Raises Invalid. See ``loading.read_geojson``.

    A country's wards take half a minute to read: no transaction should be open meanwhile.
    """
    from directory.areas.service import loading  # noqa: PLC0415 - as above

    return loading.read_geojson(file, kind=kind, code_field=code_field, name_field=name_field, box=box)


def put(session: Session, areas: Prepared) -> Loaded:
    """Write areas that were read. See ``store.put``."""
    from directory.areas.service import store  # noqa: PLC0415 - as above

    return store.put(session, areas)


def load_geojson(session: Session, file: Path, *, kind: str, code_field: str, name_field: str, box: Box) -> Loaded:
    """Read and write the areas of a GeoJSON file at once. Raises Invalid."""
    return put(session, read_geojson(file, kind=kind, code_field=code_field, name_field=name_field, box=box))


def remove(session: Session, kind: str) -> Loaded:
    """Remove every area of a kind; listings keep its codes until they are published again."""
    from directory.areas.service import store  # noqa: PLC0415 - as above

    return store.remove(session, kind)
