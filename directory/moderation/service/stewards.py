"""Who speaks for a listing, and what they change at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.core.people import Acting, Role
from directory.listings.models import Organization
from directory.listings.rules.record import Record
from directory.moderation.models import Stewardship
from directory.moderation.rules.review import due_at
from directory.moderation.rules.small import SMALL, is_assured, is_small
from directory.moderation.rules.states import Forestalled
from directory.moderation.service import confidence
from directory.publishing import queries as published
from directory.publishing.rules import Actor, ActorKind, Outcome
from directory.publishing.service import Surroundings, publish

STATUSES: Final = frozenset({"available", "waiting-list", "full", "closed"})
TODAY_AT_MOST: Final = timedelta(days=3, hours=1)  # one of the days may have an hour more
LONGEST_NOTICE: Final = 200


def appoint(session: Session, person_id: UUID, organization: UUID, *, how: str, now: datetime) -> None:
    """Let a person change a listing; nothing if they may already. ``how``: added, claimed, decided, invited."""
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"person_id": person_id, "organization_uuid": organization, "since": now, "how": how}
    session.execute(insert(Stewardship).values(row).on_conflict_do_nothing())


def dismiss(session: Session, person_id: UUID, organization: UUID) -> None:
    """Let a person change a listing no more."""
    session.execute(
        sa.delete(Stewardship).where(Stewardship.person_id == person_id, Stewardship.organization_uuid == organization)
    )


def listings_of(session: Session, person_id: UUID) -> list[tuple[UUID, str, str, int]]:
    """The published listings of a person by name: id, slug, name, version. One statement."""
    rows = session.execute(
        sa.select(Organization.uuid, Organization.slug, Organization.name, Organization.version)
        .join(Stewardship, Stewardship.organization_uuid == Organization.uuid)
        .where(Stewardship.person_id == person_id)
        .order_by(Organization.name, Organization.id)
    )
    return [(row.uuid, row.slug, row.name, row.version) for row in rows]


def of_listing(session: Session, organization: UUID) -> list[tuple[UUID, datetime, str]]:
    """Who speaks for a listing: person, since when, and how they came to. One statement."""
    rows = session.execute(
        sa.select(Stewardship.person_id, Stewardship.since, Stewardship.how)
        .where(Stewardship.organization_uuid == organization)
        .order_by(Stewardship.since, Stewardship.person_id)
    )
    return [(row.person_id, row.since, row.how) for row in rows]


def speaks_for(session: Session, person_id: UUID, organization: UUID) -> bool:
    """Whether a person speaks for a listing. One statement."""
    theirs = (Stewardship.person_id == person_id, Stewardship.organization_uuid == organization)
    return session.scalar(sa.select(Stewardship.since).where(*theirs)) is not None


def may_edit(session: Session, acting: Acting, organization: UUID) -> bool:
    """Whether the acting person speaks for a listing, whatever other rights they have. At most one statement."""
    return acting.person_id is not None and speaks_for(session, acting.person_id, organization)


def require_right(session: Session, acting: Acting, organization: UUID, *, staff: bool) -> None:
    """Raise Forbidden for whoever does not speak for a listing; ``staff``: for whoever is no moderator."""
    if staff:
        acting.require(Role.MODERATOR)
    elif not may_edit(session, acting, organization):
        raise Forbidden("only who speaks for a listing may change it")


def small_facts(allowed: Collection[str] | None = None) -> frozenset[str]:
    """The names of what is small here: those of the one list, less what the place does not allow."""
    return frozenset(SMALL) if allowed is None else frozenset(SMALL) & frozenset(allowed)


def is_at_once(session: Session, proposal: Record, *, acting: Acting, around: Surroundings, now: datetime) -> bool:
    """Whether ``publish_small`` would publish ``proposal``."""
    current = published.current(session, proposal.id)
    return current is not None and _is_at_once(session, current.record, proposal, acting, around, now)


def publish_small(
    session: Session, proposal: Record, *, version: int, acting: Acting, around: Surroundings, now: datetime
) -> Outcome:
    """Publish small facts of a steward's own assured listing: it is confirmed right by that.

    ``version`` is the one that the steward saw. Raises Forbidden for somebody else, Conflict when it is not for a
    steward alone to decide (``suggest`` it), Forestalled when it was changed meanwhile, NotFound.
    """
    current = _current(session, proposal.id, version, acting)
    if not _is_at_once(session, current.record, proposal, acting, around, now):
        raise Conflict("a moderator decides that")
    return _publish(session, current, proposal, acting, around, now, "small facts")


def require_sound(before: Record, after: Record, *, around: Surroundings, now: datetime) -> None:
    """Raise Invalid for a notice that is too long or over, and for a status that is none or does not end by itself.

    What was left as it was is not looked at.
    """
    notice, today = after.notice, after.today
    if notice and notice != before.notice:
        if not notice.text.strip() or len(notice.text) > LONGEST_NOTICE:
            raise Invalid("notice", notice.text, f"1 to {LONGEST_NOTICE} characters")
        if notice.until and notice.until < now.astimezone(around.place.time_zone).date():
            raise Invalid("until", notice.until.isoformat(), "today or later")
    if today and today != before.today:
        if today.status not in STATUSES:
            raise Invalid("status", today.status, " or ".join(sorted(STATUSES)))
        if not now < today.until <= now + TODAY_AT_MOST:
            raise Invalid("until", today.until.isoformat(), "within three days")


def confirm(session: Session, organization: UUID, *, actor: Actor, around: Surroundings, now: datetime) -> Outcome:
    """Still right: whoever spoke for the listing said so, by the page of a mailed link. Raises NotFound."""
    current = published.current(session, organization)
    if current is None:
        raise NotFound(str(organization))
    record = replace(current.record, assured_at=now, review_due_at=due_at(current.record, now, around.place))
    (outcome,) = publish(
        session, [_with_places(session, record, current)], actor=actor, around=around, now=now, why="still right"
    )
    return outcome


def _current(session: Session, organization: UUID, version: int, acting: Acting) -> published.Current:
    require_right(session, acting, organization, staff=False)
    current = published.current(session, organization)
    if current is None:
        raise NotFound(str(organization))
    if current.version != version:
        raise Forestalled("the listing was changed meanwhile")
    return current


def _is_at_once(
    session: Session, before: Record, after: Record, acting: Acting, around: Surroundings, now: datetime
) -> bool:
    if not may_edit(session, acting, before.id) or not is_assured(before, now):
        return False
    return is_small(before, after, small_facts(around.place.small_facts))


def _publish(
    session: Session,
    current: published.Current,
    proposal: Record,
    acting: Acting,
    around: Surroundings,
    now: datetime,
    why: str,
) -> Outcome:
    record = replace(proposal, assured_at=now, review_due_at=due_at(proposal, now, around.place))
    actor = Actor(ActorKind.PERSON, str(acting.known_id))
    whole = _with_places(session, record, current)
    (outcome,) = publish(session, [whole], actor=actor, around=around, now=now, why=why)
    return outcome


def _with_places(session: Session, record: Record, current: published.Current) -> Record:
    """``record`` with the true places that are kept: who changes a telephone number must not lose an address."""
    return confidence.with_places(record, confidence.of_listing(session, current.record))
