"""Taxonomies of other directories: kept under their identifiers, given again, found by, and taken back whole."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

import pytest
from click.testing import CliRunner

from directory.exchange.cli.importing import undo
from directory.exchange.rules.hsds_facts import FACT, foreign_id, term_id
from directory.exchange.rules.hsds_facts import taxonomy_id as id_of
from directory.exchange.rules.hsds_kit import View
from directory.exchange.service.hsds_importing import read_package
from directory.infra.db import reading
from directory.listings.service.taxonomy import load_terms
from directory.publishing import queries as publishing
from tests.exchange.feed_site import follow, harvested, said, served
from tests.exchange.oruk_site import API, NOW, asked, names, put
from tests.exchange.test_hsds_round_trip import comparable, imported, package, tables
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.records import an_id, given_record
from tests.support.schemas import of_document, published, shared, unsaid, wrong

VIEW = View(terms=load_terms(), place="Birmingham", place_slug="birmingham")
OPEN_ELIGIBILITY = ("examples/07-open-eligibility", "2 taxonomies, 385 terms (33 without one above)")


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def site(kind, databases, make_app):
    return make_app(databases.copy_of(INSTALLED, kind), reads_a_minute="0", feeds_allow="127.0.0.1")


@pytest.fixture
def colours(tmp_path):
    """A package whose services have terms of a tree of its own: Colour, Red, and Crimson below it."""
    of = {"taxonomy_id": str(an_id("colours")), "taxonomy": "Colours"}
    red, crimson, blue = (str(an_id("term", name)) for name in ("red", "crimson", "blue"))
    made = {
        "taxonomies": [{"id": of["taxonomy_id"], "name": "Colours", "description": "Of doors.", "version": "2.0",
                        "uri": "https://colours.example.org"}],
        "taxonomy_terms": [
            {"id": red, "code": "R1", "name": "Red", "description": "As a door.", "language": "en", **of},
            {"id": crimson, "code": "R2", "name": "Crimson", "description": "Darker.", "parent_id": red, **of},
            {"id": blue, "code": "B1", "name": "Blue", "description": "As the sky.", **of},
        ],
        "organizations": [{"id": str(an_id("painters")), "name": "Painters", "description": "They paint."}],
        "services": [
            {"id": str(an_id("s", name)), "organization_id": str(an_id("painters")), "name": name, "status": "active"}
            for name in ("Doors", "Gates", "Walls")
        ],
        "attributes": [
            {"id": str(an_id("a", at)), "link_id": str(an_id("s", name)), "link_entity": "service",
             "taxonomy_term_id": term}
            for at, (name, term) in enumerate((("Doors", red), ("Gates", crimson), ("Walls", blue)))
        ],
    }  # fmt: skip
    path = tmp_path / "colours.json"
    path.write_text(json.dumps(made), encoding="utf-8")
    return path


def test_open_eligibility_comes_whole_twice_changes_nothing_and_goes(site):
    name, counted = OPEN_ELIGIBILITY
    before = (asked(site, "taxonomies")["total_items"], asked(site, "taxonomy_terms")["total_items"])
    first = imported(site, shared(name))
    assert first.exit_code == 0, first.output
    assert f"{counted} that are not ours: 387 new, 0 changed, 0 same" in first.output
    assert asked(site, "taxonomies")["total_items"] == before[0] + 2
    page = asked(site, "taxonomy_terms", per_page=1000)
    assert page["total_items"] == before[1] + 385
    own = [term for term in page["contents"] if term["taxonomy"].startswith("Open Eligibility")]
    assert sum("parent_id" not in term for term in own) == 33
    assert wrong(published("oruk", "taxonomy_term_list"), page) == []
    assert wrong(of_document(asked(site, "openapi.json"), {"$ref": "#/components/schemas/taxonomy_term"}), own[0]) == []
    assert unsaid(page) == []
    assert f"{counted} that are not ours: 0 new, 0 changed, 387 same" in imported(site, shared(name)).output
    with site.app_context():
        assert CliRunner().invoke(undo, ["1"]).exit_code == 0
    assert (asked(site, "taxonomies")["total_items"], asked(site, "taxonomy_terms")["total_items"]) == before


def test_a_dry_run_keeps_no_term(site):
    assert "387 would be new" in imported(site, shared(OPEN_ELIGIBILITY[0]), "--dry-run").output
    assert not [each for each in asked(site, "taxonomies")["contents"] if "Eligibility" in each["name"]]


def test_terms_keep_their_identifiers_and_are_given_with_services_and_by_themselves(site, colours):
    assert imported(site, colours).exit_code == 0
    crimson = str(an_id("term", "crimson"))
    (service,) = [each for each in asked(site, "services", full="true")["contents"] if each["name"] == "Gates"]
    (attribute,) = service["attributes"]
    alone = asked(site, f"taxonomy_terms/{crimson}")
    assert attribute["taxonomy_term"] == alone
    assert alone == {
        "id": crimson, "code": "R2", "name": "Crimson", "description": "Darker.",
        "parent_id": str(an_id("term", "red")), "taxonomy": "Colours", "taxonomy_id": str(an_id("colours")),
    }  # fmt: skip
    colour = asked(site, f"taxonomies/{an_id('colours')}")
    assert (colour["name"], colour["version"], colour["uri"]) == ("Colours", "2.0", "https://colours.example.org")
    assert wrong(published("oruk", "taxonomy"), colour) == wrong(published("hsds", "taxonomy"), colour) == []


def test_a_term_finds_what_has_it_or_one_below_it(site, colours):
    put(site, given_record("Elsewhere", service="Soup"))
    imported(site, colours)
    for path in ("services", "service_at_locations"):
        assert names(site, path, taxonomy_id=an_id("colours")) == ["Doors", "Gates", "Walls"]
    assert names(site, taxonomy_term_id=an_id("term", "red")) == ["Doors", "Gates"]
    assert names(site, taxonomy_term_id=an_id("term", "crimson")) == ["Gates"]
    assert names(site, taxonomy_term_id=an_id("term", "blue"), taxonomy_id=id_of("need")) == []


def test_the_tree_of_terms_is_walked(site, colours):
    imported(site, colours)

    def terms(**params):
        return [
            each["name"] for each in asked(site, "taxonomy_terms", taxonomy_id=an_id("colours"), **params)["contents"]
        ]

    assert sorted(terms()) == ["Blue", "Crimson", "Red"]
    assert sorted(terms(top_only="true")) == ["Blue", "Crimson"]  # none below them, as the profile puts it
    assert terms(parent_id=an_id("term", "red")) == ["Crimson"]


@pytest.mark.parametrize(("name", "finds"), [("free", ["Free"]), ("referral", ["Sent"]), ("rule", [])])
def test_a_fact_finds_the_services_that_say_it(site, name, finds):
    free, sent = given_record("F", service="Free"), given_record("S", service="Sent")
    put(site, replace(free, services=(replace(free.services[0], free=True),)))
    put(site, replace(sent, services=(replace(sent.services[0], referral="self"),)))
    assert names(site, taxonomy_term_id=term_id(FACT, name)) == finds


def test_every_term_that_a_service_has_is_one_that_can_be_asked_for(site):
    for example in ("01-hsds-3.0.zip", "05-hsds-1.1-all.zip", "06-json/hsds-3.0/service_full.json"):
        imported(site, shared(f"examples/{example}"), "--source", example)
    seen = 0
    client = site.test_client()
    for service in asked(site, "services", full="true", per_page=100)["contents"]:
        for attribute in service.get("attributes", ()):
            assert client.get(f"{API}/taxonomy_terms/{attribute['taxonomy_term_id']}").status_code == 200, attribute
            assert service["name"] in names(site, taxonomy_term_id=attribute["taxonomy_term_id"])
            seen += 1
    assert seen > 5


def test_a_package_with_them_goes_into_an_empty_directory_and_comes_out_the_same(
    site, kind, databases, make_app, colours, tmp_path
):
    imported(site, colours)
    imported(site, shared(OPEN_ELIGIBILITY[0]), "--source", "eligibility")
    (tmp_path / "hsds.zip").write_bytes(package(site))
    other = make_app(databases.copy_of(INSTALLED, kind, also="-other"), reads_a_minute="0")
    assert imported(other, tmp_path / "hsds.zip").exit_code == 0
    assert comparable(package(other)) == comparable(package(site))


def test_a_neighbour_that_harvests_gets_the_terms_of_services_whole(site, kind, databases, make_app, colours):
    theirs = make_app(databases.copy_of(INSTALLED, kind, also="-theirs"), reads_a_minute="0")
    imported(theirs, colours)
    with served(theirs) as url:
        follow(site, url)
        assert "1 new" in harvested(site)
        assert comparable(package(site))["attributes.csv"] == comparable(package(theirs))["attributes.csv"]
        assert asked(site, f"taxonomy_terms/{an_id('term', 'crimson')}")["code"] == "R2"
    assert said(site, "remove", "solihull").exit_code == 0
    assert site.test_client().get(f"{API}/taxonomy_terms/{an_id('term', 'crimson')}").status_code == 404


def test_what_another_source_calls_a_term_does_not_rename_it(site, colours):
    imported(site, colours, "--source", "painters")
    renamed = json.loads(colours.read_text())
    renamed["taxonomy_terms"][0]["name"] = "Scarlet"
    colours.write_text(json.dumps(renamed))
    assert "0 changed, 4 same" in imported(site, colours, "--source", "others").output
    assert asked(site, f"taxonomy_terms/{an_id('term', 'red')}")["name"] == "Red"
    assert "1 changed, 3 same" in imported(site, colours, "--source", "painters").output
    assert asked(site, f"taxonomy_terms/{an_id('term', 'red')}")["name"] == "Scarlet"


def test_an_undo_leaves_the_terms_that_listings_still_have(site, colours):
    imported(site, colours, "--source", "painters")
    other = json.loads(colours.read_text())
    other["organizations"][0]["id"] = str(an_id("others"))
    for each in other["services"]:
        each.update(id=str(an_id("other", each["name"])), organization_id=str(an_id("others")))
    for each, service in zip(other["attributes"], other["services"], strict=True):
        each.update(id=str(an_id("other", each["id"])), link_id=service["id"])
    colours.write_text(json.dumps(other))
    imported(site, colours, "--source", "others")
    with site.app_context():
        assert "1 removed" in CliRunner().invoke(undo, ["1"]).output
    assert names(site, taxonomy_term_id=an_id("term", "red")) == ["Doors", "Gates"]


def test_the_taxonomy_of_hsds_1_1_is_a_term_and_a_service_has_it(tmp_path):
    term, service = str(an_id("food")), str(an_id("s"))
    for name, text in {
        "organizations": f"id,name,description\n{an_id('o')},One,About.\n",
        "services": f"id,organization_id,name,status\n{service},{an_id('o')},S,active\n",
        "taxonomy": f"id,name,parent_id,parent_name,vocabulary\n{term},Food,,,AIRS\n",
        "services_taxonomy": f"id,service_id,taxonomy_id,taxonomy_detail\n{an_id('st')},{service},{term},Hot\n",
    }.items():
        (tmp_path / f"{name}.csv").write_text(text)
    found = read_package(tmp_path, VIEW, source="old", now=NOW)
    (given,) = found.records[0].services[0].attributes
    assert (given.label, given.value, given.taxonomy, given.term) == ("Food", "Hot", "AIRS", UUID(term))
    assert [(one.name, one.taxonomy) for one in found.foreign.terms.values()] == [("Food", "AIRS")]
    assert found.told.faults == []


def test_a_term_that_came_without_an_identifier_of_its_own_has_ours(site, tmp_path):
    record = {"id": str(an_id("o")), "name": "One", "description": "About.", "logo": "https://example.org/logo.png"}
    (tmp_path / "o.json").write_text(json.dumps({"organizations": [record]}))
    imported(site, tmp_path / "o.json")
    with site.app_context(), reading() as session:
        found = publishing.current(session, an_id("o"))
    assert found
    assert [each.term for each in found.record.attributes] == [None]
    assert asked(site, f"taxonomy_terms/{foreign_id('', 'logo')}")["name"] == "logo"
    assert "logo" in tables(package(site))["taxonomy_terms.csv"]
