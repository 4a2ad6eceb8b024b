"""Secret links that people get by mail.

A link is issued without a token. The token is made when the mail is rendered, from the link's id and the secret key:
the same each time, and neither the database nor a waiting mail has it.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.accounts.models import MailedLink
from directory.accounts.rules import PURPOSES, SKEW, Link, Purpose, digest, subject_of


def issue(
    session: Session,
    purpose: Purpose,
    *,
    email: str,
    person_id: UUID | None = None,
    payload: Mapping[str, str],
    now: datetime,
    staff: bool = False,
) -> UUID:
    """A new link for ``email``; its id. Older ones for the same purpose, address and payload end.

    ``staff``: the person has rights, so that it lives as long as theirs may.
    """
    terms, subject = PURPOSES[purpose], subject_of(payload)
    if not terms.reusable:  # one that may be used again and again need not end because there is another
        same = (MailedLink.purpose == purpose, MailedLink.email == email, MailedLink.subject == subject)
        session.execute(sa.update(MailedLink).where(*same, MailedLink.used_at.is_(None)).values(used_at=now))
    lifetime = (terms.staff or terms.lifetime) if staff else terms.lifetime
    link_id = uuid4()
    session.execute(
        sa.insert(MailedLink).values(
            id=link_id,
            purpose=purpose,
            email=email,
            subject=subject,
            person_id=person_id,
            payload=dict(payload),
            lifetime_s=int(lifetime.total_seconds()),
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    return link_id


def token(session: Session, link_id: UUID, *, secret: str, now: datetime) -> str | None:
    """The token of a link that is being mailed now, 43 characters; None when it was used or ended meanwhile.

    Its life begins again: a mail that waited for its server does not bring a dead link.
    """
    made = urlsafe_b64encode(hmac.digest(secret.encode(), b"mailed link " + link_id.bytes, "sha256"))
    text = made.decode().rstrip("=")
    row = session.get(MailedLink, link_id, populate_existing=True)
    if row is None or row.used_at is not None:
        return None
    row.token_hash, row.expires_at = digest(text), now + timedelta(seconds=row.lifetime_s)
    session.flush()
    return text


def is_there(session: Session, link_id: UUID) -> bool:
    """Whether a link, dead or alive, is still remembered."""
    return session.get(MailedLink, link_id) is not None


def peek(session: Session, token: str, purpose: Purpose, now: datetime) -> Link | None:
    """The link of ``token`` if it works now; for the GET that shows a button. One statement, which reads."""
    row = session.execute(sa.select(*_SHOWN).where(*_alive(token, purpose, now))).one_or_none()
    return _link(row) if row else None


def consume(session: Session, token: str, purpose: Purpose, now: datetime) -> Link | None:
    """The link of ``token``, used up by one UPDATE; None when it is unknown, used, replaced or too old.

    Of two at once one gets it. A link of a reusable purpose stays.
    """
    if PURPOSES[purpose].reusable:
        return peek(session, token, purpose, now)
    used = sa.update(MailedLink).where(*_alive(token, purpose, now)).values(used_at=now).returning(*_SHOWN)
    row = session.execute(used, execution_options={"synchronize_session": False}).one_or_none()
    return _link(row) if row else None


def end_all(session: Session, person_id: UUID, now: datetime) -> None:
    """No link that was mailed to a person works any more."""
    theirs = (MailedLink.person_id == person_id, MailedLink.used_at.is_(None))
    session.execute(sa.update(MailedLink).where(*theirs).values(used_at=now))


def forget_about(session: Session, payloads: Iterable[Mapping[str, str]]) -> None:
    """Delete the links with these payloads: what they are about is deleted for good."""
    subjects = [subject_of(payload) for payload in payloads]
    session.execute(sa.delete(MailedLink).where(MailedLink.subject.in_(subjects)))


def forget_naming(session: Session, purposes: Iterable[Purpose], name: str, values: Collection[str]) -> None:
    """Delete the links for these purposes whose payload has one of ``values`` under ``name``."""
    found = session.execute(sa.select(MailedLink.id, MailedLink.payload).where(MailedLink.purpose.in_(list(purposes))))
    gone = [row.id for row in found if row.payload.get(name) in values]
    session.execute(sa.delete(MailedLink).where(MailedLink.id.in_(gone)))


def forget_old(session: Session, now: datetime) -> int:
    """Delete links a day after they died, and those that were never mailed in the life they would have; how many."""
    done: Any = session.execute(sa.delete(MailedLink).where(MailedLink.expires_at < now - timedelta(days=1)))
    return int(done.rowcount)


_SHOWN = (MailedLink.id, MailedLink.purpose, MailedLink.email, MailedLink.person_id, MailedLink.payload)


def _alive(token: str, purpose: Purpose, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        MailedLink.token_hash == digest(token),
        MailedLink.purpose == purpose,
        MailedLink.used_at.is_(None),
        MailedLink.expires_at > now,
        MailedLink.created_at <= now + SKEW,  # a clock was set back: it cannot be told how old the link is
    )


def _link(row: Any) -> Link:
    return Link(row.id, Purpose(row.purpose), row.email, row.person_id, dict(row.payload))
