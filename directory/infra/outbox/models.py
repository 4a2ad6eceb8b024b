"""The mails that wait, and what became of those that were sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base


class OutgoingMail(Base):
    """One mail. Address, values and payload are wiped when it is finished; then the row says what became of it."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        sa.CheckConstraint("state IN ('waiting', 'sending', 'sent', 'refused', 'given-up')", name="known_state"),
        sa.CheckConstraint("tries >= 0 AND unsure >= 0", name="counts"),
        sa.Index("ix_outgoing_mail_state_next_try_at", "state", "next_try_at"),
        sa.Index("ix_outgoing_mail_finished_at", "finished_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(sa.String(200), unique=True)  # of what it is told only once
    kind: Mapped[str] = mapped_column(sa.String(40))
    address: Mapped[str] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(35))
    said: Mapped[dict[str, Any]]  # the values of its templates
    purpose: Mapped[str] = mapped_column(sa.String(30))  # of its link; "" without one
    payload: Mapped[dict[str, Any]]
    person_id: Mapped[UUID | None]  # whom the link is for
    link_id: Mapped[UUID | None]  # the link, once it was issued
    stop: Mapped[bool]
    state: Mapped[str] = mapped_column(sa.String(10))
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    tries: Mapped[int]  # put off so often by the server
    unsure: Mapped[int]  # begun, and nobody saw the end: it may have arrived so often
    claimed_at: Mapped[datetime | None]  # by the process that is sending it
    finished_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(sa.String(200))  # what the server said at last, scrubbed
