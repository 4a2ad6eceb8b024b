"""Kept true: who is asked and when, what a mailed link confirms, what leaves the list, and what is deleted."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from directory.accounts.service import letters, people
from directory.infra.outbox import service as outbox
from directory.infra.outbox.models import OutgoingMail
from directory.listings.rules.record import Source, SourceKind
from directory.moderation.queries import review
from directory.moderation.rules import review as rules
from directory.moderation.rules.absence import Why
from directory.moderation.service import absence, keeping, stewards
from directory.publishing import queries as published
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.moderation.cast import mails, record_of
from tests.support.people import there
from tests.support.records import NOON, given_location, given_record

DAY, MONTH = timedelta(days=1), timedelta(days=31)
ACTOR = Actor(ActorKind.JOB, "keep-true")
SECRET = "a secret of tests"


def kept(session, around, name, *, by=("ann",), days=200, due=True, source=SourceKind.SELF_LISTED):
    """A listing that was confirmed so many days ago, and who speaks for it; its id."""
    made = given_record(name, given_location(f"Hall of {name}"), source=Source(kind=source))
    confirmed = NOON - days * DAY
    made = replace(made, assured_at=confirmed, review_due_at=confirmed + 183 * DAY if due else None)
    publish(session, [made], actor=ACTOR, around=around, now=confirmed)
    for who in by:
        stewards.appoint(session, person(session, who), made.id, how="claimed", now=NOON)
    return made.id


def person(session, name):
    return people.person_for(session, f"{name}@example.org", NOON)


def asked(session, now=NOON):
    """To whom a mail goes, and about what."""
    before = len(mails(session))
    keeping.ask(session, now, limit=99)
    return [(to.partition("@")[0], values["names"]) for _, to, values in mails(session)[before:]]


def token_of(session, to):
    mail = sa.select(OutgoingMail.id).where(OutgoingMail.address == f"{to}@example.org")
    newest = there(session.scalars(mail.order_by(OutgoingMail.created_at.desc())).first())
    claimed = there(outbox.claim(session, newest, NOON))
    return there(letters.ready(session, claimed, secret=SECRET, now=NOON)).token


def test_a_person_gets_one_mail_about_all_that_is_due_or_will_be_within_the_month(session, around):
    kept(session, around, "Choir")
    kept(session, around, "Art club")
    kept(session, around, "Due soon", days=165)
    kept(session, around, "Fresh", days=20)
    kept(session, around, "Somebody else's", by=("ben",), days=20)
    assert asked(session) == [("ann", ["Art club", "Choir", "Due soon"])]


def test_everybody_who_speaks_for_it_is_asked_and_it_counts_once(session, around):
    uuid = kept(session, around, "Choir", by=("ann", "ben"))
    assert sorted(asked(session)) == [("ann", ["Choir"]), ("ben", ["Choir"])]
    assert [each.asked for each in review.by_ids(session, [uuid])] == [1]


def test_three_mails_a_month_apart_and_then_none(session, around):
    kept(session, around, "Choir")
    days = [day for day in range(0, 150, 5) if asked(session, NOON + day * DAY)]
    assert days == [0, 30, 60]
    assert [values["is_last"] for _, _, values in mails(session)] == [0, 0, 1]


def test_whoever_confirmed_is_asked_anew_when_it_is_due_again(session, around):
    uuid = kept(session, around, "Choir")
    for months in range(3):
        asked(session, NOON + months * MONTH)
    stewards.confirm(session, uuid, actor=ACTOR, around=around, now=NOON + 3 * MONTH)
    assert asked(session, NOON + 4 * MONTH) == []
    assert asked(session, NOON + 10 * MONTH) == [("ann", ["Choir"])]


@pytest.mark.parametrize("why", ["fewer", "bounced", "disabled"])
def test_who_wants_no_mail_or_cannot_get_any_is_not_written_to(session, around, why):
    kept(session, around, "Choir", by=("ann", "ben"))
    if why == "fewer":
        people.set_fewer_mails(session, person(session, "ann"), fewer=True)
    elif why == "bounced":
        people.note_bounce(session, "ann@example.org", NOON - DAY)
    else:
        people.disable(session, "ann@example.org", NOON)
    assert asked(session) == [("ben", ["Choir"])]


def test_a_clock_that_is_a_day_wrong_asks_nobody_twice(session, around):
    kept(session, around, "Choir")
    assert asked(session, NOON + DAY)
    for now in (NOON, NOON - DAY, NOON + DAY, NOON + 2 * DAY):
        assert asked(session, now) == []


def test_what_nobody_ever_confirmed_is_asked_about_too(session, around):
    made = given_record("Choir", given_location())
    publish(session, [made], actor=ACTOR, around=around, now=NOON - 190 * DAY)
    stewards.appoint(session, person(session, "ann"), made.id, how="claimed", now=NOON)
    assert asked(session) == [("ann", ["Choir"])]


def test_a_link_confirms_what_was_ticked_once_and_only_what_is_still_theirs(session, around):
    choir, art, lost = (kept(session, around, name) for name in ("Choir", "Art club", "Lost"))
    asked(session)
    token = token_of(session, "ann")
    stewards.dismiss(session, person(session, "ann"), lost)
    assert [each.name for each in keeping.peek(session, token, NOON)] == ["Art club", "Choir"]
    ticked = [str(choir), str(lost), "nonsense"]
    (done,) = keeping.confirm(session, token, ticked, around=around, now=NOON)
    assert done.organization == choir
    assert record_of(session, choir).assured_at == NOON
    assert there(record_of(session, art).assured_at) < NOON
    assert there(record_of(session, lost).assured_at) < NOON
    assert keeping.peek(session, token, NOON) == []
    assert keeping.confirm(session, token, ticked, around=around, now=NOON) == []


def test_a_confirmation_brings_back_what_left_the_list_but_not_what_was_paused(session, around):
    gone, paused = kept(session, around, "Gone"), kept(session, around, "Paused")
    asked(session)
    token = token_of(session, "ann")
    for uuid, why in ((gone, Why.UNCONFIRMED), (paused, Why.PAUSED)):
        absence.put_away(session, there(published.current(session, uuid)), why, actor=ACTOR, around=around, now=NOON)
    assert [(each.name, each.is_away) for each in keeping.peek(session, token, NOON)] == [("Gone", True)]
    keeping.confirm(session, token, [str(gone), str(paused)], around=around, now=NOON)
    assert record_of(session, gone).assured_at == NOON
    assert published.current(session, paused) is None


def test_at_twelve_months_what_was_asked_about_leaves_the_list_and_a_register_stays(session, around):
    old = kept(session, around, "Old", days=370)
    kept(session, around, "Register", days=900, source=SourceKind.REGISTER)
    lonely = kept(session, around, "Nobody's", by=(), days=366)
    younger = kept(session, around, "Younger", by=(), days=350)
    assert review.unconfirmed(session, NOON, limit=9) == [lonely]  # nobody asked the old one's steward yet
    asked(session)
    assert review.unconfirmed(session, NOON + DAY, limit=9) == [lonely]
    assert review.unconfirmed(session, NOON + MONTH, limit=9) == [old, lonely, younger]
    assert keeping.take_off(session, old, around=around, now=NOON + MONTH)
    assert there(absence.of_listing(session, old)).why is Why.UNCONFIRMED
    assert not keeping.take_off(session, old, around=around, now=NOON + MONTH)
    stewards.confirm(session, lonely, actor=ACTOR, around=around, now=NOON)
    assert not keeping.take_off(session, lonely, around=around, now=NOON + MONTH)


def test_at_twenty_four_months_it_is_over_and_no_wrong_clock_hastens_that(session, around):
    uuid = kept(session, around, "Old", by=(), days=365)
    keeping.take_off(session, uuid, around=around, now=NOON)
    assert keeping.over(session, NOON + 364 * DAY, limit=9) == []
    assert keeping.over(session, NOON + 365 * DAY, limit=9) == []  # its very day: a clock may be a day ahead
    assert keeping.over(session, NOON + 366 * DAY, limit=9) == [uuid]
    publish(session, [record_was(session, uuid)], actor=ACTOR, around=around, now=NOON)
    assert keeping.over(session, NOON + 999 * DAY, limit=9) == []


def record_was(session, uuid):
    return published.record_at(session, uuid, 1)


def test_what_was_paused_is_over_two_years_after_that(session, around):
    uuid = kept(session, around, "Paused", days=300)
    absence.put_away(session, there(published.current(session, uuid)), Why.PAUSED, actor=ACTOR, around=around, now=NOON)
    assert keeping.over(session, NOON + 729 * DAY, limit=9) == []
    assert keeping.over(session, NOON + 731 * DAY, limit=9) == [uuid]


def test_a_listing_is_due_as_its_most_urgent_need_wants_it(around):
    record = given_record("Kitchen", given_location())
    plain = replace(around.place, review_sooner={})
    assert rules.due_at(record, NOON, around.place) == NOON + timedelta(days=122)  # food: four months
    assert rules.due_at(record, NOON, plain) == NOON + timedelta(days=183)


@given(sign=st.integers(0, 1_000), off=st.integers(0, 1_000), wrong=st.integers(-1, 1))
def test_nothing_is_over_before_its_time_whatever_day_the_clock_says(sign, off, wrong):
    if rules.is_over(NOON - sign * DAY, NOON - off * DAY, NOON + wrong * DAY):
        assert sign >= 730
        assert off >= 364
