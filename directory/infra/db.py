"""The database: engines for SQLite and PostgreSQL, and the two ways to hold a session.

``reading()`` gives a session that sees one snapshot and can write nothing; ``transaction()`` one that commits at its
end. Both take an engine, or use that of the running Flask application.
"""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias, cast
from uuid import UUID

import psycopg
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Dialect, Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from directory.core.errors import Unavailable
from directory.infra import sqlite_files

POSTGRES_OLDEST = 150000  # server_version_num of PostgreSQL 15
Reader: TypeAlias = Session  # its name where SQLAlchemy is not to be imported: in the kit of the pages
# What the drivers raise when the database is away, locked, full or out of time: worth another try later.
AWAY: Final = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
# What PostgreSQL calls a table, column, function or plan that is not (any more) what the code knows: its schema moves
# under a running server. SQLite says OperationalError.
_MOVED: Final = frozenset({"42P01", "42703", "42883", "0A000"})
MAY_HAVE_MOVED: Final = (sa.exc.ProgrammingError, sa.exc.NotSupportedError)
# A connection for each of a worker's 32 threads; and no values in error messages, which are logged.
POOL: Final = {"pool_size": 8, "max_overflow": 28, "hide_parameters": True}
IDLE_S = 5.0  # a connection of PostgreSQL that nobody used for so long is tried before it is used
STATEMENT_LIMIT_MS = 5_000  # a reader's query that takes longer is ended with an explained page


class Instant(TypeDecorator[datetime]):
    """A moment: aware datetimes in, aware UTC datetimes out. Naive ones are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """``value`` as UTC; a naive datetime is a ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """SQLite keeps no zone: what we wrote was UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table, in every slice."""

    # Flask-SQLAlchemy copies the class body into a subclass; SQLAlchemy takes a type map there from a registry alone.
    registry = registry(
        metadata=sa.MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: Instant(),
            UUID: sa.Uuid(),
            dict[str, Any]: sa.JSON(),
            list[str]: sa.JSON(),
        },
    )


def has_moved(error: Exception) -> bool:
    """Whether an error says that the schema of the database is not the one that the code wants: a rest, as AWAY."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in _MOVED


def table_of(model: type[Base]) -> sa.Table:
    """The table of a model, for statements that insert or read plain rows."""
    return cast("sa.Table", model.__table__)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def engine_options(url: str) -> dict[str, Any]:
    """What ``create_engine`` needs for ``url`` beside the URL."""
    if make_url(url).get_backend_name() == "sqlite":
        return {**POOL, "connect_args": {"timeout": sqlite_files.BUSY_S, "check_same_thread": False}}
    return {
        **POOL,
        "connect_args": {"options": f"-c statement_timeout={STATEMENT_LIMIT_MS} -c timezone=utc"},
    }


def open_engine(url: str) -> Engine:
    """An engine for ``url`` (``sqlite:///...`` or ``postgresql+psycopg://...``), tuned as the promises say."""
    engine = sa.create_engine(url, **engine_options(url))
    tune(engine)
    return engine


def tune(engine: Engine) -> None:
    """Make every new connection of ``engine`` durable and bounded. An unsafe server is Unavailable at the first."""
    if engine.dialect.name == "sqlite":
        sqlite_files.tune(engine)
    else:
        event.listen(engine, "first_connect", _check_postgres)
        notice_hang_ups(engine)


def notice_hang_ups(engine: Engine) -> None:
    """Never take a connection from the pool of ``engine``, of PostgreSQL, that the server has ended meanwhile.

    SQLAlchemy would ask the server each time (``pool_pre_ping``), which takes as long as to read a row. It is asked
    after IDLE_S alone: what lies between may have dropped the connection without a word.
    """
    event.listen(engine, "checkin", _note_return)  # codespell:ignore checkin
    event.listen(engine, "checkout", _check_line)


def _note_return(_connection: object, record: Any) -> None:
    record.info["returned_at"] = time.monotonic()


def _check_line(connection: Any, record: Any, _fairy: object) -> None:
    """Raise for a connection that is closed, or on which the server said something though nobody asked: farewell."""
    returned_at = record.info.get("returned_at")
    if returned_at is None:  # it is new
        return
    asking = select.poll()
    if not connection.closed:
        asking.register(connection.pgconn.socket, select.POLLIN)
    if connection.closed or asking.poll(0):
        raise sa.exc.InvalidatePoolError
    if time.monotonic() - returned_at > IDLE_S:
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except psycopg.Error as error:
            raise sa.exc.InvalidatePoolError from error


def _check_postgres(connection: Any, _record: object) -> None:
    """Refuse a server that is too old or does not know letters from bytes, or may forget an acknowledged commit.

    It comes before SQLAlchemy looks at the server, which breaks on texts that come as bytes. Raises Unavailable.
    """
    about = connection.info
    if about.server_version < POSTGRES_OLDEST:
        found = f"{about.server_version // 10_000}.{about.server_version % 10_000}"
        raise Unavailable(f"PostgreSQL {found} is too old: 15 or newer is needed. Upgrade the server.")
    if (encoding := about.parameter_status("server_encoding")) != "UTF8":
        anew = f"createdb --encoding=UTF8 --template=template0 --owner={about.user} NAME"
        raise Unavailable(f"The database {about.dbname} is in {encoding}, and UTF8 is needed. Make another: {anew}")
    with connection.cursor() as cursor:
        (mode,) = cursor.execute("SHOW synchronous_commit").fetchone()
    if mode == "off":
        always = f'ALTER ROLE "{about.user}" IN DATABASE "{about.dbname}" SET synchronous_commit = on'
        raise Unavailable(
            f"PostgreSQL has synchronous_commit=off: it may lose what people were thanked for. Run in it: {always}"
        )
    connection.rollback()


def _engine(engine: Engine | None) -> Engine:
    return db.engine if engine is None else engine


@contextmanager
def reading(engine: Engine | None = None) -> Iterator[Session]:
    """A session that reads one snapshot; whatever it holds is rolled back."""
    bound = _engine(engine)
    with bound.connect() as connection:
        if bound.dialect.name != "sqlite":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        # Begun here and not by the session: joining it to its connection takes as long as ten of SQLite's answers,
        # and who reads by ``infra.plain`` never needs it.
        connection.begin()
        with Session(connection, autoflush=False) as session:
            yield session


@contextmanager
def transaction(engine: Engine | None = None, *, keep: bool = True) -> Iterator[Session]:
    """A session whose work is committed at the end, or not at all (``keep=False``: never, for dry runs).

    On SQLite the transaction is begun IMMEDIATE, one writer at a time over all processes; raises Unavailable when
    another one holds the file for longer than ``sqlite_files.BUSY_S``.
    """
    bound = _engine(engine)
    guard = sqlite_files.writing(bound) if bound.dialect.name == "sqlite" else _no_guard()
    with guard, bound.connect() as connected:
        connection = connected.execution_options(directory_writes=True)
        with Session(connection, autoflush=False, expire_on_commit=False) as session:
            session.connection()  # begins now: the lock is taken before the first read
            yield session
            if keep:
                session.commit()
            else:
                session.rollback()


def will_write_much(engine: Engine | None = None) -> None:
    """Prepare for a command that writes a register: on SQLite 50 MB of memory more, and a tenth less time."""
    bound = _engine(engine)
    if bound.dialect.name == "sqlite":
        sqlite_files.make_room(bound)


@contextmanager
def _no_guard() -> Iterator[None]:
    yield
