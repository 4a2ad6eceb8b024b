"""What people did, remembered by ids alone: never an address, a name or a word that somebody wrote."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.accounts.models import SecurityEvent
from directory.accounts.rules import Acting

SECURITY_KEPT: Final = timedelta(days=90)
AUDIT_KEPT: Final = timedelta(days=730)


def note(session: Session, what: str, *, acting: Acting, subject: UUID | str, now: datetime) -> None:
    """Remember for two years that staff did or read something: ``note(session, "read-confidential", ...)``.

    ``subject``: the id of what it was done to.
    """
    _add(session, "audit", what, acting.person_id, str(subject), now)


def security(session: Session, what: str, *, person_id: UUID | None, now: datetime, subject: UUID | str = "") -> None:
    """Remember for ninety days that somebody signed in or out, or that their rights changed."""
    _add(session, "security", what, person_id, str(subject), now)


def forget_old(session: Session, now: datetime) -> int:
    """Delete what was remembered for long enough; how many rows."""
    old = sa.or_(
        sa.and_(SecurityEvent.log == "security", SecurityEvent.at < now - SECURITY_KEPT),
        SecurityEvent.at < now - AUDIT_KEPT,
    )
    done: Any = session.execute(sa.delete(SecurityEvent).where(old))
    return int(done.rowcount)


def _add(session: Session, log: str, what: str, person_id: UUID | None, subject: str, now: datetime) -> None:
    row = {"id": uuid4(), "at": now, "log": log, "what": what, "person_id": person_id, "subject": subject[:60]}
    session.execute(sa.insert(SecurityEvent).values(row))
