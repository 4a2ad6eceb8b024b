"""What a request to the Open Referral UK API asks for: the table of its parameters, and how each is read.

The table makes the OpenAPI document too. A value that a parameter cannot have is Invalid: a program that asks for
something else than it meant must be told, not answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final
from uuid import UUID

from directory.core.errors import Invalid
from directory.core.hours import WEEKDAYS
from directory.core.postcode import WRITTEN, Postcode
from directory.core.text import clean, squeeze
from directory.search.rules.request import LONGEST_WORDS

PER_PAGE: Final = 50
MOST_PER_PAGE: Final = 1_000
LAST_PAGE: Final = 2**31 - 1
OLDEST: Final = 150.0  # years
FURTHEST_M: Final = 800_000.0
MOST_DIGITS: Final = 30
_NUMBER = re.compile(r"\d+(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)  # as programs write them: 16, 0.5, 1.25e-05
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?")
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CALLED: Final = {code: (code.lower(), name[:3], name) for code, name in zip(WEEKDAYS, _DAYS, strict=True)}
_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request. ``proximity`` is in metres, ages in years; ``day`` is MO to SU."""

    search: str = ""
    page: int = 1
    per_page: int = PER_PAGE
    format: str = "json"
    taxonomy_term_id: UUID | None = None
    taxonomy_id: UUID | None = None
    organization_id: UUID | None = None
    modified_after: datetime | None = None
    minimal: bool = False
    full: bool = False
    full_service: bool = False
    top_only: bool = False
    parent_id: UUID | None = None
    postcode: str = ""
    proximity: float | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    start_time: time | None = None
    end_time: time | None = None
    day: str = ""

    @property
    def offset(self) -> int:
        """How many come before the page."""
        return (self.page - 1) * self.per_page

    @property
    def lines(self) -> bool:
        """Whether everything is wanted, a line each."""
        return self.format == "ndjson"

    @property
    def whole(self) -> bool:
        """Whether everything is wanted in one page."""
        return self.minimal or self.lines


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or len(text) > MOST_DIGITS or not least <= int(text) <= most:
            raise ValueError
        return int(text)

    return read


def _number(most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        found = float(text) if len(text) <= MOST_DIGITS and _NUMBER.fullmatch(text) else -1.0
        if not 0 <= found <= most:
            raise ValueError
        return found

    return read


def _truth(text: str) -> bool:
    if text.lower() not in _TRUTH:
        raise ValueError
    return _TRUTH[text.lower()]


def _uuid(text: str) -> UUID:
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text, re.ASCII):
        raise ValueError
    return UUID(text)


def _moment(text: str) -> datetime:
    """A date or an instant; what has no zone is UTC. A plus sign that came as a blank is forgiven."""
    found = datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", text))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _time(text: str) -> time:
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError
    return time(int(found[1]), int(found[2]))


def _day(text: str) -> str:
    said = text.lower()
    for code, names in _CALLED.items():
        if said in names:
            return code
    raise ValueError


def _format(text: str) -> str:
    if text not in {"json", "ndjson"}:
        raise ValueError
    return text


def _words(text: str) -> str:
    return squeeze(clean(text[: 4 * LONGEST_WORDS]))[:LONGEST_WORDS]


