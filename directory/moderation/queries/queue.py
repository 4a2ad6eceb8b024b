"""The queue: what waits for a moderator, oldest first, with counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.listings.models import Organization
from directory.moderation.models import Merge, Report, Suggestion
from directory.moderation.rules.states import Kind, State
from directory.moderation.rules.values import CLOSED_REPORTS, COUNTED_DAYS, ReportKind, ReportState

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A suggestion in the queue."""

    id: UUID
    reference: str
    kind: Kind
    state: State
    summary: str
    sent_at: datetime
    has_address: bool  # somebody to answer to
    batch: str
    is_again: bool  # what came from the same draft before was refused


@dataclass(frozen=True, slots=True)
class Counted:
    """How many suggestions there are of each kind and state."""

    waiting: Mapping[Kind, int]
    asked: int
    later: int
    reports: int

    @property
    def all_waiting(self) -> int:
        """How many wait for a moderator now."""
        return sum(self.waiting.values())


@dataclass(frozen=True, slots=True)
class Batch:
    """Suggestions that came together."""

    name: str
    waiting: int
    first: datetime


_FORMER: Final = aliased(Suggestion)
_AGAIN: Final = sa.exists().where(
    _FORMER.draft_id == Suggestion.draft_id,
    _FORMER.id != Suggestion.id,
    _FORMER.state == State.REFUSED,
    _FORMER.sent_at <= Suggestion.sent_at,
)


def _waits(now: datetime) -> sa.ColumnElement[bool]:
    """Waiting, or put off until a moment that has come."""
    return sa.or_(
        Suggestion.state == State.WAITING,
        sa.and_(Suggestion.state == State.LATER, Suggestion.later_until <= now),
    )


def _shown(state: State, now: datetime) -> sa.ColumnElement[bool]:
    if state is State.WAITING:
        return _waits(now)
    if state is State.LATER:
        return sa.and_(Suggestion.state == State.LATER, Suggestion.later_until > now)
    return Suggestion.state == state


def waiting(
    session: Session,
    *,
    now: datetime,
    kind: Kind | None = None,
    state: State = State.WAITING,
    batch: str | None = "",
    offset: int = 0,
    limit: int = PAGE,
) -> list[Row]:
    """Suggestions in ``state``, oldest first; those put off count as waiting once their day has come. One statement.

    ``batch``: "" leaves out what came in batches, None does not; a name shows that batch.
    """
    query = sa.select(
        Suggestion.id,
        Suggestion.reference,
        Suggestion.kind,
        Suggestion.state,
        Suggestion.summary,
        Suggestion.sent_at,
        Suggestion.sender_email != "",
        Suggestion.batch,
        _AGAIN,
    ).where(_shown(state, now))
    if kind is not None:
        query = query.where(Suggestion.kind == kind)
    if batch is not None:
        query = query.where(Suggestion.batch == batch)
    order = query.order_by(Suggestion.sent_at, Suggestion.id)  # the id keeps pages from overlapping
    rows = session.execute(order.offset(offset).limit(limit))
    return [
        Row(row[0], row[1], Kind(row[2]), State(row[3]), *row[4:6], bool(row[6]), row[7], bool(row[8])) for row in rows
    ]


def following(session: Session, after: UUID, *, now: datetime, kind: Kind | None = None) -> UUID | None:
    """The next in the queue after a suggestion, or the first when it was the last; None for none. Two statements."""
    base = sa.select(Suggestion.id).where(_waits(now), Suggestion.batch == "", Suggestion.id != after)
    if kind is not None:
        base = base.where(Suggestion.kind == kind)
    sent = sa.select(Suggestion.sent_at).where(Suggestion.id == after).scalar_subquery()
    order = base.order_by(Suggestion.sent_at, Suggestion.id).limit(1)
    behind = sa.or_(Suggestion.sent_at > sent, sa.and_(Suggestion.sent_at == sent, Suggestion.id > after))
    return session.scalar(order.where(behind)) or session.scalar(order)


