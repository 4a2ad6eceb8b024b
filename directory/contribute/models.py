"""What people have answered so far. Nothing here is public; it goes when it is deleted, or forgotten after 60 days."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base


class Draft(Base):
    """One submission that somebody is writing."""

    __tablename__ = "draft"
    __table_args__ = (sa.Index(None, "subject"), sa.Index(None, "touched_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[UUID]  # the organisation it is about: a new one's id to be, or that of one that is listed
    base_version: Mapped[int]  # of the listing that it was filled from; 0 for none
    answers: Mapped[str]  # JSON of contribute.rules.answers.Answers
    language: Mapped[str] = mapped_column(sa.String(20))
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    sendings: Mapped[int]  # how often it was sent: after a refusal it may be mended and sent again
    is_open: Mapped[bool]  # whether it can be changed: not between sending and taking up again
    reference: Mapped[str] = mapped_column(sa.String(40))  # what the sender was told, "" before


class DraftAddress(Base):
    """Where a place of a draft is: nobody may see it before its group has said how openly."""

    __tablename__ = "draft_address"

    draft_id: Mapped[UUID] = mapped_column(sa.ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str] = mapped_column(sa.String(10), primary_key=True)  # its key among the answers
    address: Mapped[str]  # JSON of contribute.rules.answers.Address
