"""Many rows at once, by the driver's own executemany: SQLAlchemy's preparing takes as long as SQLite's writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from directory.infra.db import Instant

Process: TypeAlias = Callable[[Any], Any]


def insert(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]], *, there: str = "") -> None:
    """Insert ``rows``, which all have the same columns. Raises ValueError when one is missing that has a default.

    ``there``: what happens to a row that is there already ("ON CONFLICT ..."); without it the database refuses.
    """
    if not rows:
        return
    connection = session.connection()
    statement, columns, positional = _prepared(table, tuple(rows[0]), connection.dialect)
    values = [map(itemgetter(name), rows) for name, _ in columns]
    made = (map(process, value) if process else value for (_, process), value in zip(columns, values, strict=True))
    lines: list[Any] = list(zip(*made, strict=True))
    if not positional:
        names = [name for name, _ in columns]
        lines = [dict(zip(names, line, strict=True)) for line in lines]
    connection.exec_driver_sql(f"{statement} {there}" if there else statement, lines)


@lru_cache(maxsize=200)
def _prepared(
    table: sa.Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, list[tuple[str, Process | None]], bool]:
    """The statement as the driver wants it, its columns in their order with what makes their values the driver's."""
    left_out = [column.name for column in table.columns if column.default is not None and column.name not in names]
    if left_out:
        raise ValueError(f"rows of {table.name} must say {', '.join(left_out)}: defaults are SQLAlchemy's to fill in")
    compiled = sa.insert(table).compile(dialect=dialect, column_keys=list(names))
    ordered = compiled.positiontup if compiled.positional else names
    columns = [(name, _process(table.c[name].type, dialect)) for name in ordered or ()]
    return str(compiled), columns, compiled.positional


def _process(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Process | None:
    """What makes values of ``kind`` the driver's. Of a batch nearly all moments are the same one."""
    process: Process | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return lru_cache(maxsize=100)(process) if process and isinstance(kind, Instant) else process
