"""Columns that many tables of the record share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

IN_DEGREES = (
    "(latitude IS NULL) = (longitude IS NULL) AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180"
)


class Numbered:
    """A row with an integer for joins, numbered by the door, and the UUID it is published under."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uuid: Mapped[UUID]


class Owned(Numbered):
    """A row that is rewritten with its organisation, and goes with it."""

    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id", ondelete="CASCADE"), index=True)


def link(table: str) -> Mapped[int | None]:
    """A nullable reference to ``table``, which goes with its row."""
    return mapped_column(sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), default=None)


def link_index(table: str, column: str) -> sa.Index:
    """An index of the rows that have a ``column``. SQLite scans the table at each delete without it."""
    there = sa.text(f"{column} IS NOT NULL")
    return sa.Index(f"ix_{table}_{column}", column, sqlite_where=there, postgresql_where=there)


def link_indexes(table: str, *columns: str) -> tuple[Any, ...]:
    """``link_index`` of each column."""
    return tuple(link_index(table, column) for column in columns)
