"""A steward's changes: small facts at once, the rest beside the record, and one change built on the other.

What a steward still waits for is one suggestion. A further change takes its place: the moderator who was looking at the
former gets 409, and nobody accepts what they have not seen. What was asked about the former, and the secret places it
came with, go over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import NotFound
from directory.core.people import Acting
from directory.listings.rules.record import Record, Visibility
from directory.moderation.models import Message, Suggestion
from directory.moderation.queries import suggestions as queries
from directory.moderation.rules.states import OPEN, Forestalled, Kind, State
from directory.moderation.rules.values import Receipt, Sending
from directory.moderation.service import confidence, stewards
from directory.moderation.service.decide import proposed
from directory.moderation.service.suggest import suggest
from directory.publishing import queries as published
from directory.publishing.service import Surroundings
from directory.publishing.service.lock import hold

Change = Callable[[Record], Record]


@dataclass(frozen=True, slots=True)
class Before:
    """What a steward changes: the listing as it is published, with what they already proposed.

    ``seen`` names both, for whoever changes it from another page meanwhile. ``waiting``: their suggestion, if any.
    """

    current: published.Current
    record: Record
    waiting: queries.Seen | None

    @property
    def seen(self) -> str:
        """What the page was made from: "3" or "3.<the suggestion's id>"."""
        return f"{self.current.version}.{self.waiting.id.hex}" if self.waiting else str(self.current.version)


@dataclass(frozen=True, slots=True)
class Amended:
    """What came of a change: published at once, or waiting under a reference, or both, or neither (it was so)."""

    at_once: bool = False
    receipt: Receipt | None = None


def before(session: Session, organization: UUID, *, acting: Acting, staff: bool = False) -> Before:
    """What there is to change. Raises Forbidden for somebody else's listing, and NotFound. At most five statements.

    ``staff``: as a moderator, whoever speaks for it.
    """
    stewards.require_right(session, acting, organization, staff=staff)
    current = published.current(session, organization)
    if current is None:
        raise NotFound(str(organization))
    waiting = _waiting(session, organization, acting.known_id)
    record = proposed(session, waiting)[1] if waiting else None
    return Before(current, record or current.record, waiting)


def as_seen(session: Session, organization: UUID, seen: str, *, acting: Acting) -> Record | None:
    """The record that a page was made from which says that it ``seen`` this; None for nothing of theirs."""
    version, _, suggestion = seen.partition(".")
    if suggestion:
        try:
            found = queries.suggestion(session, UUID(suggestion))
        except (ValueError, NotFound):
            return None
        return found.record if (found.organization, found.person_id) == (organization, acting.person_id) else None
    known = version.isascii() and version.isdecimal() and len(version) < 10
    return published.record_at(session, organization, int(version)) if known else None


def amend(
    session: Session,
    organization: UUID,
    change: Change,
    *,
    seen: str,
    acting: Acting,
    around: Surroundings,
    language: str,
    now: datetime,
) -> Amended:
    """Let a steward's ``change`` be published or suggested. It is handed public records alone.

    ``seen`` is the ``Before.seen`` that the page was made from. Raises Forbidden, NotFound, Invalid, and Forestalled
    when something else was published or proposed meanwhile; unless the change was made already, by the same form.
    """
    hold(session)  # whoever publishes or amends meanwhile waits
    found = before(session, organization, acting=acting)
    record = _changed(found, change, seen, around, now)
    if record is None:
        return Amended()
    direct = change(found.current.record)
    if direct == found.current.record or not stewards.is_at_once(
        session, direct, acting=acting, around=around, now=now
    ):
        return Amended(receipt=_suggest(session, found, record, acting, around, language, now))
    version = found.current.version
    stewards.publish_small(session, direct, version=version, acting=acting, around=around, now=now)
    if found.waiting is None:
        return Amended(at_once=True)
    return Amended(at_once=True, receipt=_carried(session, found, change, acting, around, language, now))


def propose(
    session: Session,
    organization: UUID,
    change: Change,
    *,
    seen: str,
    acting: Acting,
    around: Surroundings,
    language: str,
    now: datetime,
) -> Amended:
    """Let a moderator's ``change`` of any listing wait to be decided as differences, like anybody's; as ``amend``."""
    hold(session)
    found = before(session, organization, acting=acting, staff=True)
    record = _changed(found, change, seen, around, now)
    if record is None:
        return Amended()
    return Amended(receipt=_suggest(session, found, record, acting, around, language, now))


def _changed(found: Before, change: Change, seen: str, around: Surroundings, now: datetime) -> Record | None:
    """What there was to change, changed; None for what is so already. Raises Invalid and Forestalled."""
    record = change(found.record)
    if record == found.record:
        return None
    stewards.require_sound(found.record, record, around=around, now=now)
    if seen != found.seen:
        raise Forestalled("the listing was changed meanwhile")
    return record


def _carried(
    session: Session,
    found: Before,
    change: Change,
    acting: Acting,
    around: Surroundings,
    language: str,
    now: datetime,
) -> Receipt | None:
    """What waits says the small fact too, where it would take it back: else the older text would be published again."""
    after = before(session, found.current.record.id, acting=acting)
    record = change(after.record)
    if record == after.record:
        return None
    return _suggest(session, after, record, acting, around, language, now)


def _suggest(
    session: Session,
    found: Before,
    record: Record,
    acting: Acting,
    around: Surroundings,
    language: str,
    now: datetime,
) -> Receipt:
    """A suggestion in the place of the one that waits, if one does."""
    sending = Sending(
        kind=Kind.CHANGE,
        email=acting.email,
        language=language,
        once=f"amend {uuid4().hex}",
        words=found.waiting.words if found.waiting else "",
    )
    places = confidence.of_suggestion(session, found.waiting.id) if found.waiting else {}
    whole = confidence.with_places(record, {key: place for key, place in places.items() if _kept(record, found, key)})
    receipt = suggest(session, whole, sending, acting=acting, around=around, now=now)
    if found.waiting:
        _replace(session, found.waiting, receipt.id, now)
    return receipt


def _kept(record: Record, found: Before, place: UUID) -> bool:
    """Whether a place is as the steward proposed it before: then so is the secret address that came with it."""
    mine = next((each for each in record.locations if each.id == place), None)
    was = next((each for each in found.record.locations if each.id == place), None)
    if mine is None or was is None or mine.visibility is Visibility.EXACT:
        return False
    return (mine.addresses, mine.point) == (was.addresses, was.point)


def _replace(session: Session, former: queries.Seen, number: UUID, now: datetime) -> None:
    """Take the former back, and let the new one stand where it stood in the queue, with what was said about it."""
    row = queries.locked(session, former.id)
    row.state, row.decided_at, row.later_until = State.WITHDRAWN, now, None
    confidence.forget(session, former.id)
    session.execute(sa.update(Message).where(Message.suggestion_id == former.id).values(suggestion_id=number))
    session.execute(sa.update(Suggestion).where(Suggestion.id == number).values(sent_at=former.sent_at))
    session.flush()


def _waiting(session: Session, organization: UUID, person_id: UUID) -> queries.Seen | None:
    """The change that a person proposed last and that nobody has decided. One statement."""
    row = session.scalars(
        sa.select(Suggestion)
        .where(
            Suggestion.organization_uuid == organization,
            Suggestion.sender_person_id == person_id,
            Suggestion.kind == Kind.CHANGE,
            Suggestion.state.in_(sorted(state.value for state in OPEN)),
        )
        .order_by(Suggestion.sent_at.desc(), Suggestion.id)
        .limit(1)
    ).one_or_none()
    return queries.seen(row) if row else None
