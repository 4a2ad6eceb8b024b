"""Schedules as lines that can be said: "Monday to Friday, 9am to 5pm". Data, not words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final, NamedTuple

from directory.core.hours.recurrence import is_dated, last_counted
from directory.core.hours.schedule import WEEKDAYS, Schedule


class Rhythm(StrEnum):
    """How a line repeats. The order is that in which lines are said."""

    WEEKLY = "weekly"  # on ``days``, every ``interval`` weeks
    MONTHLY = "monthly"  # on the ``nth`` weekdays or the ``monthdays``, every ``interval`` months
    YEARLY = "yearly"  # on the ``nth`` weekdays of the year, else on the date of ``day``
    DAILY = "daily"  # every ``interval`` days, more than one
    ONCE = "once"  # on ``day``
    RANGE = "range"  # from ``starts`` to ``ends``: every day, or ``days`` if there are any
    UNKNOWN = "unknown"  # nobody can tell the days; the description may say more


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Days that have the same hours. Weekdays count from Monday, 0."""

    rhythm: Rhythm
    interval: int = 1
    days: tuple[int, ...] = ()
    nth: tuple[tuple[int, int], ...] = ()  # (2, 1): the second Tuesday; (-1, 4): the last Friday; (0, 3): each
    monthdays: tuple[int, ...] = ()  # 1 to 31, then -1 for the last day and so on
    day: date | None = None  # the one day; with an ``interval``, a day from which it counts
    opens: time | None = None  # neither time: by appointment, or unknown
    closes: time | None = None  # at or before ``opens``: on the next day
    starts: date | None = None
    ends: date | None = None
    closed: bool = False
    by_appointment: bool = False
    description: str = ""

    @property
    def spans(self) -> list[tuple[int, int]]:
        """``days`` as first and last of each unbroken row: Monday to Friday is [(0, 4)]."""
        spans: list[tuple[int, int]] = []
        for day in self.days:
            if spans and spans[-1][1] == day - 1:
                spans[-1] = (spans[-1][0], day)
            else:
                spans.append((day, day))
        return spans


class _Days(NamedTuple):
    """What a schedule says of days: the fields of a line that differ among schedules of equal hours."""

    rhythm: Rhythm
    days: tuple[int, ...] = ()
    nth: tuple[tuple[int, int], ...] = ()
    monthdays: tuple[int, ...] = ()
    day: date | None = None


class _Hours(NamedTuple):
    """The rest, which has to be equal."""

    interval: int
    opens: time | None
    closes: time | None
    starts: date | None
    ends: date | None
    closed: bool
    by_appointment: bool
    description: str


def week(schedules: Iterable[Schedule], on: date | None = None) -> list[Line]:
    """``schedules`` as lines, days with equal hours together, exceptions last.

    With ``on``, what ended before that day is left out, and a beginning that lies behind it is not told.
    """
    grouped: dict[object, tuple[_Hours, _Days]] = {}
    for schedule in schedules:
        days = _SAYING.get(schedule.freq or "", _unknown)(schedule)
        hours = _hours(schedule, on)
        if on is not None and hours.ends is not None and hours.ends < on:
            continue
        key = (hours, _key(days, hours.interval))
        grouped[key] = (hours, _joined(grouped[key][1], days) if key in grouped else days)
    lines = [Line(**days._asdict(), **hours._asdict()) for hours, days in grouped.values()]
    return sorted(lines, key=_order)


def _hours(schedule: Schedule, on: date | None) -> _Hours:
    single = schedule.dtstart if schedule.is_single else None
    counted = last_counted(schedule) if schedule.count and schedule.dtstart else None
    ends = [day for day in (schedule.until, schedule.valid_to, counted, single) if day and day != date.max]
    starts = [day for day in (schedule.dtstart, schedule.valid_from) if day and (on is None or day > on)]
    return _Hours(
        interval=max(1, schedule.interval) if schedule.freq else 1,
        opens=schedule.opens_at,
        closes=schedule.closes_at,
        starts=max(starts, default=None),
        ends=min(ends, default=None),
        closed=schedule.closed,
        by_appointment=schedule.by_appointment,
        description=schedule.description,
    )


def _unknown(_schedule: Schedule) -> _Days:
    return _Days(Rhythm.UNKNOWN)


def _without_rule(schedule: Schedule) -> _Days:
    if schedule.dtstart is not None:
        return _Days(Rhythm.ONCE, day=schedule.dtstart)
    return _Days(Rhythm.RANGE, days=_weekdays(schedule)) if is_dated(schedule) else _unknown(schedule)


