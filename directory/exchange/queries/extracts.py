"""Questions that the data page and staff's extracts alone ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.accounts.models import Person
from directory.exchange.models import StaffExtract
from directory.listings.models import Location, Organization, Schedule
from directory.moderation.models import Stewardship


class Completeness(NamedTuple):
    """How many organisations there are, and how many of them: confirmed lately, with a public point, with hours."""

    organizations: int
    confirmed: int
    placed: int
    timed: int


def completeness(session: Session, *, since: datetime) -> Completeness:
    """How complete the published record is; ``since``: confirmed before that is not lately. One statement."""
    confirmed = sa.func.count(sa.case((Organization.assured_at >= since, 1)))
    placed = sa.select(sa.func.count(sa.distinct(Location.owner_id))).where(Location.latitude.is_not(None))
    timed = sa.select(sa.func.count(sa.distinct(Schedule.owner_id)))
    row = session.execute(
        sa.select(sa.func.count(), confirmed, placed.scalar_subquery(), timed.scalar_subquery()).select_from(
            Organization
        )
    ).one()
    return Completeness(*row)


def steward_addresses(session: Session, organizations: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The e-mail addresses of those who speak for organisations, in the order of the alphabet. One statement."""
    query = (
        sa.select(Stewardship.organization_uuid, Person.email)
        .join(Person, Person.id == Stewardship.person_id)
        .where(Stewardship.organization_uuid.in_(organizations))
        .order_by(Person.email)
    )
    found: dict[UUID, list[str]] = {}
    for owner, email in session.execute(query):
        found.setdefault(owner, []).append(email)
    return found


class Taken(NamedTuple):
    """An extract that staff took, for the list of them; ``email`` is "" for somebody who is not known any more."""

    at: datetime
    email: str
    purpose: str
    columns: Sequence[str]
    search: str
    rows: int


def taken(session: Session, *, limit: int) -> list[Taken]:
    """The last extracts of staff, newest first. One statement."""
    query = (
        sa.select(
            StaffExtract.at,
            sa.func.coalesce(Person.email, ""),
            StaffExtract.purpose,
            StaffExtract.columns,
            StaffExtract.search,
            StaffExtract.rows,
        )
        .outerjoin(Person, Person.id == StaffExtract.person_id)
        .order_by(StaffExtract.at.desc(), StaffExtract.id)
        .limit(limit)
    )
    return [Taken(*row) for row in session.execute(query)]
