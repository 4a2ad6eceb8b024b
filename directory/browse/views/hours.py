"""Opening times in words: "Every Tuesday", "10am to 1pm", "Open now until 3pm"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final

from babel.dates import format_date, format_time, get_day_names
from babel.lists import format_list

from directory.core.hours import LAST_MINUTE, PLAIN, Calendar, Line, Off, Opening, Rhythm, Schedule, opening, week
from directory.web.words import gettext as _
from directory.web.words import locale

MIDNIGHT: Final = time(0)
NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class Hours:
    """One line of opening times: which days, at what hours, and what the group says about it."""

    days: str
    hours: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.days}, {self.hours}" if self.hours else self.days


@dataclass(frozen=True, slots=True)
class State:
    """How things stand now; ``text`` is "" when nobody said when it is open."""

    text: str
    is_open: bool


def lines(schedules: Iterable[Schedule], today: date) -> list[Hours]:
    """Every line of ``schedules``, in the order in which they are said; what is over is left out."""
    return [Hours(_days(line), _hours(line), line.description) for line in week(schedules, today)]


def state(schedules: Iterable[Schedule], now_wall: datetime, calendar: Calendar = PLAIN) -> State:
    """Whether it is open at ``now_wall`` (aware, in the zone of the place), until when, or when next.

    ``calendar`` has the special days of the place.
    """
    kept = tuple(schedules)
    found = opening(kept, now_wall, calendar=calendar)
    if not found.is_known:
        return State(_unknown_words(kept), is_open=False)
    if found.open_now:
        said = _open_words(found, now_wall)
    elif found.closed_today_reason is not None or found.off_today:
        said = _closed_words(found, now_wall)
    elif found.if_in_holidays and found.next_opens is None:
        return State(_("In school holidays"), is_open=False)
    else:
        said = _next_words(found, now_wall)
    if found.if_in_term:
        said = _("%(state)s, in term time", state=said)
    elif found.if_in_holidays:
        said = _("%(state)s, in school holidays", state=said)
    return State(said, is_open=found.open_now)


def _unknown_words(schedules: Iterable[Schedule]) -> str:
    """What to say when no session is known: that it is by appointment, or nothing."""
    asked = any(schedule.by_appointment and not schedule.closed for schedule in schedules)
    return _("By appointment") if asked else ""


def _open_words(found: Opening, now_wall: datetime) -> str:
    if found.closes is None:
        return _("Open now by appointment") if found.by_appointment else _("Open now, day and night")
    until = moment(found.closes, now_wall)
    if found.by_appointment:
        return _("Open now by appointment, until %(when)s", when=until)
    return _("Open now until %(when)s", when=until)


def _closed_words(found: Opening, now_wall: datetime) -> str:
    reason = found.closed_today_reason if found.off_today is None else _off_words(found.off_today)
    closed = _("Closed today (%(reason)s)", reason=reason) if reason else _("Closed today")
    if found.next_opens is None:
        return closed
    return _("%(closed)s, opens %(when)s", closed=closed, when=moment(found.next_opens, now_wall))


def _off_words(why: Off) -> str:
    if why is Off.BANK_HOLIDAY:
        return _("bank holiday")
    return _("school holidays") if why is Off.SCHOOL_HOLIDAY else _("term time")


def _next_words(found: Opening, now_wall: datetime) -> str:
    if found.next_opens is None:
        return _("Closed for the next four weeks")
    if found.by_appointment:
        return _("Next by appointment: %(when)s", when=moment(found.next_opens, now_wall))
    return _("Opens %(when)s", when=moment(found.next_opens, now_wall))


def moment(when: datetime, now_wall: datetime) -> str:
    """``when`` as people say it: "3pm", "tomorrow 10am", "Tuesday 10am", "Tuesday 5 May, 10am"."""
    hour, ahead = clock(when.time()), (when.date() - now_wall.date()).days
    if ahead == 0:
        return hour
    if ahead == 1:
        return hour if when.time() == MIDNIGHT else _("tomorrow %(time)s", time=hour)
    if ahead < 7:
        return _("%(day)s %(time)s", day=weekday(when.weekday()), time=hour)
    return _("%(day)s, %(time)s", day=day_words(when.date(), now_wall.date()), time=hour)


def clock(hour: time) -> str:
    """A time of day: "10am", "1:30pm", "noon"; in other languages as they write it."""
    return _clock(hour, locale(), _("noon"), _("midnight"))


@lru_cache(maxsize=2048)
def _clock(hour: time, locale: str, noon: str, midnight: str) -> str:
    if not locale.startswith("en"):
        return str(format_time(hour, "short", locale=locale))
    if hour in {NOON, MIDNIGHT}:
        return noon if hour == NOON else midnight
    minutes = f":{hour.minute:02}" if hour.minute else ""
    return f"{hour.hour % 12 or 12}{minutes}{'am' if hour.hour < 12 else 'pm'}"


def weekday(number: int) -> str:
    """The name of a day of the week, Monday being 0."""
    return _weekdays(locale())[number]


@lru_cache(maxsize=64)
def _weekdays(locale: str) -> dict[int, str]:
    return dict(get_day_names("wide", locale=locale).items())


def day_words(day: date, today: date) -> str:
    """A date: "Tuesday 5 May", with its year unless that is this year."""
    return _date(day, "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y", locale())


def date_words(day: date) -> str:
    """A date: "5 May 2026"."""
    return _date(day, "d MMMM y", locale())


def month_words(day: date) -> str:
    """A month: "May 2026"."""
    return _date(day, "MMMM y", locale())


@lru_cache(maxsize=4096)
def _date(day: date, pattern: str, locale: str) -> str:
    return str(format_date(day, pattern, locale=locale))


def listed(words: Iterable[str]) -> str:
    """What is listed, as a sentence has it: "a, b and c"."""
    told = tuple(words)
    return _listed(told, locale()) if len(told) > 1 else "".join(told)


@lru_cache(maxsize=4096)
def _listed(words: tuple[str, ...], locale: str) -> str:
    return str(format_list(words, locale=locale))


def _hours(line: Line) -> str:
    if line.closed and (line.opens is None or line.closes is None):
        return _("closed")
    if line.opens is None:
        return _("by appointment") if line.by_appointment else _("ask for the times")
    said = _span(line.opens, line.closes)
    if line.closed:
        return _("closed %(hours)s", hours=said)
    return _("%(hours)s, by appointment", hours=said) if line.by_appointment else said


def _span(opens: time, closes: time | None) -> str:
    if closes is not None and closes >= LAST_MINUTE:
        closes = MIDNIGHT
    if opens == closes == MIDNIGHT:
        return _("all day and night")
    if closes is None or opens == closes:
        return _("from %(time)s", time=clock(opens))
    return _("%(from)s to %(to)s", **{"from": clock(opens), "to": clock(closes)})


def _days(line: Line) -> str:
    said = _SAYING[line.rhythm](line)
    if line.rhythm in {Rhythm.ONCE, Rhythm.RANGE}:
        return said
    if line.starts and line.ends:
        bounds = {"first": date_words(line.starts), "last": date_words(line.ends)}
        return _("%(days)s, from %(first)s to %(last)s", days=said, **bounds)
    if line.starts:
        return _("%(days)s, from %(first)s", days=said, first=date_words(line.starts))
    if line.ends:
        return _("%(days)s, until %(last)s", days=said, last=date_words(line.ends))
    return said


def _weekly(line: Line) -> str:
    days = _span_words(line)
    if line.interval == 2:
        return _("Every other %(days)s", days=days)
    if line.interval > 2:
        return _("Every %(number)s weeks on %(days)s", number=line.interval, days=days)
    if len(line.days) == 7:
        return _("Every day")
    return _("Every %(day)s", day=days) if len(line.days) == 1 else days


def _span_words(line: Line) -> str:
    words: list[str] = []
    for first, last in line.spans:
        if last - first > 1:
            words.append(_("%(first)s to %(last)s", first=weekday(first), last=weekday(last)))
        else:
            words += [weekday(day) for day in range(first, last + 1)]
    return listed(words)


def _monthly(line: Line) -> str:
    parts = [_nth_words(line)] if line.nth else []
    if line.monthdays:
        parts.append(_monthday_words(line))
    days = listed(parts)
    if line.interval == 2:
        return _("%(days)s of every other month", days=days)
    if line.interval > 2:
        return _("%(days)s, every %(number)s months", days=days, number=line.interval)
    return _("%(days)s of the month", days=days)


def _nth_words(line: Line) -> str:
    """Weekdays in their order, each with its places: "First and third Monday"."""
    places: dict[int, list[int]] = {}
    for place, day in line.nth:
        places.setdefault(day, []).append(place)
    said = []
    for day, numbers in places.items():
        which = listed(_ordinal(number) for number in numbers)
        said.append(_("%(which)s %(weekday)s", which=which, weekday=weekday(day)))
    words = listed(said)
    return words[:1].upper() + words[1:]


def _ordinal(number: int) -> str:
    known = {
        0: _("every"),
        1: _("first"),
        2: _("second"),
        3: _("third"),
        4: _("fourth"),
        5: _("fifth"),
        -1: _("last"),
        -2: _("second last"),
    }
    if number in known:
        return known[number]
    return _("number %(number)s", number=number) if number > 0 else _("number %(number)s from the end", number=-number)


def _monthday_words(line: Line) -> str:
    numbers = [str(day) for day in line.monthdays if day > 0]
    parts = [_("Day %(numbers)s", numbers=listed(numbers))] if numbers else []
    if -1 in line.monthdays:
        parts.append(_("the last day") if parts else _("Last day"))
    parts += [_("day %(number)s from the end", number=-day) for day in line.monthdays if day < -1]
    return listed(parts)


def _yearly(line: Line) -> str:
    if line.nth:
        return _("%(days)s of the year", days=_nth_words(line))
    if line.day is None:
        return _("Once a year")
    return _("Every year on %(day)s", day=_date(line.day, "d MMMM", locale()))


def _daily(line: Line) -> str:
    return _("Every %(number)s days", number=line.interval)


def _once(line: Line) -> str:
    return _date(line.day, "EEEE d MMMM y", locale()) if line.day else _("Once")


def _range(line: Line) -> str:
    days = _span_words(line) if line.days else _("Every day")
    if line.starts and line.ends:
        return _(
            "%(days)s from %(first)s to %(last)s",
            days=days,
            first=date_words(line.starts),
            last=date_words(line.ends),
        )
    if line.starts:
        return _("%(days)s, from %(first)s", days=days, first=date_words(line.starts))
    return _("%(days)s, until %(last)s", days=days, last=date_words(line.ends)) if line.ends else days


def _unknown(_line: Line) -> str:
    return _("Times vary")


_SAYING: Final[dict[Rhythm, Callable[[Line], str]]] = {
    Rhythm.WEEKLY: _weekly,
    Rhythm.MONTHLY: _monthly,
    Rhythm.YEARLY: _yearly,
    Rhythm.DAILY: _daily,
    Rhythm.ONCE: _once,
    Rhythm.RANGE: _range,
    Rhythm.UNKNOWN: _unknown,
}
