"""What of a record the public may see. Nothing past this function holds a hidden or an approximate address.

``split`` is the only way from a proposal to what is published: tables, documents, revisions, index, areas and map cells
are all made from the record it returns; what it takes away goes to ``confidential_location`` and nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

from directory.core.errors import Invalid
from directory.core.geo import Point
from directory.core.identifiers import stable_uuid
from directory.core.postcode import Postcode
from directory.listings.rules.record import Address, Found, Location, Record, Visibility

SectorCentre = Callable[[str], tuple[Point, float] | None]
"""A full postcode to the centre of its sector and how far off that is, metres; None when nobody knows it."""

WITHHELD = "[address not published]"
_WHOLE = frozenset({"website", "url", "email"})  # an address with a hole in it is none: the whole field goes
_GAP = r"[\W_]"
_TELLING_DIGITS = 3  # of a degree: 100 metres
_SHORTENED = (
    ("road", "rd"),
    ("street", "st", "str"),
    ("avenue", "ave", "av"),
    ("lane", "ln"),
    ("drive", "dr"),
    ("close", "cl"),
    ("court", "ct"),
    ("crescent", "cres"),
    ("gardens", "gdns"),
    ("grove", "gr"),
    ("place", "pl"),
    ("square", "sq"),
    ("terrace", "terr", "ter"),
    ("saint", "st"),
    ("house", "hse"),
)
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


@dataclass(frozen=True, slots=True)
class _Secret:
    """A pattern of words that would tell a place; where none of ``signs`` (in small letters) stands, nor does it."""

    pattern: str
    signs: tuple[str, ...]


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
        shown.append(public_place(location, sector_centre))
    public = replace(record, locations=tuple(shown))
    for confidential, location in zip(taken, _unseen(record), strict=True):
        public = _without(public, _secrets(confidential, location, names=(record.name, record.alternate_name)))
    return public, tuple(place for place in taken if place.knows_something)


def public_place(location: Location, sector_centre: SectorCentre) -> Location:
    """What of one location may be seen; its accessibility may still say what ``split`` takes out of texts."""
    if location.visibility is Visibility.EXACT:
        return location
    return _approximate(location, sector_centre) if _is_approximate(location) else _hidden(location)


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


def withheld(text: str, places: Iterable[Confidential]) -> str:
    """``text`` that is beside a record (what somebody writes about it), without what would tell one of ``places``."""
    secrets = [
        secret for place in places for secret in _secrets(place, Location(id=place.location_id, name=""), names=())
    ]
    pattern = "|".join(secret.pattern for secret in secrets)
    return _blank_text(text, re.compile(pattern, re.IGNORECASE)) if secrets else text


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
        return _as_it_was_seen(location, bare, sector_centre)
    centre = sector_centre(str(postcode))
    point, off = centre or (None, None)
    return replace(
        bare,
        point=point,
        precision_m=off,
        found=Found.SECTOR if point else None,
        # An id of its own: the true address's may have been made of what it says.
        addresses=(Address(id=_outward_id(location), postal_code=postcode.outward, country=address.country),),
    )


def _as_it_was_seen(location: Location, bare: Location, sector_centre: SectorCentre) -> Location:
    """A place of whose address nobody knows more than the public saw: it is seen again as it was.

    Its pin stays only where it is the centre of a sector of its district: any other point may be somebody's door.
    """
    seen = next((each for each in location.addresses if each.id == _outward_id(location)), None)
    if seen is None:
        return bare
    outward = Address(id=seen.id, postal_code=seen.postal_code, country=seen.country)
    centres = (sector_centre(f"{seen.postal_code} {digit}AA") for digit in range(10))
    centre = next((each for each in centres if each and each[0] == location.point), None)
    point, off = centre or (None, None)
    return replace(bare, point=point, precision_m=off, found=Found.SECTOR if point else None, addresses=(outward,))


def _outward_id(location: Location) -> UUID:
    return stable_uuid(location.id, "outward")


def _first_postcode(location: Location) -> tuple[Address | None, Postcode | None]:
    for address in location.addresses:
        try:
            return address, Postcode.parse(address.postal_code)
        except Invalid:
            continue  # another address of the same place may have one
    return None, None


def _without(record: Record, secrets: list[_Secret]) -> Record:
    """``record`` with the secret's own words blanked in every text: organisers do write them in descriptions."""
    if not secrets or _is_free(record, secrets):
        return record
    pattern = re.compile("|".join(secret.pattern for secret in secrets), re.IGNORECASE)
    changed: Record = _blank(record, pattern)
    return changed


