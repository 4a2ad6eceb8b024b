"""Which engine answers."""

from __future__ import annotations

from directory.search.engine import Index
from directory.search.postgres import PostgresIndex
from directory.search.sqlite import SqliteIndex


def open_index(dialect: str) -> Index:
    """The index of a database of this kind ("sqlite" or "postgresql"). Raises KeyError for another."""
    engines: dict[str, type[SqliteIndex | PostgresIndex]] = {"sqlite": SqliteIndex, "postgresql": PostgresIndex}
    return engines[dialect]()
