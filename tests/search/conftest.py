"""An index on each database, and organisations to find in it."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from directory.search.rules.docs import OfferingDoc
from directory.search.service import Index, open_index
from tests.search.invented import docs_of
from tests.support.around import around

__all__ = ["around", "docs", "filled", "index"]
HOW_MANY = 120


@pytest.fixture
def index(engine: Engine) -> Index:
    """The index of the test's database."""
    return open_index(engine.dialect.name)


@pytest.fixture
def docs() -> list[OfferingDoc]:
    """As many organisations."""
    return docs_of(HOW_MANY)


@pytest.fixture
def filled(index: Index, session: Session, docs: list[OfferingDoc]) -> Session:
    """A session on a database that has them."""
    index.put(session, docs)
    return session
