"""From a draft to a suggestion that a moderator decides: once, however often its form is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory.contribute.queries import Held
from directory.contribute.rules.proposal import Named, proposal
from directory.contribute.rules.tasks import is_complete, steps
from directory.contribute.service import drafts
from directory.core.errors import Invalid
from directory.core.people import Acting
from directory.listings.rules.record import Record
from directory.moderation.queries import suggestions
from directory.moderation.rules.states import Kind, State
from directory.moderation.rules.values import Sending
from directory.moderation.service.suggest import suggest
from directory.publishing import queries as published
from directory.publishing.service import Surroundings


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: the reference that its sender is told."""

    draft: UUID
    reference: str


def send(
    session: Session, draft_id: UUID, *, acting: Acting, around: Surroundings, language: str, now: datetime
) -> Sent:
    """Suggest what a draft says, and close it; a draft that was sent meanwhile is not sent again.

    Raises NotFound, and Invalid for one that is not complete.
    """
    held = drafts.locked(session, draft_id)
    if not held.is_open:
        return Sent(held.id, held.reference)
    if not is_complete(steps(held.answers, held.addressed)):
        raise Invalid("draft", held.id, "an answer on each page that is needed")
    current = published.current(session, held.subject)
    sender = held.answers.sender
    sending = Sending(
        kind=Kind.CHANGE if current else Kind.NEW,
        email=sender.email if sender else "",
        language=language,
        once=_once(held, held.sendings),
        base_version=held.base_version if current else 0,
        draft=held.id,
    )
    record = proposed(held, current.record if current else None, around)
    receipt = suggest(session, record, sending, acting=acting, around=around, now=now)
    drafts.sent(session, draft_id, receipt.reference, now=now)
    return Sent(held.id, receipt.reference)


def waits_for_proof(session: Session, held: Held) -> bool:
    """Whether what was sent last waits for its sender to show that the address is theirs. One statement."""
    receipt = suggestions.receipt(session, _once(held, held.sendings - 1))
    return receipt is not None and receipt.state is State.UNPROVED


def _once(held: Held, sending: int) -> str:
    """What makes a draft's first, second ... ``sending`` one suggestion each, however often it is sent."""
    return f"draft {held.id.hex} {sending}"


def proposed(held: Held, base: Record | None, around: Surroundings) -> Record:
    """The record that a draft proposes. Raises Invalid when nobody said who they are."""
    return proposal(held.answers, held.addresses, subject=held.subject, named=named(around), base=base)


def named(around: Surroundings) -> Named:
    """What areas and languages are called here."""

    def area(code: str) -> str:
        found = around.areas.get(code)
        return found.name if found else code

    def language(code: str) -> str:
        found = around.terms.languages.get(code)
        return found.name if found else code

    return Named(around.place.name, area, language)
