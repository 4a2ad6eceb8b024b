"""Encoded values of a record in words, for people who compare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from babel.dates import format_datetime, get_day_names

from directory.infra.place import Place
from directory.listings.rules.taxonomy import Terms
from directory.moderation.views.labels import VISIBILITY
from directory.web.words import gettext as _
from directory.web.words import locale

Json = Mapping[str, Any]
_TERMS: Final = {"needs": "need", "audiences": "audience", "how": "how", "accessibility": "access", "kind": "kind"}
_INSTANTS: Final = frozenset({"assured_at", "review_due_at"})
_DAYS: Final = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}


def value_lines(field: str, value: Any, terms: Terms, place: Place) -> tuple[str, ...]:
    """What an encoded value says, a line for each of its items; nothing for none. Instants by the clocks there."""
    if value is None or value in ("", []):
        return ()
    if field == "point":
        return (f"{value[0]:.5f}, {value[1]:.5f}",)
    if field in _INSTANTS:
        return (moment_words(datetime.fromisoformat(value), place),)
    if field == "today":
        value = {**value, "until": moment_words(datetime.fromisoformat(value["until"]), place)}
    say = _WAYS.get(field) or partial(_plain, field, terms)
    return tuple(map(say, value if isinstance(value, list) else [value]))


def _plain(field: str, terms: Terms, value: Any) -> str:
    if field in _TERMS:
        found = terms.term(_TERMS[field], value)
        return found.name if found else str(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(VISIBILITY.get(value, value)) if field == "visibility" else str(value)


def moment_words(moment: datetime, place: Place) -> str:
    """A moment in the time of the place: "12 May 2026, 13:00"."""
    wall = moment.astimezone(place.time_zone)
    return str(format_datetime(wall, "d MMMM y, HH:mm", locale=locale()))


def _words(*names: str, between: str = ", ") -> Callable[[Json], str]:
    def said(item: Json) -> str:
        return between.join(str(item[name]) for name in names if item.get(name) not in (None, ""))

    return said


def _until(item: Json) -> str:
    said = str(item.get("text") or item.get("status") or "")
    return _("%(words)s, until %(day)s", words=said, day=item["until"]) if item.get("until") else said


def _schedule(item: Json) -> str:
    """One schedule, plainly: days, hours, how often, from when to when, and what the group says of it."""
    days = [_day(day) for day in item.get("byday") or ()]
    hours = "–".join(str(item[name]) for name in ("opens_at", "closes_at") if item.get(name))  # noqa: RUF001 - a span
    parts = [", ".join(days) or str(item.get("freq") or ""), hours]
    if (item.get("interval") or 1) > 1:
        parts.append(_("every %(number)s times", number=item["interval"]))
    if item.get("bymonthday"):
        parts.append(_("on day %(days)s of the month", days=", ".join(map(str, item["bymonthday"]))))
    for name, words in (
        ("dtstart", _("from")),
        ("valid_from", _("from")),
        ("until", _("until")),
        ("valid_to", _("until")),
    ):
        if item.get(name):
            parts.append(f"{words} {item[name]}")
    parts += [_("closed")] if item.get("closed") else []
    parts += [_("by appointment")] if item.get("by_appointment") else []
    return ", ".join(filter(None, (*parts, str(item.get("description") or ""))))


def _day(day: str) -> str:
    """Monday for MO, 1 Monday for the first of a month."""
    names = get_day_names("wide", locale=locale())
    name = str(names[_DAYS[day[-2:]]]) if day[-2:] in _DAYS else day
    return f"{day[:-2]} {name}".strip()


_WAYS: Final[dict[str, Callable[[Json], str]]] = {
    "identifiers": _words("scheme", "value", between=" "),
    "phones": _words("number", "description"),
    "languages": _words("name", "note"),
    "cost_options": _words("option", "amount", "currency", "description"),
    "service_areas": _words("name"),
    "attributes": _words("label", "value", between=": "),
    "notice": _until,
    "today": _until,
    "schedules": _schedule,
}
