"""Letting somebody else speak for a listing: a colleague beside oneself, or instead of oneself, by a mailed link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from directory.accounts.rules import Link, Purpose, mail_address
from directory.accounts.service import audit, links, people
from directory.core.errors import NotFound
from directory.core.people import Acting
from directory.infra import outbox
from directory.infra.outbox import LinkWanted, Outgoing
from directory.moderation.rules.values import LISTING, listing_key
from directory.moderation.service import absence, stewards
from directory.publishing import queries as published

KINDS: Final = {Purpose.INVITE: "steward-invited", Purpose.HAND_OVER: "steward-handed-over"}
_FROM: Final = "from"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a mailed link offers: to look after a listing, beside whoever sent it or instead of them."""

    organization: UUID
    name: str
    email: str
    instead: bool


def offer(
    session: Session,
    organization: UUID,
    email: str,
    *,
    instead: bool,
    acting: Acting,
    language: str,
    now: datetime,
) -> None:
    """Have a link mailed to ``email`` by which they speak for a listing. Raises Forbidden, NotFound and Invalid.

    Nobody else learns whether the address is known here.
    """
    stewards.require_right(session, acting, organization, staff=False)
    name = name_of(session, organization)
    purpose = Purpose.HAND_OVER if instead else Purpose.INVITE
    link = LinkWanted(purpose, {LISTING: str(organization), _FROM: str(acting.known_id)})
    values = {"name": name, "who": acting.email}
    key = f"{listing_key(organization)}{uuid4().hex}"
    outbox.put(session, Outgoing(KINDS[purpose], mail_address(email), language, values, link, key), now=now)


def peek(session: Session, token: str, purpose: Purpose, now: datetime) -> Offer | None:
    """What a link offers now; None when it does not work (any more): whoever sent it may have lost the right."""
    link = links.peek(session, token, purpose, now)
    return _offered(session, link) if link else None


def take_up(session: Session, token: str, purpose: Purpose, *, language: str, now: datetime) -> Offer | None:
    """Let whoever has the mail speak for the listing from now on; instead of whoever sent it, if it was handed over."""
    link = links.consume(session, token, purpose, now)
    found = _offered(session, link) if link else None
    if link is None or found is None:
        return None
    person_id = people.person_for(session, link.email, now, language=language)
    sender = UUID(link.payload[_FROM])
    stewards.appoint(session, person_id, found.organization, how="invited", now=now)
    if found.instead and person_id != sender:
        stewards.dismiss(session, sender, found.organization)
    audit.security(session, f"steward {purpose}", person_id=person_id, subject=found.organization, now=now)
    tell(session, found.organization, found.email, besides=person_id, also=sender if found.instead else None, now=now)
    return found


def leave(session: Session, organization: UUID, *, acting: Acting, now: datetime) -> bool:
    """Speak for a listing no more. False when nobody else would: it is handed over, or closed, instead."""
    if not stewards.speaks_for(session, acting.known_id, organization):
        raise NotFound(str(organization))
    if len(stewards.of_listing(session, organization)) < 2:
        return False
    stewards.dismiss(session, acting.known_id, organization)
    audit.security(session, "steward left", person_id=acting.person_id, subject=organization, now=now)
    return True


def tell(
    session: Session, organization: UUID, email: str, *, besides: UUID, now: datetime, also: UUID | None = None
) -> None:
    """Write to everybody who speaks for a listing that ``email`` does too: nobody takes one over unseen."""
    name = name_of(session, organization)
    ids = [person_id for person_id, _, _ in stewards.of_listing(session, organization)]
    for person_id in dict.fromkeys([*ids, *([also] if also else [])]):
        person = people.known(session, person_id=person_id)
        if person is not None and person_id != besides:
            values = {"name": name, "who": email}
            key = f"{listing_key(organization)}{uuid4().hex}"
            outbox.put(session, Outgoing("steward-joined", person.email, person.language, values, key=key), now=now)


def name_of(session: Session, organization: UUID) -> str:
    """What a listing is called, also while it is off the list. Raises NotFound."""
    current = published.current(session, organization)
    if current is not None:
        return current.record.name
    away = absence.of_listing(session, organization)
    if away is None:
        raise NotFound(str(organization))
    return away.name


def _offered(session: Session, link: Link) -> Offer | None:
    try:
        organization, sender = UUID(link.payload[LISTING]), UUID(link.payload[_FROM])
        name = name_of(session, organization)
    except (KeyError, ValueError, NotFound):
        return None
    if not stewards.speaks_for(session, sender, organization):
        return None
    return Offer(organization, name, link.email, link.purpose is Purpose.HAND_OVER)
