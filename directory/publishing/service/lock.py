"""One publication at a time: ids and change numbers are given in the order of commit."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

DOOR = 0x0D1EC70  # the key of PostgreSQL's advisory lock


def hold(session: Session) -> None:
    """Hold the door until the transaction ends.

    PostgreSQL: an advisory lock of the transaction. SQLite: the transaction was begun IMMEDIATE, which is the lock;
    raises RuntimeError when it was not.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:door)"), {"door": DOOR})
    elif not connection.get_execution_options().get("directory_writes", False):
        raise RuntimeError("Publishing needs a session of infra.db.transaction().")
