"""Two listings of one organisation made into one, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from directory.core.errors import Invalid
from directory.core.identifiers import stable_uuid
from directory.core.text import fold
from directory.listings.rules.record import Location, Record, Service, Visibility

PLAIN: Final = (
    "name",
    "alternate_name",
    "kind",
    "description",
    "email",
    "website",
    "legal_status",
    "year_incorporated",
    "notice",
    "today",
)
LISTS: Final = ("identifiers", "phones", "contacts", "attributes", "wants", "supplies")
SERVICES: Final = "services"  # with the places they are at
FIELDS: Final = (*PLAIN, *LISTS, SERVICES)
_CLOSED: Final = list(Visibility)  # from open to closed


class Side(StrEnum):
    """From which of two listings a field is taken."""

    KEEP = "keep"
    LOSE = "lose"
    BOTH = "both"


def proposed(keep: Record, lose: Record) -> dict[str, Side]:
    """What a merge begins with: nothing is lost, and the listing that stays goes first."""
    sides = {name: Side.KEEP if getattr(keep, name) or not getattr(lose, name) else Side.LOSE for name in PLAIN}
    return sides | dict.fromkeys((*LISTS, SERVICES), Side.BOTH)


def merged(keep: Record, lose: Record, choices: Mapping[str, Side]) -> Record:
    """``keep`` with the fields of ``lose`` that were chosen; what is not in ``choices`` is as ``proposed`` says.

    Places of ``lose`` get ids of their own: their confidential history stays with the listing that goes. Of two places
    at one address the stricter visibility holds for both. Raises Invalid for a choice that a field cannot have.
    """
    chosen = proposed(keep, lose) | dict(choices)
    for name, side in chosen.items():
        if name not in FIELDS or (side is Side.BOTH and name in PLAIN):
            raise Invalid("choices", f"{name}: {side}", "a field of both listings, and keep, lose or both")
    values: dict[str, Any] = {name: getattr(keep if chosen[name] is Side.KEEP else lose, name) for name in PLAIN}
    for name in LISTS:
        values[name] = _joined(getattr(keep, name), getattr(lose, name), chosen[name])
    locations, services = _services(keep, lose, chosen[SERVICES])
    return replace(keep, **values, locations=locations, services=services)


def _joined(keep: tuple[Any, ...], lose: tuple[Any, ...], side: Side) -> tuple[Any, ...]:
    if side is not Side.BOTH:
        return keep if side is Side.KEEP else lose
    known = set(map(_says, keep))
    return (*keep, *(item for item in lose if _says(item) not in known))


def _says(item: Any) -> Any:
    """What an item says to a reader, without its id."""
    return fold(item) if isinstance(item, str) else replace(item, id=stable_uuid("alike"))


def _services(keep: Record, lose: Record, side: Side) -> tuple[tuple[Location, ...], tuple[Service, ...]]:
    if side is Side.KEEP:
        return keep.locations, keep.services
    moved = {place.id: stable_uuid(keep.id, "merged", place.id) for place in lose.locations}
    theirs = tuple(replace(place, id=moved[place.id]) for place in lose.locations)
    services = tuple(
        replace(
            service,
            offerings=tuple(
                replace(each, location_id=moved.get(each.location_id) if each.location_id else None)
                for each in service.offerings
            ),
        )
        for service in lose.services
    )
    if side is Side.LOSE:
        return theirs, services
    return tuple(_as_closed((*keep.locations, *theirs))), (*keep.services, *services)


def _as_closed(places: tuple[Location, ...]) -> Iterable[Location]:
    """``places``, of which none shows the address that another keeps to itself."""
    strictest: dict[tuple[str, str], Visibility] = {}
    for place in places:
        for key in address_keys(place):
            strictest[key] = max(strictest.get(key, Visibility.EXACT), place.visibility, key=_CLOSED.index)
    for place in places:
        wanted = max((strictest[key] for key in address_keys(place)), key=_CLOSED.index, default=place.visibility)
        yield place if wanted is place.visibility else replace(place, visibility=wanted)


def address_keys(place: Location) -> set[tuple[str, str]]:
    """What tells one address from another, however it is typed: first line and postcode."""
    return {
        (fold(address.address_1), fold(address.postal_code).replace(" ", ""))
        for address in place.addresses
        if address.address_1.strip() and len(address.postal_code) > 4  # an outward code is no address
    }
