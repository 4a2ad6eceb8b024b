"""What is listed already is found as soon as its number, name or place is known."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.listings.rules import record as r
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.contribute.conftest import VENUE
from tests.support.records import an_id, given_location, given_record

NUMBER = r.Identifier(id=an_id("chc"), scheme="GB-CHC", value="1000009")


@pytest.fixture
def listed(app):
    """Two listings: one that a register gave, and one of a group that speaks for itself."""
    register = r.Source(kind=r.SourceKind.REGISTER, name="ccew", id="1000009")
    with app.app_context(), transaction() as session:
        around = app.extensions["directory"].around
        known = given_record("Ladywood Lantern Larder", source=register, identifiers=(NUMBER,), kind="charity")
        own = given_record("Sparkbrook Sewing Circle", given_location("Lantern Hall"))
        publish(session, [known, own], actor=Actor(ActorKind.IMPORT, "1"), around=around, now=clock.now())
    return known


def test_a_number_that_a_register_knows_fills_in_the_rest(app, listed, filler, say):
    page = filler.send("/add/who", then="look-up", register="charity", charity="1000009")
    assert "The register knows you." in page.text
    assert page.soup.select_one("[name=name]")["value"] == "Ladywood Lantern Larder"
    page = filler.send("/add/who", name="The Lantern Larder")
    assert page.response.request.path == "/add/where", "what the register says of services is answered"
    say({url: VENUE[url] for url in list(VENUE)[2:]})
    filler.send("/add/check")
    with app.app_context(), reading() as session:
        row = session.execute(sa.text("SELECT kind, base_version, record FROM suggestion")).one()
    assert (row.kind, row.base_version) == ("change", 1)
    assert "The Lantern Larder" in row.record
    assert str(listed.services[0].id) in row.record, "the same service, with what was known of it"


def test_a_number_that_nobody_knows_is_no_hindrance(listed, filler):
    page = filler.send("/add/who", then="look-up", register="charity", charity="1000003")
    assert "No listing here has that number" in page.text
    assert not page.soup.select(".govuk-error-summary")
    page = filler.send("/add/who", then="look-up", register="charity", charity="nonsense")
    assert "Enter the charity number" in page.text
    assert "Enter the name of your group" not in page.text


def test_a_number_that_was_typed_and_not_looked_up_is_found_all_the_same(listed, filler):
    page = filler.send("/add/who", **VENUE["/add/who"] | {"name": "Quite another name"})
    assert page.h1 == "Is it one of these?"
    assert "the same number in a register" in page.text
    page = filler.send(page.response.request.full_path, then=str(listed.id))
    assert "The register knows you." in page.text


def test_a_group_that_speaks_for_itself_is_changed_and_not_added_again(listed, filler):
    page = filler.send("/add/who", register="none", name="Sparkbrook sewing circel", kind="community-group")
    assert page.h1 == "Is it one of these?"
    assert page.links["Yes, suggest a change to it"] == "/listings/sparkbrook-sewing-circle/correct"
    assert not page.soup.select("button[name=ours]")


def test_who_says_no_is_not_asked_again(listed, filler):
    page = filler.send("/add/who", register="none", name="Sparkbrook sewing circel", kind="community-group")
    page = filler.send(page.response.request.full_path)
    assert page.response.request.path == "/add/what"
    page = filler.send("/add/who", also="Sewers")
    assert page.response.request.path == "/add/what"
    assert filler.client.page("/add/same").response.request.path != "/add/same"
