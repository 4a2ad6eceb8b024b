"""One of many values, bound as one list: SQLAlchemy takes longer to spell a list out than SQLite to look it up."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import InstrumentedAttribute, Session

Column = sa.ColumnElement[Any] | InstrumentedAttribute[Any]


def among(session: Session, column: Column, values: Collection[Any]) -> sa.ColumnElement[bool]:
    """Whether ``column`` is one of ``values`` (numbers, texts or UUIDs), of which there may be none."""
    dialect = session.connection().dialect
    if dialect.name != "sqlite":
        return column == sa.any_(sa.cast(list(values), ARRAY(column.type)))
    bound = _bound(column.type, dialect)
    given = json.dumps([bound(value) for value in values] if bound else list(values))
    return column.in_(sa.select(sa.func.json_each(given).table_valued("value").c.value))


@lru_cache(maxsize=50)
def _bound(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Any:
    """What makes values of ``kind`` the driver's."""
    return kind.dialect_impl(dialect).bind_processor(dialect)
