"""A confidential place of a suggestion is in its own table alone; reading it is written down; showing it takes two."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.accounts.models import SecurityEvent
from directory.core.errors import Forbidden
from directory.core.people import Role
from directory.infra.db import transaction
from directory.listings import queries as listings
from directory.listings.rules.record import Address, Phone, Visibility
from directory.moderation.queries import suggestions as queries
from directory.moderation.rules.states import Kind, Reason, State
from directory.moderation.service import decide, places, stewards
from directory.publishing import queries as published
from tests.moderation.cast import (
    MODERATOR,
    SECOND,
    STEWARD,
    as_seen,
    listed,
    nothing_written,
    record_of,
    sent,
    staff,
)
from tests.support.records import NOON, an_id, given_location, given_record

SECRETS = ("zebedee", "b13 9sa", "b139sa", "52.4398", "1.8864")
ADDRESS = Address(id=an_id("secret"), address_1="7 Zebedee Mews", city="Birmingham", postal_code="B13 9SA")
READER = staff("reader", Role.CONFIDENTIAL)


def refuge(visibility=Visibility.HIDDEN, **changes):
    place = given_location("A house", id=an_id("place"), visibility=visibility, addresses=(ADDRESS,), point=None)
    return given_record("Refuge", place, **changes)


def accepted(session, around, receipt, acting=MODERATOR, **given):
    seen = as_seen(session, refuge().id)
    return decide.accept(session, receipt.id, as_seen=seen, acting=acting, around=around, now=NOON, **given)


def tables_that_tell(session):
    """Every table in which one of the secrets stands."""
    found = set()
    for name in sa.inspect(session.connection()).get_table_names():
        rows = [tuple(row) for row in session.execute(sa.text(f'SELECT * FROM "{name}"'))]
        if any(secret in repr(rows).lower() for secret in SECRETS):
            found.add(name)
    return found


@pytest.mark.parametrize("visibility", [Visibility.HIDDEN, Visibility.APPROXIMATE])
def test_it_stands_in_one_table_before_the_decision_and_in_one_after(session, around, visibility):
    about = "Ring at 7 Zebedee Mews, B13 9SA."
    receipt = sent(session, around, refuge(visibility, description=about, about=about), words=about)
    assert tables_that_tell(session) == {"suggestion_place"}
    assert queries.suggestion(session, receipt.id).has_places
    accepted(session, around, receipt)
    assert tables_that_tell(session) == {"confidential_location"}
    known = listings.confidential(session, [refuge().id])[refuge().id]
    assert known[an_id("place")].addresses == (ADDRESS,)


def test_what_is_refused_leaves_no_trace_of_it(session, around):
    receipt = sent(session, around, refuge())
    decide.refuse(
        session,
        receipt.id,
        as_seen=as_seen(session, refuge().id),
        reason=Reason.UNCLEAR,
        words="",
        acting=MODERATOR,
        now=NOON,
    )
    assert tables_that_tell(session) == set()


@pytest.mark.parametrize("visibility", [Visibility.HIDDEN, Visibility.APPROXIMATE])
def test_whoever_edits_a_listing_need_not_know_its_address_and_does_not_lose_it(session, around, visibility):
    listed(session, around, refuge(visibility))
    public = record_of(session, refuge().id)
    receipt = sent(session, around, replace(public, description="New words."), Kind.CHANGE)
    assert not queries.suggestion(session, receipt.id).has_places
    accepted(session, around, receipt)
    known = listings.confidential(session, [public.id])[public.id]
    assert known[an_id("place")].addresses == (ADDRESS,)
    assert record_of(session, public.id).locations == public.locations


def test_a_small_fact_of_its_steward_does_not_lose_it_either(session, around):
    listed(session, around, refuge(assured_at=NOON))
    stewards.appoint(session, STEWARD.known_id, refuge().id, how="claimed", now=NOON)
    public = record_of(session, refuge().id)
    changed = replace(public, phones=(Phone(id=an_id("phone"), number="0121 496 0111"),))
    stewards.publish_small(session, changed, version=1, acting=STEWARD, around=around, now=NOON)
    assert listings.confidential(session, [public.id])[public.id][an_id("place")].addresses == (ADDRESS,)


@pytest.mark.parametrize(
    "opened",
    [
        refuge(Visibility.EXACT),
        refuge(Visibility.APPROXIMATE),
        given_record("Refuge", given_location("Another place", addresses=(ADDRESS,))),
    ],
    ids=["shown", "nearly shown", "shown as another place"],
)
def test_it_takes_two_moderators_to_show_an_address_again(session, around, opened):
    listed(session, around, refuge())
    receipt = sent(session, around, opened, Kind.CHANGE)
    for acting in (MODERATOR, MODERATOR):  # the same one twice is one
        with nothing_written(session):
            assert accepted(session, around, receipt, acting).second_needed
    assert queries.suggestion(session, receipt.id).state is State.WAITING
    done = accepted(session, around, receipt, SECOND)
    assert done.outcome is not None
    deeds = session.scalars(sa.select(SecurityEvent.what)).all()
    assert {"show-address-first", "show-address-second"} <= set(deeds)


def test_the_two_must_agree_on_the_same_address(session, around):
    listed(session, around, refuge())
    receipt = sent(session, around, refuge(Visibility.EXACT), Kind.CHANGE)
    assert accepted(session, around, receipt).second_needed
    other = replace(ADDRESS, address_1="9 Zebedee Mews")
    public = queries.suggestion(session, receipt.id).record
    assert public is not None
    changed = replace(public, locations=(replace(public.locations[0], addresses=(other,)),))
    with nothing_written(session):
        assert accepted(session, around, receipt, SECOND, changes=changed).second_needed


def test_reading_it_has_its_own_right_and_is_written_down(session, around):
    receipt = sent(session, around, refuge())
    with pytest.raises(Forbidden):
        places.read_suggested(session, receipt.id, acting=MODERATOR, now=NOON)
    read = places.read_suggested(session, receipt.id, acting=READER, now=NOON)
    assert read[an_id("place")].addresses == (ADDRESS,)
    accepted(session, around, receipt)
    with pytest.raises(Forbidden):
        places.read_published(session, refuge().id, acting=MODERATOR, now=NOON)
    assert places.read_published(session, refuge().id, acting=READER, now=NOON).keys() == {an_id("place")}
    noted = session.execute(sa.select(SecurityEvent.what, SecurityEvent.person_id, SecurityEvent.subject)).all()
    assert ("read-suggested-address", READER.person_id, str(receipt.id)) in [tuple(row) for row in noted]
    assert ("read-confidential-address", READER.person_id, str(refuge().id)) in [tuple(row) for row in noted]


words = st.sampled_from(("Ring at 7 Zebedee Mews", "near B13 9SA", "zebedee mews", "Soup for all", ""))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(visibility=st.sampled_from((Visibility.HIDDEN, Visibility.APPROXIMATE)), texts=st.tuples(words, words))
def test_wherever_it_was_typed_no_other_table_has_it(engine, around, visibility, texts):
    description, about = texts
    with transaction(engine, keep=False) as session:
        receipt = sent(session, around, refuge(visibility, description=description, about=about), words="Hello")
        assert tables_that_tell(session) <= {"suggestion_place"}
        decide.ask(
            session, receipt.id, as_seen=as_seen(session, refuge().id), words="Where?", acting=MODERATOR, now=NOON
        )
        decide.answer(session, receipt.id, words="Soup", person_id=None, now=NOON)
        assert tables_that_tell(session) <= {"suggestion_place"}
        accepted(session, around, receipt)
        assert tables_that_tell(session) <= {"confidential_location"}
        current = published.current(session, refuge().id)
        assert current is not None
        assert "zebedee" not in json.dumps(listings.page(session, current.slug)).lower()
