"""Who changes published data, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID


class ActorKind(StrEnum):
    """What sort of actor a revision names."""

    PERSON = "person"
    IMPORT = "import"
    FEED = "feed"
    JOB = "job"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: ``id`` is the person's, the run's or the job's, never a name or an e-mail address."""

    kind: ActorKind
    id: str = ""


Page = Mapping[str, Any]  # ``listings.queries.page``: slug, version, last_modified, areas, record
Lines = Callable[[Page, Sequence[int]], Iterable[tuple[str, str]]]
"""The stored page of a listing and the ordinals of offerings to the line and the feature of each, as files have them.

What the columns are is decided above the door, in ``exchange``, which hands this to it.
"""


class What(StrEnum):
    """What a publication did."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one proposal. ``change`` is the change's number, None when nothing changed."""

    organization: UUID
    slug: str
    what: What
    version_before: int  # 0: it was not published
    version: int
    change: int | None


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The top-level fields of two encoded records that differ, sorted."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def slug_candidates(base: str, outward: str, uuid: UUID) -> tuple[str, str, str]:
    """Addresses to try in turn: the name, the name and the district, the name and part of the id."""
    return base, f"{base}-{outward.lower()}" if outward else base, f"{base}-{uuid.hex[:10]}"


def choose_slug(candidates: tuple[str, ...], owners: Mapping[str, UUID], mine: UUID) -> str:
    """The first of ``candidates`` that nobody else has or had; the last one carries the id and is always free."""
    return next((slug for slug in candidates if owners.get(slug, mine) == mine), candidates[-1])
