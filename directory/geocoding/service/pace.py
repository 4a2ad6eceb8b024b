"""When Nominatim may be asked: the pace its operators want, and a circuit breaker, in one database row.

The row counts for the whole installation. While the breaker is open the next allowed moment lies far ahead;
when it comes, one process gets it and the moment is put as far ahead again (half open): only its success
closes the breaker.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.geocoding.models import GeocoderPace

ROW: Final = "nominatim"
ONCE_MS: Final = 1_000  # one request a second: the policy of OpenStreetMap's server
REPEATED_MS: Final = 15_000  # four a minute, for what runs again and again by itself
FAILURES: Final = 3  # in a row, and the breaker opens
FIRST_PAUSE_MS: Final = 60_000
LONGEST_PAUSE_MS: Final = 3_600_000

_MAKE = sa.text(
    "INSERT INTO geocoder_pace (name, next_ms, failures) VALUES (:name, 0, 0) ON CONFLICT (name) DO NOTHING"
)


def milliseconds(now: datetime) -> int:
    """``now`` as the row counts."""
    return int(now.timestamp() * 1000)


def claim(session: Session, now: datetime, every_ms: int) -> int:
    """Take the next moment: 0 when it is now and ours, else the milliseconds until it is worth another try.

    One UPDATE, which only one process can win; the caller commits at once. A moment farther away than any
    pause was written by a wrong clock and does not count.
    """
    at = milliseconds(now)
    free = (GeocoderPace.next_ms <= at) | (GeocoderPace.next_ms > at + LONGEST_PAUSE_MS)
    pause = sa.literal(at + FIRST_PAUSE_MS, sa.BigInteger)
    soon = sa.literal(at + every_ms, sa.BigInteger)
    session.execute(_MAKE, {"name": ROW})
    won = session.execute(
        sa.update(GeocoderPace)
        .where(GeocoderPace.name == ROW, free)
        .values(next_ms=sa.case((GeocoderPace.failures >= FAILURES, pause), else_=soon))
        .returning(GeocoderPace.name)
        .execution_options(synchronize_session=False)
    ).first()
    if won is not None:
        return 0
    next_ms = session.execute(sa.select(GeocoderPace.next_ms).where(GeocoderPace.name == ROW)).scalar_one()
    return max(1, next_ms - at)


def succeeded(session: Session, now: datetime, every_ms: int) -> None:
    """An answer came, whatever it said: the breaker is closed."""
    _write(session, failures=0, next_ms=milliseconds(now) + every_ms)


def failed(session: Session, now: datetime, every_ms: int, *, wait_ms: int = 0) -> None:
    """No answer came, or rubbish. After ``FAILURES`` in a row nobody asks for a minute, two ... an hour.

    ``wait_ms`` is what the server wants to be left alone for.
    """
    failures = session.execute(
        sa.select(GeocoderPace.failures).where(GeocoderPace.name == ROW).with_for_update()
    ).scalar_one()
    doubled = FIRST_PAUSE_MS << min(failures + 1 - FAILURES, 10) if failures + 1 >= FAILURES else every_ms
    pause = min(max(doubled, wait_ms), LONGEST_PAUSE_MS)
    _write(session, failures=failures + 1, next_ms=milliseconds(now) + pause)


def _write(session: Session, *, failures: int, next_ms: int) -> None:
    session.execute(
        sa.update(GeocoderPace)
        .where(GeocoderPace.name == ROW)
        .values(failures=failures, next_ms=next_ms)
        .execution_options(synchronize_session=False)
    )
