"""Invented records for tests: one by hand with ``given_record``, many by hypothesis with ``records()``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st

from directory.core.geo import Point
from directory.core.hours import Schedule
from directory.listings.rules import record as r

NAMESPACE = UUID("6f1f0f7c-50f1-4a52-8f8e-0d1d5c0a7a11")
NOON = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def an_id(*parts: object) -> UUID:
    """The same UUID for the same parts."""
    return uuid5(NAMESPACE, "/".join(map(str, parts)))


def given_location(name: str = "St Agatha's Hall", **changes: Any) -> r.Location:
    """A location with an address in B11 and its point."""
    place = an_id("location", name, changes.get("visibility", ""))
    values: dict[str, Any] = {
        "id": place,
        "name": name,
        "point": Point(52.4573, -1.8716),
        "precision_m": 20.0,
        "found": r.Found.ADDRESS,
        "addresses": (
            r.Address(
                id=an_id(place, "address"),
                address_1="12 Example Road",
                city="Birmingham",
                postal_code="B11 1AA",
            ),
        ),
    }
    return r.Location(**{**values, **changes})


def given_record(name: str = "Sparkbrook Kitchen", *locations: r.Location, **changes: Any) -> r.Record:
    """An organisation with one service ("Food bank") at each of ``locations``, or for the whole place."""
    organisation = changes.pop("id", an_id("organisation", name))
    offerings = tuple(
        r.Offering(id=an_id(organisation, "offering", n), location_id=location.id)
        for n, location in enumerate(locations)
    )
    service = r.Service(
        id=an_id(organisation, "service"),
        name=changes.pop("service", "Food bank"),
        description=changes.pop("about", "Parcels for anyone who is short this week."),
        needs=changes.pop("needs", ("food",)),
        service_areas=()
        if locations
        else (r.ServiceArea(id=an_id(organisation, "area"), code="*place", name="Birmingham"),),
        offerings=offerings,
    )
    values: dict[str, Any] = {
        "id": organisation,
        "name": name,
        "source": r.Source(kind=r.SourceKind.SELF_LISTED),
        "locations": tuple(locations),
        "services": (service,),
        "description": "Neighbours feeding neighbours.",
    }
    return r.Record(**{**values, **changes})


ids = st.uuids(version=4)
texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=12)
maybe = st.just("") | texts
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
times = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
needs = st.sampled_from(("food", "warm-place", "money", "housing", "mental-health", "company"))


def several(what: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    """A tuple of none to ``most``."""
    return st.lists(what, max_size=most).map(tuple)


def distinct(what: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """A tuple of different values."""
    return st.lists(what, max_size=3, unique=True).map(tuple)


schedules = st.builds(
    Schedule,
    freq=st.sampled_from(("WEEKLY", "MONTHLY")),
    interval=st.integers(1, 3),
    byday=distinct(st.sampled_from(DAYS)),
    dtstart=st.none() | days,
    opens_at=st.none() | times,
    closes_at=st.none() | times,
    description=maybe,
    closed=st.booleans(),
    by_appointment=st.booleans(),
)
phones = st.builds(r.Phone, id=ids, number=st.just("0121 496 0000"), description=maybe)
contacts = st.builds(r.Contact, id=ids, name=maybe, title=maybe, email=maybe, phones=several(phones, 1))
addresses = st.builds(
    r.Address,
    id=ids,
    address_1=st.builds("{} Secret Mews".format, st.integers(1, 999)),
    city=st.just("Birmingham"),
    postal_code=st.sampled_from(("B11 1AA", "B12 9QH", "B14 7QH")),
)
locations = st.builds(
    r.Location,
    id=ids,
    name=maybe,
    visibility=st.sampled_from(r.Visibility),
    point=st.builds(Point, st.floats(52.4, 52.6), st.floats(-2.0, -1.75)),
    precision_m=st.floats(0, 150),
    found=st.sampled_from(r.Found),
    addresses=st.lists(addresses, min_size=1, max_size=2).map(tuple),
    accessibility=distinct(st.sampled_from(("step-free", "hearing-loop"))),
    phones=several(phones, 1),
)


offerings = st.builds(r.Offering, id=ids, description=maybe, schedules=several(schedules, 1))
services = st.builds(
    r.Service,
    id=ids,
    name=texts,
    description=maybe,
    needs=distinct(needs),
    how=distinct(st.sampled_from(("in-person", "online"))),
    free=st.none() | st.booleans(),
    cost_options=several(st.builds(r.CostOption, id=ids, option=maybe, amount=st.none() | st.floats(0, 50)), 1),
    languages=several(st.builds(r.Language, id=ids, code=st.sampled_from(("ur", "pl")), name=maybe), 1),
    phones=several(phones, 1),
    contacts=several(contacts, 1),
    schedules=several(schedules, 1),
    service_areas=several(st.builds(r.ServiceArea, id=ids, code=st.just("B11"), name=texts), 1),
    offerings=st.lists(offerings, min_size=1, max_size=2).map(tuple),
    attributes=several(st.builds(r.Attribute, id=ids, label=texts, value=texts), 1),
)
_records = st.builds(
    r.Record,
    id=ids,
    name=texts,
    source=st.builds(r.Source, kind=st.sampled_from(r.SourceKind), fetched_at=st.none() | instants),
    description=maybe,
    identifiers=several(st.builds(r.Identifier, id=ids, scheme=st.just("GB-CHC"), value=texts), 1),
    phones=several(phones, 1),
    contacts=several(contacts, 1),
    locations=several(locations),
    services=several(services),
    notice=st.none() | st.builds(r.Notice, text=texts, until=st.none() | days),
    wants=several(texts),
    assured_at=st.none() | instants,
)


def records() -> st.SearchStrategy[r.Record]:
    """Any record: its services at its own locations, each with its visibility."""
    return st.builds(_placed, _records, st.randoms(use_true_random=False))


def _placed(record: r.Record, chance: Random) -> r.Record:
    """``record`` with its offerings at its locations, or at none."""
    places = [None, *(location.id for location in record.locations)]
    return replace(
        record,
        services=tuple(
            replace(
                service,
                offerings=tuple(replace(offering, location_id=chance.choice(places)) for offering in service.offerings),
            )
            for service in record.services
        ),
    )
