"""The pages of areas: what is there, and what serves it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from directory.infra.db import db, transaction
from directory.listings.rules import record as r
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from directory.search.rules.near import WHOLE_PLACE
from tests.support.records import an_id, given_location, given_record

NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)


def hall():
    """A hall in B11."""
    line = {"address_1": "12 Example Road", "city": "Birmingham", "postal_code": "B11 1AA"}
    return given_location(addresses=(r.Address(id=an_id("address"), **line),))


@pytest.fixture
def given(app):
    """Publish records through the door: ``given(record, ...)``."""

    def put(*records):
        with app.app_context(), transaction(db.engine) as session:
            around = app.extensions["directory"].around
            return publish(session, records, actor=Actor(ActorKind.JOB), around=around, now=NOW)

    return put


def test_the_map_of_an_area_draws_its_own_border(client, given):
    page = client.get("/areas/B11").text
    assert 'data-outline-url="/areas/B11/outline.geojson"' in page
    assert "data-outline-url" not in client.get("/search?q=food").text
    (feature,) = client.get("/areas/B11/outline.geojson").get_json(force=True)["features"]
    assert feature["id"] == "B11"
    assert feature["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert client.get("/areas/B999/outline.geojson").status_code == 404


def test_an_area_lists_what_is_in_it(client, given):
    given(given_record("Sparkbrook Kitchen", hall()))
    assert "1 organisation" in client.page("/areas/B11").text
    assert "Sparkbrook Kitchen" in client.page("/areas/B11").links
    areas = client.page("/areas")
    assert any(url == "/areas/B11" for url in areas.links.values())


def test_a_district_is_found_as_people_type_it(client):
    assert client.get("/areas/b12").headers["Location"] == "/areas/B12"


def test_an_area_says_what_is_in_it_before_what_only_serves_it(client, given):
    serves = (r.ServiceArea(id=an_id("serves"), code=WHOLE_PLACE, name="All of Birmingham"),)
    afar = given_record("Aardvark advice line")
    given(
        replace(afar, services=(replace(afar.services[0], how=("phone",), service_areas=serves),)),
        given_record("Zebra Kitchen", hall()),
    )
    for path in ("/areas/B11", "/search?area=B11", "/embed?area=B11"):
        soup = client.page(path).soup
        parts = [(part.get_text(), part.find_next("ul").get_text()) for part in soup.select(".found__part")]
        assert [heading.split(" (")[0].split(",")[0] for heading, _ in parts] == [
            "In B11 Sparkbrook",
            "Also for people in B11 Sparkbrook",
        ]
        assert [heading[-3:] for heading, _ in parts] == ["(1)", "(1)"]
        assert "Zebra Kitchen" in parts[0][1]
        assert "Aardvark" in parts[1][1]
    assert client.page("/search").soup.select(".found__part") == []


def test_who_finds_nothing_is_told_whom_to_ring(client, given):
    given(given_record("Sparkbrook Kitchen", hall()))
    page = client.page("/search?q=zxqwv&near=B11+1AA")
    assert 'href="tel:01214960000">0121 496 0000</a>' in client.get("/search?q=zxqwv&near=B11+1AA").text
    assert "the people who run this directory answer at" in page.text
    assert "answer at" not in client.page("/search").text
