"""A schedule as HSDS has it: RFC 5545 fields, of which the UK profile knows WEEKLY and MONTHLY alone.

What these cannot say stands beside them in words, and whole in an attribute (``rule``): an exception must never be
read as an opening, so it has neither times nor a frequency.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from directory.core.hours import WEEKDAYS, Schedule
from directory.exchange.rules.hours_text import hours_text
from directory.exchange.rules.hsds_facts import fact
from directory.exchange.rules.hsds_kit import Node
from directory.listings.rules.codec import decode

BY_APPOINTMENT: Final = "By appointment"
CLOSED: Final = "Closed"
STANDARD: Final = frozenset({None, "WEEKLY", "MONTHLY"})
KEPT: Final = ("valid_from", "valid_to", "dtstart", "until", "count", "wkst", "freq", "interval")
_JANUARY: Final = datetime(2026, 1, 15, 12)  # noqa: DTZ001 - a zone is asked what it is then


def schedule_nodes(node: Node) -> list[Node]:
    """The schedules of a service or offering, with lasting identifiers."""
    return [
        node.other({**_standard(given), "given": given, "id": node.id_of("schedule", n)})
        for n, given in enumerate(node.get("schedules") or ())
    ]


def standard_offset(zone: ZoneInfo) -> str:
    """The offset from UTC in winter, as "+00:00": the one that a schedule of all seasons can have."""
    minutes = int((zone.utcoffset(_JANUARY) or _JANUARY - _JANUARY).total_seconds() // 60)
    minutes -= int((zone.dst(_JANUARY) or _JANUARY - _JANUARY).total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def hours_of(offset: str) -> float:
    """An offset as hours: "+05:30" is 5.5."""
    hours = int(offset[1:3]) + int(offset[4:6]) / 60
    return -hours if offset.startswith("-") else hours


def at_offset(node: Node, name: str) -> str:
    """A time of day with its offset, or "" for none."""
    time = node.get(name)
    return f"{time}{node.view.offset}" if time else ""


def rule_of(node: Node) -> list[Node]:
    """The schedule as it is kept, as an attribute: only where the standard fields do not say all of it."""
    given = node.part["given"]
    if _says_all(given):
        return []
    return [
        fact(node, "schedule", "rule", json.dumps(given, separators=(",", ":"), sort_keys=True, ensure_ascii=False))
    ]


def _says_all(given: Mapping[str, Any]) -> bool:
    return given.get("freq") in STANDARD and not given.get("closed") and not given.get("by_appointment")


def _standard(given: Mapping[str, Any]) -> dict[str, Any]:
    """The standard fields of a schedule as it is encoded."""
    if given.get("closed"):
        return _exception(given)
    made = {**given, **_repeated(given)}
    made["byday"], made["bymonthday"] = (
        ",".join(made.get("byday") or ()),
        ",".join(map(str, made.get("bymonthday") or ())),
    )
    if given.get("by_appointment"):
        name = "notes" if given.get("description") and not given.get("notes") else "description"
        made[name] = given.get(name) or BY_APPOINTMENT
    return made


def _repeated(given: Mapping[str, Any]) -> dict[str, Any]:
    """How often, in weeks or months; a frequency that is neither becomes words."""
    freq, interval = given.get("freq"), given.get("interval", 1)
    if freq in STANDARD:
        return {"interval": interval} if freq else {}
    if freq == "DAILY" and interval == 1 and not given.get("bymonthday"):
        return {"freq": "WEEKLY", "interval": 1, "byday": given.get("byday") or WEEKDAYS}
    if freq == "YEARLY" and given.get("dtstart") and not given.get("byday") and not given.get("bymonthday"):
        return {"freq": "MONTHLY", "interval": 12 * interval, "bymonthday": (date.fromisoformat(given["dtstart"]).day,)}
    words = given.get("description") or hours_text([decode(Schedule, given)])
    return {"freq": None, "interval": None, "byday": (), "bymonthday": (), "description": words}


def _exception(given: Mapping[str, Any]) -> dict[str, Any]:
    """A closure in words: a reader who knows no exceptions must not take it for an opening."""
    words = given.get("description", "")
    times = "-".join(filter(None, (given.get("opens_at"), given.get("closes_at"))))
    said = " ".join(filter(None, (CLOSED, ",".join(given.get("byday") or ()), times)))
    days = {name: given[name] for name in ("valid_from", "valid_to", "dtstart", "until") if given.get(name)}
    return {**days, "description": f"{said}: {words}" if words else said, "notes": given.get("notes", "")}
