"""What is sent to moderators, and what its sender gets back."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from directory.core.errors import Invalid
from directory.moderation.rules.states import Kind, State

LONGEST_WORDS: Final = 4_000  # characters of a question, an answer, a report or a reason
LONGEST_ONCE: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How a proposal comes: what it asks for, from whom, in which language, and the key of the form it came by.

    ``email`` "" is nobody who can be answered. ``once``: the same key makes one suggestion. ``batch``: what many belong
    to that are decided together ("import 12"). ``words``: to the moderators, not to be published. ``base_version``: of
    the published record that the form was filled from; 0: the one that is published now. ``draft``: where the answers
    are kept that it was made of, to be mended if it is refused.
    """

    kind: Kind
    email: str
    language: str
    once: str
    batch: str = ""
    words: str = ""
    base_version: int = 0
    draft: UUID | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a sender is shown. ``already``: the same form was sent before, and this is its receipt."""

    reference: str
    id: UUID
    state: State
    already: bool = False


class ReportKind(StrEnum):
    """What somebody says of a listing."""

    WRONG = "wrong"
    CLOSED = "closed"
    UNSAFE = "unsafe"
    DUPLICATE = "duplicate"
    OTHER = "other"


class ReportState(StrEnum):
    """How far a report is."""

    OPEN = "open"
    DONE = "done"
    DISMISSED = "dismissed"


CLOSED_REPORTS: Final = 3  # so many people who say "closed" raise a listing to the top of the queue
COUNTED_DAYS: Final = 30  # for so long a report of "closed" is one of them, and whoever sent it is known again


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A report as it comes. ``email``: where to answer, "" if nobody wants an answer.

    ``marks``: of the client that sent it (``marks_of``); none for one that is not known.
    """

    kind: ReportKind
    words: str
    email: str
    language: str
    once: str
    marks: tuple[str, ...] = ()


def marks_of(client: str, organization: UUID, *, secret: str, now: datetime) -> tuple[str, ...]:
    """By what a report of ``client`` about a listing is known again: its mark of today, then of the days that count.

    A day's mark is a digest that nobody without ``secret`` can try out, and that tells no two listings and no two days
    of one client together. A clock may have been a day ahead.
    """
    today = now.astimezone(UTC).date()
    days = (today, *(today + timedelta(days=day) for day in range(1, -COUNTED_DAYS - 1, -1) if day))
    return tuple(
        hmac.digest(
            secret.encode(), f"report {organization} {day} {client}".encode("utf-8", "surrogatepass"), "sha256"
        ).hex()
        for day in days
    )


def words_of(text: str, field: str) -> str:
    """``text`` as it is kept. Raises Invalid when it is too long."""
    if len(text) > LONGEST_WORDS:
        raise Invalid(field, text, f"at most {LONGEST_WORDS} characters")
    return text.strip()


def once_of(key: str) -> str:
    """The key of a form. Raises Invalid for none, or for one that is no key of ours."""
    if not 0 < len(key) <= LONGEST_ONCE:
        raise Invalid("once", key, f"1 to {LONGEST_ONCE} characters")
    return key


LISTING: Final = "listing"  # in the payload of a mailed link: which one it is about
DRAFT: Final = "draft"  # as above: which answers it leads back to


def listing_key(organization: UUID) -> str:
    """How the keys of all mails about a listing begin: they go with it."""
    return f"listing {organization} "


def review_key(person: UUID) -> str:
    """How the keys of the mails begin that ask a person whether their listings are still right."""
    return f"review {person} "


def mail_key(number: UUID) -> str:
    """How the keys of all mails about a suggestion begin: they go with it."""
    return f"suggestion {number} "
