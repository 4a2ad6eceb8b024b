"""Rows of HSDS (3.0, 3.1, 1.1, the UK profile) as records: the way back of ``rules.hsds``.

Published identifiers are kept. What cannot be used is told by file and row, and the rest of the row is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from directory.core.contact.online import tidy_email, tidy_website
from directory.core.geo import Point
from directory.core.identifiers import stable_uuid
from directory.exchange.rules.hsds import FREE, STATUSES
from directory.exchange.rules.hsds_attributes import Attributes, Said
from directory.exchange.rules.hsds_kit import View
from directory.exchange.rules.hsds_parts import ADDRESS_TYPES, identifier_type
from directory.exchange.rules.hsds_read_parts import Parts
from directory.exchange.rules.hsds_rows import Row, columns
from directory.exchange.rules.hsds_tables import Tables
from directory.exchange.rules.hsds_terms import Foreign, read_terms
from directory.exchange.rules.hsds_told import Told
from directory.listings.rules import record as r

OLDEST: Final = 150.0
NOT_OURS: Final = frozenset({"last_modified", "assured_date", "program_id", "taxonomy_ids"})  # told, and not kept
ONE_NOTICE: Final = "a listing has one notice, that of its first service; left out"
_ORGANIZATION: Final = frozenset({*columns("organization"), "parent_organization_id"})
_SERVICE: Final = frozenset({*columns("service"), *NOT_OURS})
_LOCATION_MORE: Final = ("alternate_name", "external_identifier", "external_identifier_type")
BESIDE: Final = {  # tables that become attributes of a service: their column, and the label
    "eligibility": ("eligibility", ""),
    "payment_accepted": ("payment", "payment accepted"),
    "required_document": ("document", "required document"),
    "funding": ("source", "funding"),
}


class Reader:
    """Makes records of rows. ``told`` says what was wrong."""

    def __init__(self, tables: Tables, view: View, *, now: datetime) -> None:
        self.told = Told()
        self.tables = tables
        self.attributes = Attributes(self.tables, view.terms, self.told)
        self.foreign: Foreign = read_terms(self.tables, self.told, self.attributes.known)
        self.parts = Parts(self.tables, self.attributes, view, self.told)
        self._now = now

    def records(self) -> Iterator[r.Record]:
        """The record of each organisation, in the order of their rows."""
        self.tables.repeats(self.told)
        self.tables.dangling(self.told, self.attributes.known)
        for row in self.tables.all("organization"):
            if self.told.text(row, "name"):
                yield self._organization(row)
            else:
                self.told.wrong(row, "name", "an organisation needs a name; it is skipped", skip=True)
        self._leftovers()

    def _leftovers(self) -> None:
        """Tell whatever nobody asked for: nothing of a package goes in silence."""
        self.attributes.unread()
        for row in self.tables.all("service"):
            if self.tables.one("organization", row.cells.get("organization_id", "")) is None:
                self.told.wrong(row, "organization_id", "no organisation offers it; the service is skipped", skip=True)
                row.settle()
        for table, size in self.tables.sizes.items():
            self.told.rest(table, self.tables.left(table), size)

    def _organization(self, row: Row) -> r.Record:
        told, own = self.told, self.tables.uuid(row)
        said = self.attributes.of(row.id)
        rows = self.tables.of("service", "organization_id", row.id)
        identifiers = self.tables.of("organization_identifier", "organization_id", row.id)
        locations = {place.get("id").lower(): self._location(place, own) for place in self._places(row, rows)}
        contacts = [each for each in self.tables.of("contact", "organization_id", row.id) if not self._of_service(each)]
        year = told.parsed(row, "year_incorporated", int, "a year")
        return r.Record(
            id=own,
            name=told.text(row, "name"),
            source=r.Source(kind=r.SourceKind.FEED, name=self.tables.source, id=str(own), fetched_at=self._now),
            kind=next(iter(said.facet("kind")), "community-group"),
            alternate_name=told.text(row, "alternate_name"),
            description=said.given("description", told.text(row, "description")),
            email=told.parsed(row, "email", tidy_email, "not an e-mail address") or "",
            website=told.parsed(row, "website", tidy_website, "not an address of the web") or "",
            legal_status=told.text(row, "legal_status"),
            year_incorporated=year,
            identifiers=tuple(self._identifier(each) for each in identifiers if told.text(each, "identifier")),
            phones=self.parts.phones("organization", row.id),
            contacts=self.parts.contacts(contacts),
            locations=tuple(locations.values()),
            services=tuple(self._service(each, locations) for each in rows if self._has_name(each)),
            attributes=(*said.of_organization(), *self._kept(row, _ORGANIZATION)),
            notice=self._notice(rows, said),
            wants=tuple(said.facts.get("wants", ())),
            supplies=tuple(said.facts.get("supplies", ())),
        )

    def _has_name(self, row: Row) -> bool:
        if not self.told.text(row, "name"):
            self.told.wrong(row, "name", "a service needs a name; it is skipped", skip=True)
        return bool(self.told.text(row, "name"))

    def _of_service(self, row: Row) -> bool:
        return self.tables.one("service", row.get("service_id")) is not None

    def _identifier(self, row: Row) -> r.Identifier:
        scheme, kind = self.told.text(row, "identifier_scheme"), self.told.text(row, "identifier_type")
        if scheme and kind not in {"", identifier_type(scheme)}:  # else it says what the scheme says
            self.told.leave(row, "identifier_type")
        scheme = scheme or kind
        return r.Identifier(id=self.tables.uuid(row), scheme=scheme[:60], value=self.told.text(row, "identifier")[:120])

    def _places(self, organization: Row, services: Sequence[Row]) -> list[Row]:
        """The locations of an organisation, and those at which its services are."""
        found = {row.id: row for row in self.tables.of("location", "organization_id", organization.id)}
        for service in services:
            for at in self.tables.of("service_at_location", "service_id", service.id):
                place = self.tables.one("location", at.get("location_id"))
                if place is not None:
                    found[place.id] = place
        return list(found.values())

    def _notice(self, services: Sequence[Row], said: Said) -> r.Notice | None:
        said_by = [(row, text) for row in services if (text := self.told.text(row, "alert"))]
        for row, text in said_by:
            if text != said_by[0][1]:
                self.told.wrong(row, "alert", ONE_NOTICE)
        alerts = [text for _, text in said_by] or said.facts.get("notice", [])
        until = said.fact("notice-until")
        return r.Notice(text=alerts[0], until=date.fromisoformat(until) if until else None) if alerts else None

    def _kept(self, row: Row, known: frozenset[str]) -> tuple[r.Attribute, ...]:
        """The cells that no field takes, as attributes named like their columns."""
        own = self.tables.uuid(row)
        return tuple(
            r.Attribute(id=stable_uuid(own, "column", name), label=name, value=value)
            for name in row.cells
            if name not in known and (value := self.told.text(row, name))
        )

    def _location(self, row: Row, organization: UUID) -> r.Location:
        told, said = self.told, self.attributes.facts_of(row.id)
        own = self.tables.uuid(row)
        if not self.tables.claim(own):
            own = stable_uuid(own, organization)  # the same place, which each has for itself
        slugs, note = self.parts.accessibility(row.id)
        point = self._point(row)
        return r.Location(
            id=own,
            name=told.text(row, "name"),
            location_type=told.one_of(row, "location_type", ADDRESS_TYPES),
            point=point,
            precision_m=told_number(said.fact("precision")) if point else None,
            found=found_as(said.fact("found")) if point else None,
            addresses=self.parts.addresses(row.id),
            description=told.text(row, "description"),
            transportation=told.text(row, "transportation"),
            accessibility=slugs,
            accessibility_note=note,
            phones=self.parts.phones("location", row.id),
            url=told.parsed(row, "url", tidy_website, "not an address of the web") or "",
        )

    def _point(self, row: Row) -> Point | None:
        parts = [self.told.parsed(row, name, float, "degrees as a number") for name in ("latitude", "longitude")]
        if parts[0] is None or parts[1] is None:
            return None
        if not (-90 <= parts[0] <= 90 and -180 <= parts[1] <= 180):
            self.told.wrong(row, "latitude", "not on Earth: the place is shown without a point")
            return None
        return Point(parts[0], parts[1])

    def _service(self, row: Row, places: dict[str, r.Location]) -> r.Service:
        told, own, said = self.told, self.tables.uuid(row), self.attributes.of(row.id)
        row.get("organization_id")  # by which it was found
        beside = {name: self.tables.of(name, "service_id", row.id) for name in BESIDE}
        who = [told.text(each, "eligibility") for each in beside["eligibility"]]
        youngest, eldest = self._ages(row)
        return r.Service(
            id=own,
            name=told.text(row, "name"),
            description=told.text(row, "description"),
            alternate_name=told.text(row, "alternate_name"),
            url=told.parsed(row, "url", tidy_website, "not an address of the web") or "",
            email=told.parsed(row, "email", tidy_email, "not an e-mail address") or "",
            status=told.one_of(row, "status", STATUSES),
            needs=said.facet("need"),
            audiences=said.facet("audience"),
            how=said.facet("how"),
            eligibility=told.text(row, "eligibility_description") or "; ".join(who),
            minimum_age=youngest,
            maximum_age=eldest,
            application_process=told.text(row, "application_process"),
            **self._price(row, said),
            referral=said.fact("referral"),
            cost_options=self.parts.costs(row.id),
            languages=self.parts.languages(row.id),
            phones=self.parts.phones("service", row.id),
            contacts=self.parts.contacts(self.tables.of("contact", "service_id", row.id)),
            schedules=self.parts.schedules(self._hours("service_id", row)),
            service_areas=self.parts.areas(row.id),
            offerings=tuple(
                self._offering(at, places) for at in self.tables.of("service_at_location", "service_id", row.id)
            ),
            attributes=(*said.of_service(), *self._beside(own, beside), *self._kept(row, _SERVICE)),
        )

    def _ages(self, row: Row) -> tuple[float | None, float | None]:
        youngest = self.told.parsed(row, "minimum_age", float, "an age in years")
        eldest = self.told.parsed(row, "maximum_age", float, "an age in years")
        if not (0 <= (youngest or 0) <= (OLDEST if eldest is None else eldest) <= OLDEST):
            self.told.wrong(row, "minimum_age", "ages from 0, the younger first; left out")
            return None, None
        return youngest, eldest

    def _price(self, row: Row, said: Said) -> dict[str, Any]:
        text, short = self.told.text(row, "fees_description"), self.told.text(row, "fees")
        if text and short not in {"", text}:
            self.told.leave(row, "fees")
        text = text or short
        free = {"true": True, "false": False}.get(said.fact("free"))
        return {"free": free, "fees": "" if free and text == FREE else text}

    def _hours(self, link: str, row: Row) -> list[Row]:
        """The schedule rows of a service or an offering; one that names both is the offering's."""
        found = []
        for table in ("schedule", "regular_schedule", "holiday_schedule"):
            for each in self.tables.of(table, link, row.id):
                at = self.tables.one("service_at_location", each.get("service_at_location_id"))
                if link == "service_at_location_id" or at is None:
                    found.append(each)
        return found

    def _offering(self, row: Row, places: dict[str, r.Location]) -> r.Offering:
        row.get("service_id")  # by which it was found
        place = places.get(row.get("location_id").lower())
        return r.Offering(
            id=self.tables.uuid(row),
            location_id=place.id if place else None,
            description=self.told.text(row, "description"),
            schedules=self.parts.schedules(self._hours("service_at_location_id", row)),
            phones=self.parts.phones("service_at_location", row.id),
        )

    def _beside(self, own: UUID, beside: dict[str, list[Row]]) -> Iterator[r.Attribute]:
        for name, rows in beside.items():
            column, label = BESIDE[name]
            for row in rows if label else ():
                if value := self.told.text(row, column):
                    yield r.Attribute(id=stable_uuid(own, name, row.id), label=label, value=value)


def told_number(text: str) -> float | None:
    """A number, or None."""
    try:
        return float(text)
    except ValueError:
        return None


def found_as(text: str) -> r.Found | None:
    """How a point was found, where that is said."""
    return r.Found(text) if text in set(r.Found) else None
