"""What moderators decide. Each deed says in which state and version they saw the suggestion: the second is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.accounts.rules import Purpose
from directory.accounts.service import audit
from directory.core.errors import Conflict, Invalid, NotFound
from directory.core.people import Acting, Role
from directory.infra import outbox
from directory.infra.db import table_of
from directory.infra.outbox import LinkWanted, Outgoing
from directory.listings.rules.record import Record, Source, SourceKind
from directory.moderation.models import Decision, Message, Suggestion
from directory.moderation.queries import suggestions as queries
from directory.moderation.rules.rebasing import rebased
from directory.moderation.rules.revealing import digest_of, shown_again
from directory.moderation.rules.review import due_at
from directory.moderation.rules.states import (
    SILENT,
    Deed,
    Forestalled,
    Kind,
    Reason,
    State,
    Told,
    move,
)
from directory.moderation.rules.values import DRAFT, mail_key, words_of
from directory.moderation.service import confidence, stewards
from directory.publishing import queries as published
from directory.publishing.rules import Actor, ActorKind, Outcome
from directory.publishing.service import Surroundings, publish, withdraw

LATER_AT_MOST: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class AsSeen:
    """What a moderator had before them: the state of the suggestion, and the version that was published (0: none)."""

    state: State
    version: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of it. ``outcome`` is None for a claim, a closure, and while a second moderator is needed."""

    outcome: Outcome | None = None
    second_needed: bool = False


def proposed(session: Session, seen: queries.Seen) -> tuple[published.Current | None, Record | None, tuple[str, ...]]:
    """What is published, what accepting would publish (its public part), and the fields in which the two meet.

    At most two statements.
    """
    current = published.current(session, seen.organization)
    if seen.record is None or current is None or seen.base_version >= current.version:
        return current, seen.record, ()
    base = published.record_at(session, seen.organization, seen.base_version)
    both = rebased(base, seen.record, current.record)
    return current, both.record, both.met


def accept(
    session: Session,
    number: UUID,
    *,
    as_seen: AsSeen,
    acting: Acting,
    around: Surroundings,
    now: datetime,
    changes: Record | None = None,
) -> Accepted:
    """Publish a suggestion and remember who said so; ``changes`` is its public part as the moderator put it right.

    To show again an address that was confidential takes two moderators: the first is remembered, and nothing is
    published yet. Raises Forbidden, NotFound, and Forestalled when somebody was quicker: then nothing is written.
    """
    row, actor = _begin(session, number, as_seen, acting), _actor(acting)
    move(State(row.state), State.ACCEPTED)
    seen = queries.seen(row)
    current, public, _ = proposed(session, seen)
    if current is None and seen.kind is not Kind.NEW:
        raise Forestalled("the listing was taken out meanwhile")
    why = f"suggestion {row.reference}"
    outcome: Outcome | None = None
    if seen.kind is Kind.CLOSE:
        withdraw(session, [seen.organization], actor=actor, around=around, now=now, why=why)
    elif seen.kind is not Kind.CLAIM:
        given = changes or public
        if given is None or given.id != seen.organization:
            raise Invalid("changes", given and given.id, "the record of the suggestion")
        record = confidence.whole(session, given, number, current.record if current else None)
        if not _may_show(session, number, current, record, acting, now):
            return Accepted(second_needed=True)
        record = _confirmed(record, seen, is_steward=_speaks_for(session, seen), around=around, now=now)
        (outcome,) = publish(session, [record], actor=actor, around=around, now=now, why=why)
    _conclude(session, row, State.ACCEPTED, now)
    _decided(session, number, Deed.ACCEPTED, acting, now, version=outcome.version if outcome else None)
    slug = outcome.slug if outcome else current.slug if current else ""
    _welcome(session, seen, slug, now)
    return Accepted(outcome)


def refuse(
    session: Session,
    number: UUID,
    *,
    as_seen: AsSeen,
    reason: Reason,
    words: str,
    acting: Acting,
    now: datetime,
) -> None:
    """Say no, with a reason that the sender gets; of spam nobody is told. As ``accept``.

    Whoever still has what they answered gets a link that opens it again.
    """
    row = _begin(session, number, as_seen, acting)
    move(State(row.state), State.REFUSED)
    said = words_of(words, "words")
    if reason is Reason.OTHER and not said:
        raise Invalid("words", words, "the reason in your own words")
    _conclude(session, row, State.REFUSED, now)
    _decided(session, number, Deed.REFUSED, acting, now, reason=reason, words=said)
    if reason not in SILENT:
        link = LinkWanted(Purpose.MEND_DRAFT, {DRAFT: str(row.draft_id)}) if row.draft_id else None
        _write(
            session, queries.seen(row), "suggestion-refused", {"reason": reason.value, "words": said}, now, link=link
        )


def ask(session: Session, number: UUID, *, as_seen: AsSeen, words: str, acting: Acting, now: datetime) -> None:
    """Ask the sender something; the answer comes back by a link. Raises Conflict when there is nobody to ask."""
    row = _begin(session, number, as_seen, acting)
    if not row.sender_email:
        raise Conflict("there is no address to ask at")
    said = words_of(words, "words")
    if not said:
        raise Invalid("words", words, "a question")
    row.state = move(State(row.state), State.ASKED)
    _message(session, number, said, by_moderator=True, person_id=acting.person_id, now=now)
    _decided(session, number, Deed.ASKED, acting, now)
    link = LinkWanted(Purpose.ANSWER_QUESTION, {"suggestion": str(number)})
    seen = queries.seen(row)
    _write(session, seen, "suggestion-question", {"words": said}, now, link=link, key="question")


