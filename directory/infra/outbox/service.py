"""Putting a mail into the outbox, and taking it out again: each step is one short transaction of the caller's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.infra.outbox.models import OutgoingMail
from directory.infra.outbox.rules import (
    AWAY_WAIT,
    DEAD_AFTER,
    GIVEN_UP_AFTER,
    MOST_COPIES,
    Outgoing,
    State,
    wait_after,
)

LONGEST_REPLY: Final = 200  # characters
_WIPED: Final[dict[str, Any]] = {"address": "", "said": {}, "payload": {}, "claimed_at": None}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that this process may send now."""

    id: UUID
    kind: str
    to: str
    language: str
    values: Mapping[str, Any]
    purpose: str
    payload: Mapping[str, str]
    person_id: UUID | None
    link_id: UUID | None
    stop: bool


def put(session: Session, mail: Outgoing, *, now: datetime) -> UUID:
    """Let ``mail`` be sent once the caller's transaction is committed; its id. The same key is put once."""
    row = {
        "id": uuid4(),
        "key": mail.key or None,
        "kind": mail.kind,
        "address": mail.to,
        "language": mail.language,
        "said": dict(mail.values),
        "purpose": mail.link.purpose if mail.link else "",
        "payload": dict(mail.link.payload) if mail.link else {},
        "person_id": mail.link.person_id if mail.link else None,
        "stop": mail.stop,
        "state": State.WAITING,
        "created_at": now,
        "next_try_at": now,
        "tries": 0,
        "unsure": 0,
        "reply": "",
    }
    sqlite_one = session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite.insert(OutgoingMail) if sqlite_one else postgresql.insert(OutgoingMail)
    made: UUID | None = session.scalar(
        insert.values(row).on_conflict_do_nothing(index_elements=["key"]).returning(OutgoingMail.id)
    )
    if made is None:
        made = session.scalars(sa.select(OutgoingMail.id).where(OutgoingMail.key == mail.key)).one()
    return made


def due(session: Session, now: datetime, *, limit: int) -> list[UUID]:
    """The mails whose time has come, the longest due first; also those whose sender was killed. One statement.

    A mail that fails goes behind the others, so that none keeps them all.

    A time further off than any wait was written by a clock that was wrong: it has come.
    """
    at, claimed = OutgoingMail.next_try_at, OutgoingMail.claimed_at
    waiting = sa.and_(
        OutgoingMail.state == State.WAITING, sa.or_(at <= now, at > now + wait_after(99) + GIVEN_UP_AFTER)
    )
    orphaned = sa.and_(
        OutgoingMail.state == State.SENDING, sa.or_(claimed <= now - DEAD_AFTER, claimed > now + DEAD_AFTER)
    )
    found = sa.select(OutgoingMail.id).where(sa.or_(waiting, orphaned)).order_by(at, OutgoingMail.id).limit(limit)
    return list(session.scalars(found))


def claim(session: Session, mail_id: UUID, now: datetime) -> Claimed | None:
    """Take a mail that was ``due``: to be committed before it is sent. None when it may not be sent (again)."""
    row = session.get(OutgoingMail, mail_id, with_for_update=True, populate_existing=True)
    if row is None or not _is_free(row, now):
        return None
    if row.unsure >= MOST_COPIES:
        _finish(row, State.GIVEN_UP, "sent without an answer", now)
        return None
    if now - row.created_at > GIVEN_UP_AFTER:
        _finish(row, State.GIVEN_UP, row.reply, now)
        return None
    row.state, row.claimed_at = State.SENDING, now
    row.unsure += 1  # taken back by whoever sees the end
    session.flush()
    return Claimed(
        row.id,
        row.kind,
        row.address,
        row.language,
        dict(row.said),
        row.purpose,
        dict(row.payload),
        row.person_id,
        row.link_id,
        row.stop,
    )


def linked(session: Session, mail_id: UUID, link_id: UUID) -> None:
    """Remember which link a mail has: each time it is sent, it has the same."""
    session.execute(sa.update(OutgoingMail).where(OutgoingMail.id == mail_id).values(link_id=link_id))


