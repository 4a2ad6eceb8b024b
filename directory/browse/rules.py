"""What the pages decide for themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

CONFIRMED_FOR: Final = timedelta(days=274)  # nine months: by then its stewards were asked three times


def is_stale(assured_at: datetime | None, now: datetime) -> bool:
    """Whether a listing was confirmed once, and too long ago to be relied on."""
    return assured_at is not None and now - assured_at > CONFIRMED_FOR
