"""What of a record the public may see. Nothing past this function holds a hidden or an approximate address.

``split`` is the only way from a proposal to what is published: tables, documents, revisions, index, areas and map cells
are all made from the record it returns; what it takes away goes to ``confidential_location`` and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

from directory.core.errors import Invalid
from directory.core.geo import Point
from directory.core.postcode import Postcode
from directory.listings.rules.record import Address, Found, Location, Record, Visibility

SectorCentre = Callable[[str], tuple[Point, float] | None]
"""A full postcode to the centre of its sector and how far off that is, metres; None when nobody knows it."""

WITHHELD = "[address not published]"
_SHORTEST_SECRET = 6  # characters: a shorter first line of an address ("Hall") is also an ordinary word


@dataclass(frozen=True, slots=True)
class Confidential:
    """The true place of an approximate or hidden location."""

    location_id: UUID
    point: Point | None
    precision_m: float | None
    found: Found | None
    addresses: tuple[Address, ...]

    @property
    def knows_something(self) -> bool:
        """Whether there is a point or an address to keep."""
        return self.point is not None or bool(self.addresses)


def split(record: Record, sector_centre: SectorCentre) -> tuple[Record, tuple[Confidential, ...]]:
    """The public record, and what was taken out of it."""
    if all(location.visibility is Visibility.EXACT for location in record.locations):
        return record, ()
    taken = []
    shown = []
    for location in record.locations:
        if location.visibility is Visibility.EXACT:
            shown.append(location)
            continue
        taken.append(
            Confidential(location.id, location.point, location.precision_m, location.found, location.addresses)
        )
        shown.append(_approximate(location, sector_centre) if _is_approximate(location) else _hidden(location))
    public = replace(record, locations=tuple(shown))
    for confidential, location in zip(taken, _unseen(record), strict=True):
        public = _without(public, _secrets(confidential, location, names=(record.name, record.alternate_name)))
    return public, tuple(place for place in taken if place.knows_something)


def join(record: Record, confidential: dict[UUID, Confidential]) -> Record:
    """The opposite of ``split``: ``record`` as it was proposed, but for texts that were withheld."""
    return replace(
        record,
        locations=tuple(
            replace(
                location,
                point=true.point,
                precision_m=true.precision_m,
                found=true.found,
                addresses=true.addresses,
            )
            if (true := confidential.get(location.id)) and location.visibility is not Visibility.EXACT
            else location
            for location in record.locations
        ),
    )


def _is_approximate(location: Location) -> bool:
    return location.visibility is Visibility.APPROXIMATE


def _unseen(record: Record) -> Iterator[Location]:
    return (location for location in record.locations if location.visibility is not Visibility.EXACT)


def _hidden(location: Location) -> Location:
    return Location(id=location.id, location_type=location.location_type, visibility=Visibility.HIDDEN)


def _approximate(location: Location, sector_centre: SectorCentre) -> Location:
    """Only the outward code and the sector's centre; a venue's name would give the rest away."""
    address, postcode = _first_postcode(location)
    bare = Location(
        id=location.id,
        location_type=location.location_type,
        visibility=Visibility.APPROXIMATE,
        accessibility=location.accessibility,
    )
    if postcode is None or address is None:
        return bare
    centre = sector_centre(str(postcode))
    point, off = centre or (None, None)
    return replace(
        bare,
        point=point,
        precision_m=off,
        found=Found.SECTOR if point else None,
        addresses=(Address(id=address.id, postal_code=postcode.outward, country=address.country),),
    )


def _first_postcode(location: Location) -> tuple[Address | None, Postcode | None]:
    for address in location.addresses:
        try:
            return address, Postcode.parse(address.postal_code)
        except Invalid:
            continue  # another address of the same place may have one
    return None, None


def _without(record: Record, secrets: list[str]) -> Record:
    """``record`` with the secret's own words blanked in every text: organisers do write them in descriptions."""
    if not secrets:
        return record
    pattern = re.compile("|".join(secrets), re.IGNORECASE)
    changed: Record = _blank(record, pattern)
    return changed


def _secrets(confidential: Confidential, location: Location, *, names: tuple[str, ...]) -> list[str]:
    """Patterns of the words that would tell the place. A venue called like the group is no secret."""
    found = []
    for address in confidential.addresses:
        lines = (address.address_1, address.address_2)
        found += [_spaced(line) for line in lines if len(line.strip()) >= _SHORTEST_SECRET]
        code = re.sub(r"\s+", "", address.postal_code)
        if len(code) >= _SHORTEST_SECRET - 1:
            found.append(rf"\b{re.escape(code[:-3])}\s*{re.escape(code[-3:])}\b")
    told = " ".join(names).casefold()
    if len(location.name.strip()) >= _SHORTEST_SECRET and location.name.strip().casefold() not in told:
        found.append(_spaced(location.name))
    if confidential.point:
        found += [re.escape(f"{part:.4f}") + r"\d*" for part in (confidential.point.lat, confidential.point.lon)]
    return found


def _spaced(line: str) -> str:
    return r"[\s,]+".join(re.escape(word) for word in re.split(r"[\s,]+", line.strip()) if word)


def _blank(value: Any, pattern: re.Pattern[str]) -> Any:
    """``value`` with what ``pattern`` finds replaced in every string below it; the same object if nothing was found."""
    if isinstance(value, str):
        return pattern.sub(WITHHELD, value) if type(value) is str and pattern.search(value) else value
    if isinstance(value, tuple):
        blanked = tuple(_blank(item, pattern) for item in value)
        return blanked if any(new is not old for new, old in zip(blanked, value, strict=True)) else value
    kind: Any = type(value)
    names = _field_names(kind)
    changed = {}
    for name in names:
        old = getattr(value, name)
        if old and (new := _blank(old, pattern)) is not old:
            changed[name] = new
    return replace(value, **changed) if changed else value


@cache
def _field_names(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a dataclass that may hold text; none for other values.

    An address that is left is of an exact location: to show it is the group's own choice, also in the same street.
    """
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) and kind not in {Point, Address} else ()
