"""When something is open, minute by minute: days as dateutil says, minutes as sets. Slow, and obviously right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Literal

from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, YEARLY, rrule
from hypothesis import strategies as st

from directory.core.hours import Calendar, Schedule

ONE_DAY = timedelta(days=1)
LAST = date(2026, 12, 31)
FREQ: dict[str, Literal[0, 1, 2, 3]] = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
DAY = {"MO": MO, "TU": TU, "WE": WE, "TH": TH, "FR": FR, "SA": SA, "SU": SU}
NOTES = ("", "term time only", "school holidays only", "closed on bank holidays", "bank holidays too", "bring a mug")

Stretch = tuple[datetime, datetime]  # of naive wall time, the end not included


def falls_on(schedule: Schedule, day: date) -> bool:
    """Whether dateutil says so. A schedule without a beginning is taken to have begun on a Monday in 2025."""
    if not (schedule.valid_from or date.min) <= day <= (schedule.valid_to or date.max):
        return False
    if schedule.freq is None:
        return schedule.dtstart in {None, day}
    return day in _days(schedule) and day <= (schedule.until or date.max)


@lru_cache(maxsize=64)
def _days(schedule: Schedule) -> frozenset[date]:
    """The days of a rule, up to the end of 2026."""
    start = datetime.combine(schedule.dtstart or date(2025, 1, 6), time.min)
    weekdays = [DAY[part[-2:]](int(part[:-2])) if part[:-2] else DAY[part] for part in schedule.byday]
    freq = FREQ[schedule.freq or ""]
    rule = rrule(freq, start, interval=schedule.interval, count=schedule.count, byweekday=weekdays or None)
    return frozenset(moment.date() for moment in rule.between(start, datetime.combine(LAST, time.min), inc=True))


def is_held(schedule: Schedule, day: date, calendar: Calendar) -> bool:
    """Whether the special days of the place let it be. ``schedule.description`` is one of NOTES."""
    if schedule.freq is None:
        return True
    if calendar.holiday_on(day):
        every_day = schedule.freq == "YEARLY" or (schedule.freq == "DAILY" and not schedule.byday)
        every_day = every_day or len(schedule.byday) == 7
        if schedule.description == "closed on bank holidays":
            return False
        if schedule.description != "bank holidays too" and not every_day:
            return False
    if schedule.description == "term time only":
        return calendar.in_term(day)
    return schedule.description != "school holidays only" or not calendar.in_term(day)


def stretches(schedules: Sequence[Schedule], day: date, calendar: Calendar) -> Iterator[Stretch]:
    """The sessions without appointment that open on ``day``, cut where exceptions close them."""
    closures = [each for each in schedules if each.closed and falls_on(each, day)]
    for schedule in schedules:
        if schedule.closed or schedule.by_appointment or schedule.opens_at is None or schedule.closes_at is None:
            continue
        if falls_on(schedule, day) and is_held(schedule, day, calendar):
            announced = schedule.freq is None and schedule.dtstart is not None
            yield from _uncut(_minutes(schedule), [] if announced else closures, datetime.combine(day, time.min))


def _minutes(schedule: Schedule) -> set[int]:
    """The minutes after midnight in which it is on; the whole day when there are no times."""
    opens, closes = schedule.opens_at, schedule.closes_at
    if opens is None or closes is None:
        return set(range(2 * 1440))
    first, last = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
    return set(range(first, last if first < last else last + 1440))


def _uncut(minutes: set[int], closures: Iterable[Schedule], midnight: datetime) -> Iterator[Stretch]:
    for closure in closures:
        whole = closure.opens_at is None or closure.closes_at is None or closure.opens_at == closure.closes_at
        minutes = set() if whole else minutes - _minutes(closure)
    for first in sorted(minute for minute in minutes if minute - 1 not in minutes):
        last = next(minute for minute in range(first, 2 * 1440 + 1) if minute not in minutes)
        yield midnight + timedelta(minutes=first), midnight + timedelta(minutes=last)


def open_minutes(schedules: Sequence[Schedule], first: date, last: date, zone: tzinfo, calendar: Calendar) -> set[int]:
    """Every minute since 1970 in which it is open, of the sessions that open from the eve of ``first`` to ``last``."""
    found: set[int] = set()
    day = first - ONE_DAY
    while day <= last:
        for opens, closes in stretches(schedules, day, calendar):
            begins, ends = (int(wall.replace(tzinfo=zone).timestamp()) // 60 for wall in (opens, closes))
            found.update(range(begins, ends))
        day += ONE_DAY
    return found


clock_times = st.builds(time, st.integers(0, 23), st.sampled_from((0, 0, 30, 7, 55)))
weekdays = st.lists(st.sampled_from(list(DAY)), min_size=1, max_size=7, unique=True).map(tuple)


def schedules_between(first: date, last: date) -> st.SearchStrategy[list[Schedule]]:
    """Hours of every kind, with dates around those days."""
    days = st.dates(first - timedelta(days=20), last + timedelta(days=5))
    times = {"opens_at": clock_times, "closes_at": clock_times, "description": st.sampled_from(NOTES)}
    nth = st.builds("{}{}".format, st.sampled_from((1, 2, 3, 4, -1)), st.sampled_from(list(DAY)))
    openings = st.one_of(
        st.builds(
            Schedule,
            freq=st.just("WEEKLY"),
            byday=weekdays,
            by_appointment=st.sampled_from((False, False, True)),
            **times,
        ),
        st.builds(Schedule, freq=st.just("WEEKLY"), byday=weekdays, dtstart=days, interval=st.integers(1, 3), **times),
        st.builds(Schedule, freq=st.just("WEEKLY"), byday=weekdays, dtstart=days, count=st.integers(1, 9), **times),
        st.builds(Schedule, freq=st.just("MONTHLY"), byday=st.lists(nth, min_size=1, max_size=2).map(tuple), **times),
        st.builds(Schedule, freq=st.just("DAILY"), valid_from=st.none() | days, until=st.none() | days, **times),
        st.builds(Schedule, dtstart=days, **times),
        st.builds(
            lambda on, **hours: Schedule(valid_from=on, valid_to=on + timedelta(days=4), **hours), on=days, **times
        ),
    )
    hours = {"opens_at": st.none() | clock_times, "closes_at": st.none() | clock_times, "closed": st.just(value=True)}
    closures = st.one_of(
        st.builds(Schedule, dtstart=days, **hours),
        st.builds(
            lambda on, **kept: Schedule(valid_from=on, valid_to=on + timedelta(days=6), **kept), on=days, **hours
        ),
        st.builds(Schedule, freq=st.just("WEEKLY"), byday=weekdays, **hours),
    )
    return st.builds(
        lambda some, less: [*some, *less], st.lists(openings, min_size=1, max_size=3), st.lists(closures, max_size=1)
    )
