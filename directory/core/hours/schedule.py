"""One schedule, and the reading of its parts."""

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from directory.core.errors import Invalid

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
MOST_COUNTED: Final = 1000  # sessions; a weekly one for 19 years
LONGEST_INTERVAL: Final = 400

_DAY = re.compile(r"([+-]?[0-9]{1,2})?\s*([A-Z]{2,9})")
_NUMBER = re.compile("[+-]?[0-9]{1,2}")
_APART = re.compile(r"[\s,;]+")
_NAMES: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One repeating opening, a single one, or an exception. Times are wall time of the place.

    - With a ``freq`` it repeats as RFC 5545 says. An ``interval`` above 1 counts from ``dtstart``: without it
      nobody can tell which weeks are meant, and the schedule occurs on no day. So does a ``count``, which
      means nothing without.
    - Without a ``freq`` it is one day (``dtstart``), or every day from ``valid_from`` to ``valid_to``.
    - ``valid_from`` and ``valid_to`` (both included) bound either.
    - ``closes_at`` at or before ``opens_at`` is on the next day; 00:00 to 00:00 is the whole day. No times
      mean by appointment or unknown; ``opens_at`` alone, that nobody said when it ends.
    - ``closed`` makes it an exception: no session on its days, or none between its times. What was announced
      for one day alone (no ``freq``, a ``dtstart``) stands all the same: it is an exception itself.
    """

    freq: str | None = None  # DAILY, WEEKLY, MONTHLY or YEARLY
    interval: int = 1
    byday: tuple[str, ...] = ()  # "MO", or with a place in the month or year "2TU", "-1FR"
    bymonthday: tuple[int, ...] = ()  # 1 to 31, or from the end -1 to -31
    wkst: str = "MO"  # the day on which weeks begin, which matters to fortnights
    dtstart: date | None = None
    until: date | None = None  # included
    count: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    opens_at: time | None = None
    closes_at: time | None = None
    description: str = ""
    notes: str = ""
    closed: bool = False
    by_appointment: bool = False

    @property
    def is_single(self) -> bool:
        """Whether it was announced for one day only."""
        return self.freq is None and self.dtstart is not None

    @property
    def is_whole_day(self) -> bool:
        """Whether, as an exception, it closes the day and not some hours of it."""
        return self.opens_at is None or self.closes_at is None or self.opens_at == self.closes_at


def checked(schedule: Schedule) -> Schedule:
    """``schedule``, if it can be kept. Raises Invalid for what no calendar could mean."""
    if schedule.freq is not None and schedule.freq not in FREQUENCIES:
        raise Invalid("freq", schedule.freq, "DAILY, WEEKLY, MONTHLY or YEARLY, or nothing for one day")
    if not 1 <= schedule.interval <= LONGEST_INTERVAL:
        raise Invalid("interval", schedule.interval, f"1 to {LONGEST_INTERVAL}")
    if schedule.count is not None and not 1 <= schedule.count <= MOST_COUNTED:
        raise Invalid("count", schedule.count, f"1 to {MOST_COUNTED}")
    if schedule.wkst not in WEEKDAYS:
        raise Invalid("wkst", schedule.wkst, "MO, TU, WE, TH, FR, SA or SU")
    parse_byday(",".join(schedule.byday))
    parse_bymonthday(",".join(map(str, schedule.bymonthday)))
    for field, first, last in (
        ("until", schedule.dtstart, schedule.until),
        ("valid_to", schedule.valid_from, schedule.valid_to),
    ):
        if first is not None and last is not None and last < first:
            raise Invalid(field, last, f"{first} or later")
    return schedule


def parse_byday(text: str) -> tuple[str, ...]:
    """``MO,2TU,-1FR`` as its parts, each written the one way, none twice; () for nothing.

    Small letters, names of days, spaces, quotation marks and a plus are forgiven. Raises Invalid.
    """
    found = []
    for part in _parts(text):
        matched = _DAY.fullmatch(part)
        number = int(matched[1] or 0) if matched else 0
        code = _code(matched[2]) if matched else ""
        if not matched or not code or (matched[1] and not 1 <= abs(number) <= 53):
            raise Invalid("byday", text, "days as MO,TU,WE,TH,FR,SA,SU, with a number for the nth: 2TU, -1FR")
        found.append(f"{number}{code}" if number else code)
    return tuple(dict.fromkeys(found))


def parse_bymonthday(text: str) -> tuple[int, ...]:
    """``1,15,-1`` as numbers, none twice; () for nothing. Raises Invalid for what is in no month."""
    found = []
    for part in _parts(text):
        number = int(part) if _NUMBER.fullmatch(part) else 0
        if not 1 <= abs(number) <= 31:
            raise Invalid("bymonthday", text, "days of the month from 1 to 31, or from its end -1 to -31")
        found.append(number)
    return tuple(dict.fromkeys(found))


def _parts(text: str) -> list[str]:
    return [part for part in _APART.split(text.upper().strip(" \t\r\n\"'[]")) if part]


def _code(name: str) -> str:
    """MO for MO, MON, MONDAY."""
    for code, full in zip(WEEKDAYS, _NAMES, strict=True):
        if full.startswith(name):
            return code
    return ""
