"""A mail that waits: what it is, and when it is tried again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

Value: TypeAlias = str | int | Sequence[str]
_KIND: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
# A process that was killed while it sent is taken for dead after so long; what it sent may have arrived.
DEAD_AFTER: Final = timedelta(seconds=30)
MOST_COPIES: Final = 2  # sendings whose end nobody saw; after so many a mail is left as it is
AWAY_WAIT: Final = timedelta(seconds=15)  # no server: everything waits as long, and goes soon after it is back
FIRST_WAIT: Final = timedelta(seconds=30)  # the server wants this mail later (4xx)
LAST_WAIT: Final = timedelta(hours=1)
GIVEN_UP_AFTER: Final = timedelta(days=4)  # as long as mail servers themselves try


class State(StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"  # for good (5xx): the address bounces
    GIVEN_UP = "given-up"  # tried for days, or sent twice without an answer


@dataclass(frozen=True, slots=True)
class LinkWanted:
    """The secret link that a mail has: made when the mail is rendered, so that nothing secret waits.

    ``purpose`` is one of ``accounts.rules.Purpose``; ``payload`` what the link's page needs to know.
    """

    purpose: str
    payload: Mapping[str, str] = field(default_factory=dict)
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One mail to one address.

    ``kind`` names the templates ``mail/<kind>.txt`` and ``.html``, which are rendered in ``language`` (a BCP 47
    code; "" is the place's own) with ``values``. ``key``: the same key is put once. ``stop``: it can be
    stopped by one click (RFC 8058), and the templates have ``stop_link``.
    """

    kind: str
    to: str
    language: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    link: LinkWanted | None = None
    key: str = ""
    stop: bool = False

    def __post_init__(self) -> None:
        if not _KIND.fullmatch(self.kind):
            raise ValueError(f"not the name of a mail: {self.kind!r}")
        if not self.to or any(letter.isspace() or letter in "<>" for letter in self.to):
            raise ValueError("a mail goes to one plain address")


def wait_after(tries: int) -> timedelta:
    """How long a mail that was put off ``tries`` times in a row waits."""
    times: int = 2 ** min(max(tries - 1, 0), 10)
    return min(FIRST_WAIT * times, LAST_WAIT)
