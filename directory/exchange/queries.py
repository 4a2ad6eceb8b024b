"""Questions to the published record that the data page alone asks."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.listings.models import Location, Organization, Schedule


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
