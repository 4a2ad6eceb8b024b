"""What a database's refusal means to an operator: why, and what to do about it, in one sentence or two."""

from __future__ import annotations

import sqlite3
from typing import Final

import sqlalchemy as sa

from directory.infra.db import AWAY

# What the values of a statement broke is a mistake of ours, whose trace is wanted; and the message may hold them.
_OURS: Final = (sa.exc.IntegrityError, sa.exc.DataError)
_NO_RIGHT: Final = "42501"  # PostgreSQL's insufficient_privilege
_DAMAGED: Final = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_OWN_IT: Final = "The role that DIRECTORY_DATABASE_URL names must own the database: ALTER DATABASE name OWNER TO role"
_RESTORE: Final = "Bring back a backup (directory restore --replace FILE), or move it away and run: directory init"
_ADDRESS: Final = "Look at DIRECTORY_DATABASE_URL"


def told(error: BaseException) -> str:
    """What to tell of an error that the database or its driver raised; "" for any other, which is a mistake of ours.

    Neither statements nor their values are in it, nor the address with its password.
    """
    if isinstance(error, sa.exc.TimeoutError):
        return "The database does not answer: every connection is in use"
    if not isinstance(error, sa.exc.DBAPIError) or isinstance(error, _OURS):
        return ""
    reason = str(error.orig).partition("\n")[0].strip()
    does = "does not answer" if isinstance(error, AWAY) else "cannot be used"
    remedy = _remedy(error)
    return f"The database {does}: {reason}" + (f". {remedy}" if remedy else "")


def _remedy(error: sa.exc.DBAPIError) -> str:
    state = getattr(error.orig, "sqlstate", None)
    code = getattr(error.orig, "sqlite_errorcode", None)
    if state == _NO_RIGHT:
        return _OWN_IT
    if code is not None:
        return _RESTORE if code & 0xFF in _DAMAGED else ""  # the rest of the number says where it was noticed
    # psycopg knows no state for what it refuses before it asks a server: an option that there is not.
    return _ADDRESS if state is None and isinstance(error, sa.exc.ProgrammingError) else ""
