"""The filter "when is it open?" in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from directory.browse.views import hours
from directory.search.rules.when import ANY, DAYS, NOW, TODAY, TOMORROW, WEEKDAYS, WEEKEND, Part, When
from directory.web.words import gettext as _

# What the list offers; an address may say more.
OFFERED: Final = (
    When(NOW),
    *(When(day) for day in DAYS),
    When(ANY, Part.EVENING),
    *(When(day, Part.EVENING) for day in WEEKDAYS),
)


def offered(chosen: When | None) -> Iterator[tuple[str, str]]:
    """Values and words to choose from, what is chosen among them."""
    yield "", _("Any time")
    yield from ((str(when), when_words(when)) for when in OFFERED)
    if chosen and chosen not in OFFERED:
        yield str(chosen), when_words(chosen)


def when_words(when: When) -> str:
    """What is asked for: "Open now", "Tomorrow", "Monday evening"."""
    if when.part:
        return _part_words(when.day, when.part)
    known = {NOW: _("Open now"), TODAY: _("Today"), TOMORROW: _("Tomorrow"), WEEKEND: _("At the weekend")}
    return known.get(when.day) or _weekday(when.day)


def _weekday(day: str) -> str:
    return hours.weekday(WEEKDAYS.index(day))


def _part_words(day: str, part: Part) -> str:
    if day == TODAY:
        this = {Part.MORNING: _("This morning"), Part.AFTERNOON: _("This afternoon"), Part.EVENING: _("This evening")}
        return this[part]
    if day == ANY:
        some = {Part.MORNING: _("Any morning"), Part.AFTERNOON: _("Any afternoon"), Part.EVENING: _("Any evening")}
        return some[part]
    if day == WEEKEND:
        at = {
            Part.MORNING: _("Weekend mornings"),
            Part.AFTERNOON: _("Weekend afternoons"),
            Part.EVENING: _("Weekend evenings"),
        }
        return at[part]
    name = when_words(When(day))
    of_day = {
        Part.MORNING: _("%(day)s morning", day=name),
        Part.AFTERNOON: _("%(day)s afternoon", day=name),
        Part.EVENING: _("%(day)s evening", day=name),
    }
    return of_day[part]
