"""What is to be confirmed, by whom, and what nobody confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.listings.models import Organization
from directory.listings.rules.record import SourceKind
from directory.moderation.models import Review, Stewardship
from directory.moderation.rules import review as rules


@dataclass(frozen=True, slots=True)
class Due:
    """A listing that is to be confirmed, and how often its stewards were asked since it was confirmed last."""

    organization: UUID
    name: str
    asked: int


# Asked before it was confirmed does not count any more.
_SINCE: Final = sa.or_(Organization.assured_at.is_(None), Review.asked_at > Organization.assured_at)
_ASKED: Final = sa.case((sa.and_(Review.asked.is_not(None), _SINCE), Review.asked), else_=0)
_SIGN: Final = sa.func.coalesce(Organization.assured_at, Organization.published_at)  # the last sign of life
_SPOKEN_FOR: Final = sa.exists().where(Stewardship.organization_uuid == Organization.uuid)


def due(
    session: Session,
    now: datetime,
    *,
    limit: int | None = None,
    of: Sequence[UUID] = (),
    asked_by: datetime | None = None,
) -> list[Due]:
    """What somebody speaks for and that is to be confirmed by ``now``, the longest due first, if one more mail may go.

    ``of``: of these people alone. ``asked_by``: when it is, if ``now`` lies ahead. One statement.
    """
    is_due = sa.or_(
        Organization.review_due_at <= now,
        sa.and_(Organization.review_due_at.is_(None), now - rules.UNSAID >= _SIGN),
    )
    spoken = _SPOKEN_FOR.where(Stewardship.person_id.in_(of)) if of else _SPOKEN_FOR
    quiet = sa.or_(_ASKED == 0, Review.asked_at <= (asked_by or now) - rules.ASK_AGAIN)
    query = _listings().where(is_due, spoken, _ASKED < rules.MOST_ASKED, quiet).order_by(_SIGN, Organization.id)
    return _found(session, query.limit(limit) if limit else query)


def by_ids(session: Session, organizations: Sequence[UUID]) -> list[Due]:
    """These, whether they are due or not. One statement."""
    return _found(session, _listings().where(Organization.uuid.in_(organizations)).order_by(_SIGN, Organization.id))


def speakers(session: Session, organizations: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Who speaks for any of these, and for which: by the names of the listings. One statement."""
    rows = session.execute(
        sa.select(Stewardship.person_id, Stewardship.organization_uuid)
        .join(Organization, Organization.uuid == Stewardship.organization_uuid)
        .where(Stewardship.organization_uuid.in_(organizations))
        .order_by(Stewardship.person_id, Organization.name, Organization.id)
    )
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row.organization_uuid)
    return found


def unconfirmed(session: Session, now: datetime, *, limit: int) -> list[UUID]:
    """Listings that groups added themselves and that nobody confirmed for a year, oldest first. One statement.

    Not those whose stewards were never asked, or only just: jobs may have stood still.
    """
    asked = sa.and_(_ASKED > 0, Review.asked_at <= now - rules.ASK_AGAIN)
    query = (
        sa.select(Organization.uuid)
        .outerjoin(Review, Review.organization_uuid == Organization.uuid)
        .where(
            Organization.source_kind == SourceKind.SELF_LISTED,
            now - rules.OFF_AFTER >= _SIGN,
            sa.or_(asked, sa.not_(_SPOKEN_FOR)),
        )
        .order_by(_SIGN, Organization.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def _listings() -> sa.Select[Any]:
    return sa.select(Organization.uuid, Organization.name, _ASKED.label("asked")).outerjoin(
        Review, Review.organization_uuid == Organization.uuid
    )


def _found(session: Session, query: sa.Select[Any]) -> list[Due]:
    return [Due(row.uuid, row.name, row.asked) for row in session.execute(query)]