def counted(session: Session, now: datetime) -> Counted:
    """How many wait, by kind, and how many are asked about, put off and reported. Two statements."""
    state = sa.case((_waits(now), State.WAITING.value), else_=Suggestion.state)
    mine = Suggestion.state.in_([State.WAITING, State.ASKED, State.LATER])
    rows = session.execute(
        sa.select(state, Suggestion.kind, sa.func.count())
        .where(mine, Suggestion.batch == "")
        .group_by(state, Suggestion.kind)
    ).all()
    reports = session.scalar(sa.select(sa.func.count()).where(Report.state == ReportState.OPEN)) or 0
    return Counted(
        {Kind(kind): number for shown, kind, number in rows if shown == State.WAITING},
        sum(number for shown, _, number in rows if shown == State.ASKED),
        sum(number for shown, _, number in rows if shown == State.LATER),
        reports,
    )


def batches(session: Session, now: datetime) -> list[Batch]:
    """Batches of which something waits, oldest first. One statement."""
    rows = session.execute(
        sa.select(Suggestion.batch, sa.func.count(), sa.func.min(Suggestion.sent_at))
        .where(_waits(now), Suggestion.batch != "")
        .group_by(Suggestion.batch)
        .order_by(sa.func.min(Suggestion.sent_at), Suggestion.batch)
    )
    return [Batch(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Reported:
    """A listing that somebody said something of: how many open reports, and how many people say that it has closed."""

    organization: UUID
    slug: str
    name: str
    reports: int
    closed: int
    first: datetime

    @property
    def is_raised(self) -> bool:
        """Whether so many say that it has closed that it comes first."""
        return self.closed >= CLOSED_REPORTS


def reported(session: Session, *, now: datetime, limit: int = PAGE, raised_only: bool = False) -> list[Reported]:
    """Listings with open reports: those first that many say have closed, then by the oldest report. One statement.

    Many are so many different people as can be told apart, within the days that count.
    """
    counts = (Report.kind == ReportKind.CLOSED, Report.counts, Report.at > now - timedelta(days=COUNTED_DAYS))
    closed = sa.func.sum(sa.case((sa.and_(*counts), 1), else_=0))
    query = (
        sa.select(
            Report.organization_uuid,
            Organization.slug,
            Organization.name,
            sa.func.count(),
            closed,
            sa.func.min(Report.at),
        )
        .join(Organization, Organization.uuid == Report.organization_uuid)
        .where(Report.state == ReportState.OPEN)
        .group_by(Report.organization_uuid, Organization.slug, Organization.name)
        .order_by(sa.case((closed >= CLOSED_REPORTS, 0), else_=1), sa.func.min(Report.at), Organization.slug)
        .limit(limit)
    )
    if raised_only:
        query = query.having(closed >= CLOSED_REPORTS)
    return [
        Reported(number, slug, name, reports, int(said_closed), first)
        for number, slug, name, reports, said_closed, first in session.execute(query)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """One report."""

    id: UUID
    reference: str
    organization: UUID
    kind: ReportKind
    state: ReportState
    words: str
    email: str
    at: datetime


def reports_of(session: Session, organization: UUID, *, open_only: bool = True) -> list[Reporting]:
    """The reports of a listing, oldest first. One statement."""
    query = sa.select(Report).where(Report.organization_uuid == organization)
    if open_only:
        query = query.where(Report.state == ReportState.OPEN)
    return [
        Reporting(
            id=row.id,
            reference=row.reference,
            organization=row.organization_uuid,
            kind=ReportKind(row.kind),
            state=ReportState(row.state),
            words=row.words,
            email=row.email,
            at=row.at,
        )
        for row in session.scalars(query.order_by(Report.at, Report.id))
    ]


def merges_of(session: Session, organization: UUID) -> list[Merge]:
    """Merges into a listing that were not undone, newest first. One statement."""
    query = sa.select(Merge).where(Merge.kept == organization, Merge.undone_at.is_(None))
    return list(session.scalars(query.order_by(Merge.at.desc(), Merge.id)))
