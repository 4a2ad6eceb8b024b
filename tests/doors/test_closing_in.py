"""Nobody can close in on a confidential place: wherever in its sector it truly is, every answer is the same.

The attacker asks with a shrinking radius, by order, by map box, by area, by the numbers beside filters and by what is
said when nothing is found. The two worlds differ in nothing but the true points and addresses, so any difference
between their answers would tell of them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory.core.geo import Point
from directory.infra.db import transaction
from directory.listings.rules import record as r
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.support.apps import INSTALLED
from tests.support.records import NOON, an_id, given_location, given_record

ACTOR = Actor(ActorKind.PERSON, "1")
# Two addresses of one sector, half a mile apart; the second is where the confidential places have moved.
HERE = ("7 Zebedee Mews", "B13 9SA", Point(52.43987, -1.88641))
THERE = ("90 Yarrow Walk", "B13 9HH", Point(52.44581, -1.87412))
PLACES = ("B13 9SA", "B13 9HH", "B13", "Moseley", "B11")
CHANGES = re.compile(rb'"change":\d+,')
MILES = ("0.05", "0.1", "0.25", "0.5", "1", "3", "0")
MORE: tuple[dict[str, str], ...] = (
    {},
    {"sort": "nearest"},
    {"sort": "name"},
    {"need": "food"},
    {"access": "step-free"},
    {"language": "pl", "q": "refuge"},
    {"q": "zebedee"},
    {"area": "B13"},
)


def confidential(name: str, visibility: r.Visibility, where: tuple[str, str, Point]) -> r.Record:
    street, postcode, point = where
    address = r.Address(id=an_id(name, "address"), address_1=street, city="Birmingham", postal_code=postcode)
    place = given_location(
        "A house",
        id=an_id(name, "place"),
        visibility=visibility,
        point=point,
        addresses=(address,),
        accessibility=("step-free",),
    )
    record = given_record(name, place, about="Parcels.")
    serves = r.ServiceArea(id=an_id(name, "area"), code="B13", name="B13")
    return replace(record, services=(replace(record.services[0], service_areas=(serves,)),))


@pytest.fixture
def world(make_app, databases, request) -> tuple[Flask, Any]:
    """The application, and a way to have the confidential places be somewhere."""
    app: Flask = make_app(databases.copy_of(INSTALLED, request.param), reads_a_minute="100000", files_a_minute="0")
    around = app.extensions["directory"].around

    def put(where: tuple[str, str, Point]) -> None:
        records = [
            confidential("Moonlit refuge", r.Visibility.HIDDEN, where),
            confidential("Kitchen at home", r.Visibility.APPROXIMATE, where),
        ]
        with app.app_context(), transaction() as session:
            publish(session, records, actor=ACTOR, around=around, now=NOON)

    with app.app_context(), transaction() as session:
        openly = [
            given_record(f"Open hall {n}", given_location(f"Hall {n}", point=Point(52.43 + n / 200, -1.89 + n / 300)))
            for n in range(6)
        ]
        publish(session, openly, actor=ACTOR, around=around, now=NOON)
    return app, put


def questions() -> list[str]:
    """The addresses that an attacker asks."""
    found = ["/", "/areas", "/areas/B13", "/needs/food", "/listings/moonlit-refuge", "/listings/kitchen-at-home"]
    for near, within, more in product(PLACES, MILES, MORE):
        asked = "&".join(f"{name}={value}" for name, value in {"near": near, "within": within, **more}.items())
        found.append(f"/search?{asked}".replace(" ", "+"))
        if not more:
            found += [f"/search.csv?{asked}".replace(" ", "+"), f"/search.geojson?{asked}".replace(" ", "+")]
    for (_, _, point), size in product((HERE, THERE), (0.0003, 0.002, 0.02, 0.2)):
        box = f"{point.lon - size},{point.lat - size},{point.lon + size},{point.lat + size}"
        found += [f"/map/features?bbox={box}&zoom={zoom}{more}" for zoom in (9, 14, 18) for more in ("", "&need=food")]
    return found


def said(answer: TestResponse) -> bytes:
    """All of an answer but how many changes there were by then, which are more in the second world."""
    return CHANGES.sub(b"", answer.get_data())


@pytest.mark.parametrize("world", ["sqlite", "postgres"], indirect=True)
def test_wherever_in_its_sector_a_confidential_place_is_every_answer_is_the_same(world):
    app, put = world
    asked = questions()
    answers = []
    for where in (HERE, THERE):
        put(where)
        client = FlaskClient(app)  # thousands of pages, which other tests look at closely
        answers.append([client.get(url, buffered=True) for url in asked])
    assert {answer.status_code for answer in answers[0]} == {200}
    told = [url for url, one, other in zip(asked, *answers, strict=True) if said(one) != said(other)]
    assert told == []
    assert sum(b"Kitchen at home" in answer.get_data() for answer in answers[0]) > 50, "or it would have asked nothing"


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_test_would_notice_a_place_that_is_public(world, monkeypatch):
    app, _ = world
    around = app.extensions["directory"].around
    seen = []
    for where in (HERE, THERE):
        record = confidential("Kitchen in the open", r.Visibility.EXACT, where)
        with app.app_context(), transaction() as session:
            publish(session, [record], actor=ACTOR, around=around, now=NOON)
        client = FlaskClient(app)  # thousands of pages, which other tests look at closely
        seen.append([client.get(url).get_data() for url in questions()[:40]])
    assert seen[0] != seen[1]
