"""Places of a listing that is changed: how openly each is shown, what is held there, and a new address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from directory.contribute.rules.answers import Address, Answers, Spot
from directory.contribute.rules.proposal import BY_HAND_M
from directory.core.geo import Point
from directory.core.identifiers import stable_uuid
from directory.listings.rules import record as r


def spots_changed(record: r.Record, before: Answers, after: Answers) -> r.Record:
    """``record`` with the places as openly as was chosen, those that are new, and what is held at each."""
    made = record
    for spot in after.spots:
        was = before.spot(spot.key)
        if spot == was:
            continue
        ident = spot.known or new_place_id(record.id, spot.key)
        if spot.known is None and all(each.id != ident for each in made.locations):
            made = replace(made, locations=(*made.locations, r.Location(id=ident, visibility=spot.visibility)))
        if was is not None and was.visibility is not spot.visibility:
            made = _shown(made, ident, spot.visibility)
        if was is None or was.services != spot.services:
            made = _held(made, ident, spot, after)
    return made


def readdressed(record: r.Record, location: UUID, before: Address | None, after: Address) -> r.Record:
    """``record`` with another address of a place. ``before`` is what the page showed; None: it showed nothing."""
    if before == after:
        return record
    places = tuple(_moved(each, before, after) if each.id == location else each for each in record.locations)
    return replace(record, locations=places)


def placed(service: r.Service, held: tuple[r.Offering, ...]) -> r.Service:
    """``service`` offered so; one that is held nowhere is still offered."""
    return replace(service, offerings=held or (r.Offering(id=stable_uuid(service.id, "offering")),))


def at_each(places: Iterable[UUID], service: UUID) -> tuple[r.Offering, ...]:
    """A service at each of ``places``."""
    return tuple(r.Offering(id=stable_uuid(service, "at", str(place)), location_id=place) for place in places)


def new_place_id(organization: UUID, key: str) -> UUID:
    """The id of a place that a steward adds. It is none of those that were added with the group."""
    return stable_uuid(organization, "another place", key)


def _shown(record: r.Record, ident: UUID, visibility: r.Visibility) -> r.Record:
    """A place that everybody is to see has to be told anew: what the public saw of it is no address."""

    def change(place: r.Location) -> r.Location:
        made = replace(place, visibility=visibility)
        if visibility is not r.Visibility.EXACT:
            return made
        return replace(made, addresses=(), point=None, precision_m=None, found=None)

    places = (change(each) if each.id == ident else each for each in record.locations)
    return replace(record, locations=tuple(places))


def _held(record: r.Record, ident: UUID, spot: Spot, answers: Answers) -> r.Record:
    every = {each.known for each in answers.services}
    here = {
        each.known
        for each in answers.services
        if (each.key in spot.services if spot.services else answers.comes_to(each.key))
    }
    services = []
    for service in record.services:
        at = [each for each in service.offerings if each.location_id == ident]
        others = tuple(each for each in service.offerings if each.location_id not in {ident, None})
        if service.id in here and not at:
            services.append(placed(service, (*others, *at_each([ident], service.id))))
        elif service.id in every - here and at:
            services.append(placed(service, others))
        else:
            services.append(service)
    return replace(record, services=tuple(services))


def _moved(place: r.Location, before: Address | None, after: Address) -> r.Location:
    first = place.addresses[0] if place.addresses else r.Address(id=stable_uuid(place.id, "address"))
    address = replace(
        first, address_1=after.line_1, address_2=after.line_2, city=after.town, postal_code=after.postcode
    )
    said = after.line_1 or after.line_2 or after.postcode
    made = replace(place, name=after.venue, addresses=(address, *place.addresses[1:]) if said else ())
    if after.lat is not None and after.lon is not None:
        pinned = (before.lat, before.lon) if before else (None, None)
        if pinned == (after.lat, after.lon):
            return made
        return replace(made, point=Point(after.lat, after.lon), precision_m=BY_HAND_M, found=r.Found.BY_HAND)
    if before is not None and before.lat is None and before.postcode == after.postcode:
        return made  # the pin stands where it stood
    return replace(made, point=None, precision_m=None, found=None)  # the door finds it by the postcode
