"""A pin says what the list says, when it is opened, and a viewport stays small."""

from random import Random
from uuid import UUID

import brotli
import pytest

from directory.browse.views.pins import asked
from directory.core.geo import Point
from directory.infra import clock
from directory.infra.db import db, transaction
from directory.listings.rules import record as r
from directory.listings.rules.codes import code_of
from directory.maps import service as maps
from directory.maps.rules import MICRO, Pin
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.support.records import an_id, given_location, given_record


@pytest.fixture
def given(app):
    def put(*records):
        with app.app_context(), transaction(db.engine) as session:
            around = app.extensions["directory"].around
            publish(session, records, actor=Actor(ActorKind.JOB), around=around, now=clock.now())

    return put


@pytest.mark.parametrize(
    ("text", "pins"),
    [
        ("0123456789ab:0,ba9876543210:12", [("0123456789ab", 0), ("ba9876543210", 12)]),
        ("0123456789ab", []),
        ("a:-1,b:x,c:99999,:,,", []),
        (",".join(["a:1"] * 100), [("a", 1)] * 40),
    ],
)
def test_the_pins_of_an_address_are_read_as_far_as_they_are_pins(text, pins):
    assert asked(text) == pins


def test_a_pin_says_need_distance_and_opening(client, given, statements):
    given(given_record("Kitchen", given_location()))
    code = code_of(an_id("organisation", "Kitchen"))
    client.get("/about")  # asks whether there are samples, once for each version of the data
    with statements() as seen:
        answer = client.get(f"/map/pins?pins={code}:0,0123456789ab:0,{code}:77&near=B12+9QR")
    assert len(seen) == 3
    ((key, told),) = answer.json["pins"].items()
    assert key == f"{code}:0"
    assert told["needs"] == "Food"
    assert told["distance"].endswith("miles")
    assert told["distance"] == client.page("/search?near=B12+9QR").soup.select_one(".card__far").get_text()
    assert "distance" in told
    assert client.get(f"/map/pins?pins={code}:0").json["pins"][key]["distance"] == ""


@pytest.mark.parametrize("query", ["", "?pins=x", "?pins=%00:1", "?near=Narnia&pins=0123456789ab:0"])
def test_anything_else_is_an_empty_answer(client, query):
    assert client.get(f"/map/pins{query}").json == {"pins": {}}


def test_a_hidden_place_says_no_distance(client, given):
    hidden = r.Location(id=an_id("x"), visibility=r.Visibility.HIDDEN, point=Point(52.461, -1.882))
    given(given_record("Refuge", hidden))
    answer = client.get(f"/map/pins?pins={code_of(an_id('organisation', 'Refuge'))}:0&near=52.461,-1.882")
    assert [pin["distance"] for pin in answer.json["pins"].values()] == [""]


SCREENS = {"a phone": (360, 740), "a desk": (1280, 800), "a large screen": (2560, 1440)}


@pytest.mark.parametrize("screen", SCREENS)
def test_a_viewport_of_a_crowded_city_is_ten_kilobytes_at_most(app, client, screen):
    random, middle = Random(8), Point(52.48, -1.9)
    words = [f"{random.choice('BCDFGHKLMNPRST')}{random.getrandbits(24):x}" for _ in range(400)]
    pins = [
        Pin(
            organization_id=n,
            n=0,
            lat=round((middle.lat + random.gauss(0, 0.03)) * MICRO),
            lon=round((middle.lon + random.gauss(0, 0.05)) * MICRO),
            uuid=UUID(int=random.getrandbits(128), version=4),
            slug=f"{random.choice(words)}-{n}",
            name=f"{random.choice(words)} {random.choice(words)} group",
            need=random.choice(("food", "money", "company")),
            place=f"{random.choice(words)} Hall, {random.choice(words)}",
            approximate=False,
        )
        for n in range(1, 20_001)
    ]
    with app.app_context(), transaction(db.engine) as session:
        maps.put(session, pins, [])
    wide, high = SCREENS[screen]
    for zoom in range(5, 19):
        x, y = 360 / 256 / (1 << zoom) * wide / 2, 360 / 256 / (1 << zoom) * high / 2 * 0.61
        box = f"{middle.lon - x:.5f},{middle.lat - y:.5f},{middle.lon + x:.5f},{middle.lat + y:.5f}"
        answer = client.get(f"/map/features?bbox={box}&zoom={zoom}", headers={"Accept-Encoding": "br"})
        assert len(answer.data) <= 10_000, zoom
        assert answer.data


def test_a_viewport_of_as_many_pins_as_are_shown_alone_is_ten_kilobytes_at_most(client, given):
    places = [
        given_location(f"Hall of street {n}", id=an_id("hall", n), point=Point(52.4 + n * 0.0013, -1.9 + n * 0.0017))
        for n in range(120)
    ]
    names = ("Kitchen", "Choir", "Advice centre", "Repair club", "Good neighbours", "Carers' group", "Garden")
    given(*(given_record(f"{names[n % 7]} number {n} of the ward", place) for n, place in enumerate(places)))
    answer = client.get("/map/features?bbox=-2.1,52.3,-1.5,52.7&zoom=11", headers={"Accept-Encoding": "br"})
    assert len(answer.data) <= 10_000
    features = brotli.decompress(answer.data).count(b'"Feature"')
    assert features == 120
