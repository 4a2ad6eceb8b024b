"""The people of these tests, and what they send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.people import Acting, Role
from directory.infra.outbox.models import OutgoingMail
from directory.listings.rules.record import Record
from directory.moderation.rules.states import Kind, State
from directory.moderation.rules.values import Receipt, Sending
from directory.moderation.service.decide import AsSeen
from directory.moderation.service.suggest import suggest
from directory.publishing import queries as published
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import Surroundings, publish
from tests.support.records import NOON, an_id

ORGANISER = "organiser@example.org"


def staff(name: str, *roles: Role) -> Acting:
    """Somebody with rights, who showed their second factor."""
    return Acting(
        person_id=an_id("person", name),
        email=f"{name}@example.org",
        roles=frozenset(roles),
        second_factor=True,
        steward=True,
    )


MODERATOR = staff("mo", Role.MODERATOR)
SECOND = staff("mia", Role.MODERATOR)
STEWARD = Acting(person_id=an_id("person", "organiser"), email=ORGANISER, steward=True)
STRANGER = Acting(person_id=an_id("person", "stranger"), email="stranger@example.org", steward=True)
PERSON = Actor(ActorKind.PERSON, "1")


def sending(kind: Kind = Kind.NEW, **given: Any) -> Sending:
    """How a proposal comes, by a form of its own."""
    values: dict[str, Any] = {"kind": kind, "email": ORGANISER, "language": "en", "once": f"form {kind} 1"}
    return Sending(**{**values, **given})


def sent(session: Session, around: Surroundings, proposal: Record, kind: Kind = Kind.NEW, **given: Any) -> Receipt:
    """A proposal of the steward's, whose address is proved: it waits."""
    acting = given.pop("acting", STEWARD)
    return suggest(session, proposal, sending(kind, **given), acting=acting, around=around, now=NOON)


def listed(session: Session, around: Surroundings, *records: Record) -> None:
    """Publish records as somebody did long ago."""
    publish(session, records, actor=PERSON, around=around, now=NOON - timedelta(days=30))


def as_seen(session: Session, organization: UUID, state: State = State.WAITING) -> AsSeen:
    """What a moderator sees who looks now."""
    current = published.current(session, organization)
    return AsSeen(state, current.version if current else 0)


def record_of(session: Session, organization: UUID) -> Record:
    """What is published of an organisation."""
    current = published.current(session, organization)
    assert current is not None
    return current.record


def mails(session: Session) -> list[tuple[str, str, dict[str, Any]]]:
    """Kind, address and values of each mail that waits, in their order."""
    rows = session.execute(
        sa.select(OutgoingMail.kind, OutgoingMail.address, OutgoingMail.said).order_by(OutgoingMail.created_at)
    )
    return [(row.kind, row.address, row.said) for row in rows]


@contextmanager
def nothing_written(session: Session) -> Iterator[None]:
    """Assert that the published record is the same afterwards."""
    before = published.published_count(session), published.changes_since(session, 0, limit=999)
    yield
    assert (published.published_count(session), published.changes_since(session, 0, limit=999)) == before
