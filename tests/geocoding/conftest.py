"""What the tests of geocoding share: Birmingham and the whole country, and a false Nominatim."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from directory.geocoding.models import GeocodedAnswer, GeocoderPace
from directory.geocoding.service import Geocoding
from directory.infra.db import Base, table_of, transaction
from tests.geocoding.false_nominatim import FalseNominatim
from tests.support import postcodes


@pytest.fixture(scope="session")
def birmingham() -> Geocoding:
    return postcodes.geocoding("birmingham")


@pytest.fixture(scope="session")
def country() -> Geocoding:
    return postcodes.geocoding("uk")


@pytest.fixture
def server() -> Iterator[FalseNominatim]:
    with FalseNominatim() as running:
        yield running


@pytest.fixture
def open_transaction(engine: Engine) -> Callable[[], AbstractContextManager[Session]]:
    """What a job passes down: a session that commits at its end."""
    tables = [table_of(model) for model in (GeocodedAnswer, GeocoderPace)]
    Base.metadata.create_all(engine, tables=tables)
    return partial(transaction, engine)
