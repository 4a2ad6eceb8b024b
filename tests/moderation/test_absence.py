"""Paused, closed, or not confirmed: off the list at once, and back as it was, with its history and its secrets."""

from dataclasses import replace
from datetime import timedelta

import pytest

from directory.accounts.service import people
from directory.core.errors import Forbidden, NotFound
from directory.listings.rules.record import Address, Visibility
from directory.moderation.queries import queue
from directory.moderation.queries.kept import kept_by
from directory.moderation.rules.absence import Why
from directory.moderation.rules.states import Forestalled
from directory.moderation.rules.values import ReportKind, Telling
from directory.moderation.service import absence, closing, confidence, history, reports, stewards
from directory.publishing import queries as published
from directory.publishing.service import publish
from tests.moderation.cast import MODERATOR, PERSON, STEWARD, STRANGER, listed, mails, nothing_written, record_of
from tests.support.people import there
from tests.support.records import NOON, an_id, given_location, given_record

ADDRESS = Address(id=an_id("secret"), address_1="7 Zebedee Mews", city="Birmingham", postal_code="B13 9SA")
PLACE = given_location("A house", visibility=Visibility.HIDDEN, addresses=(ADDRESS,), point=None)
REFUGE = given_record("Refuge", PLACE, assured_at=NOON - timedelta(days=30))


@pytest.fixture
def mine(session, around):
    listed(session, around, REFUGE)
    stewards.appoint(session, STEWARD.known_id, REFUGE.id, how="claimed", now=NOON)


def off(session, around, why=Why.PAUSED, **given):
    values = {"version": 1, "acting": STEWARD, "around": around, "now": NOON, **given}
    absence.take_off(session, REFUGE.id, why, **values)


def back(session, around, acting=STEWARD):
    return absence.bring_back(session, REFUGE.id, acting=acting, around=around, now=NOON)


@pytest.mark.parametrize("why", [Why.PAUSED, Why.CLOSED])
def test_it_leaves_at_once_and_comes_back_as_it_was_with_its_secret_address(session, around, mine, why):
    before = record_of(session, REFUGE.id)
    off(session, around, why)
    assert published.current(session, REFUGE.id) is None
    away = there(absence.of_listing(session, REFUGE.id))
    assert (away.name, away.why, away.version) == ("Refuge", why, 1)
    assert [(each.name, each.slug, each.away) for each in kept_by(session, STEWARD.known_id)] == [("Refuge", "", why)]
    assert back(session, around).slug == "refuge"
    record = record_of(session, REFUGE.id)
    assert replace(record, assured_at=before.assured_at, review_due_at=None) == before
    assert record.assured_at == NOON
    (kept,) = confidence.of_listing(session, record).values()
    assert kept.addresses == (ADDRESS,)
    assert absence.of_listing(session, REFUGE.id) is None


def test_nobody_else_takes_it_off_or_puts_it_back(session, around, mine):
    for acting in (STRANGER, MODERATOR):
        with pytest.raises(Forbidden):
            off(session, around, acting=acting)
    with pytest.raises(Forbidden):
        off(session, around, staff=True)
    off(session, around)
    for acting in (STRANGER, MODERATOR):
        with pytest.raises(Forbidden):
            back(session, around, acting)


def test_what_a_moderator_took_off_comes_back_by_its_steward_or_its_history(session, around, mine):
    person = people.person_for(session, "ann@example.org", NOON)
    stewards.appoint(session, person, REFUGE.id, how="invited", now=NOON)
    for number, kind in enumerate((ReportKind.CLOSED, ReportKind.WRONG)):
        telling = Telling(kind=kind, words="", email=f"r{number}@example.org", language="en", once=f"{number}")
        reports.report(session, REFUGE.id, telling, now=NOON)
    with pytest.raises(Forbidden):
        closing.close(session, REFUGE.id, version=1, acting=STEWARD, around=around, now=NOON)
    with nothing_written(session), pytest.raises(Forestalled):
        closing.close(session, REFUGE.id, version=7, acting=MODERATOR, around=around, now=NOON)
    closing.close(session, REFUGE.id, version=1, acting=MODERATOR, around=around, now=NOON)
    assert there(absence.of_listing(session, REFUGE.id)).why is Why.CLOSED
    told = {(kind, to, values["name"]) for kind, to, values in mails(session)}
    assert told == {
        ("report-answered", "r0@example.org", "Refuge"),
        ("listing-taken-off", "ann@example.org", "Refuge"),
    }
    assert [each.kind for each in queue.reports_of(session, REFUGE.id)] == [ReportKind.WRONG]
    history.rollback(session, REFUGE.id, 1, seen=0, acting=MODERATOR, around=around, now=NOON)
    (kept,) = confidence.of_listing(session, record_of(session, REFUGE.id)).values()
    assert kept.addresses == (ADDRESS,)
    closing.close(session, REFUGE.id, version=3, acting=MODERATOR, around=around, now=NOON)
    back(session, around)
    assert record_of(session, REFUGE.id).assured_at == NOON


def test_who_looked_at_another_version_is_told(session, around, mine):
    with pytest.raises(Forestalled):
        off(session, around, version=7)
    off(session, around)
    with pytest.raises(NotFound):
        off(session, around)


def test_what_somebody_else_published_again_is_not_away(session, around, mine):
    off(session, around)
    publish(session, [REFUGE], actor=PERSON, around=around, now=NOON)
    assert absence.of_listing(session, REFUGE.id) is None
    assert [each.away for each in kept_by(session, STEWARD.known_id)] == [None]
    with pytest.raises(NotFound):
        back(session, around)
    off(session, around, version=3)  # and it can be paused again
    assert there(absence.of_listing(session, REFUGE.id)).version == 3