def answer(session: Session, number: UUID, *, words: str, person_id: UUID | None, now: datetime) -> None:
    """Keep what the sender answered, and put the suggestion back into the queue, at its old place."""
    row = queries.locked(session, number)
    if State(row.state) is not State.ASKED:
        raise Conflict("nothing is asked about it any more")
    said = words_of(words, "words")
    if not said:
        raise Invalid("words", words, "an answer")
    _message(session, number, said, by_moderator=False, person_id=person_id, now=now)
    row.state = move(State(row.state), State.WAITING)
    session.flush()


def later(session: Session, number: UUID, *, as_seen: AsSeen, until: datetime, acting: Acting, now: datetime) -> None:
    """Not now: out of the queue until then, at most 90 days."""
    row = _begin(session, number, as_seen, acting)
    if not now < until <= now + LATER_AT_MOST:
        raise Invalid("until", until.isoformat(), "a day within the next 90")
    row.state, row.later_until = move(State(row.state), State.LATER), until
    _decided(session, number, Deed.LATER, acting, now)
    session.flush()


def last_decision(session: Session, number: UUID) -> Told | None:
    """What was decided last."""
    return next(iter(queries.decisions(session, number)), None)


def _welcome(session: Session, seen: queries.Seen, slug: str, now: datetime) -> None:
    """Whoever added a group, or claimed it, speaks for it from now on; every sender is told."""
    if seen.person_id and seen.kind in {Kind.NEW, Kind.CLAIM}:
        how = "added" if seen.kind is Kind.NEW else "claimed"
        stewards.appoint(session, seen.person_id, seen.organization, how=how, now=now)
    _write(session, seen, "suggestion-accepted", {"slug": slug, "asked": seen.kind.value}, now)


def _begin(session: Session, number: UUID, as_seen: AsSeen, acting: Acting) -> Suggestion:
    """The suggestion, held, if it is as the moderator saw it."""
    acting.require(Role.MODERATOR)
    row = queries.locked(session, number)
    if State(row.state) is State.UNPROVED:
        raise NotFound(str(number))  # nobody has shown that they sent it
    if State(row.state) is not as_seen.state:
        raise Forestalled(f"it is {row.state} by now", last_decision(session, number))
    current = published.current(session, row.organization_uuid)
    if (current.version if current else 0) != as_seen.version:
        raise Forestalled("the listing was changed meanwhile")
    return row


def _may_show(
    session: Session,
    number: UUID,
    current: published.Current | None,
    record: Record,
    acting: Acting,
    now: datetime,
) -> bool:
    """Whether no confidential address would be shown again, or another moderator has agreed to the very same."""
    if current is None:
        return True
    known = confidence.of_listing(session, current.record)
    shown = shown_again(current.record, known.values(), record)
    if not shown:
        return True
    digest = digest_of(shown)
    agreed = session.scalars(
        sa.select(Decision.by).where(
            Decision.suggestion_id == number, Decision.what == Deed.SHOWING, Decision.reason == digest
        )
    ).all()
    if any(by != acting.person_id for by in agreed):
        audit.note(session, "show-address-second", acting=acting, subject=number, now=now)
        return True
    if not agreed:
        _decided(session, number, Deed.SHOWING, acting, now, reason=digest)
        audit.note(session, "show-address-first", acting=acting, subject=number, now=now)
    return False


def _confirmed(record: Record, seen: queries.Seen, *, is_steward: bool, around: Surroundings, now: datetime) -> Record:
    """A new listing, and one that its steward changed, are confirmed right today."""
    if seen.kind is Kind.NEW:
        source = record.source if seen.batch else Source(kind=SourceKind.SELF_LISTED)
        record = replace(record, source=source)
        if seen.batch:
            return record
    elif not is_steward:
        return record
    return replace(record, assured_at=now, review_due_at=due_at(record, now, around.place))


def _speaks_for(session: Session, seen: queries.Seen) -> bool:
    return seen.person_id is not None and stewards.speaks_for(session, seen.person_id, seen.organization)


def _actor(acting: Acting) -> Actor:
    return Actor(ActorKind.PERSON, str(acting.known_id))


def _conclude(session: Session, row: Suggestion, state: State, now: datetime) -> None:
    row.state, row.decided_at, row.later_until = state, now, None
    confidence.forget(session, row.id)
    session.flush()


def _decided(
    session: Session,
    number: UUID,
    what: Deed,
    acting: Acting,
    now: datetime,
    *,
    reason: str = "",
    words: str = "",
    version: int | None = None,
) -> None:
    values = {"id": uuid4(), "suggestion_id": number, "at": now, "by": acting.person_id, "what": what}
    values |= {"reason": reason, "words": words, "version": version}
    session.execute(sa.insert(table_of(Decision)).values(values))
    session.flush()


def _message(
    session: Session, number: UUID, words: str, *, by_moderator: bool, person_id: UUID | None, now: datetime
) -> None:
    values = {"id": uuid4(), "suggestion_id": number, "at": now, "by_moderator": by_moderator}
    session.execute(sa.insert(table_of(Message)).values({**values, "person_id": person_id, "words": words}))


def _write(
    session: Session,
    seen: queries.Seen,
    kind: str,
    values: Mapping[str, str],
    now: datetime,
    *,
    link: LinkWanted | None = None,
    key: str = "",
) -> None:
    """A mail to the sender, if there is an address."""
    if seen.email:
        told = {"name": seen.summary, "reference": seen.reference, **values}
        key = f"{mail_key(seen.id)}{key or kind} {now.timestamp()}"
        outbox.put(session, Outgoing(kind, seen.email, seen.language, told, link, key), now=now)
