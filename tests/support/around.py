"""What the door needs around it, in tests: the real place, terms, postcodes and index."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from directory.areas.service import AreaIndex
from directory.exchange.rules.stored import stored
from directory.infra.db import reading
from directory.infra.place import load_place
from directory.listings.service.taxonomy import load_terms
from directory.publishing.service import Surroundings
from directory.search.service import open_index
from tests.support import postcodes


def surroundings(engine: Engine, place: str = "birmingham") -> Surroundings:
    """The surroundings of ``place`` on the database of ``engine``, with the areas it holds."""
    with reading(engine) as session:
        areas = AreaIndex.load(session)
    return Surroundings(
        place=load_place(place),
        terms=load_terms(),
        geocoding=postcodes.geocoding(place),
        areas=areas,
        index=open_index(engine.dialect.name),
        lines=stored,
    )


@pytest.fixture
def around(engine: Engine) -> Surroundings:
    """The surroundings of Birmingham, once on SQLite and once on PostgreSQL."""
    return surroundings(engine)
