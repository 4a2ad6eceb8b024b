"""Is it one of these? Published listings that may be of the organisation that somebody adds."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from directory.geocoding.rules import Located
from directory.listings.rules.codec import encode
from directory.moderation.queries import likely as queries
from directory.moderation.rules.likeness import WORTH_TELLING, Clues, Likely, clues_of, likeness, where_of
from directory.publishing.service import Surroundings

MOST: Final = 5


def likely(
    session: Session,
    wanted: Clues,
    *,
    around: Surroundings,
    limit: int = MOST,
    leave_out: Collection[UUID] = (),
) -> list[Likely]:
    """Up to ``limit`` listings that may be of the organisation, the likeliest first.

    By a number in a register, a telephone number, a website, or a name that is alike, nearer ones first. ``wanted``:
    ``rules.likeness.clues`` of what was typed, or ``clues_of`` a record. ``leave_out``: organisations that are known to
    be others, or the one itself. The number of statements does not grow with what is listed.
    """
    ids = queries.candidates(session, wanted, index=around.index, terms=around.terms)
    if not ids:
        return []
    found = []
    for slug, record in queries.records(session, ids):
        score, why = likeness(wanted, clues_of(record))
        if why and score >= WORTH_TELLING and record.id not in leave_out:
            found.append(Likely(record.id, slug, record.name, where_of(encode(record)), score, why))
    return sorted(found, key=lambda one: (-one.score, one.name, one.uuid))[:limit]


def point_of(postcode: str, around: Surroundings) -> Located | None:
    """The middle of a postcode, as a clue to where a group meets; None for one that nobody knows."""
    found = around.geocoding.postcode(postcode, anywhere=True)
    return found if isinstance(found, Located) else None
