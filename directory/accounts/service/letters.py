"""What a waiting mail lacks until it is sent: its links, and whether it is to be sent at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from directory.accounts.rules import PURPOSES, Purpose
from directory.accounts.service import links, people
from directory.infra.outbox import service as outbox
from directory.infra.outbox.service import Claimed

ONLY_KNOWN: Final = frozenset({Purpose.SIGN_IN})  # sent to people whom we know; asking tells nobody who they are


@dataclass(frozen=True, slots=True)
class Ready:
    """``token`` of the mail's link and ``stop_token`` of the one that stops such mails; "" without.

    ``language``: of the mail; ``minutes``: how long its link lives.
    """

    language: str
    token: str = ""
    stop_token: str = ""
    minutes: int = 0


def ready(session: Session, mail: Claimed, *, secret: str, now: datetime) -> Ready | None:
    """What ``mail`` lacks; None when it is not to be sent after all, and is forgotten."""
    person = people.known(session, email=mail.to)
    known = person is not None and person.disabled_at is None
    purpose = Purpose(mail.purpose) if mail.purpose else None
    language = mail.language or (person.language if person else "")
    stop_token = _stop_token(session, mail, person, secret, now) if mail.stop else ""
    if purpose is None:
        return Ready(language, stop_token=stop_token)
    staff = bool(person and person.roles)
    token = _token(session, mail, purpose, person, secret, now) if known or purpose not in ONLY_KNOWN else None
    if token is None:
        outbox.drop(session, mail.id)
        return None
    lifetime = (PURPOSES[purpose].staff if staff else None) or PURPOSES[purpose].lifetime
    return Ready(language, token, stop_token, int(lifetime.total_seconds()) // 60)


def _token(
    session: Session, mail: Claimed, purpose: Purpose, person: people.Known | None, secret: str, now: datetime
) -> str | None:
    """The token of the mail's link, which is issued at the first try; None when a newer one ended it meanwhile."""
    link_id = mail.link_id
    if link_id is None or not links.is_there(session, link_id):  # the mail may have waited longer than links are kept
        link_id = links.issue(
            session,
            purpose,
            email=mail.to,
            person_id=mail.person_id or (person.id if person else None),
            payload=mail.payload,
            now=now,
            staff=bool(person and person.roles),
        )
        outbox.linked(session, mail.id, link_id)
    return links.token(session, link_id, secret=secret, now=now)


def _stop_token(session: Session, mail: Claimed, person: people.Known | None, secret: str, now: datetime) -> str:
    person_id = person.id if person else None
    made = links.issue(session, Purpose.STOP_MAILS, email=mail.to, person_id=person_id, payload={}, now=now)
    return links.token(session, made, secret=secret, now=now) or ""
