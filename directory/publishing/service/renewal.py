"""Hours of the coming weeks, written again in time for listings whose weeks are not all alike.

Each batch has its own transaction, and how far they came is a stored fact: broken off, the next run goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from directory.infra import facts
from directory.publishing.service import hours
from directory.publishing.service.lock import hold
from directory.publishing.service.refresh import docs_of
from directory.publishing.service.surroundings import Surroundings
from directory.search.rules.hours import DATED, RENEWED_AFTER_DAYS, WINDOW_DAYS, Days
from directory.search.rules.query import Query

AFTER = "hours_after"  # while a renewal runs, the id of the last listing that has the new days
LOOKS_AHEAD_DAYS = 8  # today, the coming week of ``open``, and a night

ALL = Query()
IRREGULAR = Query(filters=((DATED,),))


def is_due(days: Days | None, around: Surroundings, now: datetime) -> bool:
    """Whether new days should be written."""
    return days is None or hours.today(around, now) - days.first >= timedelta(days=RENEWED_AFTER_DAYS)


def has_lapsed(days: Days | None, around: Surroundings, now: datetime) -> bool:
    """Whether a search may miss what is open, because nobody renewed the days."""
    return days is None or hours.today(around, now) - days.first > timedelta(days=WINDOW_DAYS - LOOKS_AHEAD_DAYS)


def complaint(session: Session, around: Surroundings, now: datetime) -> str:
    """What is wrong when nobody renewed the days, and what to do; "" when they are there."""
    if not has_lapsed(hours.known(session, around), around, now):
        return ""
    return "it does not know the coming weeks of irregular hours. Run: directory jobs run renew-hours"


def begin(session: Session, around: Surroundings, *, now: datetime) -> list[int]:
    """The ids of the listings to renew, in their order: none when it is not due, the rest after a broken run."""
    hold(session)
    noted, days = facts.fact(session, AFTER), hours.known(session, around)
    if not noted and not is_due(days, around, now):
        return []
    if not noted:
        hours.settle(session, around, hours.today(around, now))
        facts.note(session, AFTER, "0")
    found = {match.organization_id for match in around.index.matches(session, IRREGULAR if days else ALL)}
    return sorted(each for each in found if each > int(noted or 0))


def renew(session: Session, ids: Sequence[int], around: Surroundings) -> None:
    """Write the index of these listings for the days that are noted."""
    hold(session)
    around.index.put(session, list(docs_of(session, ids, around)))
    facts.note(session, AFTER, str(ids[-1]))


def finish(session: Session) -> None:
    """Note that all have the new days."""
    facts.note(session, AFTER, "")
