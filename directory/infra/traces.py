"""The last bytes of what was deleted: taken out of the database's own files."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from directory.infra import sqlite_files

FULL_UP_TO: Final = (
    256 * 1024 * 1024
)  # bytes of a table and its indexes: written anew in seconds, in which readers wait
LOCK_WAIT: Final = "5s"
_TABLES: Final = """SELECT format('%I.%I', n.nspname, c.relname), pg_total_relation_size(c.oid) FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = current_schema() ORDER BY 2"""
_STATISTICS: Final = "pg_catalog.pg_statistic"  # the server keeps samples of values there


def clean(engine: Engine) -> bool:
    """Take what was deleted and committed out of the files; whether nothing is left. Call it outside a transaction.

    SQLite overwrites what it deletes (``secure_delete``), but in its log: the log is written into the file and
    emptied, which must wait for readers that still need it (False: try again soon). On PostgreSQL each table is written
    anew, unless it is larger than FULL_UP_TO: of that one, dead rows are vacuumed, and their bytes stay until their
    room is used again. PostgreSQL's own log (pg_wal) is recycled by the server, and is not ours to clean.
    """
    if engine.dialect.name == "sqlite":
        return sqlite_files.empty_log(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_WAIT}'")
        try:
            _rewrite(connection)
        except sa.exc.OperationalError:  # a reader, or a backup, holds a table
            return False
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
            connection.exec_driver_sql("RESET statement_timeout")
    return True


def _rewrite(connection: Connection) -> None:
    for name, size in connection.exec_driver_sql(_TABLES.replace("%", "%%")).all():
        full = "FULL, " if size <= FULL_UP_TO else ""
        connection.exec_driver_sql(f"VACUUM ({full}ANALYZE) {name}")
    connection.exec_driver_sql(f"VACUUM FULL {_STATISTICS}")
