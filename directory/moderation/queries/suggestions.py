"""Suggestions as moderators and senders see them. None of these reads a confidential place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import NotFound
from directory.listings.rules.codec import decode
from directory.listings.rules.record import Record
from directory.moderation.models import Decision, Message, Suggestion, SuggestionPlace
from directory.moderation.rules.states import DECIDED, Deed, Kind, State, Told
from directory.moderation.rules.values import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A suggestion as it was sent; ``record`` is its public part, None for a claim, a closure, or what was forgotten.

    ``has_places``: it came with places that are not to be shown whole.
    """

    id: UUID
    reference: str
    organization: UUID
    kind: Kind
    state: State
    base_version: int
    batch: str
    draft: UUID | None
    record: Record | None
    summary: str
    words: str
    email: str
    person_id: UUID | None
    language: str
    sent_at: datetime
    proved_at: datetime | None
    later_until: datetime | None
    has_places: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A message between a moderator and the sender."""

    at: datetime
    by_moderator: bool
    words: str


def receipt(session: Session, once: str) -> Receipt | None:
    """The receipt of the suggestion that a form made before, or None. One statement."""
    row = session.execute(
        sa.select(Suggestion.reference, Suggestion.id, Suggestion.state).where(Suggestion.once == once)
    ).one_or_none()
    return row and Receipt(row.reference, row.id, State(row.state), already=True)


def is_taken(session: Session, reference: str) -> bool:
    """Whether a suggestion has this reference. One statement."""
    return session.scalar(sa.select(Suggestion.id).where(Suggestion.reference == reference)) is not None


def suggestion(session: Session, number: UUID) -> Seen:
    """One suggestion. Raises NotFound. One statement."""
    places = sa.exists().where(SuggestionPlace.suggestion_id == Suggestion.id)
    row = session.execute(sa.select(Suggestion, places.label("places")).where(Suggestion.id == number)).one_or_none()
    if row is None:
        raise NotFound(str(number))
    return seen(row[0], has_places=row[1])


def by_reference(session: Session, reference: str) -> UUID | None:
    """The id of the suggestion with a reference. One statement."""
    return session.scalar(sa.select(Suggestion.id).where(Suggestion.reference == reference))


def seen(row: Suggestion, *, has_places: bool = False) -> Seen:
    """A row as a value."""
    return Seen(
        id=row.id,
        reference=row.reference,
        organization=row.organization_uuid,
        kind=Kind(row.kind),
        state=State(row.state),
        base_version=row.base_version,
        batch=row.batch,
        draft=row.draft_id,
        record=decode(Record, json.loads(row.record)) if row.record else None,
        summary=row.summary,
        words=row.words,
        email=row.sender_email,
        person_id=row.sender_person_id,
        language=row.language,
        sent_at=row.sent_at,
        proved_at=row.proved_at,
        later_until=row.later_until,
        has_places=has_places,
    )


def locked(session: Session, number: UUID) -> Suggestion:
    """The row of a suggestion, held until the transaction ends. Raises NotFound. One statement."""
    query = sa.select(Suggestion).where(Suggestion.id == number).with_for_update()
    row = session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()
    if row is None:
        raise NotFound(str(number))
    return row


def decisions(session: Session, number: UUID) -> list[Told]:
    """What was decided about a suggestion, newest first. One statement."""
    rows = session.execute(
        sa.select(Decision.by, Decision.at, Decision.what, Decision.reason, Decision.words)
        .where(Decision.suggestion_id == number)
        .order_by(Decision.at.desc(), Decision.id)
    )
    return [Told(row.by, row.at, Deed(row.what), row.reason, row.words) for row in rows]


def messages(session: Session, number: UUID) -> list[Said]:
    """What was asked and answered, oldest first. One statement."""
    rows = session.execute(
        sa.select(Message.at, Message.by_moderator, Message.words)
        .where(Message.suggestion_id == number)
        .order_by(Message.at, Message.id)
    )
    return [Said(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class History:
    """How many suggestions of a sender were decided how, and how many wait. ``latest``: summary, kind, state, when."""

    counts: dict[State, int]
    latest: tuple[tuple[UUID, str, Kind, State, datetime], ...]


LATEST: Final = 5


def sent_by(session: Session, email: str, *, besides: UUID) -> History:
    """What else came from an address. None of nobody's. Two statements."""
    if not email:
        return History({}, ())
    theirs = (Suggestion.sender_email == email, Suggestion.id != besides)
    counted = session.execute(sa.select(Suggestion.state, sa.func.count()).where(*theirs).group_by(Suggestion.state))
    latest = session.execute(
        sa.select(Suggestion.id, Suggestion.summary, Suggestion.kind, Suggestion.state, Suggestion.sent_at)
        .where(*theirs)
        .order_by(Suggestion.sent_at.desc(), Suggestion.id)
        .limit(LATEST)
    )
    return History(
        {State(state): number for state, number in counted},
        tuple((row.id, row.summary, Kind(row.kind), State(row.state), row.sent_at) for row in latest),
    )


def open_for(session: Session, organizations: Sequence[UUID]) -> dict[UUID, list[Seen]]:
    """Suggestions that nobody has decided yet, by organisation, oldest first. One statement."""
    done = sorted(state.value for state in DECIDED)
    query = sa.select(Suggestion).where(Suggestion.organization_uuid.in_(organizations), Suggestion.state.not_in(done))
    found: dict[UUID, list[Seen]] = {}
    for row in session.scalars(query.order_by(Suggestion.sent_at, Suggestion.id)):
        found.setdefault(row.organization_uuid, []).append(seen(row))
    return found
