"""Accepting what came together."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core.errors import NotFound
from directory.core.people import Acting, Role
from directory.moderation.queries import suggestions as queries
from directory.moderation.rules.states import OPEN, Forestalled
from directory.moderation.service import decide
from directory.publishing import queries as published
from directory.publishing.service import Surroundings


def accept_one(
    session: Session, number: UUID, batch: str, *, acting: Acting, around: Surroundings, now: datetime
) -> decide.Accepted:
    """Accept a suggestion of a batch without looking at it by itself.

    Raises Forestalled for one that was decided, whose listing was changed since it was made, or that would show an
    address again: those are looked at. NotFound for one of another batch.
    """
    acting.require(Role.MODERATOR)
    row = queries.locked(session, number)
    seen = queries.seen(row)
    if not batch or seen.batch != batch:
        raise NotFound(str(number))
    if seen.state not in OPEN:
        raise Forestalled(f"it is {seen.state} by now", decide.last_decision(session, number))
    current = published.current(session, seen.organization)
    version = current.version if current else 0
    if version != seen.base_version:
        raise Forestalled("the listing was changed since it was suggested")
    as_seen = decide.AsSeen(seen.state, version)
    return decide.accept(session, number, as_seen=as_seen, acting=acting, around=around, now=now)
