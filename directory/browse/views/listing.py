"""One organisation's page: the stored document and the moment, as what the template says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from json import JSONEncoder, loads
from typing import Any, Final

from directory.areas.rules import AreaInfo
from directory.browse.rules import is_stale
from directory.browse.views import contacts, hours, words
from directory.browse.views.contacts import Contact
from directory.browse.views.hours import Hours, State
from directory.core.geo import Point, distance_m
from directory.core.hours import Schedule
from directory.core.text import shorten
from directory.geocoding.rules import Located
from directory.infra.calendar import calendar_of
from directory.infra.place import Place
from directory.listings.rules.codec import decode
from directory.listings.rules.record import Provider, Visibility
from directory.listings.rules.taxonomy import Term, Terms
from directory.web.addresses import address
from directory.web.words import gettext as _

Json = Mapping[str, Any]
SUMMARY_CHARACTERS = 160
_dumps: Final = JSONEncoder(check_circular=False).encode
MAP_PRECISION = 5  # decimals of a degree: a metre


@dataclass(frozen=True, slots=True)
class Tag:
    """A need as a label; ``url`` leads to its page."""

    slug: str
    name: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class Area:
    """An area that a location lies in."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Where:
    """A location of the organisation, as openly as it is published. ``number`` is its place in the record."""

    number: int
    name: str
    lines: tuple[str, ...]
    hint: str  # what to know of an address that is not shown whole
    point: Point | None
    is_approximate: bool
    distance: str
    access: tuple[str, ...]
    access_note: str
    transport: str
    about: str
    areas: tuple[Area, ...]
    directions_url: str


