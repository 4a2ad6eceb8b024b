"""Opening times as people type them, as schedules, and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, time
from typing import Final

from directory.contribute.rules.answers import Hours, Open, Other, Rhythm, Times
from directory.core.errors import Invalid
from directory.core.hours import WEEKDAYS, Schedule

NOON: Final = {"noon", "midday", "12noon", "12midday"}
MIDNIGHT: Final = {"midnight", "12midnight", "24:00", "24.00", "2400"}
EARLY: Final = 7  # a bare hour below it is hardly meant: who says 2 means the afternoon, but not always
LONGEST_TIME: Final = 20
_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]?([0-9]{2}))?([ap])?\.?(?:m\.?)?")


def parse_time(text: str) -> time:
    """A time of day as people write it: "10am", "1.30 pm", "13:30", "noon".

    Raises Invalid for what is no time, and for one that may mean morning or afternoon ("2", "5.30").
    """
    kept = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text[: LONGEST_TIME + 1])).casefold()
    if kept in NOON:
        return time(12)
    if kept in MIDNIGHT:
        return time(0)
    found = _TIME.fullmatch(kept)
    if found is None or len(text) > LONGEST_TIME:
        raise Invalid("time", text, "a time, for example 10am or 13:30")
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if minute > 59 or hour > (12 if half else 23) or (half and hour == 0):
        raise Invalid("time", text, "a time, for example 10am or 13:30")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif hour < EARLY and len(found[1]) == 1 and (hour, found[2]) != (0, "00"):
        raise Invalid("time", text, "am or pm")
    return time(hour, minute)


def say_time(moment: time) -> str:
    """What ``parse_time`` reads as ``moment``: "09:30"."""
    return f"{moment:%H:%M}"


def schedules(hours: Hours) -> tuple[Schedule, ...]:
    """The schedules of a service that is open so."""
    words = hours.exceptions
    if hours.way is Open.ALWAYS:
        return (
            Schedule(
                freq="DAILY",
                opens_at=time(0),
                closes_at=time(0),
                description=words,
                by_appointment=hours.book_first,
            ),
        )
    if hours.way is Open.APPOINTMENT:
        return (Schedule(by_appointment=True, description=words),)
    if hours.way is Open.VARIES:
        return (Schedule(description=words),)
    weekly = (
        Schedule(
            freq="WEEKLY",
            byday=(WEEKDAYS[each.day],),
            opens_at=each.opens,
            closes_at=each.closes,
            description=words,
            by_appointment=hours.book_first,
        )
        for each in hours.week
    )
    return (*weekly, *(_other(each, hours) for each in hours.others))


def _other(other: Other, hours: Hours) -> Schedule:
    day, monthly = WEEKDAYS[other.day], other.rhythm not in {Rhythm.WEEKLY, Rhythm.FORTNIGHT}
    return Schedule(
        freq="MONTHLY" if monthly else "WEEKLY",
        interval=2 if other.rhythm is Rhythm.FORTNIGHT else 1,
        byday=(f"{other.rhythm}{day}" if monthly else day,),
        dtstart=other.start if other.rhythm is Rhythm.FORTNIGHT else None,
        opens_at=other.opens,
        closes_at=other.closes,
        description=hours.exceptions,
        by_appointment=hours.book_first,
    )


def hours_of(given: Iterable[Schedule]) -> Hours | None:
    """The hours that become ``given``, or None when the pages cannot say them: they are better left alone."""
    found = tuple(given)
    if not found:
        return None
    made = _single(found[0]) if len(found) == 1 else None
    made = made or _regular(found)
    return made if made is not None and sorted(schedules(made), key=repr) == sorted(found, key=repr) else None


def _single(one: Schedule) -> Hours | None:
    if one.freq == "DAILY":
        return Hours(way=Open.ALWAYS, exceptions=one.description, book_first=one.by_appointment)
    if one.freq is None:
        return Hours(way=Open.APPOINTMENT if one.by_appointment else Open.VARIES, exceptions=one.description)
    return None


def _regular(found: tuple[Schedule, ...]) -> Hours | None:
    week: list[Times] = []
    others: list[Other] = []
    for one in found:
        rhythm, day = _rhythm(one)
        if rhythm is None or one.opens_at is None or one.closes_at is None:
            return None
        if rhythm is Rhythm.WEEKLY and day not in {each.day for each in week}:
            week.append(Times(day=day, opens=one.opens_at, closes=one.closes_at))
        else:
            others.append(Other(rhythm=rhythm, day=day, opens=one.opens_at, closes=one.closes_at, start=one.dtstart))
    return Hours(
        way=Open.REGULAR,
        week=tuple(sorted(week, key=lambda each: each.day)),
        others=tuple(others),
        exceptions=found[0].description,
        book_first=found[0].by_appointment,
    )


def _rhythm(one: Schedule) -> tuple[Rhythm | None, int]:
    """How often, and on which weekday, ``one`` is; (None, 0) for what the pages do not ask."""
    if len(one.byday) != 1:
        return None, 0
    nth, day = one.byday[0][:-2], WEEKDAYS.index(one.byday[0][-2:])
    if one.freq == "MONTHLY" and nth in set(Rhythm):
        return Rhythm(nth), day
    if one.freq == "WEEKLY" and not nth:
        return {1: Rhythm.WEEKLY, 2: Rhythm.FORTNIGHT}.get(one.interval), day
    return None, 0


def wrong_start(other_day: int, start: date) -> bool:
    """Whether ``start`` is not on the weekday that it should be a sample of."""
    return start.weekday() != other_day
