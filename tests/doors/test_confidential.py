"""A hidden and an approximate place leave by no door: no page, file, map answer, index, revision or log has a byte."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from directory.core.geo import Point
from directory.core.identifiers import stable_uuid
from directory.exchange.rules.package import WORKBOOK
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.listings.rules import record as r
from directory.listings.rules.codes import code_of
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.support.apps import INSTALLED
from tests.support.doors import Door, door_of
from tests.support.records import an_id, given_location, given_record

KEPT = "confidential_location"  # the one table that may hold it
ADDRESS = r.Address(id=an_id("secret"), address_1="7 Zebedee Mews", city="Birmingham", postal_code="B13 9SA")
POINT = Point(52.439871, -1.886413)
SECRETS = ("zebedee", "b13 9sa", "b139sa", "52.4398", "1.8864", "52439871", "1886413", "lantern house")
HALF = re.compile(r"(?<![a-z0-9_-])9sa(?![a-z0-9_-])")  # in the middle of a form's random key it is nobody's postcode
ABOUT = "Come to Lantern House, 7 Zebedee Mews, B13 9SA."

SLUGS = ("moonlit-refuge", "kitchen-at-home")
SEARCHED = {
    "browse.search",
    "browse.map_page",
    "browse.map_picture",
    "browse.embed",
    "browse.embed_maker",
    "exchange.search_csv",
    "exchange.search_geojson",
    "exchange.data",
    "exchange.package",
    "exchange.organisations",
    "exchange.services",
    "exchange.locations",
    "exchange.offerings",
    "exchange.listings_geojson",
    "exchange.workbook",
    "exchange.changes_csv",
    "exchange.feed",
    "exchange.hsds_zip",
}
LISTED = ".".join(code_of(an_id("organisation", name)) for name in ("Moonlit refuge", "Kitchen at home"))
GROUPS = [an_id("organisation", name) for name in ("Moonlit refuge", "Kitchen at home")]
Given = dict[str, Any]
API_ASKED: tuple[Given, ...] = (
    {"full": "true", "full_service": "true"},
    {"full": "true", "format": "ndjson"},
    {"full": "true", "search": "lantern"},
    {"full": "true", "postcode": "B13 9SA"},
    {"full": "true", "postcode": "B13 9SA", "proximity": "200"},
)

# Every door that needs something in its address; the others are opened as they are. A new one must be added here.
WITH: dict[str, list[Given]] = {
    "browse.listing": [{"slug": slug} for slug in SLUGS],
    "browse.shortlist": [{"list": LISTED}],
    "browse.shortlist_sheet": [{"list": LISTED}],
    "exchange.shortlist_csv": [{"list": LISTED}],
    "browse.oembed": [{"url": "http://127.0.0.1:8000/search?q=refuge&near=B13"}],
    "browse.map_pins": [{"pins": ",".join(f"{code}:0" for code in LISTED.split(".")), "near": "52.440,-1.886"}],
    "browse.need": [{"slug": "food"}],
    "contribute.each": [{"key": "1"}],
    "contribute.what": [{"key": "1"}],
    "contribute.place": [{"key": "1"}],
    "contribute.show_place": [{"key": "1"}],
    "contribute.when": [{"key": "1", "place_key": "1"}],
    **{f"contribute.{name}": [{"slug": slug} for slug in SLUGS] for name in ("claim", "correct", "report", "thanks")},
    "contribute.resume": [{"token": "nonsense"}],
    "contribute.point": [{"postcode": "B13 9SA"}],
    "browse.area": [{"code": "B13"}],
    "browse.outline": [{"code": "B13"}],
    **{
        f"oruk.{name}": [{}, *API_ASKED]
        for name in ("services", "service_at_locations", "organizations", "taxonomies", "taxonomy_terms")
    },
    "oruk.an_organization": [{"wanted": str(group), "full_service": "true"} for group in GROUPS],
    "oruk.a_service": [{"wanted": str(an_id(group, "service"))} for group in GROUPS],
    "oruk.a_service_at_location": [{"wanted": str(an_id(group, "offering", 0))} for group in GROUPS],
    "oruk.a_taxonomy": [{"wanted": str(stable_uuid("taxonomy", "need"))}],
    "oruk.a_taxonomy_term": [{"wanted": str(stable_uuid("taxonomy", "need", "food"))}],
    "browse.map_features": [
        {"bbox": f"{POINT.lon - size},{POINT.lat - size},{POINT.lon + size},{POINT.lat + size}", "zoom": zoom}
        for size, zoom in ((0.001, 18), (0.05, 14), (0.3, 10))
    ],
}
SEARCHES: tuple[Given, ...] = (
    {"q": "refuge"},
    {"q": "lantern"},
    {"area": "B13"},
    {"near": "B13 9SA", "within": "0.1"},
    {"near": "B13 9SA", "within": "5", "sort": "nearest"},
    {"near": "52.440,-1.886", "within": "0.2", "sort": "nearest"},
    {"need": "food"},
)


@pytest.fixture
def open_doors(make_app, databases, request) -> Flask:
    app: Flask = make_app(databases.copy_of(INSTALLED, request.param))
    with app.app_context(), transaction() as session:
        around = app.extensions["directory"].around
        places = [
            ("Moonlit refuge", r.Visibility.HIDDEN),
            ("Kitchen at home", r.Visibility.APPROXIMATE),
        ]
        proposals = [
            given_record(
                name,
                given_location(
                    "Lantern House",
                    id=an_id("place", name),
                    visibility=visibility,
                    point=POINT,
                    addresses=(ADDRESS,),
                    description=ABOUT,
                ),
                description=ABOUT,
                about=ABOUT,
                notice=r.Notice(text=ABOUT),
            )
            for name, visibility in places
        ]
        actor, now = Actor(ActorKind.PERSON, "1"), clock.now()
        openly = [
            replace(item, locations=tuple(replace(place, visibility=r.Visibility.EXACT) for place in item.locations))
            for item in proposals
        ]
        publish(session, openly, actor=actor, around=around, now=now)  # they thought better of it afterwards
        publish(session, proposals, actor=actor, around=around, now=now)
    return app


def addresses(app: Flask) -> Iterator[str]:
    """The address of every door that reads, with everything that it may be asked."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()):
                continue
            name = rule.endpoint
            if door_of(name) not in {Door.READER, Door.OWN}:
                continue  # staff's are walked beside this
            searches = SEARCHES if name in SEARCHED else (Given(),)
            own = [dict.fromkeys(rule.arguments, "x")] if door_of(name) is Door.OWN else [Given()]
            for given in WITH.get(name, own):
                missing = rule.arguments - given.keys()
                assert not missing, f"{rule} is a new door: say in WITH how to open it"
                for search in searches:
                    yield app.url_for(rule.endpoint, **given, **search)
            if name == "browse.map_features":
                for search in SEARCHES:
                    yield from (app.url_for(rule.endpoint, **given, **search) for given in WITH[name])


