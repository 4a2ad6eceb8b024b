"""What people send: stored beside the published record, once for each form, with the mail that proves its sender."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.accounts.rules import Link, Purpose, digest, mail_address
from directory.accounts.service import links, people
from directory.core.errors import Conflict, Invalid, NotFound
from directory.core.people import Acting
from directory.core.text import squeeze
from directory.infra import outbox
from directory.infra.outbox import LinkWanted, Outgoing
from directory.listings.rules.record import Record
from directory.listings.rules.visibility import Confidential, withheld
from directory.moderation.models import ProvedDraft, Suggestion
from directory.moderation.queries import suggestions as queries
from directory.moderation.rules.states import OPEN, Kind, State, reference_of
from directory.moderation.rules.values import Receipt, Sending, mail_key, once_of, words_of
from directory.moderation.service import confidence, decide
from directory.publishing import queries as published
from directory.publishing.service import Surroundings

RECORDED = frozenset({Kind.NEW, Kind.CHANGE})  # the others ask for something that no record says


def suggest(
    session: Session, proposal: Record, sending: Sending, *, acting: Acting, around: Surroundings, now: datetime
) -> Receipt:
    """Keep ``proposal`` (with true addresses) for a moderator to decide; what its sender is shown.

    For a closure or a claim ``proposal`` is the record as it is published. Somebody who has signed in with the address,
    who proved it when they sent the same draft before, or who gave none, is in the queue at once; anybody else follows
    the link of a mail first. The same form again makes nothing: its receipt is ``already``. Raises Invalid, and
    NotFound for a change of what is not published.
    """
    if known := queries.receipt(session, once_of(sending.once)):
        return known
    base = published.current(session, proposal.id)
    if (sending.kind is Kind.NEW) != (base is None):
        raise NotFound("what is changed is published, and what is new is not")
    email = mail_address(sending.email) if sending.email else ""
    person_id = _proved(session, email, sending, acting, now) if email else None
    state = State.WAITING if person_id or not email else State.UNPROVED
    made, places = confidence.parted(session, proposal, base and base.record, around)
    number, reference = _numbered(session)
    values: dict[str, Any] = {
        "id": number,
        "reference": reference,
        "organization_uuid": proposal.id,
        "base_version": _base_version(sending, base.version if base else 0),
        "state": state,
        "record": made.text if sending.kind in RECORDED else "",
        "summary": squeeze(made.record.name),
        "sender_email": email,
        "sender_person_id": person_id,
        "sent_at": now,
        "proved_at": now if person_id else None,
    }
    if not _insert(session, values | _said(sending, made.confidential)):  # the same form came twice at the same moment
        return queries.receipt(session, sending.once) or Receipt(reference, number, state, already=True)
    if sending.kind in RECORDED:
        confidence.keep(session, number, places)
    if state is State.UNPROVED:
        outbox.put(session, _proof(number, reference, values["summary"], email, sending.language), now=now)
    return Receipt(reference, number, state)


def _proved(session: Session, email: str, sending: Sending, acting: Acting, now: datetime) -> UUID | None:
    """Who sends it, if it is known that ``email`` is theirs: they signed in with it, or this draft has proved it."""
    if acting.person_id is not None and acting.email == email:
        if sending.draft:
            _draft_proved(session, sending.draft, email)
        return acting.person_id
    if sending.draft is None:
        return None
    shown = sa.select(ProvedDraft.email_hash).where(ProvedDraft.draft_id == sending.draft)
    if session.scalar(shown) != digest(email):
        return None
    return people.person_for(session, email, now, language=sending.language)


def _draft_proved(session: Session, draft: UUID, email: str) -> None:
    """Remember whose address what is sent from a draft has shown: the last one."""
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"draft_id": draft, "email_hash": digest(email)}
    session.execute(insert(ProvedDraft).values(row).on_conflict_do_update(index_elements=["draft_id"], set_=row))


def _said(sending: Sending, places: tuple[Confidential, ...]) -> dict[str, Any]:
    """The columns that say what the form said, but for where ``places`` are. Raises Invalid for too many words."""
    return {
        "once": sending.once,
        "kind": sending.kind,
        "batch": sending.batch,
        "draft_id": sending.draft,
        "words": withheld(words_of(sending.words, "words"), places),
        "language": sending.language,
    }


def _base_version(sending: Sending, current: int) -> int:
    """The version that was changed: what was published since stays, unless both changed the same field."""
    return sending.base_version if 0 < sending.base_version < current else current


def _numbered(session: Session) -> tuple[UUID, str]:
    while True:
        number = uuid4()
        reference = reference_of(number)
        if not queries.is_taken(session, reference):
            return number, reference


def _insert(session: Session, values: dict[str, Any]) -> bool:
    kind = session.get_bind().dialect.name
    insert: Any = sqlite.insert(Suggestion) if kind == "sqlite" else postgresql.insert(Suggestion)
    made = insert.values(values).on_conflict_do_nothing(index_elements=["once"]).returning(Suggestion.id)
    return session.scalar(made) is not None


def _proof(number: UUID, reference: str, name: str, email: str, language: str) -> Outgoing:
    return Outgoing(
        kind="suggestion-proof",
        to=email,
        language=language,
        values={"name": name, "reference": reference},
        link=LinkWanted(Purpose.PROVE_EMAIL, {"suggestion": str(number)}),
        key=f"{mail_key(number)}proof",
    )


def peek(session: Session, token: str, purpose: Purpose, now: datetime) -> queries.Seen | None:
    """The suggestion that a mailed link is about, if the link works now: for the page with the button."""
    link = links.peek(session, token, purpose, now)
    return _of(session, link) if link else None


def prove(session: Session, token: str, now: datetime) -> Receipt | None:
    """Let a suggestion into the queue: its sender has the mail. None for a link that does not work (any more)."""
    link = links.consume(session, token, Purpose.PROVE_EMAIL, now)
    if link is None:
        return None
    row = queries.locked(session, _number(link))
    if row.state == State.UNPROVED:
        row.state, row.proved_at = State.WAITING, now
        row.sender_person_id = people.person_for(session, link.email, now, language=row.language)
        if row.draft_id:  # it may be deleted by now
            _draft_proved(session, row.draft_id, link.email)
        session.flush()
    return Receipt(row.reference, row.id, State(row.state))


def answer(session: Session, token: str, words: str, now: datetime) -> str:
    """Keep what the sender answered by the link of a question; the suggestion's reference.

    It is in the queue again, at its old place. Raises Invalid for no answer (the link is used up only by the commit),
    and Conflict when it was decided meanwhile or the link does not work any more.
    """
    link = links.consume(session, token, Purpose.ANSWER_QUESTION, now)
    if link is None:
        raise Conflict("the link was used already")
    row = queries.locked(session, _number(link))
    decide.answer(session, row.id, words=words, person_id=row.sender_person_id, now=now)
    return row.reference


def asked(session: Session, number: UUID) -> str:
    """The last question about a suggestion, "" when nothing was asked."""
    said = [one.words for one in queries.messages(session, number) if one.by_moderator]
    return said[-1] if said else ""


def withdraw(session: Session, number: UUID, *, acting: Acting, now: datetime) -> None:
    """Take back what one sent oneself. Raises NotFound for what somebody else sent, or what was decided."""
    row = queries.locked(session, number)
    if row.sender_person_id != acting.known_id or State(row.state) not in OPEN:
        raise NotFound(str(number))
    row.state, row.decided_at = State.WITHDRAWN, now
    confidence.forget(session, number)
    session.flush()


def supersede(session: Session, organization: UUID, batch: str, *, now: datetime) -> int:
    """Take back what a batch proposed for a listing and nobody decided: it says something else now. How many."""
    former = [one for one in queries.open_for(session, [organization]).get(organization, ()) if one.batch == batch]
    for one in former:
        row = queries.locked(session, one.id)
        row.state, row.decided_at = State.WITHDRAWN, now
        confidence.forget(session, one.id)
    session.flush()
    return len(former)


def draft_gone(session: Session, draft: UUID) -> None:
    """What was sent from a draft cannot be mended any more: it is deleted, with whose address it had proved."""
    session.execute(sa.delete(ProvedDraft).where(ProvedDraft.draft_id == draft))
    session.execute(sa.update(Suggestion).where(Suggestion.draft_id == draft).values(draft_id=None))


def forget_unproved(session: Session, before: datetime) -> int:
    """Delete what nobody proved; how many."""
    gone: Any = session.execute(
        sa.delete(Suggestion).where(Suggestion.state == State.UNPROVED, Suggestion.sent_at < before)
    )
    return int(gone.rowcount)


def forget_refused(session: Session, before: datetime) -> int:
    """Delete what was refused or taken back before that, with all that was said about it; how many."""
    done = Suggestion.state.in_([State.REFUSED, State.WITHDRAWN])
    gone: Any = session.execute(sa.delete(Suggestion).where(done, Suggestion.decided_at < before))
    return int(gone.rowcount)


def _of(session: Session, link: Link) -> queries.Seen | None:
    try:
        return queries.suggestion(session, _number(link))
    except NotFound:
        return None  # it was forgotten before its link was


def _number(link: Link) -> UUID:
    try:
        return UUID(link.payload["suggestion"])
    except (KeyError, ValueError):
        raise Invalid("link", link.purpose, "a link about a suggestion") from None
