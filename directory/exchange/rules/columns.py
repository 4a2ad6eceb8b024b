"""The columns of what leaves: what a column is, and those of ``offerings``. The other tables are ``rules.tables``'.

A row is one matching offering with its organisation. Rows stand in the order of the index, whatever a search sorts by,
so that files of the same data are alike: see ``service.extract``. Everything comes from the page of the listing, which
holds only what the public may see, when it is published: ``rules.lines`` makes of it what is stored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Literal

from directory.core.hours import Schedule
from directory.exchange.rules.hours_text import hours_text
from directory.listings.rules.codec import decode
from directory.listings.rules.record import Record, Visibility

Page = Mapping[str, Any]  # ``listings.queries.page``: slug, version, last_modified, areas, record
Value = str | float | int | bool | None
DEFAULT_KIND = {field.name: field.default for field in fields(Record)}["kind"]
COORDINATE_DIGITS = 6  # a tenth of a metre
LINES = ("address_1", "address_2", "city", "region", "state_province")


@dataclass(frozen=True, slots=True)
class OfferingRow:
    """One offering of a stored page, its parts found once."""

    page: Page
    record: Mapping[str, Any]  # the organisation
    service: Mapping[str, Any]
    offering: Mapping[str, Any]
    location: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``kind`` is text, number, integer, boolean, date-time or uri; ``hsds`` where HSDS 3.0 has it.

    ``who`` may see it: anyone, or an exporter who chose it by name.
    """

    name: str
    kind: str
    unit: str
    meaning: str
    hsds: str
    example: str
    value: Callable[[Any], Value] | None  # of a row of its table; None: only who reads the file knows it
    who: Literal["anyone", "exporter"] = "anyone"


def joined(values: Any) -> str:
    """Texts with "; " between them; "" for none."""
    return "; ".join(map(str, values)) if values else ""


def named(values: Any) -> str:
    """Names of things that have one, else their codes, as ``joined``."""
    return "; ".join([str(value.get("name") or value.get("code", "")) for value in values]) if values else ""


def postcode(row: OfferingRow) -> str:
    """What is public of the postcode."""
    addresses = row.location.get("addresses")
    return addresses[0].get("postal_code", "") if addresses else ""


def address(row: OfferingRow) -> str:
    """What is public of the address, without the postcode."""
    addresses = row.location.get("addresses")
    return ", ".join([line for name in LINES if (line := addresses[0].get(name))]) if addresses else ""


def coordinate(row: OfferingRow, which: int) -> float | None:
    """Latitude (0) or longitude (1) of the public point, degrees; None without one."""
    point = row.location.get("point")
    return round(point[which], COORDINATE_DIGITS) if point else None


def _phone(row: OfferingRow) -> str:
    for owner in (row.offering, row.location, row.service, row.record):
        if phones := owner.get("phones"):
            return str(phones[0]["number"])
    return ""


def place(row: OfferingRow) -> str:
    """Pages leave out what equals its default, and a location's is to be public."""
    return str(row.location.get("visibility", Visibility.EXACT)) if row.location else ""


def hours(row: OfferingRow) -> str:
    """When it is open: its own hours, else those of its service."""
    schedules = row.offering.get("schedules") or row.service.get("schedules")
    return _hours_of(json.dumps(schedules)) if schedules else ""


@lru_cache(maxsize=1_000)  # most hours are those of others too
def _hours_of(schedules: str) -> str:
    return hours_text(decode(Schedule, schedule) for schedule in json.loads(schedules))


def identifier(row: OfferingRow, prefix: str | tuple[str, ...]) -> str:
    """The organisation's first number in a register whose org-id.guide code begins with ``prefix``; "" without one."""
    identifiers = row.record.get("identifiers")
    if not identifiers:
        return ""
    found = (f"{item['scheme']}-{item['value']}" for item in identifiers)
    return next((number for number in found if number.startswith(prefix)), "")


