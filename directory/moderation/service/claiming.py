"""Claiming a listing: by a link to an address that is the group's for certain, or by what a moderator is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from directory.accounts.rules import Link, Purpose, mail_address
from directory.accounts.service import audit, links, people
from directory.core.errors import Invalid, NotFound
from directory.core.people import Acting
from directory.infra import outbox
from directory.infra.outbox import LinkWanted, Outgoing
from directory.listings.rules.record import Record
from directory.moderation.rules import claiming as rules
from directory.moderation.rules.states import Kind
from directory.moderation.rules.values import LISTING, Receipt, Sending, listing_key
from directory.moderation.service import sharing, stewards
from directory.moderation.service.suggest import suggest
from directory.publishing import queries as published
from directory.publishing.service import Surroundings

_WHO: Final = "who"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a mailed link would do: let ``who`` (an e-mail address) speak for a listing."""

    organization: UUID
    name: str
    slug: str
    who: str


def ways(session: Session, record: Record) -> rules.Ways:
    """Where a link may be sent about a listing. One statement."""
    return rules.ways(record, published.website_of_source(session, record.id))


def send(session: Session, record: Record, *, to: str, who: str, language: str, now: datetime) -> None:
    """Mail a link to ``to`` by which ``who`` speaks for the listing. Raises Invalid for an address that shows nothing.

    Both are asked: whoever reads the group's mail presses the button, and ``who`` signs in with an address of theirs.
    """
    found = ways(session, record)
    address = mail_address(to)
    if address not in found.addresses and not rules.is_at(address, found.domain):
        raise Invalid("to", to, "an address that is published, or one at the domain of the website")
    link = LinkWanted(Purpose.CLAIM, {LISTING: str(record.id), _WHO: mail_address(who)})
    values = {"name": record.name, "who": mail_address(who)}
    key = f"{listing_key(record.id)}{uuid4().hex}"
    outbox.put(session, Outgoing("claim", address, language, values, link, key), now=now)


def with_evidence(
    session: Session,
    record: Record,
    sending: Sending,
    *,
    acting: Acting,
    around: Surroundings,
    now: datetime,
) -> Receipt:
    """Let a moderator decide, by the words beside it. Raises Invalid for none, or without an address to answer to."""
    if sending.kind is not Kind.CLAIM or not sending.email or not sending.words.strip():
        raise Invalid("words", sending.words, "how they show that they speak for the group")
    return suggest(session, record, sending, acting=acting, around=around, now=now)


def peek(session: Session, token: str, now: datetime) -> Claim | None:
    """What a link would do now, None when it does not work (any more)."""
    link = links.peek(session, token, Purpose.CLAIM, now)
    return _claim(session, link) if link else None


def take_up(session: Session, token: str, *, language: str, now: datetime) -> Claim | None:
    """Let whom the link names speak for the listing. Everybody who spoke for it before is told."""
    link = links.consume(session, token, Purpose.CLAIM, now)
    found = _claim(session, link) if link else None
    if found is None:
        return None
    person_id = people.person_for(session, found.who, now, language=language)
    stewards.appoint(session, person_id, found.organization, how="claimed", now=now)
    audit.security(session, "steward claim", person_id=person_id, subject=found.organization, now=now)
    sharing.tell(session, found.organization, found.who, besides=person_id, now=now)
    return found


def _claim(session: Session, link: Link) -> Claim | None:
    try:
        current = published.current(session, UUID(link.payload[LISTING]))
        if current is None:
            return None
        return Claim(current.record.id, current.record.name, current.slug, link.payload[_WHO])
    except (KeyError, ValueError, NotFound):
        return None
