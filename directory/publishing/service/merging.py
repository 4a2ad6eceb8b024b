"""Two listings made one, so that the address of the one that goes leads to the other; and parted again."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, NotFound
from directory.infra.db import table_of
from directory.listings import queries as listings
from directory.listings.models import OldSlug
from directory.listings.rules.record import Record
from directory.publishing.models import Tombstone
from directory.publishing.rules import Actor, Outcome
from directory.publishing.service.door import publish, withdraw
from directory.publishing.service.lock import hold
from directory.publishing.service.restoring import as_of
from directory.publishing.service.surroundings import Surroundings


class Merged(NamedTuple):
    """What it takes to part two listings: their versions before, and that of the one that stayed after."""

    outcome: Outcome
    kept_before: int
    lost_before: int


def absorb(
    session: Session,
    keep: Record,
    lose: UUID,
    *,
    actor: Actor,
    around: Surroundings,
    now: datetime,
    why: str,
) -> Merged:
    """Publish ``keep`` (with true addresses, and what it took over) and withdraw ``lose``, whose addresses lead to it.

    Raises NotFound when either is not published.
    """
    hold(session)
    rows = listings.slugs_and_versions(session, [keep.id, lose])
    if keep.id == lose or len(rows) < 2:
        raise NotFound("both listings must be published")
    lost = rows[lose]
    withdraw(session, [lose], actor=actor, around=around, now=now, why=why, merged_into=keep.id)
    session.execute(sa.delete(OldSlug).where(OldSlug.slug == lost.slug))
    session.execute(sa.insert(table_of(OldSlug)).values(slug=lost.slug, organization_uuid=lose))
    (outcome,) = publish(session, [keep], actor=actor, around=around, now=now, why=why)
    return Merged(outcome, rows[keep.id].version, lost.version)


def part(
    session: Session,
    kept: tuple[UUID, int],
    lost: tuple[UUID, int],
    *,
    actor: Actor,
    around: Surroundings,
    now: datetime,
    why: str,
) -> list[Outcome]:
    """Publish two listings again as they were at the versions given (each with its organisation).

    Raises Conflict when the one that went is published, or was merged into another.
    """
    hold(session)
    stone = session.execute(
        sa.select(Tombstone.merged_into).where(Tombstone.organization_uuid == lost[0])
    ).scalar_one_or_none()
    if stone != kept[0]:
        raise Conflict("they are not merged any more")
    records = as_of(session, dict((kept, lost)))
    outcomes = publish(session, records, actor=actor, around=around, now=now, why=why)
    back = next(outcome for outcome in outcomes if outcome.organization == lost[0])
    session.execute(sa.delete(OldSlug).where(OldSlug.slug == back.slug, OldSlug.organization_uuid == lost[0]))
    return outcomes
