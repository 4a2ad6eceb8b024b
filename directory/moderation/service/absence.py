"""Taking a listing off the public list, and putting it back as it was: its history and its secret places stay."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.core.errors import NotFound
from directory.core.people import Acting
from directory.listings.models import Organization
from directory.listings.rules.record import Record
from directory.moderation.models import Absence
from directory.moderation.rules.absence import Why
from directory.moderation.rules.review import due_at
from directory.moderation.rules.states import Forestalled
from directory.moderation.service import confidence, stewards
from directory.publishing import queries as published
from directory.publishing.rules import Actor, ActorKind, Outcome
from directory.publishing.service import Surroundings, publish, withdraw


@dataclass(frozen=True, slots=True)
class Away:
    """A listing that is off the list: what it is called, why and since when, and the version it had."""

    name: str
    why: Why
    since: datetime
    version: int


def of_listing(session: Session, organization: UUID) -> Away | None:
    """Whether a listing is off the list, and why. None for one that is published, whatever took it back. One statement.

    A moderator, or an import, may have published it again.
    """
    row = session.execute(
        sa.select(Absence)
        .outerjoin(Organization, Organization.uuid == Absence.organization_uuid)
        .where(Absence.organization_uuid == organization, Organization.id.is_(None))
    ).scalar_one_or_none()
    return Away(row.name, Why(row.why), row.since, row.version) if row else None


def take_off(
    session: Session,
    organization: UUID,
    why: Why,
    *,
    version: int,
    acting: Acting,
    around: Surroundings,
    now: datetime,
    staff: bool = False,
) -> None:
    """Pause or close a listing, as whoever speaks for it; at once, because somebody may be at risk.

    ``staff``: as a moderator. Raises Forbidden for somebody else, NotFound for what is not published, Forestalled for
    another ``version``.
    """
    stewards.require_right(session, acting, organization, staff=staff)
    current = published.current(session, organization)
    if current is None:
        raise NotFound(str(organization))
    if current.version != version:
        raise Forestalled("the listing was changed meanwhile")
    put_away(session, current, why, actor=Actor(ActorKind.PERSON, str(acting.known_id)), around=around, now=now)


def put_away(
    session: Session, current: published.Current, why: Why, *, actor: Actor, around: Surroundings, now: datetime
) -> None:
    """Withdraw what is published, so that it can come back."""
    uuid = current.record.id
    withdraw(session, [uuid], actor=actor, around=around, now=now, why=why.value, may_return=True)
    row = {
        "organization_uuid": uuid,
        "why": why,
        "name": current.record.name,
        "version": current.version,
        "since": now,
    }
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(Absence).values(row).on_conflict_do_update(index_elements=["organization_uuid"], set_=row))


def bring_back(session: Session, organization: UUID, *, acting: Acting, around: Surroundings, now: datetime) -> Outcome:
    """Publish a listing again as it was, confirmed right by whoever speaks for it. Raises Forbidden and NotFound."""
    stewards.require_right(session, acting, organization, staff=False)
    return returned(session, organization, actor=Actor(ActorKind.PERSON, str(acting.known_id)), around=around, now=now)


def returned(session: Session, organization: UUID, *, actor: Actor, around: Surroundings, now: datetime) -> Outcome:
    """As ``bring_back``, for somebody whose right was shown by a mailed link."""
    away = of_listing(session, organization)
    record = last_record(session, organization, away) if away else None
    if record is None:
        raise NotFound(str(organization))
    made = replace(record, assured_at=now, review_due_at=due_at(record, now, around.place))
    whole = confidence.with_places(made, confidence.of_listing(session, made))
    (outcome,) = publish(session, [whole], actor=actor, around=around, now=now, why="back on the list")
    session.execute(sa.delete(Absence).where(Absence.organization_uuid == organization))
    return outcome


def last_record(session: Session, organization: UUID, away: Away) -> Record | None:
    """The public record that a listing had when it was taken off. One statement."""
    return published.record_at(session, organization, away.version)
