"""When: what ``open`` asks for, and the moment from which it is understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from directory.core.hours import Calendar

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NOW: Final = "now"
TODAY: Final = "today"
TOMORROW: Final = "tomorrow"
WEEKEND: Final = "weekend"
ANY: Final = ""  # any day of the coming seven, today included
DAYS: Final = (TODAY, TOMORROW, WEEKEND, *WEEKDAYS)
ONE_DAY: Final = timedelta(days=1)
ONE_MINUTE: Final = timedelta(minutes=1)
SATURDAY: Final = 5


class Part(StrEnum):
    """A part of a day."""

    MORNING = "morning"  # before noon
    AFTERNOON = "afternoon"  # noon to 5pm
    EVENING = "evening"  # from 5pm


@dataclass(frozen=True, slots=True)
class When:
    """A value of ``open``: NOW, or one of DAYS or ANY with a part of it. Written as its address has it."""

    day: str
    part: Part | None = None

    def __str__(self) -> str:
        return "-".join(filter(None, (self.day, self.part)))


NAMES: Final = {
    str(when): when
    for when in (
        When(NOW),
        *(When(day) for day in DAYS),
        *(When(day, part) for day in (ANY, *DAYS) for part in Part),
    )
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a search: aware, in the time zone of the place, whose special days are in ``calendar``."""

    wall: datetime
    calendar: Calendar

    @property
    def today(self) -> date:
        """The day it is there."""
        return self.wall.date()

    @property
    def minute(self) -> int:
        """The minute of the day by which to look a session up.

        It is the last one that has come, each reckoned the first time that clocks show it: the hour that comes twice
        in October counts as its last minute while it comes again.
        """
        now, at = self.wall.timestamp(), self.wall.replace(second=0, microsecond=0, fold=0)
        while (later := at + ONE_MINUTE).timestamp() <= now:
            at = later
        return at.hour * 60 + at.minute

    def days(self, when: When) -> list[date]:
        """The days that ``when`` means, seen from here; none for NOW."""
        today = self.today
        if when.day in {TODAY, TOMORROW}:
            return [today if when.day == TODAY else today + ONE_DAY]
        coming = [today + ahead * ONE_DAY for ahead in range(len(WEEKDAYS))]
        if when.day == WEEKEND:
            this_week = coming[: len(WEEKDAYS) - today.weekday()]
            return [day for day in this_week if day.weekday() >= SATURDAY]
        return [day for day in coming if when.day in {ANY, WEEKDAYS[day.weekday()]}]
