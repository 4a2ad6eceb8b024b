"""Whoever speaks for a refuge works on its listing without being told where it is: it is kept, not shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory.core.geo import Point
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.listings.rules import record as r
from directory.moderation.rules.states import Kind
from directory.moderation.service import confidence, stewards
from directory.moderation.service.suggest import suggest
from directory.publishing import queries as published
from directory.publishing.service import publish
from tests.moderation.cast import PERSON, STRANGER, sending
from tests.support.doors import STEWARD
from tests.support.filling import Filler
from tests.support.people import sign_in, there
from tests.support.records import an_id, given_location, given_record

ADDRESS = r.Address(id=an_id("secret"), address_1="7 Zebedee Mews", city="Birmingham", postal_code="B13 9SA")
POINT = Point(52.439871, -1.886413)
SECRETS = ("zebedee", "b13 9sa", "b139sa", "52.43987", "1.88641", "lantern house")
ABOUT = "Come to Lantern House, 7 Zebedee Mews, B13 9SA."
TASKS = (
    "who",
    "about",
    "what/1",
    "what/2",
    "where",
    "show/1",
    "show/2",
    "place/1",
    "when/1",
    "reach",
    "details",
    "extras",
)


@pytest.fixture(params=[r.Visibility.HIDDEN, r.Visibility.APPROXIMATE])
def refuge(app, request):
    place = given_location("Lantern House", visibility=request.param, point=POINT, addresses=(ADDRESS,))
    made = given_record("Refuge", place, description=ABOUT, about=ABOUT, assured_at=clock.now())
    with app.app_context(), transaction() as session:
        around = app.extensions["directory"].around
        exact = replace(made, locations=(replace(place, visibility=r.Visibility.EXACT),))
        for record in (exact, made):  # they thought better of it
            publish(session, [record], actor=PERSON, around=around, now=clock.now())
    return made


@pytest.fixture
def client(app, refuge):
    made = app.test_client()
    person = sign_in(made, "steward")
    with app.app_context(), transaction() as session:
        stewards.appoint(session, person, refuge.id, how="claimed", now=clock.now())
    return made


def doors(refuge):
    """Every page of a steward's, by endpoint."""
    one = f"/manage/{refuge.id}"
    return {
        "contribute.close": [f"{one}/close"],
        "contribute.edit": [f"{one}/edit/{task}" for task in TASKS],
        "contribute.hand_over": [f"{one}/hand-over"],
        "contribute.kept": [one],
        "contribute.manage": ["/manage"],
        "contribute.notice": [f"{one}/notice"],
        "contribute.pause": [f"{one}/pause"],
        "contribute.share": [f"{one}/share"],
        "contribute.today": [f"{one}/today"],
    }


def told(client, refuge):
    """Which pages tell a secret."""
    found = []
    for url in (url for several in doors(refuge).values() for url in several):
        answer = client.get(url)
        assert answer.status_code in {200, 404}, url
        body = answer.get_data(as_text=True).lower()
        found += [(url, secret) for secret in SECRETS if secret in body]
    return found


def kept(app, refuge):
    with app.app_context(), reading() as session:
        (place,) = confidence.of_listing(session, there(published.current(session, refuge.id)).record).values()
        return place.addresses


def test_no_page_of_a_steward_tells_where_it_is(client, refuge):
    assert doors(refuge).keys() == STEWARD, "a new door: say here how to open it"
    assert told(client, refuge) == []


def test_nor_does_what_waits_nor_a_page_that_is_sent_again(app, client, refuge):
    filler = Filler(client)
    filler.send(f"/manage/{refuge.id}/edit/about", description="We take in whoever needs it.")
    assert told(client, refuge) == []
    answer = filler.send(f"/manage/{refuge.id}/edit/place/1", line_1="8 Zinnia Mews", postcode="B13 9SA")
    assert "A moderator looks at it" in answer.text
    body = client.page(f"/manage/{refuge.id}/edit/place/1").text.lower()
    assert "zinnia" not in body
    assert told(client, refuge) == []


def test_what_a_steward_changes_leaves_the_address_where_it_is(app, client, refuge):
    filler = Filler(client)
    assert "Published" in filler.send(f"/manage/{refuge.id}/edit/reach", phone="0121 496 0011").text
    assert "Published" in filler.send(f"/manage/{refuge.id}/today", status="full").text
    assert "Nothing had changed" in filler.send(f"/manage/{refuge.id}/edit/place/1").text
    assert kept(app, refuge) == (ADDRESS,)


def test_somebody_elses_suggestion_is_not_shown_to_a_steward(app, client, refuge):
    with app.app_context(), transaction() as session:
        around = app.extensions["directory"].around
        changed = replace(refuge, name="A name of somebody else's")
        way = sending(Kind.CHANGE, email=STRANGER.email)
        suggest(session, changed, way, acting=STRANGER, around=around, now=clock.now())
    page = client.page(f"/manage/{refuge.id}")
    assert "somebody else" not in page.text.replace("Hand it over to somebody else", "")
    assert client.page(f"/manage/{refuge.id}/edit/who").text.count("somebody else") == 0
