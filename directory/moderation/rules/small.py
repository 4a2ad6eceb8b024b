"""Small facts: what a steward of an assured listing changes at once, without a moderator."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from directory.listings.rules.record import Record
from directory.moderation.rules.differences import differences

ASSURED_FOR: Final = timedelta(days=183)  # promises.md: a steward is asked again at six months

# The one list. A fact by its name in a place's file -> the fields of a record that it is. A place can tighten it.
SMALL: Final = {
    "phones": frozenset({"phones"}),
    "hours": frozenset({"schedules"}),
    "notice": frozenset({"notice"}),
    "today": frozenset({"today"}),
}
# They say that a steward was here, and change with every small fact.
_BESIDE: Final = frozenset({"assured_at", "review_due_at"})


def is_assured(record: Record, now: datetime) -> bool:
    """Whether a listing was confirmed right, not too long ago."""
    return record.assured_at is not None and now - record.assured_at <= ASSURED_FOR


def is_small(before: Record, after: Record, allowed: Collection[str]) -> bool:
    """Whether the two differ in small facts alone. ``allowed``: names of SMALL that this place lets through."""
    fields = _BESIDE.union(*(SMALL[name] for name in allowed if name in SMALL))
    if before.source != after.source or [part.id for part in before.services] != [part.id for part in after.services]:
        return False  # nobody is told of these field by field
    return all(change.field in fields for change in differences(before, after))
