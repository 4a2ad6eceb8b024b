"""The offerings of a record in one order: their number is the same in the card, in the index and on the map."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from directory.core.hours import Schedule
from directory.listings.rules.record import Location, Offering, Record, Service


@dataclass(frozen=True, slots=True)
class Flat:
    """Offering ``n`` of a record with the service and the location it joins.

    A service without offerings counts as one, and so does an organisation without services, so that each is found.
    """

    n: int
    id: UUID
    service: Service | None
    offering: Offering | None
    location: Location | None

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        """When it is open: its own hours, else those of its service."""
        own = self.offering.schedules if self.offering else ()
        return own or (self.service.schedules if self.service else ())


def flat_offerings(record: Record) -> list[Flat]:
    """Every offering of ``record``, services in their order and offerings in theirs; never empty."""
    places = {location.id: location for location in record.locations}
    found: list[Flat] = []
    for service in record.services:
        for offering in service.offerings:
            where = places.get(offering.location_id) if offering.location_id else None
            found.append(Flat(len(found), offering.id, service, offering, where))
        if not service.offerings:
            found.append(Flat(len(found), service.id, service, None, None))
    if not found:
        only = record.locations[0] if record.locations else None
        found.append(Flat(0, record.id, None, None, only))
    return found
