"""The Open Referral UK API, as a program of another site meets it, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from itertools import pairwise

import pytest

from directory.core.geo import Point
from directory.core.hours import Schedule
from directory.exchange.rules.hsds import service_objects
from directory.exchange.rules.hsds_facts import FACT, term_id
from directory.exchange.rules.hsds_facts import taxonomy_id as id_of
from directory.exchange.rules.oruk_openapi import CONTENTS, FULL, page_schema
from directory.exchange.rules.oruk_request import LISTS
from directory.exchange.service import oruk
from directory.exchange.service.oruk_terms import view_of
from directory.infra.db import reading
from directory.listings.queries import pages
from directory.listings.rules import record as r
from tests.exchange.oruk_site import API, NOW, asked, lines, names, put, take
from tests.support.apps import INSTALLED, SAMPLED
from tests.support.databases import KINDS
from tests.support.records import an_id, given_location, given_record
from tests.support.schemas import of_document, published, unsaid, wrong

SCHEMA = {"services": "service", "service_at_locations": "service_at_location", "organizations": "organization",
          "taxonomies": "taxonomy", "taxonomy_terms": "taxonomy_term"}  # fmt: skip


@pytest.fixture(params=KINDS)
def sampled(request, databases, make_app):
    return make_app(databases.copy_of(SAMPLED, request.param), reads_a_minute="0")


@pytest.fixture(params=KINDS)
def site(request, databases, make_app):
    return make_app(databases.copy_of(INSTALLED, request.param), reads_a_minute="0")


def named(name, *locations, **changes):
    """An organisation whose one service is called ``name``, with ``changes`` of that service."""
    record = given_record(f"{name} group", *locations, service=name)
    return replace(record, services=(replace(record.services[0], **changes),))


def open_on(*days, opens=time(10), closes=time(12), **more):
    return Schedule(freq="WEEKLY", byday=days, opens_at=opens, closes_at=closes, **more)


def test_the_details_name_the_profile_and_the_document(client):
    for path in (API, f"{API}/"):
        found = client.get(path).json
        assert wrong(published("oruk", "api_details"), found) == []
    assert client.get("/oruk/v3/openapi.json").json["servers"] == [{"url": found["openapi_url"][:-13]}]


@pytest.mark.parametrize("kind", LISTS)
def test_every_answer_about_the_sample_is_right_by_every_schema(sampled, kind):
    document = asked(sampled, "openapi.json")
    seen = 0
    for params in ({}, {"full": "true"}, {"full_service": "true"}, {"full": "true", "full_service": "true"}):
        if params.keys() - set(LISTS[kind]):
            continue
        page = asked(sampled, kind, per_page=100, **params)
        for which, schema in (("oruk", f"{SCHEMA[kind]}_list"), *((w, SCHEMA[kind]) for w in ("oruk", "hsds"))):
            for each in [page] if schema.endswith("_list") else page["contents"]:
                assert wrong(published(which, schema), each) == []
        assert wrong(of_document(document, page_schema(kind)), page) == []
        assert unsaid(page) == []
        seen += len(page["contents"])
    assert seen >= 7
    for each in page["contents"][:20]:
        one = asked(sampled, f"{kind}/{each['id']}")
        assert any(
            not wrong(of_document(document, {"$ref": f"#/components/schemas/{name}"}), one) for name in FULL[kind]
        )
        assert wrong(published("oruk", SCHEMA[kind]), one) == []
        assert one["id"] == each["id"]


@pytest.mark.parametrize("kind", LISTS)
def test_pages_have_everything_once_and_so_has_a_line_each(sampled, kind):
    first = asked(sampled, kind, per_page=30)
    pages = [asked(sampled, kind, per_page=30, page=n) for n in range(1, first["total_pages"] + 1)]
    found = [each["id"] for page in pages for each in page["contents"]]
    assert len(found) == len(set(found)) == first["total_items"]
    assert [page["size"] for page in pages] == [len(page["contents"]) for page in pages]
    assert [page["first_page"] for page in pages] == [n == 0 for n in range(len(pages))]
    assert [page["last_page"] for page in pages] == [n == len(pages) - 1 for n in range(len(pages))]
    assert [line["id"] for line in lines(sampled, kind)] == found
    beyond = asked(sampled, kind, per_page=30, page=99)
    assert (beyond["contents"], beyond["empty"], beyond["size"], beyond["page_number"]) == ([], True, 0, 99)
    assert (beyond["total_items"], beyond["total_pages"]) == (first["total_items"], first["total_pages"])
    assert (beyond["first_page"], beyond["last_page"]) == (False, True)


def test_nothing_is_one_empty_page(site):
    page = asked(site, "services")
    assert page == {
        "total_items": 0, "total_pages": 0, "page_number": 1, "size": 0, "first_page": True, "last_page": True,
        "empty": True, "contents": [],
    }  # fmt: skip


def test_minimal_has_all_of_them_in_one_page(sampled):
    page = asked(sampled, "services", minimal="true", per_page=5, page=3)
    assert page["size"] == page["total_items"] == len(page["contents"]) > 100
    assert (page["page_number"], page["total_pages"], page["last_page"]) == (1, 1, True)
    assert all(each.keys() == {"id", "last_modified", "modified_date"} for each in page["contents"])


@pytest.mark.parametrize("query", ["services?full=true", "service_at_locations?", "organizations?full=true"])
def test_more_than_one_answer_gives_is_told_before_it_is_made(app, client, query, monkeypatch):
    put(app, named("One"), named("Two"), named("Three"))
    monkeypatch.setattr(oruk, "MOST_NESTED", 2)
    answer = client.get(f"{API}/{query}&format=ndjson")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert "One answer gives 2 of these at most: narrow it, or read page by page." in answer.json["detail"]
    assert client.get(f"{API}/{query}").json["total_items"] == 3
    monkeypatch.setattr(oruk, "MOST_NESTED", 3)
    assert len(client.get(f"{API}/{query}&format=ndjson").text.splitlines()) == 3


def test_pages_neither_overlap_nor_miss_a_row_while_rows_change(site):
    records = [named(f"Service {n:02}") for n in range(40)]
    put(site, *records)
    found = []
    for page in range(1, 9):
        found += [each["name"] for each in asked(site, "services", per_page=5, page=page)["contents"]]
        put(site, replace(records[page], description="Changed."), now=NOW + timedelta(minutes=page))
        put(site, replace(records[39 - page], description="Changed."), now=NOW + timedelta(minutes=page))
        put(site, named(f"New {page}"), now=NOW + timedelta(minutes=page))
    assert found == [f"Service {n:02}" for n in range(40)]


def test_words_find_what_the_site_finds(sampled):
    found = names(sampled, search="debt")
    assert found
    everything = names(sampled)
    assert len(found) < len(everything)
    assert set(names(sampled, "service_at_locations", search="debt")) == set(found)
    owners = {each["organization_id"] for each in asked(sampled, "services", search="debt", per_page=1000)["contents"]}
    assert {each["id"] for each in asked(sampled, "organizations", search="debt", per_page=1000)["contents"]} == owners


def test_a_term_an_organisation_and_a_taxonomy_narrow(site):
    food, debt = named("Parcels", needs=("food",)), named("Advice", needs=("money",), how=("phone",))
    put(site, food, debt)
    assert names(site, taxonomy_term_id=term_id("need", "food")) == ["Parcels"]
    assert names(site, taxonomy_id=id_of("how")) == ["Advice"]
    assert names(site, taxonomy_id=id_of("need")) == ["Parcels", "Advice"]
    assert names(site, taxonomy_id=id_of("how"), taxonomy_term_id=term_id("need", "money")) == []
    assert names(site, taxonomy_term_id=an_id("nothing")) == []
    assert names(site, taxonomy_term_id=term_id("kind", "community-group")) == ["Parcels", "Advice"]
    assert names(site, organization_id=debt.id) == ["Advice"]
    assert names(site, "service_at_locations", organization_id=debt.id) == ["Advice"]
    assert names(site, organization_id=an_id("nobody")) == []
    assert names(site, search="advice", taxonomy_term_id=term_id("need", "food")) == []


def test_languages_and_access_are_terms_too(site):
    hall = given_location("Hall", accessibility=("step-free",))
    urdu = r.Language(id=an_id("urdu"), code="ur", name="Urdu")
    put(site, named("Ramp", hall), named("Urdu club", languages=(urdu,)))
    assert names(site, taxonomy_term_id=term_id("access", "step-free")) == ["Ramp"]
    assert names(site, taxonomy_term_id=term_id("language", "ur")) == ["Urdu club"]


def test_modified_after_is_on_or_after_the_moment(site):
    put(site, named("Old"))
    put(site, named("New"), now=NOW + timedelta(hours=1))
    at = (NOW + timedelta(hours=1)).isoformat()
    assert names(site, modified_after=at) == ["New"]
    assert (
        names(site, modified_after="2026-05-12T10:30:00Z") == names(site, modified_after="2026-05-12T10:30") == ["New"]
    )
    assert names(site, modified_after="2026-05-12") == ["Old", "New"]
    assert names(site, modified_after=(NOW + timedelta(hours=1, seconds=1)).isoformat()) == []


def test_ages_narrow(site):
    put(site, named("Teens", minimum_age=13.0, maximum_age=17.0), named("Adults", minimum_age=18.0), named("All"))
    assert names(site, minimum_age=13) == ["Teens", "Adults"]
    assert names(site, minimum_age=13.5) == ["Adults"]
    assert names(site, maximum_age=17) == ["Teens"]
    assert names(site, minimum_age=10, maximum_age=16) == []


def test_a_day_and_times_hold_for_the_same_hours(site):
    early, late = open_on("MO", opens=time(9), closes=time(11)), open_on("TU", opens=time(18), closes=time(20))
    shut = open_on("WE", closed=True)
    put(site, named("Both", schedules=(early, late, shut)), named("Late", schedules=(late,)), named("Never"))
    put(site, named("Daily", schedules=(Schedule(freq="DAILY", opens_at=time(8), closes_at=time(9)),)))
    for path in ("services", "service_at_locations"):
        assert names(site, path, day="MO") == ["Both", "Daily"]
        assert names(site, path, day="tuesday") == ["Both", "Late", "Daily"]
        assert names(site, path, day="Wed") == ["Daily"]
        assert names(site, path, start_time="18:00") == ["Both", "Late"]
        assert names(site, path, end_time="11:00") == ["Both", "Daily"]
        assert names(site, path, day="MO", start_time="18:00") == []
        assert names(site, path, start_time="17:00", end_time="20:00:00") == ["Both", "Late"]


def test_an_offering_with_hours_of_its_own_does_not_have_its_services(site):
    hall, church = given_location("Hall"), given_location("Church")
    record = named("Club", hall, church, schedules=(open_on("MO"),))
    at_hall, at_church = record.services[0].offerings
    record = replace(
        record,
        services=(replace(record.services[0], offerings=(replace(at_hall, schedules=(open_on("FR"),)), at_church)),),
    )
    put(site, record)

    def where(day):
        return [each["location"]["name"] for each in asked(site, "service_at_locations", day=day)["contents"]]

    assert (where("MO"), where("FR"), where("SU")) == (["Church"], ["Hall"], [])
    assert names(site, day="MO") == names(site, day="FR") == ["Club"]


def test_a_postcode_is_served_and_proximity_is_in_metres(site):
    near = given_location("Near", point=Point(52.4573, -1.8716))
    far = given_location("Far", point=Point(52.5573, -1.8716))
    area = r.ServiceArea(id=an_id("area"), code="B11", name="B11")
    other = replace(area, id=an_id("other"), code="B45", name="B45")
    put(site, named("Near", near), named("Far", far))
    put(site, named("Serves", service_areas=(area,)), named("Elsewhere", service_areas=(other,)), named("Whole place"))
    for path in ("services", "service_at_locations"):
        assert names(site, path, postcode="B11 1AA") == ["Near", "Far", "Serves", "Whole place"]
        assert names(site, path, postcode="b111aa", proximity=3000) == ["Near", "Serves", "Whole place"]
        assert names(site, path, postcode="B11 1AA", proximity=50_000) == ["Near", "Far", "Serves", "Whole place"]
        assert "Near" not in names(site, path, postcode="B11 1AA", proximity=0)


def test_terms_are_narrowed_by_taxonomy_words_and_place_in_the_tree(site):
    own = asked(site, "taxonomy_terms", taxonomy_id=id_of("how"), per_page=100)["contents"]
    assert {term["taxonomy_id"] for term in own} == {id_of("how")}
    everything = asked(site, "taxonomy_terms", per_page=1000)["total_items"]
    assert asked(site, "taxonomy_terms", top_only="true")["total_items"] == everything
    assert asked(site, "taxonomy_terms", parent_id=term_id("need", "food"))["total_items"] == 0
    found = asked(site, "taxonomy_terms", search="food parcel")["contents"]
    assert [term["code"] for term in found] == ["food"]
    assert asked(site, f"taxonomy_terms/{term_id(FACT, 'rule')}")["code"] == "rule"


WRONG = ["page=0", "page=x", "page=", "page=9999999999", "per_page=0", "per_page=1001", "format=xml", "format=",
         "taxonomy_term_id=food", "taxonomy_id=1", "organization_id=%7B%7D", "modified_after=yesterday",
         "minimal=maybe", "full=2", "postcode=Narnia", "proximity=100",
         "postcode=B11+1AA&proximity=-1",
         "postcode=B11+1AA&proximity=nan", "minimum_age=old", "maximum_age=1e3", "start_time=25:00", "end_time=noon",
         "day=someday", "day=00"]  # fmt: skip


@pytest.mark.parametrize("query", WRONG)
def test_a_wrong_value_is_refused_by_name(client, query):
    answer = client.get(f"{API}/services?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert query.split("&")[-1].partition("=")[0] in answer.json["detail"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_postcode_that_nobody_knows_is_not_there(client):
    answer = client.get(f"{API}/services?postcode=B11+9ZZ")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("wanted", ["x", "6f1f0f7c-50f1-4a52-8f8e-0d1d5c0a7a11", "%00", "1"])
def test_an_unknown_identifier_is_not_there(client, kind, wanted):
    answer = client.get(f"{API}/{kind}/{wanted}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_any_words_are_a_search(client):
    for words in ('"', "*", "\x00", "'; DROP TABLE service", "🙂" * 100, "a" * 9_000):
        for kind in LISTS:
            assert client.get(f"{API}/{kind}", query_string={"search": words}).status_code == 200


def test_programs_of_other_sites_may_read_it(client):
    answer = client.get(f"{API}/services", headers={"Origin": "https://app.example.org"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    before = client.options(f"{API}/services", headers={"Origin": "https://app.example.org"})
    assert (before.status_code, before.headers["Access-Control-Allow-Methods"]) == (200, "GET, HEAD, OPTIONS")
    assert "Access-Control-Allow-Origin" not in client.get("/search.csv").headers
    assert client.get(f"{API}/nothing").headers["Access-Control-Allow-Origin"] == "*"
    assert client.post(f"{API}/services").status_code == 405


@pytest.mark.parametrize("path", [*LISTS, "services?format=ndjson", "openapi.json"])
def test_what_a_program_has_is_not_sent_again(app, client, path, monkeypatch):
    put(app, named("Club"))
    answer = client.get(f"{API}/{path}")
    again = client.get(f"{API}/{path}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    put(app, named("Another"), now=NOW + timedelta(hours=1))
    changed = client.get(f"{API}/{path}", headers={"If-None-Match": answer.headers["ETag"]})
    assert changed.status_code == (304 if path == "openapi.json" else 200)


STATEMENTS = {
    "services": 2, "services?full=true": 3, "services?search=club": 3, "services?postcode=B11+1AA": 2,
    "services?format=ndjson": 1, "services?minimal=true": 3,
    "service_at_locations": 3, "organizations": 2, "organizations?format=ndjson": 1, "organizations?search=club": 2,
    "taxonomies": 1, "taxonomy_terms": 1,
}  # fmt: skip


@pytest.mark.parametrize(("path", "most"), STATEMENTS.items())
@pytest.mark.parametrize("how_many", [1, 30])
def test_a_page_takes_as_many_statements_however_long_it_is(site, statements, path, most, how_many):
    put(site, *(named(f"Club {n}") for n in range(how_many)))
    client = site.test_client()
    client.get(
        f"{API}/taxonomies?search=before"
    )  # whether there are samples is asked once for each version of the data
    with statements() as seen:
        assert client.get(f"{API}/{path}").status_code == 200
    assert len([each for each in seen if "FROM version" not in each and "set_config" not in each]) == most, seen


def test_what_is_withdrawn_is_gone(site):
    club, other = named("Club"), named("Other")
    put(site, club, other)
    wanted = club.services[0].id
    assert asked(site, f"services/{wanted}")["name"] == "Club"
    take(site, club)
    assert site.test_client().get(f"{API}/services/{wanted}").status_code == 404
    assert names(site) == ["Other"]


def test_an_organisation_has_its_services_short_or_whole(site):
    club = named("Club", given_location("Hall"), schedules=(open_on("MO"),))
    put(site, club)
    (short,) = asked(site, f"organizations/{club.id}")["services"]
    (whole,) = asked(site, f"organizations/{club.id}", full_service="true")["services"]
    assert short["id"] == whole["id"] == str(club.services[0].id)
    assert "schedules" not in short
    assert whole["schedules"][0]["byday"] == "MO"
    assert "services" not in asked(site, "organizations")["contents"][0]


def test_every_parameter_and_object_is_in_the_document(client):
    document = client.get(f"{API}/openapi.json").json
    assert document["openapi"].startswith("3.1")
    for kind, parameters in LISTS.items():
        told = document["paths"][f"/{kind}"]["get"]["parameters"]
        assert [each["$ref"].rpartition("/")[2] for each in told] == list(parameters)
    assert {name for names_ in CONTENTS.values() for name in names_} <= document["components"]["schemas"].keys()


def test_the_order_is_that_of_being_published_first(site):
    for n in range(5):
        put(site, named(f"Club {n}"), now=NOW + timedelta(minutes=n))
    found = names(site)
    assert all(one < other for one, other in pairwise(found))


def test_a_list_says_of_a_service_what_its_stored_page_says(sampled):
    bare = replace(named("Second", description="Only here."), description="", notice=r.Notice(text="Moved."))
    put(sampled, bare)
    with sampled.app_context(), reading() as session:
        stored = pages(session, list(range(1, 200)))
    view = view_of(sampled.extensions["directory"])
    wanted: dict[str, object] = {}
    for page in stored.values():
        wanted |= service_objects("service", page, view)
    for _ in range(2):  # made, and kept
        found = {each["id"]: each for each in asked(sampled, "services", per_page=1000)["contents"]}
        assert found == wanted
    assert found[str(bare.services[0].id)]["organization"]["description"] == "Only here."
    put(sampled, replace(bare, name="Renamed"), now=NOW + timedelta(hours=1))
    again = asked(sampled, "services", organization_id=bare.id)["contents"]
    assert [each["organization"]["name"] for each in again] == ["Renamed"]
