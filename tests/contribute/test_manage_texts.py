"""Whatever a steward types comes back as it was typed, on their pages and on the public one, or is refused."""

from __future__ import annotations

import pytest

from directory.infra import clock
from directory.infra.db import transaction
from directory.moderation.service import stewards
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.contribute.naughty import SEEN, UNSEEN
from tests.support.filling import Filler, form_of, values_of
from tests.support.people import sign_in
from tests.support.records import given_location, given_record

KITCHEN = given_record("Kitchen", given_location(), assured_at=clock.now())
URL = f"/manage/{KITCHEN.id}"


@pytest.fixture
def filler(app):
    client = app.test_client()
    person = sign_in(client, "steward")
    with app.app_context(), transaction() as session:
        around = app.extensions["directory"].around
        publish(session, [KITCHEN], actor=Actor(ActorKind.PERSON, "1"), around=around, now=clock.now())
        stewards.appoint(session, person, KITCHEN.id, how="claimed", now=clock.now())
    return Filler(client)


def test_what_may_be_seen_comes_back_as_it_was_typed(filler):
    for text in SEEN:
        filler.send(f"{URL}/notice", text=text)
        filler.send(f"{URL}/edit/about", description=text)
        assert values_of(form_of(filler.client.page(f"{URL}/notice").soup))["text"] == text.strip()
        assert values_of(form_of(filler.client.page(f"{URL}/edit/about").soup))["description"] == text.strip()
        shown = filler.client.page("/listings/kitchen").soup.select_one(".notice p").get_text()
        assert " ".join(shown.split()) == " ".join(text.split())


def test_what_nobody_sees_is_refused_with_the_reason(filler):
    for text in UNSEEN:
        for page, name in (("notice", "text"), ("edit/about", "description")):
            told = filler.send(f"{URL}/{page}", **{name: text})
            assert told.soup.select_one(".govuk-error-summary") is not None, (page, text)
    assert filler.client.page("/listings/kitchen").soup.select_one("main .notice") is None
