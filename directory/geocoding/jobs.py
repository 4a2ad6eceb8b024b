"""What geocoding does by itself: answers from outside are not kept for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from directory.geocoding.service import forget_old
from directory.infra.db import transaction
from directory.infra.jobs import Job


def forget_answers(now: datetime) -> str:
    """Remove the remembered answers that are too old to count."""
    with transaction() as session:
        gone = forget_old(session, now)
    return f"{gone} old answers forgotten"


JOBS: Final = (Job("forget-geocoded-answers", timedelta(days=1), forget_answers),)
