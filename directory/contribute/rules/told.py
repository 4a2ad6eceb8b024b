"""What a listing says, as answers to the pages that change it: every service and every place has its key and its id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from directory.contribute.rules.answers import (
    EVERYWHERE,
    IN_PERSON,
    PARTS,
    WHOLE_PLACE,
    Address,
    Answers,
    Details,
    Doing,
    Extras,
    HoursOf,
    Own,
    OwnOf,
    Reach,
    Spot,
    Ways,
)
from directory.contribute.rules.hours import hours_of
from directory.contribute.rules.known import group_of
from directory.core.identifiers import stable_uuid
from directory.listings.rules.record import Found, Location, Record, Service, Visibility

T = TypeVar("T")


def told(record: Record) -> Answers:
    """The answers that ``record`` gives. Where its services differ in what is said for all, what any of them says."""
    services = tuple(
        Doing(
            key=str(at),
            name=each.name,
            about=each.description,
            needs=each.needs,
            audiences=each.audiences,
            known=each.id,
        )
        for at, each in enumerate(record.services, start=1)
    )
    return Answers(
        group=group_of(record),
        services=services,
        ways=_ways(record),
        spots=tuple(_spot(key, each, record) for key, each in _places(record)),
        hours=tuple(_hours(record)),
        reach=_reach(record),
        details=_details(record),
        own=tuple(_own(record)),
        extras=Extras(wants=record.wants, supplies=record.supplies),
    )


def address_of(location: Location) -> Address | None:
    """The address of a place that everybody may see; None for any other: what is kept of it is not shown again."""
    if location.visibility is not Visibility.EXACT:
        return None
    first = location.addresses[0] if location.addresses else None
    pinned = location.point if location.found is Found.BY_HAND else None
    return Address(
        venue=location.name,
        line_1=first.address_1 if first else "",
        line_2=first.address_2 if first else "",
        town=first.city if first else "",
        postcode=first.postal_code if first else "",
        lat=round(pinned.lat, 6) if pinned else None,
        lon=round(pinned.lon, 6) if pinned else None,
    )


def is_asked(location: Location) -> bool:
    """Whether a place is one that people come to: of the others no page asks."""
    return location.location_type == "physical"


def _places(record: Record) -> Iterator[tuple[str, Location]]:
    return ((str(at), each) for at, each in enumerate(record.locations, start=1) if is_asked(each))


def union(parts: Iterable[Iterable[T]]) -> tuple[T, ...]:
    """What is in any of ``parts``, once, in their order."""
    return tuple(dict.fromkeys(item for part in parts for item in part))


def _own(record: Record) -> Iterator[OwnOf]:
    """What is each service's own, where there are several."""
    for at, each in enumerate(record.services if len(record.services) > 1 else (), start=1):
        where, parts = _served(each)
        own = Own(
            free=each.free, fees=each.fees, languages=_codes(each), served=where, parts=parts, how=_how(each, record)
        )
        yield OwnOf(service=str(at), own=own)


def _served(service: Service) -> tuple[str, tuple[str, ...]]:
    """Whom a service is for, as the pages ask it: ("", ()) for what they cannot say."""
    codes = _areas(service)
    if codes in {(WHOLE_PLACE,), (EVERYWHERE,)}:
        return codes[0], ()
    plain = bool(codes) and not {WHOLE_PLACE, EVERYWHERE}.intersection(codes)
    return (PARTS, codes) if plain else ("", ())


def _areas(service: Service) -> tuple[str, ...]:
    return tuple(area.code for area in service.service_areas)


def _codes(service: Service) -> tuple[str, ...]:
    return tuple(each.code for each in service.languages)


def _how(service: Service, record: Record) -> tuple[str, ...]:
    """How people get a service. A register that gives an address says no more: then they come there."""
    places = {each.id for each in record.locations if is_asked(each)}
    is_held = any(each.location_id in places for each in service.offerings)
    return service.how or ((IN_PERSON,) if is_held else ())


def _ways(record: Record) -> Ways:
    areas = set(map(_areas, record.services))
    how = union(_how(each, record) for each in record.services)
    if IN_PERSON not in how and any(map(is_asked, record.locations)):
        how = (IN_PERSON, *how)  # of a place at which nothing is held
    where, parts = _served(record.services[0]) if len(areas) == 1 else ("", ())
    return Ways(how=how, served=where, parts=parts)


def _spot(key: str, location: Location, record: Record) -> Spot:
    held = tuple(
        str(at)
        for at, service in enumerate(record.services, start=1)
        if any(offering.location_id == location.id for offering in service.offerings)
    )
    every = len(held) == len(record.services)
    return Spot(key=key, visibility=location.visibility, services=() if every else held, known=location.id)


def _hours(record: Record) -> Iterator[HoursOf]:
    places = {each.id: key for key, each in _places(record)}
    for at, service in enumerate(record.services, start=1):
        given = [("", service.schedules)]
        given += [
            (places[each.location_id], each.schedules) for each in service.offerings if each.location_id in places
        ]
        for place, schedules in given:
            if found := hours_of(schedules):
                yield HoursOf(service=str(at), place=place, hours=found)


def _reach(record: Record) -> Reach:
    phone = record.phones[0] if record.phones else None
    own = stable_uuid(record.id, "contact")
    role = phone.description if phone else next((each.title for each in record.contacts if each.id == own), "")
    return Reach(
        phone=phone.number if phone else "",
        email=record.email,
        website=record.website,
        role=role,
        come_along=not (phone or record.email or record.website),
    )


def _details(record: Record) -> Details:
    free = {each.free for each in record.services}
    fees = {each.fees for each in record.services}
    notes = {each.accessibility_note for each in record.locations}
    own = {
        (each.free, each.fees, frozenset(_codes(each)), frozenset(_areas(each)), frozenset(_how(each, record)))
        for each in record.services
    }
    return Details(
        differ=len(own) > 1,
        free=free.pop() if len(free) == 1 else None,
        fees=fees.pop() if len(fees) == 1 else "",
        access=union(each.accessibility for each in record.locations),
        access_note=notes.pop() if len(notes) == 1 else "",
        languages=union(map(_codes, record.services)),
    )