def text_of(answer: TestResponse) -> str:
    """What an answer says: of a workbook or another ZIP file, every part."""
    if answer.mimetype not in {WORKBOOK, "application/zip"}:
        return answer.get_data(as_text=True)
    with ZipFile(BytesIO(answer.get_data())) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())


def told(text: str) -> list[str]:
    """Which secrets stand in the text."""
    lowered = text.lower()
    return [secret for secret in SECRETS if secret in lowered] + HALF.findall(lowered)


@pytest.mark.parametrize("open_doors", ["sqlite", "postgres"], indirect=True)
def test_no_door_tells_a_confidential_place(open_doors, caplog):
    caplog.set_level(logging.DEBUG)
    client = open_doors.test_client()
    seen = 0
    for address in addresses(open_doors):
        answer = client.get(address)
        assert answer.status_code < 500, address
        body = text_of(answer)
        asked = told(address.replace("+", " ").replace("%20", " "))
        assert [secret for secret in told(body) if secret not in asked] == [], address
        assert set(told(str(answer.headers))) <= set(asked), address
        seen += "refuge" in body.lower()
    assert seen > 3  # the listings themselves are there
    assert told(caplog.text) == []


@pytest.mark.parametrize("open_doors", ["sqlite", "postgres"], indirect=True)
def test_no_table_but_one_holds_a_confidential_place(open_doors):
    with open_doors.app_context(), reading() as session:
        names = sa.inspect(session.connection()).get_table_names()
        assert {KEPT, "revision", "document", "map_pin"} <= set(names)
        for name in names:
            # Each value by itself: a Row cuts long ones short when it is shown.
            rows = [tuple(row) for row in session.execute(sa.text(f'SELECT * FROM "{name}"'))]
            found = told(repr(rows))
            assert bool(found) == (name == KEPT), f"{name}: {found}"


@pytest.mark.parametrize("open_doors", ["sqlite", "postgres"], indirect=True)
def test_a_confidential_place_cannot_be_closed_in_on(open_doors):
    """Neither a shrinking radius, nor order, nor a map box tells more than the sector."""
    client = open_doors.test_client()
    for near in ("B13+9SA", f"{POINT.lat},{POINT.lon}"):
        shown = client.get(f"/search?near={near}&within=0.05").get_data(as_text=True)
        assert "Moonlit" not in shown
        assert "Kitchen at home" not in shown
    box = f"{POINT.lon - 0.0005},{POINT.lat - 0.0005},{POINT.lon + 0.0005},{POINT.lat + 0.0005}"
    assert client.get(f"/map/features?bbox={box}&zoom=18").json["features"] == []
