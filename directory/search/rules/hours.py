"""Opening hours as tokens of the index, so that "open now" is looked up like a word.

A session is cut into the largest blocks that fit, and at midnight: 9am to 5pm are three hours, one block of four, and
an hour. Each minute lies in one block of each size, so a moment is found by the blocks around it: exactly, with few
tokens.

Hours that are the same in every week, for ever, have tokens of the days of the week: ``o`` for ordinary days, ``b`` for
bank holidays, and for what is left of the night before, ``p`` if that was an ordinary day and ``q`` if it was none. All
others have tokens of the dates of the coming weeks, and DATED, by which a job finds them to write the next dates.
Whatever needs an appointment has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from directory.core.hours import (
    PLAIN,
    Calendar,
    Kept,
    Schedule,
    Session,
    drop_in_sessions,
    is_dated,
    is_for_terms,
    last_counted,
    said,
)
from directory.search.rules.when import NOW, ONE_DAY, Moment, Part, When

BLOCKS_MIN: Final = (240, 60, 15, 5, 1)  # minutes; each divides the one before, and a day
DAY_MIN: Final = 1440
WINDOW_DAYS: Final = 35  # how far ahead dates are written
RENEWED_AFTER_DAYS: Final = 7  # four weeks are always there: ``open`` asks for seven days, and a job may fail for three
DATED: Final = "o=dated"
DAY: Final = "day"  # at some time of it
PARTS_MIN: Final = {
    None: (0, DAY_MIN),
    Part.MORNING: (0, 720),
    Part.AFTERNOON: (720, 1020),
    Part.EVENING: (1020, DAY_MIN),
}
ALWAYS_A_HOLIDAY: Final = Calendar(holiday_on=lambda _day: "holiday")
NIGHT_ENDS: Final = time(4)


@dataclass(frozen=True, slots=True)
class Days:
    """The days for which dates are written, from ``first``, in the time zone and calendar of the place."""

    first: date
    zone: tzinfo
    calendar: Calendar


def either_of(when: When, moment: Moment) -> tuple[str, ...]:
    """The tokens of which an offering that is open ``when``, seen from ``moment``, has at least one."""
    calendar = moment.calendar
    if when.day != NOW:
        days = moment.days(when)
        return tuple(f"o={key}-{when.part or DAY}" for day in days for key in (_own(day, calendar), _date(day)))
    today, minute = moment.today, moment.minute
    keys = (_own(today, calendar), _of_the_night(today, calendar), _date(today))
    return tuple(f"o={key}-{size}-{minute // size}" for key in keys for size in BLOCKS_MIN)


def _own(day: date, calendar: Calendar) -> str:
    """What tokens of the sessions of ``day`` begin with."""
    return f"{'b' if calendar.holiday_on(day) else 'o'}{day.weekday()}"


def _of_the_night(day: date, calendar: Calendar) -> str:
    """What tokens of the sessions of the day before begin with, where they reach into ``day``."""
    return f"{'q' if calendar.holiday_on(day - ONE_DAY) else 'p'}{day.weekday()}"


@lru_cache(maxsize=2048)  # many groups keep the hours of others
def hours_tokens(schedules: tuple[Schedule, ...], days: Days) -> tuple[str, ...]:
    """The tokens of an offering with these hours, each once; none when nobody said when it is open to all."""
    standing = [schedule for schedule in schedules if not _is_over(schedule, days.first - ONE_DAY)]
    if not any(_opens(schedule) for schedule in standing):
        return ()
    found = (
        _weekly(standing, days.first)
        if all(_is_steady(each, days.first) for each in standing)
        else _dated(standing, days)
    )
    return tuple(dict.fromkeys(found))


def _weekly(schedules: Sequence[Schedule], first: date) -> Iterator[str]:
    """Of hours that repeat for ever: any week from ``first`` shows them."""
    for ahead in range(7):
        day = first + ahead * ONE_DAY
        next_day = day + ONE_DAY
        for calendar in (PLAIN, ALWAYS_A_HOLIDAY):
            keys = _own(day, calendar), _of_the_night(next_day, calendar)
            yield from _of_sessions(drop_in_sessions(schedules, day, calendar), day, keys)


def _dated(schedules: Sequence[Schedule], days: Days) -> Iterator[str]:
    """Of all others: day by day, from the one before the first, whose night may reach into it."""
    yield DATED
    for ahead in range(-1, WINDOW_DAYS):
        day = days.first + ahead * ONE_DAY
        sessions = _as_clocks_show(drop_in_sessions(schedules, day, days.calendar), days.zone)
        yield from _of_sessions(sessions, day, (_date(day), _date(day + ONE_DAY)))


def _of_sessions(sessions: Iterable[Session], day: date, keys: tuple[str, str]) -> Iterator[str]:
    """The tokens of the sessions of ``day``; ``keys``: what they begin with on that day and on the next."""
    own, next_day = keys
    midnight = datetime.combine(day, time.min)
    for session in sessions:
        opens, closes = _minutes(session.opens - midnight), _minutes(session.closes - midnight)
        for size, number in _blocks(opens, min(closes, DAY_MIN)):
            yield f"o={own}-{size}-{number}"
        for size, number in _blocks(max(0, opens - DAY_MIN), closes - DAY_MIN):
            yield f"o={next_day}-{size}-{number}"
        for part, (begins, ends) in PARTS_MIN.items():
            if opens < ends and max(closes, opens + 1) > begins:  # when nobody said how long: that it opens
                yield f"o={own}-{part or DAY}"


def _blocks(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Size and number of the largest blocks that make up the minutes from ``first`` to before ``last``."""
    while first < last:
        size = next(size for size in BLOCKS_MIN if first % size == 0 and first + size <= last)
        yield size, first // size
        first += size


