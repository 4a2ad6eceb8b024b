"""The history of a listing: every revision, what differs between any two, back to any of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core.errors import NotFound
from directory.core.people import Acting, Role
from directory.moderation.rules.differences import FieldChange, differences
from directory.moderation.rules.revealing import shown_again
from directory.moderation.rules.states import Forestalled
from directory.moderation.service import confidence
from directory.publishing import queries as published
from directory.publishing.rules import Actor, ActorKind, Outcome
from directory.publishing.service import Surroundings, restore
from directory.publishing.service.restoring import as_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One revision: which version, when, by whom (kind and id), why, and whether it took the listing out."""

    version: int
    at: datetime
    actor_kind: ActorKind
    actor_id: str
    why: str
    withdrawn: bool


def revisions(session: Session, organization: UUID) -> list[Entry]:
    """Every revision of a listing, newest first. One statement."""
    return [
        Entry(row.version, row.at, ActorKind(row.actor_kind), row.actor_id, row.why, row.record is None)
        for row in reversed(published.revisions(session, organization))
    ]


def difference(session: Session, organization: UUID, before: int, after: int) -> list[FieldChange]:
    """What differs between two versions of a listing; version 0, and one that took it out, have nothing.

    Raises NotFound for a version that there never was. Two statements.
    """
    known = {row.version: row for row in published.revisions(session, organization)}
    if not known or {before, after} - known.keys() - {0}:
        raise NotFound(f"{before} or {after}")
    one, other = (published.record_at(session, organization, number) for number in (before, after))
    return differences(one, other)


def rollback(
    session: Session,
    organization: UUID,
    version: int,
    *,
    seen: int,
    acting: Acting,
    around: Surroundings,
    now: datetime,
) -> Outcome:
    """Publish a listing as it was at ``version``, which is itself a revision; one that was closed is open again.

    ``seen`` is the version that the moderator saw published (0: none). Raises Forbidden, NotFound and Forestalled. A
    place that was hidden since then stays hidden: its address went out of the history.
    """
    acting.require(Role.MODERATOR)
    current = published.current(session, organization)
    if (current.version if current else 0) != seen:
        raise Forestalled("the listing was changed meanwhile")
    if current is not None:
        records = as_of(session, {organization: version})
        known = confidence.of_listing(session, current.record)
        if any(shown_again(current.record, known.values(), record) for record in records):
            raise Forestalled("it would show an address again: suggest that, two moderators decide it")
    actor = Actor(ActorKind.PERSON, str(acting.known_id))
    why = f"back to version {version}"
    return restore(session, organization, version, actor=actor, around=around, now=now, why=why)
