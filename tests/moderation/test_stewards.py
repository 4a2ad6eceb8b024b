"""A steward changes small facts of their own assured listing at once; everything else waits for a moderator."""

from dataclasses import replace
from datetime import timedelta

import pytest

from directory.core.errors import Conflict, Forbidden, NotFound
from directory.infra.place import SMALL_FACTS
from directory.listings.rules.record import Phone
from directory.moderation.rules.small import SMALL
from directory.moderation.rules.states import Forestalled
from directory.moderation.service import stewards
from directory.publishing import queries as published
from directory.publishing.rules import Actor, ActorKind
from tests.moderation.cast import MODERATOR, STEWARD, STRANGER, listed, nothing_written, record_of
from tests.support.records import NOON, an_id, given_location, given_record

KITCHEN = given_record("Kitchen", given_location(), assured_at=NOON - timedelta(days=30))
PHONED = replace(KITCHEN, phones=(Phone(id=an_id("phone"), number="0121 496 0111"),))


@pytest.fixture
def mine(session, around):
    listed(session, around, KITCHEN)
    stewards.appoint(session, STEWARD.known_id, KITCHEN.id, how="claimed", now=NOON)
    stewards.appoint(session, STEWARD.known_id, KITCHEN.id, how="invited", now=NOON)  # twice is once


def small(session, around, proposal, **given):
    values = {"version": 1, "acting": STEWARD, "around": around, "now": NOON, **given}
    return stewards.publish_small(session, proposal, **values)


def test_a_place_can_let_through_what_is_small_and_no_more():
    assert set(SMALL_FACTS) == SMALL.keys()
    assert stewards.small_facts(("phones", "name")) == {"phones"}
    assert stewards.small_facts(()) == frozenset()


def test_a_telephone_number_is_published_at_once_and_confirms_the_listing(session, around, mine):
    outcome = small(session, around, PHONED)
    assert outcome.version == 2
    record = record_of(session, KITCHEN.id)
    assert (record.phones, record.assured_at) == (PHONED.phones, NOON)
    assert published.revisions(session, KITCHEN.id)[-1].actor_id == str(STEWARD.person_id)


@pytest.mark.parametrize("acting", [STRANGER, MODERATOR, replace(STEWARD, person_id=None)])
def test_nobody_else_changes_it(session, around, mine, acting):
    with nothing_written(session), pytest.raises(Forbidden):
        small(session, around, PHONED, acting=acting)


def test_what_is_not_small_waits_and_so_does_all_that_is_not_assured(session, around, mine):
    tight = replace(around, place=replace(around.place, small_facts=()))
    with nothing_written(session):
        with pytest.raises(Conflict):
            small(session, around, replace(KITCHEN, name="Other"))
        with pytest.raises(Conflict):
            small(session, around, PHONED, now=NOON + timedelta(days=200))
        with pytest.raises(Conflict):
            small(session, tight, PHONED)
        with pytest.raises(Forestalled):
            small(session, around, PHONED, version=7)
    for acting in (STRANGER, MODERATOR):
        assert not stewards.is_at_once(session, PHONED, acting=acting, around=around, now=NOON)
    assert stewards.is_at_once(session, PHONED, acting=STEWARD, around=around, now=NOON)
    nowhere = given_record("Nowhere")
    stewards.appoint(session, STEWARD.known_id, nowhere.id, how="claimed", now=NOON)
    with pytest.raises(NotFound):
        small(session, around, nowhere)


def test_still_right_confirms_and_changes_nothing_else(session, around, mine):
    actor = Actor(ActorKind.PERSON, str(STEWARD.person_id))
    stewards.confirm(session, KITCHEN.id, actor=actor, around=around, now=NOON)
    record = record_of(session, KITCHEN.id)
    assert record == replace(KITCHEN, assured_at=NOON, review_due_at=NOON + timedelta(days=122))  # food: four months
    with pytest.raises(NotFound):
        stewards.confirm(session, an_id("nobody"), actor=actor, around=around, now=NOON)


def test_my_listings_are_those_i_speak_for(session, around, mine):
    listed(session, around, given_record("Other"))
    assert [(slug, version) for _, slug, _, version in stewards.listings_of(session, STEWARD.known_id)] == [
        ("kitchen", 1)
    ]
    stewards.dismiss(session, STEWARD.known_id, KITCHEN.id)
    assert stewards.listings_of(session, STEWARD.known_id) == []
