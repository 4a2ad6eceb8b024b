"""Which days a schedule falls on: RFC 5545 by plain arithmetic on dates, as dateutil.rrule answers.

A listing page asks about a hundred days, and one rrule costs more to build than all of these answers.
"""

from calendar import isleap, monthrange
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from directory.core.hours.schedule import WEEKDAYS, Schedule

ONE_DAY: Final = timedelta(days=1)
COUNTED_UNTIL: Final = date(2100, 1, 1)  # a count that is not used up by then counts as endless


def occurs(schedule: Schedule, day: date) -> bool:
    """Whether ``schedule`` falls on ``day``, be it an opening or an exception."""
    if not _within(schedule, day):
        return False
    if schedule.freq is None:
        return _without_rule(schedule, day)
    rule = _RULES.get(schedule.freq)
    if rule is None or not rule(schedule, day):
        return False
    if schedule.count is None or schedule.dtstart is None:
        return True
    last = last_counted(schedule)
    return last is not None and day <= last


def is_dated(schedule: Schedule) -> bool:
    """Whether anybody can tell which days ``schedule`` means; if not, it occurs on none."""
    if schedule.dtstart is not None:
        return schedule.freq is None or schedule.freq in _RULES
    if schedule.freq is None:
        bounds = (schedule.valid_from is not None) + (schedule.valid_to is not None)
        return bounds >= (1 if schedule.closed else 2)  # an opening without an end may mean anything
    if schedule.interval > 1:
        return False
    return schedule.freq == "DAILY" or (schedule.freq in _RULES and bool(schedule.byday or schedule.bymonthday))


@lru_cache(maxsize=2048)
def last_counted(schedule: Schedule) -> date | None:
    """The day of the last session that ``count`` allows, None without one. ``dtstart`` must be known."""
    rule = _RULES.get(schedule.freq or "")
    day, left, last = schedule.dtstart, schedule.count or 0, None
    if rule is None or day is None:
        return None
    while left > 0:
        if day >= COUNTED_UNTIL:
            return date.max
        if rule(schedule, day):
            left, last = left - 1, day
        day += ONE_DAY
    return last


def _within(schedule: Schedule, day: date) -> bool:
    start, until, first, last = schedule.dtstart, schedule.until, schedule.valid_from, schedule.valid_to
    return (
        (start is None or day >= start)
        and (until is None or day <= until)
        and (first is None or day >= first)
        and (last is None or day <= last)
    )


def _without_rule(schedule: Schedule, day: date) -> bool:
    """One day, or every day of a stretch."""
    if schedule.dtstart is not None:
        return day == schedule.dtstart
    return is_dated(schedule) and (not schedule.byday or _on_weekday(schedule.byday, day))


def _daily(schedule: Schedule, day: date) -> bool:
    if schedule.byday and not _on_weekday(schedule.byday, day):
        return False
    if schedule.bymonthday and not _on_monthday(schedule.bymonthday, day):
        return False
    if schedule.interval <= 1:
        return True
    start = schedule.dtstart
    return start is not None and (day - start).days % schedule.interval == 0


def _weekly(schedule: Schedule, day: date) -> bool:
    start = schedule.dtstart
    if schedule.byday:
        if not _on_weekday(schedule.byday, day):
            return False
    elif not schedule.bymonthday and (start is None or start.weekday() != day.weekday()):
        return False
    if schedule.bymonthday and not _on_monthday(schedule.bymonthday, day):
        return False
    if schedule.interval <= 1:
        return True
    return start is not None and (week_of(schedule, day) - week_of(schedule, start)) % schedule.interval == 0


def week_of(schedule: Schedule, day: date) -> int:
    """The number of the week of ``day``, counted from long ago, for weeks that begin on ``wkst``."""
    begins = WEEKDAYS.index(schedule.wkst) if schedule.wkst in WEEKDAYS else 0
    return (day.toordinal() - 1 - begins) // 7  # the first of January of year 1 was a Monday


def _monthly(schedule: Schedule, day: date) -> bool:
    start = schedule.dtstart
    if schedule.byday:
        length = monthrange(day.year, day.month)[1]
        if not _on_nth(schedule.byday, day, place=day.day, length=length):
            return False
    elif not schedule.bymonthday and (start is None or start.day != day.day):
        return False
    if schedule.bymonthday and not _on_monthday(schedule.bymonthday, day):
        return False
    if schedule.interval <= 1:
        return True
    if start is None:
        return False
    return ((day.year - start.year) * 12 + day.month - start.month) % schedule.interval == 0


def _yearly(schedule: Schedule, day: date) -> bool:
    start = schedule.dtstart
    if schedule.byday:
        length = 366 if isleap(day.year) else 365
        place = day.toordinal() - date(day.year, 1, 1).toordinal() + 1
        if not _on_nth(schedule.byday, day, place=place, length=length):
            return False
    elif not schedule.bymonthday and (start is None or (start.month, start.day) != (day.month, day.day)):
        return False
    if schedule.bymonthday and not _on_monthday(schedule.bymonthday, day):
        return False
    if schedule.interval <= 1:
        return True
    return start is not None and (day.year - start.year) % schedule.interval == 0


_RULES: Final[dict[str, Callable[[Schedule, date], bool]]] = {
    "DAILY": _daily,
    "WEEKLY": _weekly,
    "MONTHLY": _monthly,
    "YEARLY": _yearly,
}


def _on_weekday(byday: tuple[str, ...], day: date) -> bool:
    """Whether the weekday is named; a number before it has no meaning within a week and is not looked at."""
    return WEEKDAYS[day.weekday()] in ",".join(byday)


def _on_nth(byday: tuple[str, ...], day: date, *, place: int, length: int) -> bool:
    """Whether a part of ``byday`` means ``day``, at ``place`` of the ``length`` days of its month or year."""
    code = WEEKDAYS[day.weekday()]
    for part in byday:
        if part.endswith(code):
            number = int(part[:-2] or 0)
            if number in {0, (place + 6) // 7, -((length - place) // 7 + 1)}:
                return True
    return False


def _on_monthday(bymonthday: tuple[int, ...], day: date) -> bool:
    return day.day in bymonthday or (day.day - monthrange(day.year, day.month)[1] - 1) in bymonthday
