"""One standby: whether it can be read, and a session on it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from directory.core.errors import DirectoryError, Unavailable
from directory.infra.db import STATEMENT_LIMIT_MS, engine_options, reading
from directory.infra.standbys.connection import CONNECT_S, open_impatient
from directory.infra.standbys.rules import Positions

HEARD_S: Final = 3.0  # a standby that has not answered for so long is left out, and nobody waits for it any more
CANCELLED: Final = "57014"
GONE: Final = ("57P", "08")  # SQLSTATEs of a server that ends, is ending or has not begun
log = logging.getLogger(__name__)


class Lost(DirectoryError):
    """A standby failed in the middle of a reading that another server can do again. ``number``: which."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Told(NamedTuple):
    """What a server says of itself: of which cluster it is, whether it is a standby, and how far it is."""

    system: int
    standby: bool
    position: int


def asker(url: str) -> Engine:
    """An engine for ``ask`` alone: its one connection is never waited for while readers have all the others."""
    return open_impatient(
        url,
        lambda since: time.monotonic() - since > CONNECT_S,
        pool_size=1,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        connect_args={"options": f"-c statement_timeout={CONNECT_S * 1000}"},
    )


def ask(engine: Engine) -> Told:
    """What the server of ``engine`` says. Raises SQLAlchemy's DBAPIError when it does not answer in seconds."""
    with engine.connect() as connection:
        return Told(*connection.execute(_ASK).one())


_ASK = sa.text(
    """SELECT system_identifier, pg_is_in_recovery(), CAST(pg_wal_lsn_diff(
        CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, '0/0') AS bigint)
    FROM pg_control_system()"""
)


class Standby:
    """A server that repeats what the primary does, a moment later; ``number`` is its place in the setting, from 1."""

    def __init__(self, url: str, number: int, *, most_behind_s: float) -> None:
        self.number = number
        self.engine = open_impatient(url, lambda _since: not self.answers(), **engine_options(url))
        self.asked = asker(url)
        self._most_behind_s = most_behind_s
        self._heard_at = -inf
        self._why_not = "not asked yet"  # "" when it can be read

    def answers(self) -> bool:
        """Whether it has answered lately. It may be left out all the same."""
        return time.monotonic() - self._heard_at < HEARD_S

    def why_not(self) -> str:
        """Why it is left out, in a few words; "" when it can be read."""
        return self._why_not or ("" if self.answers() else "it does not answer")

    def look(self, system: int | None, positions: Positions) -> None:
        """Ask it how it is. ``system``: of which cluster it must be, once the primary has told."""
        try:
            told = ask(self.asked)
        except sa.exc.SQLAlchemyError as error:
            self.fail(type(getattr(error, "orig", None) or error).__name__)
            return
        now = time.monotonic()
        self._heard_at = now
        self._is(_unfit(told, system) or _late(positions.behind_s(told.position, now), self._most_behind_s))

    def fail(self, reason: str) -> None:
        """Leave it out until it answers again. Whoever waits for it goes on until HEARD_S is over."""
        self._is(f"it does not answer ({reason})")

    def _is(self, why_not: str) -> None:
        before, self._why_not = self._why_not, why_not
        if bool(before) != bool(why_not):
            if why_not:
                log.warning("standby %d is left out", self.number, extra={"reason": why_not})
            else:
                log.info("standby %d is read", self.number)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """``infra.db.reading`` on this server. Raises Lost for whatever another server may do better."""
        since = time.monotonic()
        try:
            with reading(self.engine) as session:
                yield session
        except (sa.exc.SQLAlchemyError, Unavailable) as error:
            found = error.__cause__ if isinstance(error, Unavailable) else error
            if not isinstance(found, (sa.exc.DBAPIError, sa.exc.TimeoutError)) or _too_slow(found, since):
                raise
            reason = type(getattr(found, "orig", None) or found).__name__
            log.warning("standby %d failed a reader, who is answered by another", self.number, extra={"reason": reason})
            if _is_gone(found):
                self.fail(reason)
            raise Lost(self.number) from error


def _unfit(told: Told, system: int | None) -> str:
    if not told.standby:
        return "it is no standby"  # promoted, or never one: what it has is not what the primary has
    return "it is a standby of something else" if system is not None and told.system != system else ""


def _late(behind_s: float, most_s: float) -> str:
    if behind_s <= most_s:
        return ""
    return "it has not caught up yet" if behind_s == inf else f"it is {behind_s:.0f} s behind"


def _sqlstate(error: Exception) -> str:
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


def _too_slow(error: Exception, since: float) -> bool:
    """Whether our own limit ended the query: it would take as long elsewhere. Others end queries sooner."""
    return _sqlstate(error) == CANCELLED and time.monotonic() - since >= STATEMENT_LIMIT_MS / 1000


def _is_gone(error: Exception) -> bool:
    """Whether the server, and not this query, is what failed. A conflict with what is replayed is of the query."""
    state = _sqlstate(error)
    if isinstance(error, (sa.exc.OperationalError, sa.exc.InterfaceError)):
        return not state or state.startswith(GONE)
    return False
