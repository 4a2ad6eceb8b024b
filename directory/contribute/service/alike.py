"""Is it listed already? By its number in a register, or because it looks alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory.contribute import queries
from directory.contribute.queries import Held
from directory.contribute.rules.answers import Answers
from directory.contribute.rules.proposal import identifier
from directory.contribute.service import drafts
from directory.core.geo import Point
from directory.infra.db import Reader
from directory.listings.rules.record import Visibility
from directory.moderation.rules.likeness import Clues, Why, clues
from directory.moderation.service.duplicates import likely, point_of
from directory.publishing import queries as published
from directory.publishing.service import Surroundings


@dataclass(frozen=True, slots=True)
class Alike:
    """A listing that may be the same group. ``is_claimed``: a group speaks for it, so that it cannot be taken over."""

    uuid: UUID
    slug: str
    name: str
    where: str
    why: tuple[Why, ...]
    is_claimed: bool


def alike(session: Session | Reader, held: Held, around: Surroundings) -> list[Alike]:
    """Listings that may be what is being added, likeliest first; not those that are known to be somebody else."""
    leave_out = {held.subject, *held.answers.not_these}
    found = likely(session, _clues(held, around), around=around, leave_out=leave_out)
    claimed = queries.claimed(session, [each.uuid for each in found])
    return [Alike(each.uuid, each.slug, each.name, each.where, each.why, each.uuid in claimed) for each in found]


def take_over(session: Session, draft_id: UUID, organization: UUID, *, now: datetime) -> bool:
    """Let a draft be about a listing that nobody speaks for; False when somebody does, or when it has gone."""
    current = published.current(session, organization)
    if current is None or queries.claimed(session, [organization]):
        return False
    drafts.fill(session, draft_id, current.record, current.version, now=now)
    return True


def _clues(held: Held, around: Surroundings) -> Clues:
    group, reach = held.answers.group, held.answers.reach
    number = identifier(group, held.subject) if group else None
    return clues(
        name=group.name if group else "",
        point=_shown_point(held.answers, held, around),
        identifiers=[(number.scheme, number.value)] if number else [],
        phones=_given(reach.phone if reach else ""),
        website=reach.website if reach else "",
    )


def _given(text: str) -> Sequence[str]:
    return [text] if text else []


def _shown_point(answers: Answers, held: Held, around: Surroundings) -> Point | None:
    """Where the first place is that everybody may see; the others are compared with nothing."""
    for spot in answers.spots:
        given = held.addresses.get(spot.key)
        if given is None or spot.visibility is not Visibility.EXACT:
            continue
        if given.lat is not None and given.lon is not None:
            return Point(given.lat, given.lon)
        located = point_of(given.postcode, around)
        return located.point if located else None
    return None
