"""How the database stands to the code: which migration it is at, and which are there.

Apart from ``infra.schema``, which moves it: every command and every worker asks this when it begins, and Alembic with
all migrations took a seventh of that time.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

MIGRATIONS: Final = Path(__file__).parent / "migrations"
VERSION_TABLE: Final = "alembic_version"
_MIGRATION: Final = re.compile(r"(\d{4})\w*\.py")  # the name of a file begins with the migration's


class Standing(StrEnum):
    """How the database stands to the code."""

    EMPTY = "empty"  # never migrated
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"  # at a migration that this code does not have


def of_engine(engine: Engine) -> Standing:
    """Whether the code may use the database."""
    with engine.connect() as connection:
        return of_connection(connection)


def of_connection(connection: Connection) -> Standing:
    """Whether the code may use the database behind ``connection``. Two statements."""
    current = revision_of(connection)
    if current is None:
        return Standing.EMPTY
    if is_head(current):
        return Standing.CURRENT
    return Standing.OLDER if is_known(current) else Standing.NEWER


def revision_of(connection: Connection) -> str | None:
    """The migration that the database is at; None when it was never migrated."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return found


def is_known(revision: str) -> bool:
    """Whether the code has this migration."""
    return revision in migrations()


def is_head(revision: str) -> bool:
    """Whether it is the newest migration."""
    return revision == migrations()[-1]


@lru_cache(maxsize=1)
def migrations() -> tuple[str, ...]:
    """The migrations that the code has, in their order: the first four digits of their files' names."""
    found = map(_MIGRATION.fullmatch, sorted(file.name for file in (MIGRATIONS / "versions").iterdir()))
    return tuple(match[1] for match in found if match)
