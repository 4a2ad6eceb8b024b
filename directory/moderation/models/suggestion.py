"""Suggestions, and what was decided and asked about each."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base
from directory.moderation.rules.states import Deed, Kind, State

IN_DEGREES = (
    "(latitude IS NULL) = (longitude IS NULL) AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180"
)


def one_of(column: str, values: Any) -> str:
    """The condition that a column has one of the values of an enumeration."""
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class Suggestion(Base):
    """A proposed listing or change, as its public part: what is confidential stands in ``suggestion_place``."""

    __tablename__ = "suggestion"
    __table_args__ = (
        sa.CheckConstraint(one_of("kind", Kind), name="known_kind"),
        sa.CheckConstraint(one_of("state", State), name="known_state"),
        sa.CheckConstraint("(kind = 'new') = (base_version = 0)", name="new_has_no_base"),
        sa.Index("ix_suggestion_state_sent_at", "state", "sent_at", "id"),
        sa.Index("ix_suggestion_organization_uuid", "organization_uuid"),
        sa.Index("ix_suggestion_sender_email", "sender_email"),
        sa.Index(
            "ix_suggestion_draft_id",
            "draft_id",
            sqlite_where=sa.text("draft_id IS NOT NULL"),
            postgresql_where=sa.text("draft_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_suggestion_batch", "batch", sqlite_where=sa.text("batch <> ''"), postgresql_where=sa.text("batch <> ''")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(12), unique=True)
    once: Mapped[str] = mapped_column(sa.String(80), unique=True)  # the key of the form it came by
    organization_uuid: Mapped[UUID]
    base_version: Mapped[int]  # of the published record it was made from; 0: a new listing
    kind: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10))
    batch: Mapped[str] = mapped_column(sa.String(80))
    draft_id: Mapped[UUID | None]  # where its sender still has what was answered; None when there is no such thing
    record: Mapped[str] = mapped_column(sa.Text)  # JSON of the encoded public part; "" for a claim, and once forgotten
    summary: Mapped[str]  # what the listing is called
    words: Mapped[str]  # to the moderators
    sender_email: Mapped[str] = mapped_column(sa.String(254))  # "": nobody to answer to
    sender_person_id: Mapped[UUID | None]
    language: Mapped[str] = mapped_column(sa.String(35))
    sent_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    later_until: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]


class ProvedDraft(Base):
    """Whose address was proved by what was sent from a draft: who sends it again need not prove it again.

    It goes with the draft, which lives longer than what was refused.
    """

    __tablename__ = "proved_draft"

    draft_id: Mapped[UUID] = mapped_column(primary_key=True)
    email_hash: Mapped[str] = mapped_column(sa.String(64))  # ``accounts.rules.digest``


class SuggestionPlace(Base):
    """The true point and address of a place that is not to be shown whole. No page may join this table."""

    __tablename__ = "suggestion_place"
    __table_args__ = (sa.CheckConstraint(IN_DEGREES, name="in_degrees"),)

    suggestion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("suggestion.id", ondelete="CASCADE"), primary_key=True)
    location_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    precision_m: Mapped[float | None]
    found: Mapped[str | None] = mapped_column(sa.String(20))
    addresses: Mapped[list[Any]] = mapped_column(sa.JSON)


class Decision(Base):
    """What a moderator did with a suggestion."""

    __tablename__ = "decision"
    __table_args__ = (
        sa.CheckConstraint(one_of("what", Deed), name="known_deed"),
        sa.Index("ix_decision_suggestion_id", "suggestion_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    suggestion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("suggestion.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    by: Mapped[UUID | None]  # the person
    what: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str] = mapped_column(sa.String(64))  # of a refusal; of a showing, the digest of what is shown
    words: Mapped[str]
    version: Mapped[int | None]  # that it published


class Message(Base):
    """A question to the sender of a suggestion, or an answer."""

    __tablename__ = "message"
    __table_args__ = (sa.Index("ix_message_suggestion_id", "suggestion_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    suggestion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("suggestion.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    by_moderator: Mapped[bool]
    person_id: Mapped[UUID | None]
    words: Mapped[str]
