"""What this slice does by itself: drafts are not kept for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from directory.contribute.service import drafts
from directory.infra.db import transaction
from directory.infra.jobs import Job


def forget_drafts(now: datetime) -> str:
    """Delete the drafts that nobody touched for 60 days."""
    with transaction() as session:
        gone = drafts.forget_old(session, now)
    return f"{gone} old drafts forgotten"


JOBS: Final = (Job("forget-drafts", timedelta(days=1), forget_drafts),)
