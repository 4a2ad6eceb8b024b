"""What ``open`` asks for, minute by minute: slow, and obviously right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo
from functools import partial

from directory.core.hours import Schedule
from directory.search.rules.when import NOW, Moment, Part, When
from tests.support.slow_hours import open_minutes, stretches

PARTS = {None: (0, 24), Part.MORNING: (0, 12), Part.AFTERNOON: (12, 17), Part.EVENING: (17, 24)}  # hours


def is_open(schedules: Sequence[Schedule], when: When, moment: Moment) -> bool:
    """Whether it is open ``when``, seen from ``moment``."""
    zone, calendar = moment.wall.tzinfo, moment.calendar
    assert zone
    if when.day == NOW:
        minutes = open_minutes(schedules, moment.today, moment.today, zone, calendar)
        return int(moment.wall.timestamp()) // 60 in minutes
    first, last = PARTS[when.part]
    for day in moment.days(when):
        midnight = datetime.combine(day, time.min)
        begins, ends = midnight + timedelta(hours=first), midnight + timedelta(hours=last)
        for opens, closes in (map(partial(_shown, zone), each) for each in stretches(schedules, day, calendar)):
            if opens < closes and opens < ends and closes > begins:
                return True
    return False


def _shown(zone: tzinfo, wall: datetime) -> datetime:
    """A time as clocks show it, also one that they leave out."""
    return datetime.fromtimestamp(wall.replace(tzinfo=zone).timestamp(), zone).replace(tzinfo=None)
