"""For which days the index knows hours that are not the same every week.

The first of these days is a stored fact, so that whoever writes, compares or rebuilds the index means the same days. A
job moves it on (``renewal``).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from directory.infra import facts
from directory.infra.calendar import calendar_of
from directory.publishing.service.surroundings import Surroundings
from directory.search.rules.hours import Days

FIRST = "hours_first"  # the first day, as 2026-11-27


def known(session: Session, around: Surroundings) -> Days | None:
    """The days; None while nobody noted them. One statement."""
    noted = facts.fact(session, FIRST)
    return from_first(date.fromisoformat(noted), around) if noted else None


def settled(session: Session, around: Surroundings, now: datetime) -> Days:
    """The days, which begin with that of ``now`` if nobody noted them yet."""
    return known(session, around) or settle(session, around, today(around, now))


def foreseen(session: Session, around: Surroundings, now: datetime) -> date:
    """The first of the days that ``settled`` gives, without noting it."""
    days = known(session, around)
    return days.first if days else today(around, now)


def settle(session: Session, around: Surroundings, first: date) -> Days:
    """Note that they begin with ``first``."""
    facts.note(session, FIRST, first.isoformat())
    return from_first(first, around)


def from_first(first: date, around: Surroundings) -> Days:
    """The days that begin with ``first`` in this place."""
    return Days(first, around.place.time_zone, calendar_of(around.place))


def today(around: Surroundings, now: datetime) -> date:
    """The day that it is in this place."""
    return now.astimezone(around.place.time_zone).date()