@dataclass(frozen=True, slots=True)
class Held:
    """When and where a service is held: one of its offerings."""

    where: Where | None
    state: State
    hours: tuple[Hours, ...]
    about: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class ServiceView:
    """What the organisation does for people."""

    id: str
    name: str
    paragraphs: tuple[str, ...]
    needs: tuple[Tag, ...]
    held: tuple[Held, ...]
    facts: tuple[tuple[str, str], ...]  # label and words: for whom, cost, languages ...
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """Everything that ``browse/listing.html`` shows."""

    id: str
    slug: str
    name: str
    also: str
    kind: str
    paragraphs: tuple[str, ...]
    notice: str
    notice_until: str
    today: str
    services: tuple[ServiceView, ...]
    places: tuple[Where, ...]
    contacts: tuple[Contact, ...]
    registers: tuple[Contact, ...]
    trust: str
    data_terms: str  # "" for what is from no feed
    is_confirmed: bool
    updated: str
    wants: tuple[str, ...]
    supplies: tuple[str, ...]
    distance: str = ""
    pins: tuple[Where, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Seen:
    """From where and when a page is looked at, and what gives names."""

    now: datetime
    place: Place
    terms: Terms
    area: Callable[[str], AreaInfo | None]  # by its code
    language: str  # of the page: what is said in it is kept
    near: Located | None = None
    providers: Mapping[str, Provider] = field(default_factory=dict)  # by the name of the source

    @property
    def wall(self) -> datetime:
        """The moment in the time zone of the place."""
        return self.now.astimezone(self.place.time_zone)

    @property
    def today(self) -> date:
        """The day it is there."""
        return self.wall.date()


def listing_page(page: Json, seen: Seen) -> ListingPage:
    """The page of a stored document (``listings.queries.page``)."""
    record = page["record"]
    assured = record["assured_at"] and datetime.fromisoformat(record["assured_at"])
    stale = is_stale(assured, seen.now)
    provider = seen.providers.get(record["source"]["name"])
    places = {
        place["id"]: _where(number, place, page["areas"].get(place["id"], ()), seen)
        for number, place in enumerate(record["locations"])
    }
    shown = tuple(places.values())
    notice = words.notice_words(record["notice"], seen.today)
    return ListingPage(
        id=record["id"],
        slug=page["slug"],
        name=record["name"],
        also=record["alternate_name"],
        kind=words.term_words(seen.terms.kinds, record["kind"]),
        paragraphs=paragraphs(record["description"]),
        notice=notice,
        notice_until=_until(record["notice"]) if notice else "",
        today=_today(record["today"], seen.now),
        services=tuple(_service(service, places, seen) for service in record["services"]),
        places=shown,
        contacts=contacts.of_record(record),
        registers=contacts.registers(record),
        trust=words.trust_words(
            record["source"]["kind"], record["source"]["name"], assured, stale=stale, provider=provider
        ),
        data_terms=words.terms_words(provider),
        is_confirmed=assured is not None and not stale,
        updated=hours.date_words(datetime.fromisoformat(page["last_modified"]).astimezone(seen.place.time_zone).date()),
        wants=tuple(record["wants"]),
        supplies=tuple(record["supplies"]),
        distance=_nearest(shown, seen),
        pins=tuple(place for place in shown if place.point),
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a plain text."""
    return tuple(part for part in (" ".join(block.split()) for block in text.split("\n\n")) if part)


def summary(record: Json) -> str:
    """One sentence or two for those who have not opened the page: search engines, shared links."""
    services = (service["description"] or service["name"] for service in record["services"])
    return shorten(" ".join((record["description"] or next(services, "")).split()), SUMMARY_CHARACTERS)


def tags(needs: Sequence[str], terms: Mapping[str, Term]) -> tuple[Tag, ...]:
    """The needs of a service as labels that lead to their pages, as far as they are in the file."""
    return tuple(
        Tag(slug, terms[slug].name, terms[slug].icon, address("browse.need", slug=slug))
        for slug in needs
        if slug in terms
    )


def _where(number: int, place: Json, codes: Sequence[str], seen: Seen) -> Where:
    lines = tuple(_address_lines(place["addresses"][0])) if place["addresses"] else ()
    point = Point(*place["point"]) if place["point"] else None
    exact = place["visibility"] == Visibility.EXACT
    return Where(
        number=number,
        name=place["name"] or (_("Online or by phone") if place["location_type"] == "virtual" else ""),
        lines=lines if exact else (),
        hint=_place_hint(place["visibility"], ", ".join(lines)),
        point=point,
        is_approximate=place["visibility"] == Visibility.APPROXIMATE,
        distance=_distance(point, place, seen),
        access=tuple(words.term_words(seen.terms.access, slug) for slug in place["accessibility"]),
        access_note=place["accessibility_note"],
        transport=place["transportation"],
        about=place["description"],
        areas=tuple(Area(area.name, address("browse.area", code=area.code)) for area in map(seen.area, codes) if area),
        directions_url=_directions(point) if exact and point else "",
    )


def _address_lines(found: Json) -> list[str]:
    fields = ("address_1", "address_2", "city", "region", "state_province", "postal_code")
    return [found[name] for name in fields if found[name]]


def _place_hint(visibility: str, near: str) -> str:
    if visibility == Visibility.HIDDEN:
        return _("The address is not published. Get in touch to find out where to go.")
    if visibility == Visibility.APPROXIMATE:
        if near:
            return _("Near %(place)s. The exact address is not shown.", place=near)
        return _("The exact address is not shown.")
    return ""


def _distance(point: Point | None, place: Json, seen: Seen) -> str:
    if point is None or seen.near is None:
        return ""
    off = words.APPROXIMATE_M if place["visibility"] == Visibility.APPROXIMATE else place["precision_m"] or 0.0
    return words.miles(distance_m(seen.near.point, point), unsure_m=max(off, seen.near.precision_m))


def _nearest(shown: Sequence[Where], seen: Seen) -> str:
    """How far the nearest location is from where the search was made: "0.4 miles from Kings Heath"."""
    near = seen.near
    with_points = [place for place in shown if place.point]
    if near is None or not with_points:
        return ""
    nearest = min(with_points, key=lambda place: distance_m(near.point, place.point or near.point))
    return _("%(distance)s from %(place)s", distance=nearest.distance, place=near.label)


def _directions(point: Point) -> str:
    """A map that finds the way: OpenStreetMap, which asks for no account."""
    at = f"{point.lat:.{MAP_PRECISION}f}/{point.lon:.{MAP_PRECISION}f}"
    return f"https://www.openstreetmap.org/directions?to={at.replace('/', '%2C')}#map=17/{at}"


def _service(service: Json, places: Mapping[str, Where], seen: Seen) -> ServiceView:
    schedules = _schedules(service["schedules"])
    held = tuple(_held(offering, schedules, places, seen) for offering in service["offerings"])
    if not held and schedules:
        held = (
            Held(None, hours.state(schedules, seen.wall, calendar_of(seen.place)), _hours(schedules, seen), "", ()),
        )
    return ServiceView(
        id=service["id"],
        name=service["name"],
        paragraphs=paragraphs(service["description"]),
        needs=tags(service["needs"], seen.terms.needs),
        held=held,
        facts=tuple(_facts(service, seen.terms)),
        contacts=contacts.of_service(service),
    )


def _held(offering: Json, usual: tuple[Schedule, ...], places: Mapping[str, Where], seen: Seen) -> Held:
    schedules = _schedules(offering["schedules"]) or usual
    return Held(
        where=places.get(offering["location_id"] or ""),
        state=hours.state(schedules, seen.wall, calendar_of(seen.place)),
        hours=_hours(schedules, seen),
        about=offering["description"],
        contacts=contacts.phones(offering["phones"]),
    )


def _schedules(found: Sequence[Json]) -> tuple[Schedule, ...]:
    return _decoded(_dumps(found)) if found else ()


@lru_cache(maxsize=4096)  # many groups keep the same hours
def _decoded(text: str) -> tuple[Schedule, ...]:
    return tuple(
        decode(Schedule, {name: value for name, value in each.items() if value is not None}) for each in loads(text)
    )


def _hours(schedules: tuple[Schedule, ...], seen: Seen) -> tuple[Hours, ...]:
    return _lines(schedules, seen.language, seen.today) if schedules else ()


@lru_cache(maxsize=4096)  # a day has many readers
def _lines(schedules: tuple[Schedule, ...], _language: str, today: date) -> tuple[Hours, ...]:
    return tuple(hours.lines(schedules, today))


def _facts(service: Json, terms: Terms) -> list[tuple[str, str]]:
    """What to know of a service beside when and where, each with its label; what nobody said is left out."""
    said = [
        (_("Who it is for"), _whom(service, terms)),
        (_("Cost"), _cost(service)),
        (_("How"), ", ".join(words.term_words(terms.hows, slug) for slug in service["how"])),
        (_("How to join"), service["application_process"] or _referral(service["referral"])),
        (_("Languages"), hours.listed(_language(each) for each in service["languages"])),
        (_("Area served"), hours.listed(area["name"] for area in service["service_areas"])),
    ]
    said += [(each["label"], each["value"]) for each in service["attributes"] if not each["taxonomy"]]
    return [(label, text) for label, text in said if text]


def _whom(service: Json, terms: Terms) -> str:
    for_whom = "; ".join(words.term_words(terms.audiences, slug) for slug in service["audiences"])
    return ". ".join(part for part in (for_whom, _ages(service), service["eligibility"]) if part)


def _ages(service: Json) -> str:
    youngest, oldest = service["minimum_age"], service["maximum_age"]
    if youngest is not None and oldest is not None:
        return _("Ages %(from)s to %(to)s", **{"from": f"{youngest:g}", "to": f"{oldest:g}"})
    if youngest is not None:
        return _("Aged %(age)s and over", age=f"{youngest:g}")
    return _("Up to age %(age)s", age=f"{oldest:g}") if oldest is not None else ""


def _cost(service: Json) -> str:
    said = [_price(option) for option in service["cost_options"]]
    if service["fees"]:
        said.insert(0, service["fees"])
    if service["free"] is True and not said:
        return _("Free")
    return "; ".join(part for part in said if part)


def _price(option: Json) -> str:
    amount = option["amount"]
    if amount is None:
        return str(option["option"] or option["description"])
    told = _("Free") if amount == 0 else words.money_words(amount, option["currency"])
    what = option["option"] or option["description"]
    return _("%(what)s: %(price)s", what=what, price=told) if what else told


def _language(language: Json) -> str:
    name = language["name"] or language["code"]
    return f"{name} ({language['note']})" if language["note"] else name


def _referral(how: str) -> str:
    known = {
        "self": _("You can go or ring yourself."),
        "professional": _("A professional has to refer you, for example your GP or a social worker."),
    }
    return known.get(how, "")


def _until(notice: Json) -> str:
    return hours.date_words(date.fromisoformat(notice["until"])) if notice.get("until") else ""


def _today(found: Json | None, now: datetime) -> str:
    """What the group says of today, until it expires by itself."""
    if not found or datetime.fromisoformat(found["until"]) <= now:
        return ""
    known = {
        "available": _("Can take people today"),
        "waiting-list": _("Has a waiting list today"),
        "full": _("Full today"),
        "closed": _("Closed today"),
    }
    return known.get(found["status"], "")
