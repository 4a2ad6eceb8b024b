"""What the tests of areas share: a database that has the tables, Birmingham, and the shared boundary files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from directory.areas.models import Area
from directory.geocoding.service import Geocoding
from directory.infra.db import Base, table_of, transaction
from directory.infra.versions import Version
from tests.support import postcodes

SHARED = Path(__file__).parents[2] / "../shared/data/wards"


@pytest.fixture(scope="session")
def birmingham() -> Geocoding:
    return postcodes.geocoding("birmingham")


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on a database with the tables of areas, whose work is thrown away."""
    tables = [table_of(model) for model in (Area, Version)]
    Base.metadata.create_all(engine, tables=tables)
    with transaction(engine, keep=False) as opened:
        yield opened


@pytest.fixture
def shared_file() -> Callable[[str], Path]:
    """A boundary file of the shared data, by its name."""

    def find(name: str) -> Path:
        if not (SHARED / name).exists():
            pytest.fail(f"This test reads {SHARED / name}, which is missing.")
        return SHARED / name

    return find


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A GeoJSON file of features given as (code, name, geometry), or of any JSON given as ``whole``."""

    def put(*features: tuple[Any, Any, Any], whole: Any = None, **members: Any) -> Path:
        said = {
            "type": "FeatureCollection",
            **members,
            "features": [
                {"type": "Feature", "properties": {"CODE": code, "NAME": name}, "geometry": geometry}
                for code, name, geometry in features
            ],
        }
        file = tmp_path / "areas.geojson"
        file.write_text(json.dumps(said if whole is None else whole))
        return file

    return put
