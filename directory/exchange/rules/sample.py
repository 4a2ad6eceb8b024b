"""The sample: invented organisations in TOML files, made into records.

``exchange/sample/README.md`` says what each key means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from directory.core.contact import tidy_email, tidy_phone, tidy_website
from directory.core.errors import Invalid
from directory.core.hours import Schedule
from directory.core.identifiers import slug as slug_of
from directory.core.identifiers import stable_uuid
from directory.core.postcode import Postcode
from directory.exchange.rules import sample_hours
from directory.exchange.rules.sample_table import Table
from directory.listings.rules import record as r
from directory.listings.rules.taxonomy import Terms

SOURCE: Final = "sample"
EVERYWHERE: Final = "*everywhere"
_REFERRAL: Final = {"self": "", "professional": ""}
_STATUS: Final = {"available": "", "waiting-list": "", "full": ""}
_VISIBILITY: Final = {visibility.value: visibility for visibility in r.Visibility}
_PHONES: Final = (
    ("phone", "voice", ""),
    ("freephone", "voice", "Free to call"),
    ("mobile", "text", "Text only"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a sample is read against: the terms, names of areas by code ("B11", "*place"), and the day."""

    terms: Terms
    areas: Mapping[str, str]
    today: date
    city: str = ""


def records(files: Mapping[str, Mapping[str, Any]], ground: Ground) -> tuple[list[r.Record], list[str]]:
    """The record of every organisation in ``files`` (name -> TOML, already read), and every problem.

    An organisation with a problem is left out; the problem says the file, its name, the key and what is
    wanted. Identifiers are the same each time. Days are counted back from ``ground.today``, so that a sample
    never ages.
    """
    found: list[r.Record] = []
    problems: list[str] = []
    seen: dict[UUID, str] = {}
    for file, data in files.items():
        for n, given in enumerate(data.get("organisation", []), 1):
            name = given.get("name", f"organisation {n}") if isinstance(given, Mapping) else f"organisation {n}"
            where = f"{file}: {name}"
            try:
                record = _Organisation(Table(given, where), ground).record()
            except Invalid as problem:
                problems.append(str(problem))
                continue
            if record.id in seen:
                problems.append(f"{where}: has the key of {seen[record.id]}")
                continue
            seen[record.id] = where
            found.append(record)
    return found, problems


