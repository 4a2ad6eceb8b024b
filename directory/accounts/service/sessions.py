"""Sign-ins: who is behind a cookie, from signing in to signing out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.accounts.models import Person, PersonRole, SignIn
from directory.accounts.rules import (
    SEEN_EVERY,
    STEWARD_LONGEST,
    VISITOR,
    Acting,
    Role,
    digest,
    is_over,
)
from directory.accounts.service import audit

_BYTES: Final = 32  # of a token
LONGEST_BROWSER: Final = 60  # characters


class Seen:
    """When the people of this process were last here: a page that is read writes nothing, so it is written later."""

    def __init__(self) -> None:
        self._at: dict[UUID, datetime] = {}
        self._lock = Lock()

    @property
    def waiting(self) -> bool:
        """Whether there is something to write."""
        return bool(self._at)

    def note(self, sign_in: UUID, now: datetime) -> None:
        """Somebody was here."""
        with self._lock:
            self._at[sign_in] = now

    def last(self, sign_in: UUID, written: datetime) -> datetime:
        """When they were last here, as far as this process knows."""
        return max(written, self._at.get(sign_in, written))

    def write(self, session: Session) -> None:
        """Write it down, of those that have not ended meanwhile."""
        with self._lock:
            told, self._at = self._at, {}
        for sign_in, at in sorted(told.items(), key=lambda each: each[0]):
            session.execute(sa.update(SignIn).where(SignIn.id == sign_in, SignIn.seen_at < at).values(seen_at=at))


@dataclass(frozen=True, slots=True)
class Listed:
    """A sign-in as its owner sees it."""

    id: UUID
    browser: str
    created_at: datetime
    seen_at: datetime
    this_one: bool


def start(session: Session, person_id: UUID, *, browser: str, now: datetime) -> str:
    """Sign a person in; the token for their cookie. Who they are was shown by a link."""
    token = secrets.token_urlsafe(_BYTES)
    row = {
        "id": uuid4(),
        "token_hash": digest(token),
        "person_id": person_id,
        "created_at": now,
        "seen_at": now,
        "browser": browser[:LONGEST_BROWSER],
    }
    session.execute(sa.insert(SignIn).values(row))
    audit.security(session, "signed in", person_id=person_id, now=now)
    return token


def acting(session: Session, token: str, seen: Seen, now: datetime) -> Acting:
    """Who has signed in with ``token``; a visitor when that is over. One statement."""
    statement = (
        sa.select(SignIn, Person.email, Person.language, PersonRole.role)
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(PersonRole, PersonRole.person_id == Person.id)
        .where(SignIn.token_hash == digest(token), Person.disabled_at.is_(None))
    )
    found = session.execute(statement).all()
    if not found:
        return VISITOR
    row, email, language, _ = found[0]
    roles = frozenset(Role(role) for *_, role in found if role)
    last = seen.last(row.id, row.seen_at)
    if is_over(row.created_at, last, staff=bool(roles), now=now):
        return VISITOR
    if now - last >= SEEN_EVERY:
        seen.note(row.id, now)
    return Acting(
        person_id=row.person_id,
        email=email,
        roles=roles,
        second_factor=row.second_factor_at is not None,
        steward=True,
        language=language,
    )


def show_factor(session: Session, token: str, now: datetime) -> str:
    """Note that the second factor was shown; the token that does from now on: the old one might be known."""
    new = secrets.token_urlsafe(_BYTES)
    shown = sa.update(SignIn).where(SignIn.token_hash == digest(token))
    session.execute(shown.values(token_hash=digest(new), second_factor_at=now, seen_at=now))
    return new


def end(session: Session, token: str, now: datetime) -> None:
    """Sign out."""
    row = session.scalar(sa.delete(SignIn).where(SignIn.token_hash == digest(token)).returning(SignIn.person_id))
    if row is not None:
        audit.security(session, "signed out", person_id=row, now=now)


def end_all(session: Session, person_id: UUID, now: datetime) -> None:
    """Sign a person out everywhere."""
    session.execute(sa.delete(SignIn).where(SignIn.person_id == person_id))
    audit.security(session, "signed out everywhere", person_id=person_id, now=now)


def listed(session: Session, person_id: UUID, token: str, seen: Seen) -> list[Listed]:
    """Where a person has signed in, the latest first. One statement."""
    statement = sa.select(SignIn).where(SignIn.person_id == person_id).order_by(SignIn.created_at.desc(), SignIn.id)
    mine = digest(token)
    return [
        Listed(row.id, row.browser, row.created_at, seen.last(row.id, row.seen_at), row.token_hash == mine)
        for row in session.scalars(statement)
    ]


def forget_old(session: Session, now: datetime) -> int:
    """Delete the rows of sign-ins that are over for everybody; how many."""
    gone = session.scalars(sa.delete(SignIn).where(SignIn.created_at < now - STEWARD_LONGEST).returning(SignIn.id))
    return len(gone.all())