def _as_clocks_show(sessions: Iterable[Session], zone: tzinfo) -> Iterator[Session]:
    """``sessions`` without the times that clocks leave out in spring: those are as long after midnight as usual."""
    for session in sessions:
        opens, closes = (wall.replace(tzinfo=zone).timestamp() for wall in (session.opens, session.closes))
        if opens <= closes:
            yield Session(_shown(opens, zone), _shown(closes, zone), session.schedule)


def _shown(instant: float, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(instant, zone).replace(tzinfo=None)


def _opens(schedule: Schedule) -> bool:
    """Whether it can have a session for all who come."""
    return not schedule.closed and not schedule.by_appointment and schedule.opens_at is not None and is_dated(schedule)


def _is_over(schedule: Schedule, day: date) -> bool:
    """Whether it never falls on ``day`` or later."""
    counted = last_counted(schedule) if schedule.count and schedule.dtstart else None
    single = schedule.dtstart if schedule.is_single else None
    return any(last < day for last in (schedule.until, schedule.valid_to, counted, single) if last)


def _is_steady(schedule: Schedule, first: date) -> bool:
    """Whether it is the same in every week from the night before ``first``, for ever, whatever clocks do."""
    if not (_opens(schedule) or schedule.closed):
        return True  # it says nothing
    weekly = schedule.freq == "DAILY" or (schedule.freq == "WEEKLY" and bool(schedule.byday or schedule.dtstart))
    begun = all(start is None or start < first for start in (schedule.dtstart, schedule.valid_from))
    ends = schedule.until or schedule.valid_to or schedule.count
    if not weekly or not begun or ends or schedule.interval > 1 or schedule.bymonthday:
        return False
    special = not schedule.closed and (is_for_terms(schedule) or said(schedule).bank_holidays is Kept.ONLY)
    return not special and not any(_is_at_night(at) for at in (schedule.opens_at, schedule.closes_at))


def _is_at_night(at: time | None) -> bool:
    """Whether clocks may leave it out in spring. They go forward on the hour: what is on the hour stays in order."""
    return at is not None and time.min < at < NIGHT_ENDS and at.minute > 0


def _date(day: date) -> str:
    return f"{day:%Y%m%d}"


def _minutes(since: timedelta) -> int:
    return since // timedelta(minutes=1)
