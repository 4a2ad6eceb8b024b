"""The one reader of the clock. Everything below routes, commands and jobs is told the time."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The moment it is: aware, UTC."""
    return datetime.now(UTC)
