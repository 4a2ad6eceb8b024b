"""A steward's changes: one suggestion, each built on the other; small facts at once; nothing lost, nothing unseen."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.core.errors import Forbidden, Invalid, NotFound
from directory.core.geo import Point
from directory.listings.rules.record import Address, Notice, Phone, Today, Visibility
from directory.moderation.models import SuggestionPlace
from directory.moderation.queries import suggestions as queries
from directory.moderation.rules.states import Forestalled, State
from directory.moderation.service import amend, confidence, decide, stewards
from directory.publishing.service import publish
from tests.moderation.cast import MODERATOR, PERSON, STEWARD, STRANGER, as_seen, listed, nothing_written, record_of
from tests.support.records import NOON, an_id, given_location, given_record

PHONE = Phone(id=an_id("phone"), number="0121 496 0111")
FORMER = replace(PHONE, number="0121 496 0333")
KITCHEN = given_record("Kitchen", given_location(), phones=(FORMER,), assured_at=NOON - timedelta(days=30))
SECRET = Address(id=an_id("secret"), address_1="7 Zebedee Mews", city="Birmingham", postal_code="B13 9SA")


@pytest.fixture
def mine(session, around):
    listed(session, around, KITCHEN)
    stewards.appoint(session, STEWARD.known_id, KITCHEN.id, how="claimed", now=NOON)


def seen(session, acting=STEWARD):
    return amend.before(session, KITCHEN.id, acting=acting).seen


def change(session, around, do, **given):
    values = {"seen": None, "acting": STEWARD, "around": around, "language": "en", "now": NOON, **given}
    staff = values.pop("staff", False)
    values["seen"] = values["seen"] or amend.before(session, KITCHEN.id, acting=values["acting"], staff=staff).seen
    return (amend.propose if staff else amend.amend)(session, KITCHEN.id, do, **values)


def called(name):
    return lambda record: replace(record, name=name)


def saying(words):
    return lambda record: replace(record, description=words)


def phoned(record):
    return replace(record, phones=(PHONE,))


def waiting(session):
    return queries.open_for(session, [KITCHEN.id]).get(KITCHEN.id, [])


def accepted(session, around, number):
    seen_as = as_seen(session, KITCHEN.id)
    return decide.accept(session, number, as_seen=seen_as, acting=MODERATOR, around=around, now=NOON)


def test_a_small_fact_is_published_at_once_and_leaves_nothing_in_the_queue(session, around, mine):
    assert change(session, around, phoned) == amend.Amended(at_once=True)
    assert record_of(session, KITCHEN.id).phones == (PHONE,)
    assert waiting(session) == []


def test_a_second_change_builds_on_the_first_and_both_are_published(session, around, mine):
    first = change(session, around, called("The Kitchen")).receipt
    second = change(session, around, saying("Soup."), now=NOON + timedelta(hours=1)).receipt
    (one,) = waiting(session)
    assert (one.id, one.record.name, one.record.description) == (second.id, "The Kitchen", "Soup.")
    assert one.sent_at == NOON  # its place in the queue
    assert queries.suggestion(session, first.id).state is State.WITHDRAWN
    accepted(session, around, second.id)
    record = record_of(session, KITCHEN.id)
    assert (record.name, record.description) == ("The Kitchen", "Soup.")


def test_nobody_accepts_what_was_changed_since_they_looked(session, around, mine):
    first = change(session, around, called("The Kitchen")).receipt
    looked_at = as_seen(session, KITCHEN.id)
    change(session, around, called("Casino"))
    with pytest.raises(Forestalled):
        decide.accept(session, first.id, as_seen=looked_at, acting=MODERATOR, around=around, now=NOON)
    assert record_of(session, KITCHEN.id).name == "Kitchen"


def test_what_a_moderator_asked_goes_over_with_the_change(session, around, mine):
    first = change(session, around, called("The Kitchen")).receipt
    seen_as = as_seen(session, KITCHEN.id)
    decide.ask(session, first.id, as_seen=seen_as, words="Which kitchen?", acting=MODERATOR, now=NOON)
    second = change(session, around, saying("The one in the hall.")).receipt
    assert [said.words for said in queries.messages(session, second.id)] == ["Which kitchen?"]


def test_a_small_fact_beside_a_change_that_waits_is_published_and_not_taken_back(session, around, mine):
    change(session, around, called("The Kitchen"))
    assert change(session, around, phoned).at_once
    (one,) = waiting(session)
    accepted(session, around, one.id)
    record = record_of(session, KITCHEN.id)
    assert (record.name, record.phones) == ("The Kitchen", (PHONE,))


def test_a_newer_number_stands_when_an_older_one_waited(session, around, mine):
    tight = replace(around, place=replace(around.place, small_facts=()))
    older = replace(PHONE, number="0121 496 0222")
    change(session, tight, lambda record: replace(record, phones=(older,)))
    done = change(session, around, phoned)
    assert (done.at_once, done.receipt is not None) == (True, True)
    (one,) = waiting(session)
    accepted(session, around, one.id)
    assert record_of(session, KITCHEN.id).phones == (PHONE,)


def test_who_began_before_somebody_elses_change_is_told_and_writes_nothing(session, around, mine):
    before = seen(session)
    publish(session, [replace(KITCHEN, email="new@example.org")], actor=PERSON, around=around, now=NOON)
    with nothing_written(session), pytest.raises(Forestalled):
        change(session, around, called("Mine"), seen=before)
    record = amend.as_seen(session, KITCHEN.id, before, acting=STEWARD)
    assert record == KITCHEN
    assert waiting(session) == []


def test_the_same_form_twice_makes_one_suggestion(session, around, mine):
    before = seen(session)
    change(session, around, called("The Kitchen"), seen=before)
    assert change(session, around, called("The Kitchen"), seen=before) == amend.Amended()
    assert len(waiting(session)) == 1


def test_nobody_else_changes_it_or_sees_what_waits(session, around, mine):
    change(session, around, called("The Kitchen"))
    with pytest.raises(Forbidden):
        change(session, around, phoned, acting=STRANGER, seen="1")
    assert amend.as_seen(session, KITCHEN.id, seen(session), acting=STRANGER) is None
    assert amend.as_seen(session, KITCHEN.id, "1.nonsense", acting=STEWARD) is None
    assert amend.as_seen(session, KITCHEN.id, "x", acting=STEWARD) is None
    with pytest.raises(Forbidden):
        amend.before(session, KITCHEN.id, acting=MODERATOR)
    with pytest.raises(NotFound):
        amend.before(session, an_id("nobody"), acting=MODERATOR, staff=True)


def test_a_moderators_change_waits_like_everybodys_and_confirms_nothing(session, around, mine):
    change(session, around, called("The Kitchen"))
    for do in (phoned, saying("Soup.")):
        change(session, around, do, acting=MODERATOR, staff=True)
    assert record_of(session, KITCHEN.id) == KITCHEN
    by = {one.email: one for one in waiting(session)}  # sent at the same moment
    assert by.keys() == {STEWARD.email, MODERATOR.email}
    assert by[STEWARD.email].record.name == "The Kitchen"
    moderators = by[MODERATOR.email].record
    assert (moderators.name, moderators.phones, moderators.description) == ("Kitchen", (PHONE,), "Soup.")
    accepted(session, around, by[MODERATOR.email].id)
    assert record_of(session, KITCHEN.id).assured_at == KITCHEN.assured_at
    with pytest.raises(Forbidden):
        change(session, around, phoned, acting=STEWARD, staff=True, seen="2")


def test_a_secret_address_that_waits_survives_a_second_change_and_is_told_nowhere_else(session, around, mine):
    def hidden(record):
        (place,) = record.locations
        secret = replace(place, visibility=Visibility.HIDDEN, addresses=(SECRET,), point=Point(52.44, -1.886))
        return replace(record, locations=(secret,))

    change(session, around, hidden)
    second = change(session, around, called("The Kitchen")).receipt
    rows = session.execute(sa.select(SuggestionPlace.suggestion_id, SuggestionPlace.addresses)).all()
    assert [(row.suggestion_id, row.addresses[0]["address_1"]) for row in rows] == [(second.id, "7 Zebedee Mews")]
    accepted(session, around, second.id)
    record = record_of(session, KITCHEN.id)
    assert record.locations[0].addresses == ()
    (kept,) = confidence.of_listing(session, record).values()
    assert kept.addresses[0].address_1 == "7 Zebedee Mews"


def test_to_show_a_place_again_does_not_tell_what_was_kept(session, around, mine):
    def hidden(record):
        (place,) = record.locations
        return replace(record, locations=(replace(place, visibility=Visibility.HIDDEN, addresses=(SECRET,)),))

    def openly(record):
        (place,) = record.locations
        return replace(record, locations=(replace(place, visibility=Visibility.EXACT),))

    change(session, around, hidden)
    change(session, around, openly)
    (one,) = waiting(session)
    assert "Zebedee" not in str(one.record)


def test_a_notice_and_a_status_are_put_on_and_taken_off(session, around, mine):
    said = Notice(text="Closed for a wedding", until=NOON.date() + timedelta(days=2))
    full = Today(status="full", until=NOON + timedelta(days=1))
    assert change(session, around, lambda record: replace(record, notice=said)).at_once
    assert change(session, around, lambda record: replace(record, today=full)).at_once
    record = record_of(session, KITCHEN.id)
    assert (record.notice, record.today) == (said, full)
    assert change(session, around, lambda record: replace(record, notice=None)).at_once
    assert record_of(session, KITCHEN.id).notice is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"today": Today(status="maybe", until=NOON + timedelta(days=1))},
        {"today": Today(status="full", until=NOON + timedelta(days=9))},
        {"today": Today(status="full", until=NOON)},
        {"notice": Notice(text=" ")},
        {"notice": Notice(text="x" * 201)},
        {"notice": Notice(text="Late", until=NOON.date() - timedelta(days=1))},
    ],
)
def test_a_status_ends_by_itself_and_a_notice_is_short_and_not_over(session, around, mine, wrong):
    with nothing_written(session), pytest.raises(Invalid):
        change(session, around, lambda record: replace(record, **wrong))
    assert waiting(session) == []