def drop(session: Session, mail_id: UUID) -> None:
    """Forget a mail that need not be sent."""
    session.execute(sa.delete(OutgoingMail).where(OutgoingMail.id == mail_id))


def sent(session: Session, mail_id: UUID, now: datetime) -> None:
    """The server has it: wipe it."""
    _finish(session.get_one(OutgoingMail, mail_id), State.SENT, "", now)


def refused(session: Session, mail_id: UUID, reply: str, now: datetime) -> None:
    """The server will never take it: wipe it, and remember why."""
    _finish(session.get_one(OutgoingMail, mail_id), State.REFUSED, reply, now)


def put_off(session: Session, mail_id: UUID, reply: str, now: datetime) -> None:
    """The server has not taken it, and may later: each time it waits longer."""
    row = session.get_one(OutgoingMail, mail_id)
    row.tries += 1
    row.unsure -= 1
    _again(row, reply, now, now + wait_after(row.tries))


def unreachable(session: Session, mail_id: UUID, reply: str, now: datetime) -> None:
    """No server took anything: it goes soon after one is back."""
    row = session.get_one(OutgoingMail, mail_id)
    row.unsure -= 1
    _again(row, reply, now, now + AWAY_WAIT)


def broken(session: Session, mail_id: UUID, reason: str, now: datetime) -> None:
    """It could not even be written, which is a mistake of ours: it waits for the next version."""
    row = session.get(OutgoingMail, mail_id)
    if row is not None:
        row.tries += 1
        _again(row, reason, now, now + wait_after(row.tries))


def unanswered(session: Session, mail_id: UUID, reply: str, now: datetime) -> None:
    """The whole mail was handed over, and then nothing was heard: it may be sent once more."""
    row = session.get_one(OutgoingMail, mail_id)
    _again(row, reply, now, now + wait_after(row.unsure))


@dataclass(frozen=True, slots=True)
class Health:
    """How many mails wait, and the last that failed: when, and what the server said ("" when none did)."""

    waiting: int
    failed_at: datetime | None
    reply: str


def health(session: Session) -> Health:
    """How the mail stands, for the operator. Two statements."""
    out = OutgoingMail.state.in_([State.WAITING, State.SENDING])
    waiting = session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail).where(out)) or 0
    tried = sa.func.coalesce(OutgoingMail.finished_at, OutgoingMail.next_try_at)
    failed = sa.select(OutgoingMail.finished_at, OutgoingMail.next_try_at, OutgoingMail.reply)
    row = session.execute(failed.where(OutgoingMail.reply != "").order_by(tried.desc()).limit(1)).first()
    return Health(waiting, row and (row.finished_at or row.next_try_at), row.reply if row else "")


def forget_finished(session: Session, before: datetime) -> int:
    """Delete the rows of mails that were finished before that; how many."""
    done: Any = session.execute(sa.delete(OutgoingMail).where(OutgoingMail.finished_at < before))
    return int(done.rowcount)


def forget_about(session: Session, beginnings: Iterable[str]) -> None:
    """Delete every mail whose key begins so, sent or not: what it was about is deleted for good."""
    for beginning in beginnings:
        session.execute(sa.delete(OutgoingMail).where(OutgoingMail.key.startswith(beginning, autoescape=True)))


def _is_free(row: OutgoingMail, now: datetime) -> bool:
    if row.state == State.WAITING:
        return True
    claimed = row.claimed_at or now
    return row.state == State.SENDING and not now - DEAD_AFTER < claimed <= now + DEAD_AFTER


def _again(row: OutgoingMail, reply: str, now: datetime, at: datetime) -> None:
    row.state, row.claimed_at, row.reply, row.next_try_at = State.WAITING, None, reply[:LONGEST_REPLY], at
    if now - row.created_at > GIVEN_UP_AFTER:
        _finish(row, State.GIVEN_UP, reply, now)


def _finish(row: OutgoingMail, state: State, reply: str, now: datetime) -> None:
    row.state, row.finished_at, row.reply = state, now, reply[:LONGEST_REPLY]
    for name, empty in _WIPED.items():
        setattr(row, name, empty)
