"""What this slice does by itself: extracts of staff are not remembered for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from directory.exchange.service import staff
from directory.infra.db import transaction
from directory.infra.jobs import Job


def forget_extracts(now: datetime) -> str:
    """Delete what was remembered of staff's extracts for two years."""
    with transaction() as session:
        gone = staff.forget_old(session, now)
    return f"{gone} old extracts of staff forgotten"


JOBS: Final = (Job("forget-extracts", timedelta(days=1), forget_extracts),)
