"""Keeping listings true: who is asked, what a mailed link confirms, what leaves the list, and what is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.accounts.rules import Link, Purpose
from directory.accounts.service import links, people
from directory.infra import outbox
from directory.infra.outbox import LinkWanted, Outgoing
from directory.infra.outbox.rules import Value
from directory.listings.models import Organization
from directory.moderation.models import Absence, Review
from directory.moderation.queries import review
from directory.moderation.rules import review as rules
from directory.moderation.rules.absence import Why
from directory.moderation.rules.values import review_key
from directory.moderation.service import absence, stewards
from directory.publishing import queries as published
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import Surroundings

KIND: Final = "still-right"
MOST_IN_ONE: Final = 50  # listings in one mail
JOB: Final = Actor(ActorKind.JOB, "keep-true")
_LISTINGS: Final = "listings"
_PERSON: Final = "person"


@dataclass(frozen=True, slots=True)
class Asked:
    """How many mails went, about how many listings."""

    mails: int
    listings: int


@dataclass(frozen=True, slots=True)
class Confirming:
    """A listing that a mailed link is about. ``is_away``: it is off the list, and comes back by being confirmed."""

    organization: UUID
    name: str
    is_away: bool


def ask(session: Session, now: datetime, *, limit: int) -> Asked:
    """Write to everybody who speaks for a listing that is to be confirmed: one mail each, whatever they have.

    In one transaction: broken off, nobody was asked. Whoever is asked about one of theirs is asked about all that will
    be due within the month too. The statements grow with those who are asked.
    """
    due = [each.organization for each in review.due(session, now, limit=limit)]
    theirs = review.speakers(session, due)
    soon = review.due(session, now + rules.ASK_AGAIN, of=list(theirs), asked_by=now) if due else []
    listings = {each.organization: each for each in soon} | {
        each.organization: each for each in review.by_ids(session, due)
    }
    mails = 0
    for person_id, organizations in review.speakers(session, list(listings)).items():
        mails += _write(session, person_id, [listings[each] for each in organizations][:MOST_IN_ONE], now)
    _note(session, list(listings.values()), now)
    return Asked(mails, len(listings))


def _write(session: Session, person_id: UUID, about: Sequence[review.Due], now: datetime) -> bool:
    """One mail; none to whoever wanted fewer, or is kept out, or whose address refused the last ones."""
    person = people.known(session, person_id=person_id)
    if person is None or person.disabled_at or person.fewer_mails:
        return False
    if person.bounced_at and now - person.bounced_at < rules.BOUNCED_FOR:
        return False
    ids = " ".join(each.organization.hex for each in about)
    link = LinkWanted(Purpose.CONFIRM_RIGHT, {_LISTINGS: ids, _PERSON: str(person_id)}, person_id)
    is_last = any(each.asked + 1 >= rules.MOST_ASKED for each in about)
    values: dict[str, Value] = {
        "names": [each.name for each in about],
        "ids": [str(each.organization) for each in about],
        "is_last": int(is_last),
    }
    key = f"{review_key(person_id)}{now.timestamp()}"
    mail = Outgoing(KIND, person.email, person.language, values, link, key, stop=True)
    outbox.put(session, mail, now=now)
    return True


def _note(session: Session, about: Sequence[review.Due], now: datetime) -> None:
    """Count that it was asked about these, once however many were asked."""
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for each in about:
        values = {"organization_uuid": each.organization, "asked": each.asked + 1, "asked_at": now}
        session.execute(
            insert(Review).values(values).on_conflict_do_update(index_elements=["organization_uuid"], set_=values)
        )


def peek(session: Session, token: str, now: datetime) -> list[Confirming]:
    """What a link can confirm now; nothing when it does not work (any more)."""
    link = links.peek(session, token, Purpose.CONFIRM_RIGHT, now)
    return _confirming(session, link) if link else []


def confirm(
    session: Session, token: str, chosen: Sequence[str], *, around: Surroundings, now: datetime
) -> list[Confirming]:
    """Confirm those of a link's listings whose ids were ``chosen``; what was confirmed. It is used up by that."""
    link = links.consume(session, token, Purpose.CONFIRM_RIGHT, now)
    found = [each for each in _confirming(session, link) if str(each.organization) in chosen] if link else []
    for each in found:
        actor = Actor(ActorKind.PERSON, link.payload[_PERSON] if link else "")
        if each.is_away:
            absence.returned(session, each.organization, actor=actor, around=around, now=now)
        else:
            stewards.confirm(session, each.organization, actor=actor, around=around, now=now)
    return found


def _confirming(session: Session, link: Link) -> list[Confirming]:
    """The listings of a link for which whoever got it still speaks. What they paused themselves is not asked about."""
    try:
        ids = [UUID(each) for each in link.payload[_LISTINGS].split()]
        person_id = UUID(link.payload[_PERSON])
    except (KeyError, ValueError):
        return []
    found = []
    for uuid in ids:
        if not stewards.speaks_for(session, person_id, uuid):
            continue
        current = published.current(session, uuid)
        away = None if current else absence.of_listing(session, uuid)
        if current:
            found.append(Confirming(uuid, current.record.name, is_away=False))
        elif away and away.why is Why.UNCONFIRMED:
            found.append(Confirming(uuid, away.name, is_away=True))
    return found


def take_off(session: Session, organization: UUID, *, around: Surroundings, now: datetime) -> bool:
    """Take a listing off the list that nobody confirmed; False when somebody did meanwhile."""
    current = published.current(session, organization)
    if current is None or (current.record.assured_at and not rules.is_off(current.record.assured_at, now)):
        return False
    absence.put_away(session, current, Why.UNCONFIRMED, actor=JOB, around=around, now=now)
    return True


def over(session: Session, now: datetime, *, limit: int) -> list[UUID]:
    """Listings off the list that are to be deleted for good, and those that came back otherwise left out.

    Two statements and one for each that has been off for a year.
    """
    rows = session.execute(
        sa.select(Absence.organization_uuid, Absence.why, Absence.since, Absence.version)
        .outerjoin(Organization, Organization.uuid == Absence.organization_uuid)
        .where(Organization.id.is_(None), Absence.since <= now - _OFF_FOR)
        .order_by(Absence.since, Absence.organization_uuid)
    )
    found: list[UUID] = []
    for row in rows.all():
        sign = row.since
        if row.why == Why.UNCONFIRMED:
            record = published.record_at(session, row.organization_uuid, row.version)
            sign = (record and record.assured_at) or row.since - rules.OFF_AFTER
        if rules.is_over(sign, row.since, now):
            found.append(row.organization_uuid)
    return found[:limit]


_OFF_FOR: Final[timedelta] = rules.DELETED_AFTER - rules.OFF_AFTER
