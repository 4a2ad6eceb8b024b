"""Every table that leaves: its columns, and which rows of a listing it has. Files, data page and dictionary follow it.

All but ``changes`` are made of the page of a listing, which holds only what the public may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from directory.core.hours import Schedule
from directory.exchange.rules.columns import (
    COLUMNS,
    Column,
    OfferingRow,
    Page,
    joined,
)
from directory.exchange.rules.hours_text import hours_text
from directory.listings.rules.codec import decode


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what its file is called, what one row is, and the column that no two rows have alike.

    ``key_of``: what tells its rows apart among those of one listing, None for an offering that is no such row.
    """

    name: str
    row: str
    key: str
    columns: tuple[Column, ...]
    key_of: Callable[[Any], Any]

    @property
    def names(self) -> list[str]:
        """The names of its columns in their order."""
        return [column.name for column in self.columns]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A numbered change, with the name and slug that the listing has now: "" when it is gone."""

    number: int
    organization: str
    what: str
    fields: Sequence[str]
    at: str
    name: str
    matches: bool | None


_OF: Final = {column.name: column for column in COLUMNS}


def _first_phone(*owners: Any) -> str:
    return next((str(phones[0]["number"]) for owner in owners if (phones := owner.get("phones"))), "")


def _until(row: OfferingRow) -> str:
    return str((row.record.get("notice") or {}).get("until") or "")


def _service_hours(row: OfferingRow) -> str:
    return hours_text(decode(Schedule, schedule) for schedule in row.service.get("schedules") or ())


def _number(value: Any) -> int | float | None:
    """An age as people write it: 18 and not 18.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


ORGANISATIONS: Final = Table("organisations", "An organisation.", "organisation_id", (
    _OF["organisation_id"], _OF["organisation"],
    Column("also_known_as", "text", "", "Another name it goes by.", "organization.alternate_name",
           "The Kitchen", lambda row: row.record.get("alternate_name")),
    _OF["kind"],
    Column("description", "text", "", "About the organisation.", "organization.description",
           "Neighbours who cook together.", lambda row: row.record.get("description")),
    Column("email", "text", "", "Public e-mail address.", "organization.email",
           "hello@example.org", lambda row: row.record.get("email")),
    Column("website", "uri", "", "Web address.", "organization.website",
           "https://example.org", lambda row: row.record.get("website")),
    Column("phone", "text", "", "Public telephone number.", "phone.number",
           "0121 496 0000", lambda row: _first_phone(row.record)),
    Column("legal_status", "text", "", "What it is in law.", "organization.legal_status",
           "charitable company", lambda row: row.record.get("legal_status")),
    Column("year_incorporated", "integer", "year", "When it was founded in law.", "organization.year_incorporated",
           "2009", lambda row: row.record.get("year_incorporated")),
    _OF["charity_number"], _OF["company_number"],
    Column("wants", "text", "", "What it would be glad of.", "",
           "volunteers; a room", lambda row: joined(row.record.get("wants"))),
    Column("supplies", "text", "", "What a public body may buy from it.", "",
           "catering", lambda row: joined(row.record.get("supplies"))),
    Column("notice", "text", "", "A short text of the day.", "",
           "Moved to St Agatha's until May", lambda row: (row.record.get("notice") or {}).get("text")),
    Column("notice_until", "date", "", "The last day of the notice; empty: none is given.", "",
           "2026-05-31", _until),
    Column("services", "integer", "services", "How many services it has.", "",
           "2", lambda row: len(row.record.get("services", ()))),
    Column("places", "integer", "places", "At how many places it is.", "",
           "1", lambda row: len(row.record.get("locations", ()))),
    _OF["source"], _OF["confirmed"], _OF["changed"], _OF["listing"],
), lambda row: row.record["id"])  # fmt: skip

