"""The place that an installation covers: a TOML file, read into a value that is passed in."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from directory.core.errors import Invalid
from directory.core.geo import Box, Point
from directory.infra import files
from directory.infra.keys import Keys
from directory.infra.settings import checks

DIVISIONS: Final = ("ENG", "WLS", "SCT", "NIR")  # whose bank holidays count


# What moderation.rules.small calls small; a place lets through all of them, or fewer.
SMALL_FACTS: Final = ("phones", "hours", "notice", "today")
_TOWN: Final = re.compile(r"(?P<name>\S.*) (?P<district>[0-9]{1,2}[A-Z]?)")
REVIEW_MONTHS: Final = 6  # promises.md: whoever listed a group is asked at six months
MOST_REVIEW_MONTHS: Final = 9  # three mails go before a listing that nobody confirms leaves at twelve


@dataclass(frozen=True, slots=True)
class District:
    """A postcode district ("B13") and what people call what is in it."""

    code: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A name people use. ``anchor``: the sector ("B11 1") or district ("B11") whose centre stands for it.

    ``is_town``: one of the many of a country, read on its map from nearby alone.
    """

    name: str
    anchor: str
    aliases: tuple[str, ...] = ()
    is_town: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about the directory."""

    name: str
    email: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Controller:
    """Who answers for personal data, as the law asks."""

    name: str
    address: str
    email: str
    registration: str = ""


@dataclass(frozen=True, slots=True)
class Helpline:
    """A number for people in danger or despair, entered by whoever runs the place."""

    name: str
    phone: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """On what terms the data of the place may be used: its SPDX identifier, its name, and where it is written."""

    code: str
    name: str
    url: str


LICENCES: Final = {
    "OGL-UK-3.0": Licence(
        "OGL-UK-3.0",
        "Open Government Licence v3.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    ),
    "CC-BY-4.0": Licence(
        "CC-BY-4.0", "Creative Commons Attribution 4.0 International", "https://creativecommons.org/licenses/by/4.0/"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What this installation covers."""

    slug: str
    name: str
    called: str  # inside a sentence: "the United Kingdom"
    box: Box  # a point outside is not in this place
    centre: Point
    time_zone: ZoneInfo
    radius_miles: float  # how far from a postcode or place name a search starts
    languages: tuple[str, ...]  # the first is the place's own
    holidays: str  # one of DIVISIONS
    sample: bool  # whether an empty database is filled with invented listings
    contact: Contact
    controller: Controller
    tiles_url: str  # "": none
    tiles_attribution: str
    licence: Licence = LICENCES["OGL-UK-3.0"]  # of the data
    attribution: str = ""  # what whoever uses the data says of its source
    districts: tuple[District, ...] = ()
    neighbourhoods: tuple[Neighbourhood, ...] = ()
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # a county, by places at its edges
    helplines: tuple[Helpline, ...] = ()
    small_facts: tuple[str, ...] = SMALL_FACTS  # what a steward of an assured listing changes without a moderator
    review_months: int = REVIEW_MONTHS  # after how long a listing is to be confirmed again
    review_sooner: Mapping[str, int] = field(default_factory=dict)  # months for some needs, by their slugs
    terms: tuple[tuple[date, date], ...] = ()  # first and last day of each stretch of school, in order

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that people call something here by: the place, its neighbourhoods, districts and regions."""
        own = (name for each in self.neighbourhoods for name in (each.name, *each.aliases))
        inside = (name for district in self.districts for name in district.names)
        return (self.name, *own, *inside, *self.regions)


def place_file(name_or_path: str) -> Path:
    """The file of a place: one that comes with the code, or a path. Raises Invalid."""
    shipped = files.places() / f"{name_or_path}.toml"
    file = shipped if shipped.parent == files.places() and shipped.is_file() else Path(name_or_path)
    if not file.is_file():
        known = ", ".join(sorted(path.stem for path in files.places().glob("*.toml")))
        raise Invalid("place", name_or_path, f"one of {known}, or the path of a place's TOML file")
    return file


def load_place(name_or_path: str) -> Place:
    """Read a place. Raises Invalid, which names the file, the key and what is wanted."""
    file = place_file(name_or_path)
    try:
        return _read(file, file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(str(file), str(error), "a TOML file in UTF-8") from None


def fingerprint(name_or_path: str) -> str:
    """Tells one content of a place's file from another: a server that read another one has to be restarted.

    Remarks and blanks do not count. Raises Invalid when there is no such file.
    """
    said = tomllib.loads(place_file(name_or_path).read_text(encoding="utf-8"))
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


@lru_cache(maxsize=4)  # the same text gives the same place, which is a value
def _read(file: Path, text: str) -> Place:
    keys = Keys(tomllib.loads(text), str(file))
    place = _place(keys, file.stem)
    keys.finish()
    return place


def _place(keys: Keys, slug: str) -> Place:
    tiles_url, tiles_attribution = _tiles(keys.table("tiles"))
    name = keys.take("name", str)
    called = keys.take("called", str, name)
    licence, attribution = _data(keys.table("data"), called)
    return Place(
        slug=slug,
        name=name,
        called=called,
        box=_box(keys.table("box")),
        centre=_centre(keys.table("centre")),
        time_zone=_zone(keys),
        radius_miles=keys.take("radius_miles", float, 3.0),
        languages=_languages(keys),
        holidays=keys.choice("holidays", DIVISIONS),
        sample=keys.take("sample", bool, default=False),
        contact=_contact(keys.table("contact")),
        controller=_controller(keys.table("controller")),
        tiles_url=tiles_url,
        tiles_attribution=tiles_attribution,
        licence=licence,
        attribution=attribution,
        districts=tuple(District(code, names) for code, names in keys.table("districts").rest_as_words()),
        neighbourhoods=(*map(_neighbourhood, keys.tables("neighbourhoods")), *_towns(keys.table("towns"))),
        regions=dict(_regions(keys.table("regions"))),
        helplines=tuple(_helpline(row) for row in keys.tables("helplines")),
        small_facts=_small_facts(keys),
        **_review(keys.table("review")),
        terms=_terms(keys),
    )


def _small_facts(keys: Keys) -> tuple[str, ...]:
    found = keys.words("small_facts", SMALL_FACTS)
    if not set(found) <= set(SMALL_FACTS):
        raise keys.wrong("small_facts", list(found), f"some of {', '.join(SMALL_FACTS)}, or none")
    return found


def _review(keys: Keys) -> dict[str, Any]:
    """After how many months listings are to be confirmed again, and those of which needs sooner."""
    sooner = keys.table("sooner")
    months = {need: sooner.take(need, int) for need in sooner.names()}
    found = {"review_months": keys.take("months", int, REVIEW_MONTHS), "review_sooner": months}
    keys.finish()
    for number in (found["review_months"], *months.values()):
        if not 1 <= number <= MOST_REVIEW_MONTHS:
            raise keys.wrong("months", number, f"1 to {MOST_REVIEW_MONTHS}")
    return found


def _languages(keys: Keys) -> tuple[str, ...]:
    found = keys.words("languages", ("en",))
    wrong = [code for code in found if not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", code)]
    if not found or wrong or len(set(found)) < len(found):
        raise keys.wrong("languages", list(found), "one or more different codes as in en, cy or pt-BR")
    return found


def _box(keys: Keys) -> Box:
    west, south, east, north = (keys.take(side, float) for side in ("west", "south", "east", "north"))
    keys.finish()
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        wanted = "west less than east, south less than north, in degrees"
        raise keys.wrong("the sides", [west, south, east, north], wanted)
    return Box(west, south, east, north)


def _centre(keys: Keys) -> Point:
    lat, lon = (keys.take(name, float) for name in ("lat", "lon"))
    keys.finish()
    return Point.parse(lat, lon)


def _zone(keys: Keys) -> ZoneInfo:
    name = keys.take("time_zone", str, "Europe/London")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise keys.wrong("time_zone", name, "a time zone as in Europe/London") from None


def _contact(keys: Keys) -> Contact:
    found = Contact(keys.take("name", str), keys.take("email", str), keys.take("phone", str, ""))
    keys.finish()
    return found


def _controller(keys: Keys) -> Controller:
    name, address, email = (keys.take(key, str) for key in ("name", "address", "email"))
    found = Controller(name, address, email, keys.take("registration", str, ""))
    keys.finish()
    return found


def _tiles(keys: Keys) -> tuple[str, str]:
    url, attribution = keys.take("url", str, ""), keys.take("attribution", str, "")
    keys.finish()
    try:
        return checks.tiles(url), attribution
    except ValueError:
        raise keys.wrong("url", url, "an http or https address with {z}, {x} and {y} in it, or nothing") from None


def _data(keys: Keys, called: str) -> tuple[Licence, str]:
    found = (
        LICENCES[keys.choice("licence", tuple(LICENCES))],
        keys.take("attribution", str, f"Community Directory of {called}"),
    )
    keys.finish()
    return found


def _neighbourhood(keys: Keys) -> Neighbourhood:
    found = Neighbourhood(keys.take("name", str), keys.take("anchor", str), keys.words("aliases"))
    keys.finish()
    return found


def _towns(keys: Keys) -> Iterator[Neighbourhood]:
    """Names of a postcode area, each with its district: "Banbury 16, Bicester 26" under OX."""
    for area in keys.names():
        for town in keys.take(area, str).split(","):
            found = _TOWN.fullmatch(town.strip())
            if found is None:
                raise keys.wrong(area, town.strip(), f'a name and a district of {area}, as in "Banbury 16"')
            yield Neighbourhood(found["name"], f"{area}{found['district']}", is_town=True)


def _regions(keys: Keys) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in keys.names():
        yield name, tuple(place.strip() for place in keys.take(name, str).split(","))


def _helpline(keys: Keys) -> Helpline:
    found = Helpline(keys.take("name", str), keys.take("phone", str), keys.take("when", str, ""))
    keys.finish()
    return found


def _terms(keys: Keys) -> tuple[tuple[date, date], ...]:
    found = []
    for row in keys.tables("terms"):
        first, last = row.take("first", date), row.take("last", date)
        row.finish()
        if isinstance(first, datetime) or isinstance(last, datetime) or last < first:
            raise row.wrong("last", str(last), f"a date from {first} on, both without a time")
        found.append((first, last))
    for one, other in pairwise(found):
        if other[0] <= one[1]:
            raise keys.wrong(
                "terms", f"{other[0]} after {one[1]}", "stretches of school in their order, none in another"
            )
    return tuple(found)
