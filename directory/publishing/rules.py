"""Who changes published data, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final
from uuid import UUID

from directory.core.errors import Invalid
from directory.search.rules.numbers import base_in, ordinal_in


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


class TextKind(IntEnum):
    """What a stored text is: a row of a file, in the order of files; or an object of the API, in its order."""

    ORGANISATIONS = 0
    SERVICES = 1
    LOCATIONS = 2
    ORGANIZATION_OBJECT = 3
    SERVICE_OBJECT = 4
    LINE = 5  # of an offering
    FEATURE = 6  # of an offering

    @property
    def of_files(self) -> bool:
        """Whether it has only what a search can find."""
        return self not in {TextKind.ORGANIZATION_OBJECT, TextKind.SERVICE_OBJECT}

    @property
    def of_offerings(self) -> bool:
        """Whether there is one for each offering that a search can find, in their order."""
        return self in {TextKind.LINE, TextKind.FEATURE}


Texts = Mapping[TextKind, Sequence[str]]  # all that the door stores of a listing

Lines = Callable[[Page, Sequence[int]], Texts]
"""The stored page of a listing and the ordinals of its offerings that a search can find, to what is stored of it.

What the columns and fields are is decided above the door, in ``exchange``, which hands this to it.
"""

# A text's number: its kind, whose it is (rank and organisation, or the organisation alone), and which of theirs it is.
ORDINAL_BITS: Final = 20
OWNER_BITS: Final = 40
MOST_TEXTS: Final = 1 << ORDINAL_BITS


def text_number(kind: TextKind, owner: int, ordinal: int = 0) -> int:
    """The number of a text: those of a kind stand in its order. Raises Invalid for more than MOST_TEXTS."""
    if ordinal >= MOST_TEXTS:
        raise Invalid("parts", ordinal + 1, f"at most {MOST_TEXTS} of one organisation")
    return (kind << OWNER_BITS) + owner << ORDINAL_BITS | ordinal


def line_number(kind: TextKind, number: int) -> int:
    """The number of the line or feature of an offering, by its number in the index: they stand in the same order."""
    return text_number(kind, base_in(number), ordinal_in(number))


def ordinal_of_text(number: int) -> int:
    """Which of its owner's texts of that kind it is."""
    return number & (MOST_TEXTS - 1)


def owner_of_text(number: int) -> int:
    """Whose text it is."""
    return number >> ORDINAL_BITS & ((1 << OWNER_BITS) - 1)


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
