"""Hours as the sample's files write them: weeks, fortnights, seasons, the last Friday of the month.

    always | every day 08:00-22:00 | Mon Wed-Fri 09:00-17:00 | 1st 3rd Tue 10:00-12:00 | last Fri 19:00-00:30
    every 2 weeks Sat 10:00-12:30 from 2026-01-17 | Nov-Mar every day 20:00-08:00
    by appointment | Thu 13:00-17:00 by appointment

A note may follow a bar: ``Tue 09:30-11:30 | term time only``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, time
from typing import Final

from directory.core.errors import Invalid
from directory.core.hours import WEEKDAYS, Schedule, checked

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NTH: Final = {"1st": "1", "2nd": "2", "3rd": "3", "4th": "4", "5th": "5", "last": "-1"}

_DAY: Final = f"(?:{'|'.join(_DAYS)})"
_MONTH: Final = f"(?:{'|'.join(_MONTHS)})"
_FORM = re.compile(
    rf"(?:(?P<begins>{_MONTH})-(?P<ends>{_MONTH}) )?"
    rf"(?:(?P<daily>always|every day)|(?:every (?P<weeks>\d) weeks )?(?P<nth>(?:(?:{'|'.join(_NTH)}) )*)"
    rf"(?P<days>{_DAY}(?:[ -]{_DAY})*))?"
    r"(?: ?(?P<opens>\d\d:\d\d)-(?P<closes>\d\d:\d\d))?(?: from (?P<start>\d{4}-\d\d-\d\d))?"
    r"(?P<appointment> ?by appointment)?"
)


def parse(text: str, today: date) -> Schedule:
    """The schedule that ``text`` means; a season is the one of ``today``, or the next. Raises Invalid."""
    form, _, note = (part.strip() for part in text.partition("|"))
    found = _FORM.fullmatch(form)
    if not found or not form or (found["weeks"] and not found["start"]):
        raise Invalid("hours", text, "hours as sample_hours.py describes them")
    try:
        return checked(_schedule(found, note, today))
    except ValueError:
        raise Invalid("hours", text, "times from 00:00 to 23:59 and dates that exist") from None


def _schedule(found: re.Match[str], note: str, today: date) -> Schedule:
    first, last = _season(found["begins"], found["ends"], today) if found["begins"] else (None, None)
    opens, closes = found["opens"], found["closes"]
    if found["daily"] == "always":
        opens = closes = "00:00"
    return Schedule(
        freq=_frequency(found),
        interval=int(found["weeks"] or 1),
        byday=_byday(found["nth"] or "", found["days"] or ""),
        dtstart=date.fromisoformat(found["start"]) if found["start"] else None,
        valid_from=first,
        valid_to=last,
        opens_at=time.fromisoformat(opens) if opens else None,
        closes_at=time.fromisoformat(closes) if closes else None,
        description=note,
        by_appointment=bool(found["appointment"]),
    )


def _frequency(found: re.Match[str]) -> str | None:
    if found["daily"]:
        return "DAILY"
    if not found["days"]:
        return None  # by appointment, whenever suits
    return "MONTHLY" if found["nth"] else "WEEKLY"


def _byday(nth: str, days: str) -> tuple[str, ...]:
    """("1TU", "3TU") for "1st 3rd " and "Tue"; ("MO", "WE", "TH") for "" and "Mon Wed-Thu"."""
    named: list[str] = []
    for part in days.split():
        first, _, last = part.partition("-")
        span = slice(_DAYS.index(first), _DAYS.index(last or first) + 1)
        named += WEEKDAYS[span]
    places = [_NTH[word] for word in nth.split()] or [""]
    return tuple(f"{place}{day}" for place in places for day in named)


def _season(begins: str, ends: str, today: date) -> tuple[date, date]:
    """First and last day of the season from month to month that ``today`` is in, or else of the next."""
    first, last = _MONTHS.index(begins) + 1, _MONTHS.index(ends) + 1
    over_new_year = last < first
    year = today.year - 1 if over_new_year and today.month <= last else today.year
    if not over_new_year and today.month > last:
        year += 1
    closing = year + 1 if over_new_year else year
    return date(year, first, 1), date(closing, last, monthrange(closing, last)[1])
