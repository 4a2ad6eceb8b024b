"""Rights, the purposes of mailed links and how long each lives, how long sessions last, how often one may ask."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from directory.core.errors import Invalid
from directory.core.people import VISITOR, Acting, Role

__all__ = ["VISITOR", "Acting", "Link", "Purpose", "Role"]


class Purpose(StrEnum):
    """What a mailed link is for."""

    SIGN_IN = "sign-in"
    RESUME_DRAFT = "resume-draft"
    MEND_DRAFT = "mend-draft"
    PROVE_EMAIL = "prove-email"
    ANSWER_QUESTION = "answer-question"
    CLAIM = "claim"
    CONFIRM_RIGHT = "confirm-right"
    STOP_MAILS = "stop-mails"
    HAND_OVER = "hand-over"
    INVITE = "invite"


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a link lives, and where it leads. ``staff``: how long for people with rights, if less.

    ``reusable``: it is not used up; ``path`` has ``{token}`` in it.
    """

    lifetime: timedelta
    path: str
    staff: timedelta | None = None
    reusable: bool = False


# A steward's rights end at their own listings, so their link may wait an hour for a slow mailbox: staff's may not.
PURPOSES: Final[Mapping[Purpose, Terms]] = {
    Purpose.SIGN_IN: Terms(timedelta(minutes=60), "/sign-in/{token}", staff=timedelta(minutes=10)),
    Purpose.RESUME_DRAFT: Terms(timedelta(days=60), "/add/resume/{token}", reusable=True),
    Purpose.MEND_DRAFT: Terms(timedelta(days=30), "/add/mend/{token}"),  # as long as it is known why it was refused
    Purpose.PROVE_EMAIL: Terms(timedelta(days=14), "/prove/{token}"),
    Purpose.ANSWER_QUESTION: Terms(timedelta(days=30), "/answer/{token}"),
    Purpose.CLAIM: Terms(timedelta(hours=24), "/claim/{token}"),
    Purpose.CONFIRM_RIGHT: Terms(timedelta(days=60), "/still-right/{token}"),
    Purpose.STOP_MAILS: Terms(timedelta(days=365), "/stop-mails/{token}", reusable=True),
    Purpose.HAND_OVER: Terms(timedelta(days=7), "/hand-over/{token}"),
    Purpose.INVITE: Terms(timedelta(days=7), "/invite/{token}"),
}
NEXT: Final = "next"  # in a payload: the page to show afterwards. It does not tell two links apart.
SKEW: Final = timedelta(minutes=5)  # clocks of several machines differ; what is younger than that is a wrong clock's

STAFF_IDLE: Final = timedelta(minutes=30)
STAFF_LONGEST: Final = timedelta(hours=12)
STEWARD_LONGEST: Final = timedelta(days=30)
SEEN_EVERY: Final = timedelta(minutes=1)  # how exactly it is known when somebody was last here

LONGEST_WINDOW_S: Final = 3600  # the rows of limits are kept for an hour


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` in ``window_s`` seconds, for each of what it counts."""

    most: int
    window_s: int


# Too many for one address ends nothing: the newest link was mailed, and works.
SIGN_IN_PER_ADDRESS: Final = Limit(5, 900)
SIGN_IN_PER_CLIENT: Final = Limit(30, 900)  # a library's people are one client
FACTOR_PER_PERSON: Final = Limit(10, 3600)  # of a million codes three are right: it takes years to guess one


@dataclass(frozen=True, slots=True)
class Link:
    """A mailed link that works: what it is for, whom it was sent to, and what its page needs to know."""

    id: UUID
    purpose: Purpose
    email: str
    person_id: UUID | None
    payload: Mapping[str, str]


def mail_address(typed: str) -> str:
    """An e-mail address in the form that tells people apart: no blanks around it, small letters.

    Raises Invalid for what is none, and for what ordinary mail servers cannot reach.
    """
    try:
        found = validate_email(typed.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise Invalid("e-mail address", typed, "an address like name@example.org") from None
    return (found.ascii_email or found.normalized).lower()


def subject_of(payload: Mapping[str, str]) -> str:
    """What two links of one purpose and address must share for the newer to end the older: 64 characters."""
    kept = {name: value for name, value in payload.items() if name != NEXT}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def digest(token: str) -> str:
    """What is stored of a token: its SHA-256, 64 characters."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_over(created: datetime, seen: datetime, *, staff: bool, now: datetime) -> bool:
    """Whether a sign-in has ended by itself. One that begins in the future was begun by a wrong clock: it has."""
    longest = STAFF_LONGEST if staff else STEWARD_LONGEST
    if created > now + SKEW or now >= created + longest:
        return True
    return staff and now >= seen + STAFF_IDLE


def coarse_browser(agent: str) -> str:
    """A browser as its owner knows it ("Firefox on Android"), and no more than that."""
    browsers = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in agent), "")
    system = next((name for mark, name in systems if mark in agent), "")
    return " on ".join(word for word in (browser, system) if word)
