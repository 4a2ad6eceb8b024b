"""Hours as people type them in a cell: ``Mon-Fri 10:00-12:00; 2nd Tue 7pm-9pm; last Fri 18:30-20:00``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from functools import lru_cache

from directory.core.errors import Invalid
from directory.core.hours import WEEKDAYS, Schedule

WANTED = "days and times as in Mon 10:00-12:00; Wed 1pm-3pm; 2nd Tue 19:00-21:00"
_DAY = "(mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?"
_ENTRY = re.compile(
    rf"(?:(1st|2nd|3rd|4th|5th|first|second|third|fourth|last)\s+)?{_DAY}(?:\s*(?:-|to|\u2013)\s*{_DAY})?"
    rf"\s+{_TIME}\s*(?:-|to|\u2013)\s*{_TIME}"
    r"(?:\s*\(?every ([2-9]|1\d) (weeks|months)\)?)?",
    re.IGNORECASE,
)
_NTH = {
    "1st": "1",
    "first": "1",
    "2nd": "2",
    "second": "2",
    "3rd": "3",
    "third": "3",
    "4th": "4",
    "fourth": "4",
}
_NTH |= {"5th": "5", "last": "-1"}


@lru_cache(maxsize=1_000)  # most hours of a file are those of others too
def parse_hours(text: str) -> tuple[Schedule, ...]:
    """The schedules that ``text`` means. Raises Invalid."""
    return tuple(_entry(part.strip()) for part in text.split(";") if part.strip())


def _entry(text: str) -> Schedule:
    match = _ENTRY.fullmatch(text)
    if not match:
        raise Invalid("hours", text, WANTED)
    nth, first, last, *times, often, unit = match.groups()
    if unit and (nth is None) != (unit.lower() == "weeks"):  # every third Tuesday of a month is no every three weeks
        raise Invalid("hours", text, WANTED)
    interval = int(often or 1)
    opens_at, closes_at = _times(text, times)
    days = _days(first, last)
    if nth is None:
        return Schedule(freq="WEEKLY", interval=interval, byday=days, opens_at=opens_at, closes_at=closes_at)
    byday = tuple(f"{_NTH[nth.lower()]}{day}" for day in days)
    return Schedule(freq="MONTHLY", interval=interval, byday=byday, opens_at=opens_at, closes_at=closes_at)


def _days(first: str, last: str | None) -> tuple[str, ...]:
    start = WEEKDAYS.index(first[:2].upper())
    if last is None:
        return (WEEKDAYS[start],)
    end = WEEKDAYS.index(last[:2].upper())
    return tuple(WEEKDAYS[day % 7] for day in range(start, (end if end >= start else end + 7) + 1))


def _times(text: str, parts: list[str | None]) -> tuple[time, time]:
    hour, minute, half, hour2, minute2, half2 = parts
    both = half or half2  # "1-3pm" means both in the afternoon
    if half is None and half2 and int(hour or 0) > int(hour2 or 0):
        both = "am"  # "10-1pm" starts in the morning
    return _time(text, hour, minute, half or both), _time(text, hour2, minute2, half2)


def _time(text: str, hour: str | None, minute: str | None, half: str | None) -> time:
    number = int(hour or 0)
    if half:
        if not 1 <= number <= 12:
            raise Invalid("hours", text, WANTED)
        number = number % 12 + (12 if half.lower() == "pm" else 0)
    try:
        return time(number % 24 if number == 24 else number, int(minute or 0))
    except ValueError:
        raise Invalid("hours", text, WANTED) from None


def hours_text(schedules: Iterable[Schedule]) -> str:
    """``schedules`` as ``parse_hours`` reads them, as far as it can; what it cannot is said in the schedule's words."""
    return "; ".join(text for schedule in schedules if (text := _text(schedule)))


_NAMES = dict(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_PLACES = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th", "5": "5th", "-1": "last"}


def _text(schedule: Schedule) -> str:
    if schedule.closed or not schedule.byday or schedule.opens_at is None or schedule.closes_at is None:
        return schedule.description
    times = f"{schedule.opens_at:%H:%M}-{schedule.closes_at:%H:%M}"
    every = "" if schedule.interval == 1 else f" (every {schedule.interval} {_UNITS.get(str(schedule.freq), 'times')})"
    return "; ".join(f"{_day(day)} {times}{every}" for day in schedule.byday)


_UNITS = {"WEEKLY": "weeks", "MONTHLY": "months", "DAILY": "days", "YEARLY": "years"}


def _day(byday: str) -> str:
    nth, day = byday[:-2], _NAMES.get(byday[-2:], byday)
    return f"{_PLACES.get(nth, nth)} {day}" if nth else day
