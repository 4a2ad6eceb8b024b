"""The shape of the database: moving it, and whether it is what the models say. ``infra.standing`` says where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection, Engine

from directory.core.errors import Unavailable
from directory.infra import sqlite_files, standing
from directory.infra.db import Base, Instant, open_engine

LOCK: Final = 0x44495245  # "DIRE": PostgreSQL's advisory lock while the schema moves
LOCK_WAIT: Final = "30s"  # how long a migration waits for a reader, or for another migration


def upgrade(url: str, to: str = "head") -> None:
    """Bring the database up to a migration, all steps in one transaction and under a lock.

    Raises Unavailable when readers or another migration do not make way.
    """
    with _moving(url) as config:
        command.upgrade(config, to)


def downgrade(url: str, to: str) -> None:
    """Take the database back to a migration ("base": to nothing). As ``upgrade``."""
    with _moving(url) as config:
        command.downgrade(config, to)


def revision(url: str, message: str) -> Path:
    """Write the migration from the database at ``url`` to the models, to be read and corrected. Its file."""
    number = len(standing.migrations()) + 1
    with _moving(url) as config:
        made = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
    if not made or isinstance(made, list):
        raise ValueError(f"Alembic made no single migration of {message!r}")
    return Path(made.path)


def differences(engine: Engine) -> list[Any]:
    """What Alembic would change to make the database what the models say: empty when they agree."""
    with engine.connect() as connection:
        options = {"include_object": is_ours(connection), "compare_type": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def is_ours(connection: Connection) -> Callable[..., bool]:
    """Alembic's question whether to look at a thing.

    Not at SQLite's virtual tables and their shadows, nor at PostgreSQL's GIN and GiST indexes: a slice makes those
    beside its tables, by functions that its migrations call.
    """
    made = connection.scalars(sa.text(_BY_HAND[connection.dialect.name]))
    by_hand = list(made)

    def include(_item: object, name: str | None, kind: str, *_: object) -> bool:
        if kind == "index":
            return name not in by_hand
        return kind != "table" or not any(name == each or f"{name}".startswith(f"{each}_") for each in by_hand)

    return include


_BY_HAND: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'",
    "postgresql": """SELECT i.relname FROM pg_class i JOIN pg_am a ON a.oid = i.relam
        WHERE i.relkind = 'i' AND a.amname IN ('gin', 'gist')""",
}


def rendered(kind: str, item: object, _context: object) -> str | Literal[False]:
    """How Alembic writes our own column type in a migration: as what it is in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


@contextmanager
def _moving(url: str) -> Iterator[Config]:
    """Alembic's configuration with a connection in a transaction, while nobody else moves the schema."""
    engine = open_engine(url)
    try:
        with _sqlite(engine) if engine.dialect.name == "sqlite" else _postgres(engine) as connection:
            config = Config()
            config.set_main_option("script_location", str(standing.MIGRATIONS))
            config.attributes["connection"] = connection
            yield config
    finally:
        engine.dispose()


@contextmanager
def _sqlite(engine: Engine) -> Iterator[Connection]:
    """All or nothing, and no row lost: to copy a table is to drop the old one, its children stay."""
    with sqlite_files.writing(engine), engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")  # counts only outside a transaction
        connection.execution_options(directory_writes=True)
        with connection.begin():
            yield connection
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5):
                raise RuntimeError(f"the migration leaves rows that point nowhere: {broken}")


@contextmanager
def _postgres(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
        try:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        except sa.exc.OperationalError as error:
            raise Unavailable("Another process is changing the database. Try again in a minute.") from error
        yield connection
