"""A finished mail, and what can become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import Enum
from typing import Final, Protocol
from uuid import UUID

POLICY: Final = SMTP.clone(cte_type="7bit")  # ASCII on the wire: every server takes it
READABLE: Final = SMTP.clone(cte_type="8bit", linesep="\n")  # for a file that people read


class Told(Enum):
    """What is known after trying to hand a mail on."""

    SENT = "sent"  # it was taken
    REFUSED = "refused"  # never (5xx, for this mail)
    LATER = "later"  # not now (4xx, for this mail)
    AWAY = "away"  # nothing was handed over, and the next mail would fare no better
    UNSURE = "unsure"  # all of it was handed over, and no answer came


@dataclass(frozen=True, slots=True)
class Outcome:
    """``reply``: what the server said, scrubbed; for the operator."""

    told: Told
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail as it leaves. ``more`` are further headers. The id makes two copies one for mail programs."""

    id: UUID
    kind: str
    sender: str  # "Community Directory <directory@example.org>", or an address alone
    to: str
    subject: str
    text: str
    html: str
    at: datetime
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def from_address(self) -> str:
        """The sender's address alone."""
        return parseaddr(self.sender)[1]

    def message(self, *, readable: bool = False) -> EmailMessage:
        """It as a message of two parts, text and HTML."""
        made = EmailMessage(policy=READABLE if readable else POLICY)
        made["From"], made["To"] = self.sender, self.to
        made["Subject"] = " ".join(self.subject.split())
        made["Date"] = format_datetime(self.at)
        made["Message-ID"] = f"<{self.id}@{self.from_address.partition('@')[2] or 'localhost'}>"
        made["Auto-Submitted"] = "auto-generated"  # nobody's holiday answers it
        for name, value in self.more.items():
            made[name] = value
        cte = "8bit" if readable else None  # None: what is shortest
        made.set_content(self.text, cte=cte)
        made.add_alternative(self.html, subtype="html", cte=cte)
        return made


class Mailer(Protocol):
    """Who takes mails on."""

    def send(self, letter: Letter) -> Outcome:
        """Hand one on. Nothing that a server does is raised."""
        ...

    def close(self) -> None:
        """End."""
        ...
