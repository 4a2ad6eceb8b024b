"""When something is open: schedules in the wall time of their place, repeating as RFC 5545 and HSDS say."""

from directory.core.hours.recurrence import occurs
from directory.core.hours.schedule import (
    WEEKDAYS,
    Schedule,
    checked,
    parse_byday,
    parse_bymonthday,
)
from directory.core.hours.sessions import Opening, Session, opening, sessions
from directory.core.hours.week import Line, Rhythm, week

__all__ = [
    "Line",
    "Opening",
    "Rhythm",
    "Schedule",
    "Session",
    "WEEKDAYS",
    "checked",
    "occurs",
    "opening",
    "parse_byday",
    "parse_bymonthday",
    "sessions",
    "week",
]
