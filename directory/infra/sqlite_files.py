"""SQLite opened so that an acknowledged commit survives a power cut and two writers never meet.

WAL with ``synchronous=FULL``; writers begin IMMEDIATE. SQLite before 3.51.3 can corrupt a WAL database when one
connection resets the log while another writes or checkpoints (https://sqlite.org/wal.html, "the WAL-reset bug"), so
writers and checkpoints of all processes stand in one queue: an advisory lock on a file beside the database. Automatic
checkpoints, which would run in any connection, are off; the writer that left the log long does them under that lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from directory.core.errors import Unavailable

BUSY_S = 10.0  # how long a writer waits for its turn
WAL_LONG_BYTES = 32 * 1024 * 1024  # a longer log slows readers, and whoever writes waits longer while it is shortened
_POLL_S = 0.004
_CACHE_KIB = 16 * 1024  # of pages, in each connection
_CACHE_OF_A_SCAN_KIB = 1024
_CACHE_OF_MUCH_KIB = 64 * 1024  # what a batch of a register writes is all over the file


def tune(engine: Engine) -> None:
    """Set up each new connection, and how transactions begin (pysqlite would begin them late and DEFERRED)."""
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={int(BUSY_S * 1000)}",
        "foreign_keys=ON",
        "wal_autocheckpoint=0",
        "secure_delete=ON",
        f"cache_size=-{_CACHE_KIB}",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("directory_writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # takes no lock, so it cannot fail; SQLAlchemy would take eight times as long, for every page
        raw: Any = connection.connection.driver_connection
        raw.execute("BEGIN DEFERRED")


def make_room(engine: Engine) -> None:
    """Much will be written by this process: from now on its connections keep more pages."""

    def on_checkout(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA cache_size=-{_CACHE_OF_MUCH_KIB}")

    event.listen(engine, "checkout", on_checkout)


@contextmanager
def scanning(connection: sqlite3.Connection) -> Iterator[None]:
    """Read much and once: its pages would fill the cache of ``connection``, and none of them is asked for again."""
    connection.execute(f"PRAGMA cache_size=-{_CACHE_OF_A_SCAN_KIB}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")


def database_path(engine: Engine) -> Path | None:
    """The file of ``engine``, or None for a database in memory."""
    name = engine.url.database
    return None if not name or name == ":memory:" else Path(name)


@contextmanager
def writing(engine: Engine) -> Iterator[None]:
    """Hold the turn to write; then shorten the log if it is long, in a turn of its own."""
    path = database_path(engine)
    if path is None:
        yield
        return
    with _turn(path):
        yield
    if _is_long(path):
        time.sleep(2 * _POLL_S)  # whoever waits to write goes first, and waits for one of the two alone
        with contextlib.suppress(Unavailable), _turn(path):  # the work is done and kept: others will shorten it
            if _is_long(path):
                _checkpoint(engine)


def _is_long(path: Path) -> bool:
    try:
        return Path(f"{path}-wal").stat().st_size > WAL_LONG_BYTES
    except FileNotFoundError:  # no log yet: nothing was ever written
        return False


def empty_log(engine: Engine) -> bool:
    """Write the whole log into the file and make it 0 bytes long; False while a reader still needs it.

    Raises Unavailable when another process writes for too long.
    """
    path = database_path(engine)
    if path is None:
        return True
    with _turn(path):
        return _checkpoint(engine)


def _checkpoint(engine: Engine) -> bool:
    raw: Any = engine.raw_connection()
    try:
        raw.driver_connection.execute("PRAGMA busy_timeout=200")
        # Answers busy while a reader needs the log.
        busy, _, _ = raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        raw.driver_connection.execute(f"PRAGMA busy_timeout={int(BUSY_S * 1000)}")
    finally:
        raw.close()
    return not busy


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    handle = os.open(f"{path}.turn", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + BUSY_S
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Unavailable("Another process is writing to the directory. Try again in a minute.") from None
                time.sleep(_POLL_S)
        yield
    finally:
        os.close(handle)