def _is_free(record: Record, secrets: Sequence[_Secret]) -> bool:
    """Whether plain looking shows that no secret stands in ``record``: a pattern of its own takes ten times as long.

    Only of what is ASCII, where letters have one form in small and one in capitals.
    """
    texts: list[str] = []
    _put_texts(record, texts)
    text = "\n".join(texts)
    signs = [sign for secret in secrets for sign in secret.signs]
    if not (text.isascii() and all(map(str.isascii, signs))):
        return False
    text = text.lower()
    return not any(sign in text for sign in signs)


def _secrets(confidential: Confidential, location: Location, *, names: tuple[str, ...]) -> list[_Secret]:
    """What would tell the place. A venue called like the group is no secret."""
    found = []
    for address in confidential.addresses:
        found += [_line(line) for line in (address.address_1, address.address_2) if _tells(line)]
        code = re.sub(r"\W+", "", address.postal_code)
        if len(code) >= _SHORTEST_SECRET - 1:
            pattern = rf"\b{re.escape(code[:-3])}{_GAP}*{re.escape(code[-3:])}\b"
            found.append(_Secret(pattern, (code[-3:].lower(),)))
    told = " ".join(names).casefold()
    if _tells(location.name) and location.name.strip().casefold() not in told:
        found.append(_line(location.name))
    if confidential.point:
        found += [_degrees(part) for part in (confidential.point.lat, confidential.point.lon)]
    return found


def _tells(line: str) -> bool:
    return len(" ".join(_words(line))) >= _SHORTEST_SECRET


def _words(line: str) -> list[str]:
    return [word for word in re.split(rf"{_GAP}+", line) if word]


def _line(line: str) -> _Secret:
    """An address line, with or without its number, however it is spaced and shortened."""
    words = _words(line)
    street = words[1:] if len(words) > 2 and any(map(str.isdigit, words[0])) else words
    number = f"(?:{re.escape(words[0])}{_GAP}+)?" if len(street) < len(words) else ""
    pattern = rf"\b{number}" + f"{_GAP}+".join(_word(word) for word in street) + r"\b"
    longest = max(street, key=lambda word: min(map(len, _forms(word))))
    return _Secret(pattern, tuple(form.lower() for form in _forms(longest)))


def _word(word: str) -> str:
    """A word of a street's name as it is, or as people shorten it."""
    return f"(?:{'|'.join(map(re.escape, _forms(word)))})"


def _forms(word: str) -> tuple[str, ...]:
    return next((forms for forms in _SHORTENED if word.casefold() in forms), (word,))


def _degrees(part: float) -> _Secret:
    """A coordinate that is told to 100 metres or nearer."""
    whole, _, digits = f"{abs(part):.6f}".partition(".")
    telling = digits[:_TELLING_DIGITS]
    return _Secret(rf"{whole}[.,]{telling}\d*", (telling,))


def _put_texts(value: Any, into: list[str]) -> None:
    """Every string in which ``_blank`` would look."""
    if type(value) is str:
        into.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _put_texts(item, into)
    else:
        kind: Any = type(value)
        for name in _field_names(kind):
            if held := getattr(value, name):
                _put_texts(held, into)


def _blank(value: Any, pattern: re.Pattern[str]) -> Any:
    """``value`` with what ``pattern`` finds replaced in every string below it; the same object if nothing was found."""
    if isinstance(value, str):
        return _blank_text(value, pattern) if type(value) is str else value
    if isinstance(value, tuple):
        blanked = tuple(_blank(item, pattern) for item in value)
        return blanked if any(new is not old for new, old in zip(blanked, value, strict=True)) else value
    kind: Any = type(value)
    names = _field_names(kind)
    changed = {}
    for name in names:
        old = getattr(value, name)
        if old and (new := _blank(old, pattern)) is not old:
            changed[name] = "" if name in _WHOLE else new
    return replace(value, **changed) if changed else value


def _blank_text(text: str, pattern: re.Pattern[str]) -> str:
    """``text`` without what ``pattern`` finds, also where it is written in full-width letters."""
    if pattern.search(text):
        return pattern.sub(WITHHELD, text)
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return pattern.sub(WITHHELD, plain) if pattern.search(plain) else text


@cache
def _field_names(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a dataclass that may hold text; none for other values.

    An address that is left is of an exact location: to show it is the group's own choice, also in the same street.
    """
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) and kind not in {Point, Address} else ()