class _Organisation:
    """Reads one organisation."""

    def __init__(self, table: Table, ground: Ground) -> None:
        self._table = table
        self._ground = ground
        self._name = table.text("name")
        self._key = table.text("key", slug_of(self._name, fallback=self._name))
        self._id = stable_uuid("sample", self._key)
        self._places: dict[str, UUID] = {}

    def record(self) -> r.Record:
        """The record. Raises Invalid."""
        table = self._table
        locations = tuple(self._location(venue) for venue in table.tables("venues"))
        services = tuple(self._service(service) for service in table.tables("services"))
        if not services:
            raise Invalid(f"{table.where}: services", None, "at least one")
        record = r.Record(
            id=self._id,
            name=self._name,
            source=r.Source(kind=r.SourceKind.SAMPLE, name=SOURCE, id=self._key),
            kind=table.slug("kind", self._ground.terms.kinds),
            alternate_name=table.text("also", ""),
            description=table.text("about"),
            email=_email(table),
            website=_website(table),
            legal_status=table.text("legal", ""),
            year_incorporated=table.whole("year"),
            phones=_phones(table, self._id),
            contacts=tuple(self._contact(contact) for contact in table.tables("contacts")),
            locations=locations,
            services=services,
            notice=self._notice(table.table("notice")),
            today=self._today(table.table("today")),
            wants=table.texts("wants"),
            supplies=table.texts("supplies"),
            assured_at=self._days_ago(table.whole("assured")),
        )
        table.finish()
        return record

    def _location(self, table: Table) -> r.Location:
        key = table.text("key")
        if key in self._places:
            raise Invalid(f"{table.where}: key", key, "a key that no other venue has")
        place = self._places[key] = stable_uuid(self._id, "location", key)
        address = r.Address(
            id=stable_uuid(place, "address"),
            address_1=table.text("street"),
            city=self._ground.city,
            postal_code=str(Postcode.parse(table.text("postcode"))),
        )
        location = r.Location(
            id=place,
            name=table.text("name"),
            visibility=_VISIBILITY[table.slug("visibility", _VISIBILITY, "exact")],
            addresses=(address,),
            description=table.text("about", ""),
            transportation=table.text("travel", ""),
            accessibility=table.slugs("access", self._ground.terms.access),
            accessibility_note=table.text("access_note", ""),
        )
        table.finish()
        return location

    def _service(self, table: Table) -> r.Service:
        name = table.text("name")
        service = stable_uuid(self._id, "service", name)
        terms = self._ground.terms
        offerings = tuple(self._offering(at, service) for at in table.tables("at"))
        fees, prices = table.text("fees", ""), self._prices(table, service)
        free = table.flag("free")
        how = table.slugs("how", terms.hows) or (("in-person",) if offerings else ())
        needs = table.slugs("needs", terms.needs)
        if not needs or not how:
            raise Invalid(f"{table.where}: needs and how", [needs, how], "a need; and how, when it is at no venue")
        record = r.Service(
            id=service,
            name=name,
            description=table.text("about"),
            needs=needs,
            audiences=table.slugs("for", terms.audiences),
            how=how,
            eligibility=table.text("who", ""),
            minimum_age=table.number("min_age"),
            maximum_age=table.number("max_age"),
            application_process=table.text("join", ""),
            fees=fees,
            free=False if free is None and (fees or prices) else free,
            referral=table.slug("referral", _REFERRAL, ""),
            cost_options=prices,
            languages=tuple(
                r.Language(id=stable_uuid(service, "language", code), code=code, name=terms.languages[code].name)
                for code in table.slugs("languages", terms.languages)
            ),
            schedules=self._schedules(table),
            service_areas=self._areas(table, service),
            offerings=offerings,
        )
        table.finish()
        return record

    def _offering(self, table: Table, service: UUID) -> r.Offering:
        venue = table.slug("venue", self._places)
        offering = r.Offering(
            id=stable_uuid(service, "offering", venue),
            location_id=self._places[venue],
            schedules=self._schedules(table),
        )
        table.finish()
        return offering

    def _schedules(self, table: Table) -> tuple[Schedule, ...]:
        return tuple(sample_hours.parse(text, self._ground.today) for text in table.texts("hours"))

    def _areas(self, table: Table, service: UUID) -> tuple[r.ServiceArea, ...]:
        areas = {**self._ground.areas, EVERYWHERE: "Anywhere"}
        return tuple(
            r.ServiceArea(id=stable_uuid(service, "area", code), code=code, name=areas[code])
            for code in table.slugs("serves", areas)
        )

    def _prices(self, table: Table, service: UUID) -> tuple[r.CostOption, ...]:
        found = []
        for price in table.tables("prices"):
            option, amount = price.text("option"), price.number("amount")
            found.append(r.CostOption(id=stable_uuid(service, "price", option), option=option, amount=amount))
            price.finish()
        return tuple(found)

    def _contact(self, table: Table) -> r.Contact:
        title = table.text("title")
        contact = stable_uuid(self._id, "contact", title)
        found = r.Contact(id=contact, title=title, email=_email(table), phones=_phones(table, contact))
        table.finish()
        return found

    def _notice(self, table: Table | None) -> r.Notice | None:
        if table is None:
            return None
        days = table.whole("days")
        until = None if days is None else self._ground.today + timedelta(days=days)
        found = r.Notice(text=table.text("text"), until=until)
        table.finish()
        return found

    def _today(self, table: Table | None) -> r.Today | None:
        if table is None:
            return None
        until = self._ground.today + timedelta(days=table.whole("days") or 1)
        found = r.Today(status=table.slug("status", _STATUS), until=datetime.combine(until, time(), UTC))
        table.finish()
        return found

    def _days_ago(self, days: int | None) -> datetime | None:
        """Ten in the morning, so that a sample loaded twice in a day says the same."""
        if days is None:
            return None
        return datetime.combine(self._ground.today - timedelta(days=days), time(10), UTC)


def _email(table: Table) -> str:
    given = table.text("email", "")
    return tidy_email(given) if given else ""


def _website(table: Table) -> str:
    given = table.text("website", "")
    return tidy_website(given) if given else ""


def _phones(table: Table, owner: UUID) -> tuple[r.Phone, ...]:
    found = []
    for key, kind, description in _PHONES:
        number = table.text(key, "")
        if number:
            phone = stable_uuid(owner, "phone", key)
            found.append(r.Phone(id=phone, number=tidy_phone(number), kind=kind, description=description))
    return tuple(found)