COLUMNS: tuple[Column, ...] = (
    Column("organisation_id", "text", "UUID", "The organisation; lasts.", "organization.id",
           "0b8c6a0e-6f39-5d3f-9d5c-0d6f4e0f9a11", lambda row: row.record["id"]),
    Column("organisation", "text", "", "What it is called.", "organization.name",
           "Sparkbrook Kitchen", lambda row: row.record["name"]),
    Column("kind", "text", "slug", "What sort of organisation it is.", "",
           "community-group", lambda row: row.record.get("kind", DEFAULT_KIND)),
    Column("offering_id", "text", "UUID", "One service at one place, or for an area; lasts.", "service_at_location.id",
           "5d3f6a0e-0b8c-5f39-9d5c-4e0f9a110d6f", lambda row: row.offering.get("id")),
    Column("service_id", "text", "UUID", "The service; lasts. Empty: none is named.", "service.id",
           "9d5c4e0f-6f39-5d3f-9d5c-0b8c6a0e9a11", lambda row: row.service.get("id")),
    Column("location_id", "text", "UUID", "The place; lasts. Empty: it has none.", "location.id",
           "4e0f9a11-6f39-5d3f-9d5c-0b8c6a0e9d5c", lambda row: row.location.get("id")),
    Column("service", "text", "", "What it does for people.", "service.name",
           "Food bank", lambda row: row.service.get("name")),
    Column("description", "text", "", "About the service, or else the organisation.", "service.description",
           "Parcels for anyone who is short this week.",
           lambda row: row.service.get("description") or row.record.get("description")),
    Column("needs", "text", "slugs", "What people come for.", "service.attributes",
           "food; money", lambda row: joined(row.service.get("needs"))),
    Column("audiences", "text", "slugs", "Whom it is for, if not for everyone.", "service.attributes",
           "young-people", lambda row: joined(row.service.get("audiences"))),
    Column("how", "text", "slugs", "In person, online, by phone, or they visit you.", "service.attributes",
           "in-person; phone", lambda row: joined(row.service.get("how"))),
    Column("eligibility", "text", "", "Who may come.", "service.eligibility_description",
           "Anyone in Sparkbrook", lambda row: row.service.get("eligibility")),
    Column("free", "boolean", "", "Whether it costs nothing; empty: not said.", "",
           "true", lambda row: row.service.get("free")),
    Column("cost", "text", "", "What it costs, in words.", "service.fees_description",
           "£2 towards lunch", lambda row: row.service.get("fees")),
    Column("languages", "text", "", "Languages it is offered in.", "service.languages",
           "Urdu; Polish", lambda row: named(row.service.get("languages"))),
    Column("hours", "text", "", "Days and times, in the time zone of the place.", "schedule",
           "Mon 10:00-12:00; 2nd Tue 19:00-21:00", hours),
    Column("place", "text", "exact, approximate or hidden", "How much of the place is public.", "",
           "exact", place),
    Column("venue", "text", "", "Name of the place.", "location.name",
           "St Agatha's Hall", lambda row: row.location.get("name")),
    Column("address", "text", "", "Public address, without the postcode.", "address.address_1",
           "12 Example Road, Birmingham", address),
    Column("postcode", "text", "", "Postcode, or its district where the place is approximate.", "address.postal_code",
           "B11 1AA", postcode),
    Column("latitude", "number", "degrees, WGS 84", "North of the equator.", "location.latitude",
           "52.4573", lambda row: coordinate(row, 0)),
    Column("longitude", "number", "degrees, WGS 84", "East of Greenwich.", "location.longitude",
           "-1.8716", lambda row: coordinate(row, 1)),
    Column("precision", "number", "metres", "How far off the point may be.", "",
           "150", lambda row: row.location.get("precision_m")),
    Column("areas", "text", "codes", "Areas that the place lies in.", "",
           "B11; E05011177", lambda row: joined(row.page["areas"].get(row.location.get("id"), ()))),
    Column("serves", "text", "", "Where people may live to use it.", "service_area.name",
           "Birmingham", lambda row: named(row.service.get("service_areas"))),
    Column("access", "text", "slugs", "What the place has for people who need it.", "accessibility",
           "step-free; hearing-loop", lambda row: joined(row.location.get("accessibility"))),
    Column("phone", "text", "", "Public telephone number.", "phone.number",
           "0121 496 0000", _phone),
    Column("email", "text", "", "Public e-mail address.", "organization.email",
           "hello@example.org", lambda row: row.service.get("email") or row.record.get("email")),
    Column("website", "uri", "", "Web address.", "organization.website",
           "https://example.org", lambda row: row.service.get("url") or row.record.get("website")),
    Column("charity_number", "text", "org-id.guide", "Number in a charity register.", "organization_identifier",
           "GB-CHC-1000003", lambda row: identifier(row, ("GB-CHC", "GB-SC", "GB-NIC"))),
    Column("company_number", "text", "org-id.guide", "Number at Companies House.", "organization_identifier",
           "GB-COH-01234567", lambda row: identifier(row, "GB-COH")),
    Column("source", "text", "", "self-listed, register, feed or sample.", "",
           "self-listed", lambda row: row.record["source"]["kind"]),
    Column("confirmed", "date-time", "UTC", "When the organisation last confirmed it; empty: never.", "",
           "2026-05-12T12:00:00+00:00", lambda row: row.record.get("assured_at")),
    Column("changed", "date-time", "UTC", "When the listing last changed.", "organization.last_modified",
           "2026-05-12T12:00:00+00:00", lambda row: row.page["last_modified"]),
    Column("distance", "number", "metres", "From where the search was; empty without one.", "",
           "640", None),
    Column("listing", "uri", "", "Its page in the directory.", "",
           "https://directory.example.org/listings/sparkbrook-kitchen", None),
)  # fmt: skip


def offering_rows(page: Page, ordinals: Iterable[int] | None = None) -> list[OfferingRow]:
    """The offerings of a page with those ordinals (as ``listings.rules.offerings`` numbers them); None: all of them."""
    record = page["record"]
    places = {place["id"]: place for place in record.get("locations", ())}
    found: list[tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]] = []
    for service in record.get("services", ()):
        offerings = service.get("offerings") or ({"id": service["id"]},)
        found += [(service, offering, places.get(offering.get("location_id"), {})) for offering in offerings]
    if not found:
        only: Mapping[str, Any] = next(iter(record.get("locations", ())), {})
        found.append(({"name": record["name"]}, {"id": record["id"]}, only))
    return [OfferingRow(page, record, *found[n]) for n in (range(len(found)) if ordinals is None else ordinals)]
