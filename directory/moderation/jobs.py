"""What moderation does by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from directory.infra.db import db, transaction
from directory.infra.jobs import Job
from directory.moderation.service import erase
from directory.moderation.service.suggest import forget_refused, forget_unproved

UNPROVED_KEPT: Final = timedelta(days=14)  # promises.md
REFUSED_KEPT: Final = timedelta(days=30)


def clean_erased(now: datetime) -> str:
    """Take the last bytes of what was deleted for good out of the database's files."""
    return f"{erase.clean(db.engine, transaction, now)} cleaned"


def forget_suggestions(now: datetime) -> str:
    """Forget what nobody proved, and what was refused or taken back."""
    with transaction() as session:
        unproved = forget_unproved(session, now - UNPROVED_KEPT)
        refused = forget_refused(session, now - REFUSED_KEPT)
    return f"{unproved} unproved, {refused} refused"


JOBS = (
    Job("clean-erased", timedelta(minutes=5), clean_erased),
    Job("forget-suggestions", timedelta(hours=6), forget_suggestions),
)