def _daily(schedule: Schedule) -> _Days:
    if schedule.bymonthday:
        return _by_monthday(schedule)
    if schedule.interval > 1:
        return _Days(Rhythm.DAILY, days=_weekdays(schedule), day=schedule.dtstart)
    return _Days(Rhythm.WEEKLY, days=_weekdays(schedule) or tuple(range(7)))


def _weekly(schedule: Schedule) -> _Days:
    days = _weekdays(schedule)
    if not days and schedule.bymonthday:
        return _by_monthday(schedule)
    if not days and schedule.dtstart is not None:
        days = (schedule.dtstart.weekday(),)
    if not days:
        return _unknown(schedule)
    return _Days(Rhythm.WEEKLY, days, monthdays=_monthdays(schedule.bymonthday), day=_anchor(schedule))


def _monthly(schedule: Schedule) -> _Days:
    if schedule.bymonthday:
        return _by_monthday(schedule)
    if schedule.byday:
        if schedule.interval <= 1 and all(part in WEEKDAYS for part in schedule.byday):
            return _weekly(schedule)  # every Monday of every month
        return _Days(Rhythm.MONTHLY, nth=_nth(schedule), day=_anchor(schedule))
    if schedule.dtstart is None:
        return _unknown(schedule)
    return _Days(Rhythm.MONTHLY, monthdays=(schedule.dtstart.day,), day=_anchor(schedule))


def _yearly(schedule: Schedule) -> _Days:
    if schedule.byday:
        monthdays = _monthdays(schedule.bymonthday)
        return _Days(Rhythm.YEARLY, nth=_nth(schedule), monthdays=monthdays, day=_anchor(schedule))
    if schedule.bymonthday:
        return _by_monthday(schedule)  # RFC 5545: without a month, those days of each
    return _Days(Rhythm.YEARLY, day=schedule.dtstart) if schedule.dtstart else _unknown(schedule)


def _by_monthday(schedule: Schedule) -> _Days:
    return _Days(
        Rhythm.MONTHLY,
        nth=_nth(schedule),
        monthdays=_monthdays(schedule.bymonthday),
        day=_anchor(schedule),
    )


_SAYING: Final[dict[str, Callable[[Schedule], _Days]]] = {
    "": _without_rule,
    "DAILY": _daily,
    "WEEKLY": _weekly,
    "MONTHLY": _monthly,
    "YEARLY": _yearly,
}


def _anchor(schedule: Schedule) -> date | None:
    return schedule.dtstart if schedule.interval > 1 else None


def _weekdays(schedule: Schedule) -> tuple[int, ...]:
    return tuple(sorted({WEEKDAYS.index(part[-2:]) for part in schedule.byday}))


def _nth(schedule: Schedule) -> tuple[tuple[int, int], ...]:
    return _nth_in_order((int(part[:-2] or 0), WEEKDAYS.index(part[-2:])) for part in schedule.byday)


def _nth_in_order(nth: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """By weekday, then first to last: 1MO, 3MO, -1MO, 2TU."""
    return tuple(sorted(set(nth), key=lambda each: (each[1], each[0] < 0, each[0])))


def _monthdays(monthdays: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(monthdays), key=lambda day: (day < 0, day)))


def _key(days: _Days, interval: int) -> object:
    """Equal for those that become one line when their days are put together."""
    phase = _phase(days, interval)
    if days.rhythm == Rhythm.WEEKLY:
        return days.rhythm, days.monthdays, phase
    if days.rhythm == Rhythm.MONTHLY and not days.monthdays:
        return days.rhythm, "nth", phase
    if days.rhythm == Rhythm.MONTHLY and not days.nth:
        return days.rhythm, "monthdays", phase
    return days


def _phase(days: _Days, interval: int) -> int | None:
    """Which of the ``interval`` weeks or months: Tuesdays of this week and of the next are two lines."""
    if interval == 1 or days.day is None:
        return None
    if days.rhythm == Rhythm.WEEKLY:
        return (days.day.toordinal() - 1) // 7 % interval
    return (days.day.year * 12 + days.day.month) % interval


def _joined(one: _Days, other: _Days) -> _Days:
    return one._replace(
        days=tuple(sorted({*one.days, *other.days})),
        nth=_nth_in_order([*one.nth, *other.nth]),
        monthdays=_monthdays([*one.monthdays, *other.monthdays]),
    )


def _order(line: Line) -> tuple[object, ...]:
    """Openings before exceptions, then as the week and the day go."""
    first = line.days[0] if line.days else line.nth[0][1] if line.nth else 7
    return (
        line.closed,
        _RHYTHMS[line.rhythm],
        line.interval,
        first,
        line.opens or time.max,
        line.starts or date.min,
        line.day or date.min,
    )


_RHYTHMS: Final = {rhythm: place for place, rhythm in enumerate(Rhythm)}
