"""The listings that a person speaks for, and how each stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.accounts.models import Person
from directory.listings.models import Organization
from directory.moderation.models import Absence, Stewardship, Suggestion
from directory.moderation.rules.absence import Why
from directory.moderation.rules.states import OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A listing of a steward's. ``slug`` is "" when it is not published; then ``away`` says why, if it may come back.

    ``waits``: something that this person sent about it is not decided yet.
    """

    organization: UUID
    name: str
    slug: str
    away: Why | None
    assured_at: datetime | None
    review_due_at: datetime | None
    waits: bool


def unreachable(session: Session, *, limit: int) -> list[tuple[UUID, str]]:
    """Published listings whose stewards' mail is all refused, by name: their UUIDs and names. One statement."""
    theirs = sa.select(Person.id).join(Stewardship, Stewardship.person_id == Person.id)
    theirs = theirs.where(Stewardship.organization_uuid == Organization.uuid)
    query = (
        sa.select(Organization.uuid, Organization.name)
        .where(theirs.exists(), ~theirs.where(Person.bounced_at.is_(None)).exists())
        .order_by(Organization.name, Organization.uuid)
        .limit(limit)
    )
    return [(row.uuid, row.name) for row in session.execute(query)]


def kept_by(session: Session, person_id: UUID) -> list[Kept]:
    """What a person speaks for, by name. A listing that was taken out for good is not among them. One statement."""
    waiting = (
        sa.exists()
        .where(
            Suggestion.organization_uuid == Stewardship.organization_uuid,
            Suggestion.sender_person_id == person_id,
            Suggestion.state.in_(sorted(state.value for state in OPEN)),
        )
        .label("waits")
    )
    name = sa.func.coalesce(Organization.name, Absence.name).label("called")
    rows = session.execute(
        sa.select(
            Stewardship.organization_uuid,
            name,
            Organization.slug,
            Absence.why,
            Organization.assured_at,
            Organization.review_due_at,
            waiting,
        )
        .outerjoin(Organization, Organization.uuid == Stewardship.organization_uuid)
        .outerjoin(Absence, Absence.organization_uuid == Stewardship.organization_uuid)
        .where(Stewardship.person_id == person_id, name.is_not(None))
        .order_by(name, Stewardship.organization_uuid)
    )
    return [
        Kept(
            organization=row.organization_uuid,
            name=row.called,
            slug=row.slug or "",
            away=Why(row.why) if row.why and not row.slug else None,
            assured_at=row.assured_at,
            review_due_at=row.review_due_at,
            waits=bool(row.waits),
        )
        for row in rows
    ]
