"""One public record as rows of every table. ``queries.assemble`` is the way back; a test holds them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from directory.core.hours import Schedule
from directory.core.identifiers import stable_uuid
from directory.listings.rules.columns import FACETS, PLAIN, TABLE
from directory.listings.rules.record import Attribute, Contact, Location, Offering, Phone, Record, Service

if TYPE_CHECKING:
    from directory.listings.service.write import Published

Rows = dict[str, list[dict[str, Any]]]
Take = Callable[[str], int]
Terms = Mapping[tuple[str, str], int]
PHONE_LINKS = {"service_id": None, "location_id": None, "service_at_location_id": None, "contact_id": None}
SCHEDULE_LINKS = {"service_id": None, "service_at_location_id": None}


def organization_rows(listing: Published, rows: Rows, *, take: Take, terms: Terms) -> None:
    """Add every row of ``listing`` to ``rows`` (table name -> rows), with ids by ``take``."""
    writer = _Writer(listing.id, rows, take, terms)
    record = listing.record
    rows["organization"].append(_organization(listing, record))
    for identifier in record.identifiers:
        writer.add(identifier)
    writer.phones(record.phones)
    for contact in record.contacts:
        writer.contact(contact, None)
    places = {location.id: writer.location(location, listing.areas) for location in record.locations}
    for service in record.services:
        writer.service(service, places, listing)
    for attribute in record.attributes:
        writer.attribute(attribute, None)


def _organization(listing: Published, record: Record) -> dict[str, Any]:
    return _plain(record) | {
        "id": listing.id,
        "uuid": record.id,
        "slug": listing.slug,
        "version": listing.version,
        "source_kind": record.source.kind,
        "source_name": record.source.name,
        "source_id": record.source.id,
        "source_fetched_at": record.source.fetched_at,
        "notice": record.notice.text if record.notice else "",
        "notice_until": record.notice.until if record.notice else None,
        "today_status": record.today.status if record.today else "",
        "today_until": record.today.until if record.today else None,
        "wants": list(record.wants),
        "supplies": list(record.supplies),
        "published_at": listing.published_at,
        "last_modified": listing.last_modified,
    }


class _Writer:
    """Adds rows of one organisation; the methods give the integer id of what others refer to."""

    def __init__(self, owner_id: int, rows: Rows, take: Take, terms: Terms) -> None:
        self._owner_id = owner_id
        self._rows = rows
        self._take = take
        self._terms = terms

    def add(self, part: Any, **more: Any) -> int:
        """Add the row of a ``part`` of the record, with ``more`` columns; the answer is its id."""
        kind = type(part)
        return self.insert(TABLE[kind], part.id, _plain(part) | more)

    def insert(self, table: str, uuid: UUID, values: dict[str, Any]) -> int:
        """Add a row of ``values`` with the next id of its table, which is the answer."""
        number = self._take(table)
        values["id"], values["uuid"], values["owner_id"] = number, uuid, self._owner_id
        self._rows[table].append(values)
        return number

    def phones(self, phones: Iterable[Phone], **link: int) -> None:
        """Add ``phones`` of what ``link`` names ("service_id"), or of the organisation."""
        for phone in phones:
            self.add(phone, **(PHONE_LINKS | link))

    def contact(self, contact: Contact, service_id: int | None) -> None:
        """Add a contact of a service, or of the organisation."""
        self.phones(contact.phones, contact_id=self.add(contact, service_id=service_id))

    def location(self, location: Location, areas: Mapping[UUID, tuple[str, ...]]) -> int:
        """Add a location with its addresses and accessibility."""
        number = self.add(
            location,
            latitude=location.point.lat if location.point else None,
            longitude=location.point.lon if location.point else None,
            areas=list(areas.get(location.id, ())),
        )
        for address in location.addresses:
            self.add(address, location_id=number, address_type="physical")
        for slug in location.accessibility:
            values = {"location_id": number, "slug": slug, "details": ""}
            self.insert("accessibility", stable_uuid(location.id, slug), values)
        self.phones(location.phones, location_id=number)
        return number

    def service(self, service: Service, places: Mapping[UUID, int], listing: Published) -> None:
        """Add a service with its offerings and everything that hangs on them."""
        number = self.add(service, last_modified=listing.last_modified)
        self.phones(service.phones, service_id=number)
        self.schedules(service.id, service.schedules, service_id=number)
        for contact in service.contacts:
            self.contact(contact, number)
        for part in (*service.service_areas, *service.languages, *service.cost_options):
            self.add(part, service_id=number)
        for field, taxonomy in FACETS:
            for slug in getattr(service, field):
                values = {"label": "", "value": slug, "taxonomy": taxonomy, "term_uuid": None, "service_id": number}
                values["taxonomy_term_id"] = self._terms.get((taxonomy, slug))
                self.insert("attribute", stable_uuid(service.id, taxonomy, slug), values)
        for attribute in service.attributes:
            self.attribute(attribute, number)
        for offering in service.offerings:
            self.offering(offering, number, places)

    def offering(self, offering: Offering, service_id: int, places: Mapping[UUID, int]) -> None:
        """Add an offering of the service with its own hours and telephones."""
        where = places.get(offering.location_id) if offering.location_id else None
        number = self.add(offering, service_id=service_id, location_id=where)
        self.schedules(offering.id, offering.schedules, service_at_location_id=number)
        self.phones(offering.phones, service_at_location_id=number)

    def attribute(self, attribute: Attribute, service_id: int | None) -> None:
        """Add a term or a fact; a value that is a term of our taxonomies refers to it."""
        term = self._terms.get((attribute.taxonomy, attribute.value))
        self.add(attribute, service_id=service_id, taxonomy_term_id=term)

    def schedules(self, of: UUID, schedules: Iterable[Schedule], **link: int) -> None:
        """Add the schedules of the service or offering ``of``."""
        for n, schedule in enumerate(schedules):
            days = {"byday": ",".join(schedule.byday), "bymonthday": ",".join(map(str, schedule.bymonthday))}
            self.insert("schedule", stable_uuid(of, "schedule", n), _plain(schedule) | days | SCHEDULE_LINKS | link)


def _plain(part: Any) -> dict[str, Any]:
    """The columns of ``part`` that are plain values of its fields."""
    columns, values_of = _PLAIN_VALUES[type(part)]
    return dict(zip(columns, values_of(part), strict=True))


def _reader(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The columns, and what gives their values: all at once is twice as quick as one by one."""
    fields, columns = zip(*pairs, strict=True)
    if len(fields) == 1:
        return columns, lambda part: (getattr(part, fields[0]),)
    return columns, attrgetter(*fields)


_PLAIN_VALUES: Final = {kind: _reader(pairs) for kind, pairs in PLAIN.items()}
