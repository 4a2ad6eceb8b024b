"""Out as HSDS and in again: the same record, but for what rightly does not come back from a public file."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date, time

import pytest
from click.testing import CliRunner
from hypothesis import given

from directory.core.geo import Point
from directory.core.hours import Schedule
from directory.exchange.cli.hsds import import_hsds
from directory.exchange.rules import hsds
from directory.exchange.rules.hsds_kit import View
from directory.exchange.rules.hsds_read import Reader
from directory.exchange.rules.hsds_rows import Row, canonical, rows_of
from directory.exchange.rules.hsds_tables import Held
from directory.listings.rules import record as r
from directory.listings.rules.codec import encode
from directory.listings.rules.visibility import split
from directory.listings.service.taxonomy import load_terms
from tests.exchange.oruk_site import NOW, put
from tests.support.apps import INSTALLED, SAMPLED
from tests.support.databases import KINDS
from tests.support.records import an_id, given_location, given_record, records

VIEW = View(terms=load_terms(), place="Birmingham", place_slug="birmingham")
SOURCE = r.Source(kind=r.SourceKind.FEED)


def there_and_back(record):
    public, _ = split(record, lambda _postcode: None)
    page = {"slug": "x", "version": 1, "last_modified": NOW.isoformat(), "areas": {}, "record": encode(public)}
    made = json.loads(json.dumps(hsds.organization_object("organization_full_services", page, VIEW)))
    rows = [
        Row(table, "x.json", n, canonical(table, cells))
        for n, (table, cells) in enumerate(rows_of("organization", made))
    ]
    reader = Reader(Held(rows, "other"), VIEW, now=NOW)
    (back,) = list(reader.records())
    return back, reader.told


def to_a_tenth_of_a_metre(place):
    point = place.point and Point(round(place.point.lat, 6), round(place.point.lon, 6))
    return replace(place, point=point, visibility=r.Visibility.EXACT)


def public_part(record):
    """What of a record a public file may bring back."""
    public, _ = split(record, lambda _postcode: None)
    shown = [place for place in public.locations if place.visibility is not r.Visibility.HIDDEN]
    ids = {place.id for place in shown}

    def offered(offering):
        return offering if offering.location_id in ids else replace(offering, location_id=None)

    services = (replace(each, offerings=tuple(map(offered, each.offerings))) for each in public.services)
    return replace(
        public,
        source=SOURCE,
        locations=tuple(map(to_a_tenth_of_a_metre, shown)),
        services=tuple(services),
        assured_at=None,
        review_due_at=None,
        today=None,
    )


def mended(value):
    """A generated record whose e-mail addresses are some: the others are left out."""
    if isinstance(value, r.Contact):
        return replace(value, email="hello@example.org" if value.email else "")
    return value


def with_addresses(record):
    services = (replace(each, contacts=tuple(map(mended, each.contacts))) for each in record.services)
    return replace(record, contacts=tuple(map(mended, record.contacts)), services=tuple(services))


@given(records().map(with_addresses))
def test_a_record_survives_open_referral_and_back(record):
    back, _told = there_and_back(record)
    assert replace(back, source=SOURCE) == public_part(record)


RULES = [
    {"freq": "DAILY", "interval": 3, "dtstart": date(2026, 1, 1)},
    {"freq": "DAILY", "byday": ("MO", "SU")},
    {"freq": "YEARLY", "dtstart": date(2026, 12, 25), "opens_at": time(11)},
    {"freq": "YEARLY", "byday": ("20MO",)},
    {"freq": "MONTHLY", "bymonthday": (1, -1), "count": 5, "dtstart": date(2026, 1, 1), "until": date(2027, 1, 1)},
    {"dtstart": date(2026, 6, 1), "opens_at": time(22), "closes_at": time(2)},
    {"valid_from": date(2026, 6, 1), "valid_to": date(2026, 6, 7), "closed": True, "description": "Holiday"},
    {"freq": "WEEKLY", "byday": ("MO",), "wkst": "SU", "interval": 2, "by_appointment": True, "notes": "Ring first"},
]


@pytest.mark.parametrize("rule", RULES)
def test_any_schedule_survives(rule):
    record = given_record()
    schedules = (Schedule(**rule),)
    record = replace(record, services=(replace(record.services[0], schedules=schedules),))
    back, told = there_and_back(record)
    assert back.services[0].schedules == schedules
    assert told.faults == []


def test_everything_else_that_a_record_can_say_survives():
    everywhere = r.ServiceArea(id=an_id("everywhere"), code="*everywhere", name="Anywhere")
    address = r.Address(id=an_id("short"), address_2="The Annexe", postal_code="B11 1AA")
    hall = given_location(
        accessibility=("step-free", "hearing-loop"), accessibility_note="Ring the bell.", url="https://example.org/hall",
        description="Behind the church.", transportation="Bus 8", addresses=(address,),
    )  # fmt: skip
    bare = given_location("Bare", point=None, precision_m=None, found=None, addresses=(), accessibility_note="No lift.")
    record = given_record(
        "Club", hall, bare, kind="charity", alternate_name="The club", email="club@example.org", year_incorporated=1998,
        website="https://example.org", legal_status="CIO", description="", supplies=("catering",),
        notice=r.Notice(text="Moved.", until=date(2026, 6, 1)),
    )  # fmt: skip
    term = r.Attribute(id=an_id("term"), label="", value="E11", taxonomy="icnptso")
    fact = r.Attribute(id=an_id("fact"), label="Capacity", value="", taxonomy="")
    service = replace(
        record.services[0], url="https://example.org/a?b=c#d", email="a@example.org", status="temporarily closed",
        audiences=("carers",), how=("phone",), eligibility="All", minimum_age=16.0, maximum_age=25.5, free=True,
        application_process="Ring.", referral="self", service_areas=(everywhere,), attributes=(term, fact),
    )  # fmt: skip
    for changes in ({}, {"free": False, "fees": "Free"}, {"free": True, "fees": "Free to members"}, {"free": None}):
        changed = replace(record, services=(replace(service, **changes),))
        back, told = there_and_back(changed)
        assert replace(back, source=SOURCE) == public_part(changed)
        assert told.faults == []


def package(app, query=""):
    answer = app.test_client().get(f"/data/hsds.zip{query}")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    return answer.data


def tables(data):
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def comparable(data):
    """The rows of a package without what an import may not claim: when something changed, and was confirmed."""
    found = tables(data)
    del found["datapackage.json"]
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in found.items()}
    for row in rows["services.csv"]:
        del row["last_modified"], row["assured_date"]
    return {name: sorted(map(sorted, map(dict.items, some))) for name, some in rows.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_goes_into_an_empty_instance_and_comes_out_the_same(kind, databases, make_app, tmp_path):
    ours = package(make_app(databases.copy_of(SAMPLED, kind), reads_a_minute="0"))
    file = tmp_path / "hsds.zip"
    file.write_bytes(ours)
    other = make_app(databases.copy_of(INSTALLED, kind), reads_a_minute="0")
    run = imported(other, file)
    assert run.exit_code == 0, run.output
    assert "151 organisations" in run.output
    assert comparable(package(other)) == comparable(ours)
    again = imported(other, file)
    assert "151 same" in again.output


def imported(app, file, *options):
    with app.app_context():
        return CliRunner().invoke(import_hsds, [str(file), *options])


@pytest.fixture
def site(make_app):
    return make_app()


def test_the_package_of_a_search_has_those_organisations(site):
    put(site, given_record("Kitchen", needs=("food",)), given_record("Advice", needs=("money",)))
    found = tables(package(site, "?need=food"))["organizations.csv"]
    assert "Kitchen" in found
    assert "Advice" not in found
