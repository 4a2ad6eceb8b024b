"""What the tests of people share: the tables, and a moment."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from directory.infra.db import transaction


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def secret() -> str:
    return "a secret of tests that is long enough"


@pytest.fixture
def kept(engine: Engine) -> Callable[[], AbstractContextManager[Session]]:
    """A maker of transactions that are committed, on both kinds of database."""
    return lambda: transaction(engine)
