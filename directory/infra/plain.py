"""Rows as the driver has them, for what every reader asks.

SQLAlchemy takes 80 microseconds to send a statement and wrap its rows, and 100 to join a session to its connection;
SQLite answers most of ours in 10. So hot reads are sent here: in one SQL with named values (``:name``), of plain
columns (numbers and text), on the session's own connection and in its transaction.

Who listens to statements (``before_cursor_execute``) is told of these too, but what a listener gives back is not sent:
one that rewrites statements (``retval=True``) has no say here, and none of ours does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import lru_cache
from itertools import count
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from directory.infra.sqlite_files import scanning

_cursors: Final = count()  # PostgreSQL tells those of one connection apart by their names
_NAMED: Final = re.compile(r"(?<![:\w]):(\w+)(?!:)")  # as SQLAlchemy finds them in a text: not in "::"


def rows(session: Session, sql: str, values: Mapping[str, Any] | None = None) -> list[Any]:
    """Every row of ``sql`` as a tuple. Raises what SQLAlchemy raises; who counts its statements counts these too."""
    connection = _connection(session)
    raw: Any = connection.connection.driver_connection
    sent = _told(connection, sql, values)
    try:
        found: list[Any] = raw.execute(sent, values or {}).fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _explained(connection, sent, error) from error
    return found


def batches(
    session: Session, sql: str, values: Mapping[str, Any] | None = None, *, at_once: int
) -> Generator[list[Any]]:
    """The rows of ``sql`` as tuples, ``at_once`` of them in memory; no list is empty. Raises as ``rows``."""
    connection = _connection(session)
    raw: Any = connection.connection.driver_connection
    sent = _told(connection, sql, values)
    try:
        with ExitStack() as held:
            if connection.dialect.name == "sqlite":
                held.enter_context(scanning(raw))
                cursor = held.enter_context(closing(raw.cursor()))
            else:  # kept there by its name: psycopg would take every row before the first
                cursor = held.enter_context(closing(raw.cursor(name=f"batches_{next(_cursors)}")))
            cursor.execute(sent, values or {})
            while found := cursor.fetchmany(at_once):
                yield found
    except connection.dialect.loaded_dbapi.Error as error:
        raise _explained(connection, sent, error) from error


def kind(session: Session) -> str:
    """Which database it is: "sqlite" or "postgresql"."""
    return _connection(session).dialect.name


def among(session: Session, numbers: Sequence[int]) -> tuple[str, dict[str, Any]]:
    """The condition that what stands before it is one of ``numbers``, and the value that it binds."""
    if kind(session) == "sqlite":
        return "IN (SELECT value FROM json_each(:numbers))", {"numbers": json.dumps(list(numbers))}
    return "= ANY(CAST(:numbers AS bigint[]))", {"numbers": list(numbers)}


def driver(session: Session) -> Any:
    """The connection of the driver below ``session``, in its transaction."""
    return _connection(session).connection.driver_connection


def _connection(session: Session) -> Connection:
    """The connection that ``session`` was opened on, without joining the session to it."""
    bound = session.bind
    return bound if isinstance(bound, Connection) and bound.in_transaction() else session.connection()


def _told(connection: Connection, sql: str, values: Mapping[str, Any] | None) -> str:
    """``sql`` as the driver wants it, once those who count statements know of it."""
    sent = sql if connection.dialect.name == "sqlite" else _for_psycopg(sql)
    for told in connection.dispatch.before_cursor_execute:
        told(connection, None, sent, values, None, False)  # noqa: FBT003 - the event's own signature
    return sent


def _explained(connection: Connection, sent: str, error: Any) -> BaseException:
    """``error`` as SQLAlchemy would raise it, without the values."""
    base = connection.dialect.loaded_dbapi.Error
    made: BaseException = sa.exc.DBAPIError.instance(
        sent, None, error, base, hide_parameters=True, dialect=connection.dialect
    )
    return made


@lru_cache(maxsize=500)
def _for_psycopg(sql: str) -> str:
    return _NAMED.sub(r"%(\1)s", sql.replace("%", "%%"))
