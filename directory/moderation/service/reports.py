"""What anybody says of a listing without an account: kept, counted, and answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.accounts.rules import mail_address
from directory.core.errors import NotFound
from directory.core.people import Acting, Role
from directory.infra import outbox
from directory.infra.outbox import Outgoing
from directory.listings.rules.visibility import withheld
from directory.moderation.models import Report
from directory.moderation.rules.states import Deed, Forestalled, State, Told, reference_of
from directory.moderation.rules.values import COUNTED_DAYS, Receipt, ReportState, Telling, once_of, words_of
from directory.moderation.service import confidence
from directory.publishing import queries as published


def report(session: Session, organization: UUID, telling: Telling, *, now: datetime) -> Receipt:
    """Keep what somebody says of a published listing; the same form again makes nothing. Raises Invalid, NotFound."""
    if known := _receipt(session, once_of(telling.once)):
        return known
    current = published.current(session, organization)
    if current is None:
        raise NotFound(str(organization))
    places = confidence.of_listing(session, current.record).values()
    number = uuid4()
    values = {
        "id": number,
        "reference": reference_of(number),
        "once": telling.once,
        "organization_uuid": organization,
        "kind": telling.kind,
        "state": ReportState.OPEN,
        "words": withheld(words_of(telling.words, "words"), places),
        "email": mail_address(telling.email) if telling.email else "",
        "language": telling.language,
        "at": now,
        "answer": "",
        "counts": not _told_before(session, organization, telling),
        "mark": telling.marks[0] if telling.marks else "",
    }
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    made = insert(Report).values(values).on_conflict_do_nothing(index_elements=["once"]).returning(Report.id)
    if session.scalar(made) is None:
        return _receipt(session, telling.once) or Receipt(str(values["reference"]), number, State.WAITING, already=True)
    return Receipt(str(values["reference"]), number, State.WAITING)


def settle(session: Session, number: UUID, *, done: bool, answer: str, acting: Acting, now: datetime) -> None:
    """Close a report: something was done about it, or it was not right; the answer goes to who wanted one.

    Raises Forbidden, NotFound, Invalid, and Forestalled when somebody was quicker.
    """
    acting.require(Role.MODERATOR)
    query = sa.select(Report).where(Report.id == number).with_for_update()
    row = session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()
    if row is None:
        raise NotFound(str(number))
    if row.state != ReportState.OPEN:
        what = Deed.ACCEPTED if row.state == ReportState.DONE else Deed.REFUSED
        raise Forestalled(
            f"it is {row.state} by now", Told(row.decided_by, row.decided_at or now, what, words=row.answer)
        )
    row.state = ReportState.DONE if done else ReportState.DISMISSED
    row.decided_at, row.decided_by, row.answer = now, acting.person_id, words_of(answer, "answer")
    current = published.current(session, row.organization_uuid)
    if row.email:
        values = {
            "name": current.record.name if current else "",
            "reference": row.reference,
            "words": row.answer,
            "state": row.state,
        }
        mail = Outgoing("report-answered", row.email, row.language, values, key=f"report {number} answered")
        outbox.put(session, mail, now=now)
        row.email = ""  # it is needed no more
    row.mark = ""
    session.flush()


def forget_marks(session: Session, now: datetime) -> int:
    """Forget by what the clients are known whose reports count no more, or came by a wrong clock; of how many."""
    while_it_counts = timedelta(days=COUNTED_DAYS)
    over = sa.or_(Report.at <= now - while_it_counts, Report.at > now + while_it_counts)
    done: Any = session.execute(sa.update(Report).where(Report.mark != "", over).values(mark=""))
    return int(done.rowcount)


def forget_settled(session: Session, before: datetime) -> int:
    """Delete the reports that were closed before that; how many."""
    gone: Any = session.execute(sa.delete(Report).where(Report.state != ReportState.OPEN, Report.decided_at < before))
    return int(gone.rowcount)


def _told_before(session: Session, organization: UUID, telling: Telling) -> bool:
    """Whether who tells it has an open report about the listing that says the same: by its client, or its address."""
    same: list[sa.ColumnElement[bool]] = [Report.mark.in_(telling.marks)] if telling.marks else []
    if telling.email:
        same.append(Report.email == mail_address(telling.email))
    if not same:
        return False
    about = (Report.organization_uuid == organization, Report.kind == telling.kind, Report.state == ReportState.OPEN)
    return session.scalar(sa.select(sa.exists().where(*about, sa.or_(*same)))) is True


def _receipt(session: Session, once: str) -> Receipt | None:
    row = session.execute(sa.select(Report.reference, Report.id).where(Report.once == once)).one_or_none()
    return row and Receipt(row.reference, row.id, State.WAITING, already=True)
