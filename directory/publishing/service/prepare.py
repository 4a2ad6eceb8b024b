"""From a proposal to what is published: the point found, the confidential taken out, the offerings completed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from directory.core.geo import Point
from directory.core.identifiers import stable_uuid
from directory.geocoding.rules import Located
from directory.listings.rules.codec import encode
from directory.listings.rules.document import card_text, dumps
from directory.listings.rules.record import Found, Location, Offering, Record, Service, Visibility
from directory.listings.rules.visibility import Confidential, SectorCentre, public_place, split
from directory.publishing.service.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Prepared:
    """A public record with its encoding and card, what was taken out of it, and the areas of each location."""

    record: Record
    encoded: dict[str, Any]
    text: str
    card: str  # without its slug
    confidential: tuple[Confidential, ...]
    areas: Mapping[UUID, tuple[str, ...]]


def prepare(proposal: Record, around: Surroundings) -> Prepared:
    """What the door writes for ``proposal``. Asks offline sources only."""
    locations = tuple(_located(location, around) for location in proposal.locations)
    services = tuple(map(_complete, proposal.services))
    located = proposal
    if locations != proposal.locations or services != proposal.services:
        located = replace(proposal, locations=locations, services=services)
    public, confidential = split(located, sector_centre(around))
    encoded = encode(public)
    return Prepared(public, encoded, dumps(encoded), card_text(public), confidential, areas_of(public, around))


def on_the_map(proposal: Record, around: Surroundings) -> bool:
    """Whether ``prepare`` gives the public record a point anywhere; in a tenth of its time."""
    centre = sector_centre(around)
    return any(public_place(_located(location, around), centre).point for location in proposal.locations)


def areas_of(public: Record, around: Surroundings) -> dict[UUID, tuple[str, ...]]:
    """The codes of the areas that hold each public point of the record."""
    return {
        location.id: around.areas.codes_at(location.point, _outward(location))
        for location in public.locations
        if location.point
    }


def _outward(location: Location) -> str:
    return location.addresses[0].postal_code.partition(" ")[0] if location.addresses else ""


def _located(location: Location, around: Surroundings) -> Location:
    """An exact location with the point of its postcode, if it came without one."""
    if location.point is not None:
        return location if location.found else replace(location, found=Found.SOURCE)
    if location.visibility is not Visibility.EXACT or location.location_type == "virtual":
        return location
    for address in location.addresses:
        answer = around.geocoding.postcode(address.postal_code, anywhere=True)
        if isinstance(answer, Located):
            return replace(location, point=answer.point, precision_m=answer.precision_m, found=answer.found)
    return location


def _complete(service: Service) -> Service:
    """A service that names no place is still offered: for its areas."""
    if service.offerings:
        return service
    return replace(service, offerings=(Offering(id=stable_uuid(service.id, "offering")),))


def sector_centre(around: Surroundings) -> SectorCentre:
    """How ``split`` asks for the centre of a postcode's sector."""

    def centre(postcode: str) -> tuple[Point, float] | None:
        answer = around.geocoding.sector_centre(postcode, anywhere=True)
        return (answer.point, answer.precision_m) if isinstance(answer, Located) else None

    return centre
