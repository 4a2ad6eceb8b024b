"""The rows of jobs and leases. A lease is taken by one UPDATE, so that two processes never both have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.infra.jobs.models import JobState, Lease
from directory.infra.jobs.rules import LEASE, Job, is_free

LEADER: Final = "jobs"
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST_RESULT: Final = 300  # characters


def may_lead(session: Session, me: str, now: datetime) -> bool:
    """Whether ``me`` leads, or could. Only reads: those who wait must not write every few seconds."""
    row = session.execute(sa.select(Lease.holder, Lease.until).where(Lease.name == LEADER)).one_or_none()
    return row is None or is_free(row.holder, row.until, me=me, now=now)


def lead(session: Session, me: str, now: datetime) -> bool:
    """Take or keep the lead; whether ``me`` has it. To be committed at once."""
    if session.get(Lease, LEADER) is None:
        session.execute(_insert(session, Lease, {"name": LEADER, "holder": "", "until": LONG_AGO}))
    taken = (
        sa.update(Lease)
        .where(Lease.name == LEADER, _free(Lease.holder, Lease.until, me, now))
        .values(holder=me, until=now + LEASE)
    )
    return _count(session, taken) == 1


def resign(session: Session, me: str) -> None:
    """Give up the lead and every job of ``me``: another process need not wait for the leases to end."""
    session.execute(sa.update(Lease).where(Lease.holder == me).values(holder="", until=LONG_AGO))
    session.execute(sa.update(JobState).where(JobState.holder == me).values(holder="", lease_until=LONG_AGO))


def know(session: Session, jobs: Iterable[Job], now: datetime) -> None:
    """Make a row for each job that has none: it is due at once."""
    for job in jobs:
        row = {"name": job.name, "next_run_at": now, "last_result": "", "failures": 0}
        session.execute(_insert(session, JobState, row | {"holder": "", "lease_until": LONG_AGO}))


def states(session: Session) -> dict[str, JobState]:
    """What is known of each job, by name."""
    return {row.name: row for row in session.scalars(sa.select(JobState).order_by(JobState.name))}


def claim(session: Session, name: str, me: str, now: datetime) -> bool:
    """Take a job; whether nobody else has it. To be committed before it runs."""
    taken = (
        sa.update(JobState)
        .where(JobState.name == name, _free(JobState.holder, JobState.lease_until, me, now))
        .values(holder=me, lease_until=now + LEASE, last_started=now)
    )
    return _count(session, taken) == 1


def keep(session: Session, names: Sequence[str], me: str, now: datetime) -> None:
    """Lengthen the leases of the jobs that ``me`` is running."""
    mine = (JobState.name.in_(names), JobState.holder == me)
    session.execute(sa.update(JobState).where(*mine).values(lease_until=now + LEASE))


def finish(session: Session, name: str, *, failures: int, result: str, now: datetime, next_run_at: datetime) -> None:
    """Write down how a run ended, and when the next one is."""
    session.execute(
        sa.update(JobState)
        .where(JobState.name == name)
        .values(
            holder="",
            lease_until=LONG_AGO,
            last_finished=now,
            last_result=result[:LONGEST_RESULT],
            failures=failures,
            next_run_at=next_run_at,
        )
    )


def _free(holder: Any, until: Any, me: str, now: datetime) -> sa.ColumnElement[bool]:
    """``rules.is_free`` in SQL."""
    return sa.or_(holder == "", holder == me, until <= now, until > now + LEASE)


def _insert(session: Session, table: type[JobState | Lease], row: dict[str, Any]) -> sa.Insert:
    """An insert that leaves a row that is there."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table).values(row).on_conflict_do_nothing()
    return postgresql.insert(table).values(row).on_conflict_do_nothing()


def _count(session: Session, statement: sa.Update) -> int:
    done: Any = session.execute(statement, execution_options={"synchronize_session": False})
    return int(done.rowcount)
