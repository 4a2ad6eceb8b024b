"""Everything that a moderator sees of a suggestion, before deciding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory.accounts.service import people
from directory.core.errors import NotFound
from directory.core.people import Acting, Role
from directory.listings.rules.record import Record
from directory.moderation.queries import queue, refusals
from directory.moderation.queries import suggestions as queries
from directory.moderation.rules.differences import FieldChange, differences
from directory.moderation.rules.likeness import Likely, clues_of
from directory.moderation.rules.states import Kind, State, Told
from directory.moderation.service.decide import proposed
from directory.moderation.service.duplicates import likely
from directory.publishing import queries as published
from directory.publishing.service import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A suggestion with all that helps to decide it.

    ``record`` is what accepting would publish (its public part), ``met`` the fields that were changed on both sides,
    ``former`` why it was refused when it was sent before.
    """

    seen: queries.Seen
    current: published.Current | None
    record: Record | None
    met: tuple[str, ...]
    changes: list[FieldChange]
    duplicates: list[Likely]
    sender: queries.History
    decisions: list[Told]
    messages: list[queries.Said]
    reports: list[queue.Reporting]
    following: UUID | None
    former: refusals.Refusal | None

    @property
    def version(self) -> int:
        """The version that is published, 0 for none."""
        return self.current.version if self.current else 0


def sheet(session: Session, number: UUID, *, acting: Acting, around: Surroundings, now: datetime) -> Sheet:
    """One suggestion as a moderator sees it. Raises Forbidden, and NotFound also for one that nobody has proved."""
    acting.require(Role.MODERATOR)
    seen = queries.suggestion(session, number)
    if seen.state is State.UNPROVED:
        raise NotFound(str(number))
    current, record, met = proposed(session, seen)
    before = current.record if current else None
    looked_for = seen.kind is Kind.NEW and record is not None
    return Sheet(
        seen=seen,
        current=current,
        record=record,
        met=met,
        changes=differences(before, record) if record else [],
        duplicates=likely(session, clues_of(record), around=around, leave_out=[record.id])
        if looked_for and record
        else [],
        sender=queries.sent_by(session, seen.email, besides=number),
        decisions=queries.decisions(session, number),
        messages=queries.messages(session, number),
        reports=queue.reports_of(session, seen.organization) if current else [],
        following=queue.following(session, number, now=now),
        former=refusals.before(session, seen),
    )


def called(session: Session, person_id: UUID | None) -> str:
    """How staff call a person: by their e-mail address; "" for nobody, or somebody who is not known any more."""
    found = people.known(session, person_id=person_id) if person_id else None
    return found.email if found else ""