SERVICES: Final = Table("services", "A service of an organisation.", "service_id", (
    _OF["service_id"], _OF["organisation_id"], _OF["organisation"], _OF["service"],
    Column("also_known_as", "text", "", "Another name it goes by.", "service.alternate_name",
           "The pantry", lambda row: row.service.get("alternate_name")),
    Column("description", "text", "", "About the service.", "service.description",
           "Parcels for anyone who is short this week.", lambda row: row.service.get("description")),
    Column("status", "text", "", "Whether it runs now.", "service.status",
           "active", lambda row: row.service.get("status", "active")),
    _OF["needs"], _OF["audiences"], _OF["how"], _OF["eligibility"],
    Column("minimum_age", "number", "years", "From which age.", "service.minimum_age",
           "16", lambda row: _number(row.service.get("minimum_age"))),
    Column("maximum_age", "number", "years", "Up to which age.", "service.maximum_age",
           "25", lambda row: _number(row.service.get("maximum_age"))),
    Column("application", "text", "", "How to begin.", "service.application_process",
           "Ring first", lambda row: row.service.get("application_process")),
    Column("referral", "text", "self or professional", "Whether one comes by oneself or is sent; empty: not said.", "",
           "self", lambda row: row.service.get("referral")),
    _OF["free"], _OF["cost"], _OF["languages"],
    Column("hours", "text", "", "Days and times where a place has none of its own.", "schedule",
           "Mon 10:00-12:00", _service_hours),
    _OF["serves"],
    Column("phone", "text", "", "Public telephone number.", "phone.number",
           "0121 496 0000", lambda row: _first_phone(row.service, row.record)),
    _OF["email"], _OF["website"],
    Column("places", "integer", "places", "At how many places it is offered.", "",
           "1", lambda row: sum(1 for each in row.service.get("offerings", ()) if each.get("location_id"))),
    _OF["changed"], _OF["listing"],
), lambda row: row.service.get("id"))  # fmt: skip

LOCATIONS: Final = Table("locations", "A place of an organisation.", "location_id", (
    _OF["location_id"], _OF["organisation_id"], _OF["organisation"],
    Column("type", "text", "physical, postal or virtual", "What sort of place it is.", "location.location_type",
           "physical", lambda row: row.location.get("location_type", "physical")),
    _OF["place"], _OF["venue"],
    Column("description", "text", "", "About the place.", "location.description",
           "The hall behind the church", lambda row: row.location.get("description")),
    _OF["address"], _OF["postcode"], _OF["latitude"], _OF["longitude"],
    _OF["precision"], _OF["areas"], _OF["access"],
    Column("access_note", "text", "", "More about access, in words.", "accessibility.description",
           "Ring the bell at the side", lambda row: row.location.get("accessibility_note")),
    Column("transport", "text", "", "How to get there.", "location.transportation",
           "Bus 8 to Stratford Road", lambda row: row.location.get("transportation")),
    Column("phone", "text", "", "Public telephone number of the place.", "phone.number",
           "0121 496 0000", lambda row: _first_phone(row.location)),
    Column("website", "uri", "", "Web address of the place.", "location.url",
           "https://hall.example.org", lambda row: row.location.get("url")),
    _OF["changed"], _OF["listing"],
), lambda row: row.location.get("id"))  # fmt: skip

OFFERINGS: Final = Table("offerings", "A service at a place, or for an area.", "offering_id", COLUMNS,
                         lambda row: row.offering.get("id"))  # fmt: skip

CHANGES: Final = Table("changes", "A published change, in the order in which it was published.", "change", (
    Column("change", "integer", "", "Its number: ask for what is since this one next time.", "",
           "1024", lambda row: row.number),
    Column("at", "date-time", "UTC", "When it was published.", "",
           "2026-05-12T12:00:00+00:00", lambda row: row.at),
    Column("what", "text", "added, changed or removed", "What happened to the listing.", "",
           "changed", lambda row: row.what),
    Column("organisation_id", "text", "UUID", "The organisation; lasts.", "organization.id",
           "0b8c6a0e-6f39-5d3f-9d5c-0d6f4e0f9a11", lambda row: row.organization),
    Column("organisation", "text", "", "What it is called now; empty: its listing is gone.", "organization.name",
           "Sparkbrook Kitchen", lambda row: row.name),
    Column("fields", "text", "names of fields", "What differs from before, where it was changed.", "",
           "phones; services", lambda row: joined(row.fields)),
    Column("matches", "boolean", "", "Whether the search of this file finds the listing now; empty: it is gone.", "",
           "true", lambda row: row.matches),
    _OF["listing"],
), lambda row: row.number)  # fmt: skip

LISTED: Final = (ORGANISATIONS, SERVICES, LOCATIONS, OFFERINGS)  # made of pages
TABLES: Final = (*LISTED, CHANGES)


def rows_of(table: Table, offerings: Iterable[OfferingRow]) -> Iterator[OfferingRow]:
    """The rows of ``table`` among the offerings of one listing, each once, in their order."""
    seen = set()
    for row in offerings:
        key = table.key_of(row)
        if key is not None and key not in seen:
            seen.add(key)
            yield row


def places_of(page: Page) -> list[OfferingRow]:
    """Every place of a listing, whether something is offered there or not."""
    record = page["record"]
    return [OfferingRow(page, record, {}, {}, location) for location in record.get("locations", ())]
