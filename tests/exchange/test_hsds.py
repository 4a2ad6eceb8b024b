"""A listing as HSDS: right by the published schemas of the profile and of HSDS 3.0, whatever the record is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.hours import Schedule
from directory.exchange.rules import hsds
from directory.exchange.rules.hsds_kit import View
from directory.exchange.rules.hsds_parts import NOT_KNOWN, NOT_PUBLISHED, email, uri
from directory.exchange.rules.hsds_schedule import standard_offset
from directory.exchange.rules.oruk_openapi import object_schema
from directory.infra.place import load_place
from directory.listings.rules import record as r
from directory.listings.rules.codec import encode
from directory.listings.rules.visibility import split
from directory.listings.service.taxonomy import load_terms
from tests.support.records import an_id, given_location, given_record, records
from tests.support.schemas import of_document, published, shared, unsaid, wrong

VIEW = View(terms=load_terms(), place="Birmingham", place_slug="birmingham")
AT = "2026-05-12T12:00:00+00:00"
SCHEMAS = {
    "service_full": ("service", hsds.service_objects),
    "service": ("service", hsds.service_objects),
    "service_at_location_full": ("service_at_location", hsds.offering_objects),
    "service_at_location": ("service_at_location", hsds.offering_objects),
}
ORGANISATIONS = ("organization", "organization_full", "organization_full_services", "organization_services")
DECLARED = {"components": {"schemas": {name: object_schema(fields) for name, fields in hsds.OBJECTS.items()}}}


def page_of(record):
    public, _ = split(record, lambda _postcode: None)
    return {"slug": "x", "version": 1, "last_modified": AT, "areas": {}, "record": encode(public)}


def objects_of(record):
    """(the object's name, its published schema, the object) of everything that a record becomes."""
    page = page_of(record)
    for name, (schema, make) in SCHEMAS.items():
        yield from ((name, schema, made) for made in make(name, page, VIEW).values())
    yield from ((name, "organization", hsds.organization_object(name, page, VIEW)) for name in ORGANISATIONS)


def service_of(record):
    return next(iter(hsds.service_objects("service_full", page_of(record), VIEW).values()))


def schedule_of(**given):
    record = given_record()
    service = replace(record.services[0], schedules=(Schedule(**given),))
    return service_of(replace(record, services=(service,)))["schedules"][0]


@given(records())
def test_whatever_the_record_is_the_published_schemas_and_ours_hold(record):
    for name, schema, made in objects_of(record):
        assert wrong(published("oruk", schema), made) == [], name
        assert wrong(published("hsds", schema), made) == [], name
        assert wrong(of_document(DECLARED, {"$ref": f"#/components/schemas/{name}"}), made) == [], name
        assert unsaid(made) == [], name


@given(records())
def test_nothing_of_a_hidden_place_leaves(record):
    hidden = [str(place.id) for place in record.locations if place.visibility is r.Visibility.HIDDEN]
    text = json.dumps([made for _name, _schema, made in objects_of(record)])
    assert [identifier for identifier in hidden if identifier in text] == []


def test_the_validator_finds_what_is_wrong():
    for which in ("oruk", "hsds"):
        faults = {"id": "7", "email": "nobody", "url": "a b", "last_modified": "yesterday", "minimum_age": None}
        assert len(wrong(published(which, "service"), {**faults, "name": "X", "status": "open"})) == 6
        example = json.loads(shared(f"examples/06-json/{which}-3.0/service_full.json").read_text())
        assert wrong(published(which, "service"), example) == []
    assert unsaid({"a": [], "b": [{"c": ""}], "d": None, "e": {}}) == ["$.a", "$.b[0].c", "$.d", "$.e"]


def test_needs_are_terms_and_prices_are_numbers():
    record = given_record(needs=("food", "money"))
    price = r.CostOption(id=an_id("price"), option="Lunch", amount=2.0)
    record = replace(record, services=(replace(record.services[0], cost_options=(price,), free=False),))
    made = service_of(record)
    needs = [item for item in made["attributes"] if item.get("link_type") == "need"]
    assert [item["taxonomy_term"]["code"] for item in needs] == ["food", "money"]
    assert {item["link_id"] for item in needs} == {made["id"]}
    assert made["cost_options"] == [{"id": str(price.id), "option": "Lunch", "currency": "GBP", "amount": 2}]
    assert made["organization"]["id"] == made["organization_id"] == str(record.id)


def test_what_an_address_lacks_is_filled_and_said_so():
    address = r.Address(id=an_id("short"), city="Birmingham")
    place = given_location("Park", addresses=(address,))
    made = service_of(given_record("Park run", place))["service_at_locations"][0]["location"]["addresses"][0]
    assert (made["address_1"], made["city"], made["postal_code"]) == ("Park", "Birmingham", NOT_KNOWN)
    assert [fact["value"] for fact in made["attributes"]] == ["address_1", "state_province", "postal_code"]


def test_an_approximate_place_has_its_district_and_no_street():
    place = given_location("Home", visibility=r.Visibility.APPROXIMATE)
    location = service_of(given_record("Kitchen", place))["service_at_locations"][0]["location"]
    assert (location["addresses"][0]["address_1"], location["addresses"][0]["postal_code"]) == (NOT_PUBLISHED, "B11")
    assert "name" not in location


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"freq": "WEEKLY", "byday": ("TU",), "opens_at": time(10), "closes_at": time(12, 30)},
         {"freq": "WEEKLY", "interval": 1, "byday": "TU", "opens_at": "10:00+00:00", "closes_at": "12:30+00:00",
          "timezone": 0}),
        ({"freq": "MONTHLY", "byday": ("2TU", "-1FR"), "interval": 2, "dtstart": date(2026, 1, 13)},
         {"freq": "MONTHLY", "interval": 2, "byday": "2TU,-1FR", "dtstart": "2026-01-13"}),
        ({"freq": "DAILY"}, {"freq": "WEEKLY", "interval": 1, "byday": "MO,TU,WE,TH,FR,SA,SU"}),
        ({"freq": "YEARLY", "dtstart": date(2026, 12, 25)},
         {"freq": "MONTHLY", "interval": 12, "bymonthday": "25", "dtstart": "2026-12-25"}),
        ({"dtstart": date(2026, 6, 1), "opens_at": time(9)},
         {"dtstart": "2026-06-01", "opens_at": "09:00+00:00", "timezone": 0}),
        ({"freq": "WEEKLY", "byday": ("MO",), "by_appointment": True},
         {"freq": "WEEKLY", "interval": 1, "byday": "MO", "description": "By appointment"}),
        ({"freq": "WEEKLY", "byday": ("MO",), "closed": True, "opens_at": time(12), "closes_at": time(13)},
         {"description": "Closed MO 12:00-13:00"}),
    ],
)  # fmt: skip
def test_a_schedule_is_an_rrule_with_the_times_of_the_place(given, wanted):
    made = schedule_of(**given)
    assert {name: value for name, value in made.items() if name not in {"id", "attributes"}} == wanted


def test_what_the_profile_cannot_say_of_a_schedule_stands_beside_it():
    assert "attributes" not in schedule_of(freq="WEEKLY", byday=("MO",))
    (rule,) = schedule_of(freq="DAILY", interval=3, dtstart=date(2026, 1, 1))["attributes"]
    assert json.loads(rule["value"]) == {"dtstart": "2026-01-01", "freq": "DAILY", "interval": 3}


def test_the_offset_of_a_place_is_that_of_its_winter():
    assert standard_offset(load_place("birmingham").time_zone) == "+00:00"


@given(st.text() | st.text().map("https://{}".format) | st.text().map("{}@example.org".format))
def test_an_address_of_the_web_or_of_mail_is_one_or_nothing(text):
    checks = {"uri": uri(text) or "https://example.org", "email": email(text) or "a@example.org"}
    schema = {"properties": {name: {"format": name} for name in checks}}
    assert wrong(of_document({"components": {}}, schema), checks) == []


def test_an_address_in_other_letters_is_written_in_those_of_the_web():
    assert uri("https://example.org/caf\u00e9") == "https://example.org/caf%C3%A9"
    assert (uri("example.org"), uri("javascript:alert(1)"), email("nobody")) == ("", "", "")
