"""What was asked before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.geo import Point
from directory.core.text import fold
from directory.geocoding.models import GeocodedAnswer
from directory.geocoding.rules import Located, Miss
from directory.listings.rules.record import Found

FOUND_LASTS: Final = timedelta(days=180)  # streets stay where they are
MISS_LASTS: Final = timedelta(days=30)  # OpenStreetMap grows


def digest_of(lines: Sequence[str]) -> str:
    """The key an address is remembered under; it does not tell the address."""
    return hashlib.sha256("\n".join(map(fold, lines)).encode()).hexdigest()


def remembered(session: Session, lines: Sequence[str], *, now: datetime) -> Located | Miss | None:
    """What Nominatim said of an address, Miss.UNKNOWN among it; None when it must be asked. One statement."""
    row = session.execute(
        sa.select(
            GeocodedAnswer.latitude,
            GeocodedAnswer.longitude,
            GeocodedAnswer.precision_m,
            GeocodedAnswer.asked_at,
        ).where(GeocodedAnswer.digest == digest_of(lines))
    ).one_or_none()
    if row is None or now - row.asked_at > (MISS_LASTS if row.latitude is None else FOUND_LASTS):
        return None
    if row.latitude is None:
        return Miss.UNKNOWN
    return Located(Point(row.latitude, row.longitude), row.precision_m, Found.ADDRESS, ", ".join(lines))
