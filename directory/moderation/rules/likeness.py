"""How likely it is that two listings are of one organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from rapidfuzz import fuzz

from directory.core.contact import tidy_phone, tidy_website
from directory.core.errors import Invalid
from directory.core.geo import Point, distance_m
from directory.core.postcode import Postcode
from directory.core.text import fold
from directory.listings.rules.record import Record, Visibility

SAME_STREET_M: Final = 150.0  # two halls on one street are neighbours
NEARBY_M: Final = 1_500.0
ALIKE: Final = 82.0  # of 100, from which names are said to be alike
WORTH_TELLING: Final = 45.0  # of 100; below it a likeness is chance
# Said in so many names that they make none alike.
_COMMON_WORDS: Final = "the of and for a in at community group association society trust charity cic cio ltd"
_COMMON: Final = frozenset(_COMMON_WORDS.split())
# Sites where many have their page: the address alone tells them apart.
SHARED_SITES: Final = frozenset(
    {"facebook.com", "instagram.com", "linktr.ee", "sites.google.com", "twitter.com", "x.com", "youtube.com"}
)


class Why(StrEnum):
    """What two listings have in common."""

    NUMBER = "number"
    PHONE = "phone"
    WEBSITE = "website"
    NAME = "name"
    NEAR = "near"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What is known of the organisation that is looked for. ``identifiers``: (scheme, value)."""

    name: str = ""
    also: str = ""
    point: Point | None = None
    identifiers: frozenset[tuple[str, str]] = frozenset()
    phones: frozenset[str] = frozenset()  # as ``tidy_phone`` writes them
    website: str = ""  # as ``site_of`` writes it


@dataclass(frozen=True, slots=True)
class Likely:
    """A published listing that may be of the same organisation: ``score`` of 100, and why."""

    uuid: UUID
    slug: str
    name: str
    where: str  # a public address or venue, "" if none is known
    score: float
    why: tuple[Why, ...]


def clues(
    *,
    name: str = "",
    point: Point | None = None,
    identifiers: Iterable[tuple[str, str]] = (),
    phones: Iterable[str] = (),
    website: str = "",
) -> Clues:
    """The clues of what somebody typed so far; what cannot be read is no clue."""
    return Clues(
        name=name,
        point=point,
        identifiers=frozenset(identifiers),
        phones=frozenset(filter(None, map(_phone, phones))),
        website=site_of(website),
    )


def clues_of(record: Record) -> Clues:
    """The clues of a record, public or proposed; a place that is not shown whole is none."""
    phones = [*record.phones, *(phone for contact in record.contacts for phone in contact.phones)]
    phones += [phone for service in record.services for phone in service.phones]
    shown = (place.point for place in record.locations if place.visibility is Visibility.EXACT)
    return Clues(
        name=record.name,
        also=record.alternate_name,
        point=next((point for point in shown if point), None),
        identifiers=frozenset((each.scheme, each.value) for each in record.identifiers),
        phones=frozenset(filter(None, (_phone(phone.number) for phone in phones))),
        website=site_of(record.website),
    )


def site_of(website: str) -> str:
    """What tells one website from another: its host without "www", with the path where many share a host."""
    try:
        parts = urlsplit(tidy_website(website)) if website else urlsplit("")
    except Invalid:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/').lower()}" if host in SHARED_SITES else host


def likeness(wanted: Clues, other: Clues) -> tuple[float, tuple[Why, ...]]:
    """How alike two are, of 100, and why. The same number in a register settles it."""
    why: list[Why] = []
    if wanted.identifiers & other.identifiers:
        why.append(Why.NUMBER)
    name = name_likeness(wanted, other)
    score = name * 0.6
    if name >= ALIKE:
        why.append(Why.NAME)
    if wanted.phones & other.phones:
        why.append(Why.PHONE)
        score += 35
    if wanted.website and wanted.website == other.website:
        why.append(Why.WEBSITE)
        score += 35
    away = distance_m(wanted.point, other.point) if wanted.point and other.point else None
    if away is not None and away <= NEARBY_M:
        score += 20 if away <= SAME_STREET_M else 10
        if away <= SAME_STREET_M:
            why.append(Why.NEAR)
    elif away is not None:
        score -= 10  # a name is often used again, in another part of the town
    return (100.0 if Why.NUMBER in why else max(0.0, min(99.0, score))), tuple(why)


def name_likeness(wanted: Clues, other: Clues) -> float:
    """How alike the names are, of 100: the order of words, endings and what stands in every name do not count."""
    ours, theirs = ([_telling(name) for name in (each.name, each.also) if name] for each in (wanted, other))
    return max((_names(one, two) for one in ours for two in theirs if one and two), default=0.0)


def _names(one: str, two: str) -> float:
    """``token_set_ratio`` alone would call "Kitchen" the same as "Sparkbrook Kitchen"."""
    return 0.6 * fuzz.token_sort_ratio(one, two) + 0.4 * fuzz.token_set_ratio(one, two)


def _telling(name: str) -> str:
    words = fold(name).split()
    return " ".join([word for word in words if word not in _COMMON] or words)


def _phone(number: str) -> str:
    try:
        return tidy_phone(number).partition(" ext ")[0]
    except Invalid:
        return ""


def where_of(record: Mapping[str, object]) -> str:
    """The first public address of an encoded record, in one line."""
    places = record.get("locations") or []
    assert isinstance(places, list)  # noqa: S101 - what the codec writes
    for place in places:
        for address in place.get("addresses", ()):
            parts = (place.get("name"), address.get("address_1"), address.get("postal_code"))
            return ", ".join(str(part) for part in parts if part)
    return ""


def postcode_of(text: str) -> Postcode | None:
    """A postcode, or None for what is none."""
    try:
        return Postcode.parse(text)
    except Invalid:
        return None
