"""What jobs remember of the answers from outside, and when the next question may be asked."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base


class GeocodedAnswer(Base):
    """One answer of Nominatim; without a point: it knew none. No address is kept, only the digest of one."""

    __tablename__ = "geocoded_answer"
    __table_args__ = (
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)"
            " AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name="in_degrees",
        ),
        sa.CheckConstraint("precision_m >= 0", name="precision_in_metres"),
        sa.Index("ix_geocoded_answer_asked_at", "asked_at"),
    )

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)  # SHA-256 of the folded lines
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    precision_m: Mapped[float | None]
    asked_at: Mapped[datetime]


class GeocoderPace(Base):
    """When a foreign geocoder may be asked again: one row for the whole installation, the breaker in it.

    ``next_ms`` counts milliseconds since 1970, so that one UPDATE can both compare and add on either
    database.
    """

    __tablename__ = "geocoder_pace"
    __table_args__ = (sa.CheckConstraint("failures >= 0", name="failures_count"),)

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    next_ms: Mapped[int] = mapped_column(sa.BigInteger)
    failures: Mapped[int]  # in a row
