"""When something is open: schedules in the wall time of their place, repeating as RFC 5545 and HSDS say."""

from directory.core.hours.calendar import PLAIN, Calendar, Kept, Off, Said, is_for_terms, off, said
from directory.core.hours.recurrence import is_dated, last_counted, occurs
from directory.core.hours.schedule import (
    WEEKDAYS,
    Schedule,
    checked,
    parse_byday,
    parse_bymonthday,
)
from directory.core.hours.sessions import LAST_MINUTE, Opening, Session, drop_in_sessions, opening, sessions
from directory.core.hours.week import Line, Rhythm, week

__all__ = [
    "Calendar",
    "Kept",
    "LAST_MINUTE",
    "Line",
    "Off",
    "Opening",
    "PLAIN",
    "Rhythm",
    "Said",
    "Schedule",
    "Session",
    "WEEKDAYS",
    "checked",
    "drop_in_sessions",
    "is_dated",
    "is_for_terms",
    "last_counted",
    "occurs",
    "off",
    "opening",
    "parse_byday",
    "parse_bymonthday",
    "said",
    "sessions",
    "week",
]
