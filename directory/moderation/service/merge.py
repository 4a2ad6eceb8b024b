"""Two listings of one organisation made one; and parted again, when that was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import NotFound
from directory.core.people import Acting, Role
from directory.infra.db import table_of
from directory.moderation.models import Merge, Report, Stewardship
from directory.moderation.rules.merging import Side, merged
from directory.moderation.rules.states import Forestalled
from directory.moderation.service import confidence
from directory.publishing import queries as published
from directory.publishing.rules import Actor, ActorKind, Outcome
from directory.publishing.service import Surroundings, absorb, part


def merge(
    session: Session,
    keep: tuple[UUID, int],
    lose: tuple[UUID, int],
    choices: Mapping[str, Side],
    *,
    acting: Acting,
    around: Surroundings,
    now: datetime,
) -> UUID:
    """Make ``lose`` a part of ``keep`` (each with the version that the moderator saw); the merge's id, to undo it.

    The old address leads to the one that stays. Stewards speak for it too, and reports are about it.
    Raises Forbidden, NotFound, Invalid for a wrong choice, and Forestalled when either was changed meanwhile.
    """
    acting.require(Role.MODERATOR)
    sides = [_current(session, *side) for side in (keep, lose)]
    whole = [confidence.with_places(side.record, confidence.of_listing(session, side.record)) for side in sides]
    record = merged(whole[0], whole[1], choices)
    actor = Actor(ActorKind.PERSON, str(acting.known_id))
    why = f"merged with {sides[1].slug}"
    done = absorb(session, record, lose[0], actor=actor, around=around, now=now, why=why)
    number = uuid4()
    values = {
        "id": number,
        "kept": keep[0],
        "lost": lose[0],
        "kept_before": done.kept_before,
        "kept_after": done.outcome.version,
        "lost_before": done.lost_before,
        "at": now,
        "by": acting.person_id,
        "undone_at": None,
    }
    session.execute(sa.insert(table_of(Merge)).values(values))
    _hand_over(session, lose[0], keep[0])
    return number


def unmerge(session: Session, number: UUID, *, acting: Acting, around: Surroundings, now: datetime) -> list[Outcome]:
    """Part two listings again, each as it was. Raises Forbidden, NotFound, and Forestalled when it is too late.

    Too late: the one that stayed was changed since. Then its history has what it was before. Who spoke for the one that
    went still speaks for both.
    """
    acting.require(Role.MODERATOR)
    done = session.get(Merge, number, with_for_update=True, populate_existing=True)
    if done is None or done.undone_at is not None:
        raise NotFound(str(number))
    current = published.current(session, done.kept)
    if current is None or current.version != done.kept_after:
        raise Forestalled("the listing was changed since they were merged")
    actor = Actor(ActorKind.PERSON, str(acting.known_id))
    kept, lost = (done.kept, done.kept_before), (done.lost, done.lost_before)
    outcomes = part(session, kept, lost, actor=actor, around=around, now=now, why="merge undone")
    done.undone_at = now
    session.flush()
    return outcomes


def _current(session: Session, organization: UUID, version: int) -> published.Current:
    current = published.current(session, organization)
    if current is None:
        raise NotFound(str(organization))
    if current.version != version:
        raise Forestalled("the listing was changed meanwhile")
    return current


def _hand_over(session: Session, lose: UUID, keep: UUID) -> None:
    """Stewards and reports of the listing that goes belong to the one that stays."""
    theirs = sa.select(Stewardship.person_id).where(Stewardship.organization_uuid == keep)
    new = sa.and_(Stewardship.organization_uuid == lose, Stewardship.person_id.not_in(theirs))
    rows = session.execute(sa.select(Stewardship.person_id, Stewardship.since, Stewardship.how).where(new)).all()
    if rows:
        added = [
            {"person_id": row.person_id, "organization_uuid": keep, "since": row.since, "how": row.how} for row in rows
        ]
        session.execute(sa.insert(table_of(Stewardship)), added)
    session.execute(sa.update(Report).where(Report.organization_uuid == lose).values(organization_uuid=keep))