def _postcode(text: str) -> str:
    return str(Postcode.parse(text))


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: how its text is read (ValueError or Invalid for what it cannot be), and its JSON Schema."""

    read: Callable[[str], Any]
    meaning: str
    schema: Mapping[str, Any]


_BOOLEAN: Final = {"type": "boolean", "default": False}
_ID: Final = {"type": "string", "format": "uuid"}
_AGE: Final = {"type": "number", "minimum": 0, "maximum": OLDEST}
_CLOCK: Final = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"}
_NAMES: Final = [name for names in _CALLED.values() for name in names]
_IN_ANY_CASE: Final = f"^({'|'.join(''.join(f'[{each.upper()}{each}]' for each in name) for name in _NAMES)})$"
PARAMETERS: Final[dict[str, Parameter]] = {
    "search": Parameter(_words, "Full text search, as the search of the site.", {"type": "string"}),
    "page": Parameter(_whole_number(1, LAST_PAGE), "Which page.",
                      {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1}),
    "per_page": Parameter(_whole_number(1, MOST_PER_PAGE), "How many a page has.",
                          {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": PER_PAGE}),
    "format": Parameter(_format, "json; or ndjson: everything, one object a line, without pages. Of what is nested or "
                        "narrowed at most half a million.",
                        {"type": "string", "enum": ["json", "ndjson"], "default": "json"}),
    "taxonomy_term_id": Parameter(_uuid, "Only what has this term, or one below it.", _ID),
    "taxonomy_id": Parameter(_uuid, "Only what has a term of this taxonomy; of terms, only its own.", _ID),
    "organization_id": Parameter(_uuid, "Only what this organisation offers.", _ID),
    "modified_after": Parameter(_moment, "Only what was modified on or after this moment; UTC without a zone.",
                                {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}),
    "minimal": Parameter(_truth, "id, last_modified and modified_date alone, all in one page.", _BOOLEAN),
    "full": Parameter(_truth, "Nested with everything.", _BOOLEAN),
    "full_service": Parameter(_truth, "The services of an organisation, nested with everything.", _BOOLEAN),
    "top_only": Parameter(_truth, "Only terms that have no terms below them.", _BOOLEAN),
    "parent_id": Parameter(_uuid, "Only terms right below this one.", _ID),
    "postcode": Parameter(_postcode, "Only what serves this postcode: what names no area is not left out.",
                          {"type": "string", "pattern": WRITTEN}),
    "proximity": Parameter(_number(FURTHEST_M), "With postcode: only what is within so many metres of its middle, or "
                           "has no place of its own and serves it.",
                           {"type": "number", "minimum": 0, "maximum": FURTHEST_M}),
    "minimum_age": Parameter(_number(OLDEST), "Only services whose minimum age is at least this.", _AGE),
    "maximum_age": Parameter(_number(OLDEST), "Only services whose maximum age is at most this.", _AGE),
    "start_time": Parameter(_time, "Only with hours that begin at this time or later (wall time there).", _CLOCK),
    "end_time": Parameter(_time, "Only with hours that end by this time.", _CLOCK),
    "day": Parameter(_day, "Only with hours on this day: MO or Monday.", {"type": "string", "pattern": _IN_ANY_CASE}),
}  # fmt: skip

_PAGES: Final = ("search", "page", "per_page", "format")
_UK: Final = ("minimum_age", "maximum_age", "start_time", "end_time", "day")
_NARROW: Final = ("taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after")
LISTS: Final[dict[str, tuple[str, ...]]] = {
    "services": (*_PAGES, *_NARROW, "minimal", "full", *_UK, "postcode", "proximity"),
    "service_at_locations": (*_PAGES, *_NARROW, "full", *_UK, "postcode", "proximity"),
    "organizations": (*_PAGES, "full", "full_service"),
    "taxonomies": _PAGES,
    "taxonomy_terms": (*_PAGES, "taxonomy_id", "top_only", "parent_id"),
}
ONE: Final[dict[str, tuple[str, ...]]] = {
    "services": (),
    "service_at_locations": (),
    "organizations": ("full_service",),
    "taxonomies": (),
    "taxonomy_terms": (),
}


def read(args: Mapping[str, str], names: tuple[str, ...]) -> Asked:
    """The request of ``args``, of which only ``names`` count. Raises Invalid, which names the parameter."""
    found: dict[str, Any] = {}
    for name in names:
        text = args.get(name)
        if text is None or (text == "" and PARAMETERS[name].schema == {"type": "string"}):
            continue
        try:
            found[name] = PARAMETERS[name].read(text)
        except (ValueError, Invalid):
            raise Invalid(name, text, PARAMETERS[name].meaning) from None
    if "proximity" in found and "postcode" not in found:
        raise Invalid("proximity", found["proximity"], "a postcode beside it")
    return Asked(**found)


def page_head(asked: Asked, total: int, size: int) -> dict[str, Any]:
    """A page as the profile has it, but for its contents. Beyond the last one it is empty, and the totals are right."""
    most = max(total, 1) if asked.whole else asked.per_page
    number = 1 if asked.whole else asked.page
    pages = -(-total // most)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": size,
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not size,
    }
