"""What is known of a published listing beside its record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base
from directory.moderation.models.suggestion import one_of
from directory.moderation.rules.absence import Why
from directory.moderation.rules.values import ReportKind, ReportState


class Report(Base):
    """What somebody without an account says is wrong with a listing."""

    __tablename__ = "report"
    __table_args__ = (
        sa.CheckConstraint(one_of("kind", ReportKind), name="known_kind"),
        sa.CheckConstraint(one_of("state", ReportState), name="known_state"),
        sa.Index("ix_report_state_at", "state", "at", "id"),
        sa.Index("ix_report_organization_uuid", "organization_uuid"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(12), unique=True)
    once: Mapped[str] = mapped_column(sa.String(80), unique=True)
    organization_uuid: Mapped[UUID]
    kind: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10))
    words: Mapped[str]
    email: Mapped[str] = mapped_column(sa.String(254))  # where to answer; "": nobody wants an answer
    language: Mapped[str] = mapped_column(sa.String(35))
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    answer: Mapped[str]
    # Not the second report of one client or address about one listing while the first is open.
    counts: Mapped[bool] = mapped_column(server_default=sa.true())
    mark: Mapped[str] = mapped_column(sa.String(64), server_default="")  # of its client; "" once it serves no more


class Stewardship(Base):
    """A person who may change a listing."""

    __tablename__ = "stewardship"
    __table_args__ = (sa.Index("ix_stewardship_organization_uuid", "organization_uuid"),)

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    how: Mapped[str] = mapped_column(sa.String(20))  # added, claimed, decided, invited


class Review(Base):
    """How often a listing's stewards were asked whether it is still right, since it was last confirmed."""

    __tablename__ = "review"

    organization_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    asked: Mapped[int]
    asked_at: Mapped[datetime | None]


class Absence(Base):
    """A listing that is off the public list and may come back as it was at ``version``. Its history stays."""

    __tablename__ = "absence"
    __table_args__ = (
        sa.CheckConstraint(one_of("why", Why), name="known_why"),
        sa.Index("ix_absence_since", "since"),
    )

    organization_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    why: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[str]
    version: Mapped[int]  # the last that was published
    since: Mapped[datetime]


class Merge(Base):
    """Two listings that were made one; what it takes to part them again."""

    __tablename__ = "merge"
    __table_args__ = (sa.Index("ix_merge_kept", "kept"), sa.Index("ix_merge_lost", "lost"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kept: Mapped[UUID]
    lost: Mapped[UUID]
    kept_before: Mapped[int]  # versions of the two
    kept_after: Mapped[int]
    lost_before: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]


class Erasure(Base):
    """A listing that was deleted for good: ids and times alone. ``cleaned_at``: no byte of it was left in the files."""

    __tablename__ = "erasure"

    organization_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    by: Mapped[UUID | None]
    at: Mapped[datetime]
    cleaned_at: Mapped[datetime | None]
