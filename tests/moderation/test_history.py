"""Every revision can be looked at, compared and gone back to; two listings are merged and parted again."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.core.errors import Conflict, Forbidden, NotFound
from directory.listings import queries as listings
from directory.listings.rules.record import Visibility
from directory.moderation.models import Report
from directory.moderation.queries import queue
from directory.moderation.rules.merging import Side
from directory.moderation.rules.states import Forestalled
from directory.moderation.rules.values import ReportKind, Telling, marks_of
from directory.moderation.service import history, merge, reports, stewards
from directory.publishing import queries as published
from directory.publishing.service import withdraw
from tests.moderation.cast import (
    MODERATOR,
    PERSON,
    STEWARD,
    STRANGER,
    listed,
    mails,
    nothing_written,
    record_of,
)
from tests.support.records import NOON, given_location, given_record

KITCHEN = given_record("Kitchen", given_location())
OTHER = given_record("Larder", given_location("Other hall"), email="larder@example.org")


def back(session, around, version, **given):
    values = {"seen": 2, "acting": MODERATOR, "around": around, "now": NOON, **given}
    return history.rollback(session, KITCHEN.id, version, **values)


def test_each_revision_says_who_when_and_why_and_what_differs(session, around):
    listed(session, around, KITCHEN)
    listed(session, around, replace(KITCHEN, description="New words"))
    assert [(entry.version, entry.actor_id) for entry in history.revisions(session, KITCHEN.id)] == [(2, "1"), (1, "1")]
    (change,) = history.difference(session, KITCHEN.id, 1, 2)
    assert (change.field, change.before, change.after) == ("description", KITCHEN.description, "New words")
    assert len(history.difference(session, KITCHEN.id, 0, 1)) > 5
    with pytest.raises(NotFound):
        history.difference(session, KITCHEN.id, 1, 3)
    with pytest.raises(NotFound):
        history.difference(session, OTHER.id, 0, 0)


def test_going_back_is_itself_a_revision(session, around):
    listed(session, around, KITCHEN)
    listed(session, around, replace(KITCHEN, name="Larder", description="Spam spam"))
    outcome = back(session, around, 1)
    assert outcome.version == 3
    assert record_of(session, KITCHEN.id) == KITCHEN
    newest = history.revisions(session, KITCHEN.id)[0]
    assert (newest.why, newest.actor_id) == ("back to version 1", str(MODERATOR.person_id))
    assert listings.moved(session, "larder") == "kitchen"


def test_nobody_else_goes_back_and_nobody_over_the_work_of_another(session, around):
    listed(session, around, KITCHEN)
    listed(session, around, replace(KITCHEN, name="Larder"))
    with nothing_written(session):
        with pytest.raises(Forbidden):
            back(session, around, 1, acting=STEWARD)
        with pytest.raises(Forestalled):
            back(session, around, 1, seen=1)
        with pytest.raises(NotFound):
            back(session, around, 7)


def test_a_listing_that_was_closed_is_open_again(session, around):
    listed(session, around, KITCHEN)
    withdraw(session, [KITCHEN.id], actor=PERSON, around=around, now=NOON)
    assert [entry.withdrawn for entry in history.revisions(session, KITCHEN.id)] == [True, False]
    back(session, around, 1, seen=0)
    assert record_of(session, KITCHEN.id) == KITCHEN


def test_going_back_shows_no_address_that_was_hidden_since(session, around):
    listed(session, around, KITCHEN)
    hidden = replace(KITCHEN, locations=(replace(KITCHEN.locations[0], visibility=Visibility.HIDDEN),))
    listed(session, around, hidden)
    back(session, around, 1)
    (place,) = record_of(session, KITCHEN.id).locations
    assert (place.visibility, place.addresses, place.point) == (Visibility.HIDDEN, (), None)
    known = listings.confidential(session, [KITCHEN.id])[KITCHEN.id]
    assert known[place.id].addresses == KITCHEN.locations[0].addresses


def test_going_back_past_the_day_an_address_was_opened_hides_it_and_forward_does_not_show_it(session, around):
    hidden = replace(KITCHEN, locations=(replace(KITCHEN.locations[0], visibility=Visibility.HIDDEN),))
    listed(session, around, hidden)
    listed(session, around, KITCHEN)
    for version, seen in ((1, 2), (2, 3)):
        back(session, around, version, seen=seen)
        (place,) = record_of(session, KITCHEN.id).locations
        assert (place.visibility, place.addresses) == (Visibility.HIDDEN, ())
        assert listings.confidential(session, [KITCHEN.id])[KITCHEN.id][place.id].addresses


def merged(session, around, choices=None, **given):
    listed(session, around, KITCHEN, OTHER)
    values = {"acting": MODERATOR, "around": around, "now": NOON, **given}
    return merge.merge(session, (KITCHEN.id, 1), (OTHER.id, 1), choices or {}, **values)


def test_two_listings_become_one_and_the_old_address_leads_to_it(session, around):
    merged(session, around, {"services": Side.BOTH})
    record = record_of(session, KITCHEN.id)
    assert len(record.services) == 2
    assert record.email == "larder@example.org"
    assert published.current(session, OTHER.id) is None
    assert published.merged_slug(session, "larder") == "kitchen"
    assert published.merged_slug(session, "nowhere") is None


def test_a_merge_is_undone_to_the_letter(session, around):
    number = merged(session, around)
    merge.unmerge(session, number, acting=MODERATOR, around=around, now=NOON)
    assert (record_of(session, KITCHEN.id), record_of(session, OTHER.id)) == (KITCHEN, OTHER)
    current = published.current(session, OTHER.id)
    assert current is not None
    assert current.slug == "larder"
    assert published.merged_slug(session, "larder") is None
    with pytest.raises(NotFound):
        merge.unmerge(session, number, acting=MODERATOR, around=around, now=NOON)


def test_a_merge_of_a_hidden_place_keeps_it_hidden_and_knows_it_when_undone(session, around):
    hidden = replace(OTHER, locations=(replace(OTHER.locations[0], visibility=Visibility.HIDDEN),))
    listed(session, around, KITCHEN, hidden)
    number = merge.merge(session, (KITCHEN.id, 1), (OTHER.id, 1), {}, acting=MODERATOR, around=around, now=NOON)
    known = listings.confidential(session, [KITCHEN.id])[KITCHEN.id]
    lines = [address.lines() for place in known.values() for address in place.addresses]
    assert lines == [KITCHEN.locations[0].addresses[0].lines()] * 2  # one address, hidden in both
    merge.unmerge(session, number, acting=MODERATOR, around=around, now=NOON)
    again = listings.confidential(session, [OTHER.id])[OTHER.id]
    assert again[OTHER.locations[0].id].addresses == OTHER.locations[0].addresses


def test_what_was_merged_goes_with_the_listing_it_was_merged_into(session, around):
    hidden = replace(OTHER, locations=(replace(OTHER.locations[0], visibility=Visibility.HIDDEN),))
    listed(session, around, KITCHEN, hidden)
    merge.merge(session, (KITCHEN.id, 1), (OTHER.id, 1), {}, acting=MODERATOR, around=around, now=NOON)
    withdraw(session, [KITCHEN.id], actor=PERSON, around=around, now=NOON)
    assert listings.confidential(session, [KITCHEN.id, OTHER.id]) == {}


def test_a_merge_is_not_undone_over_what_was_changed_since(session, around):
    number = merged(session, around)
    listed(session, around, replace(record_of(session, KITCHEN.id), description="Since."))
    with nothing_written(session), pytest.raises(Forestalled):
        merge.unmerge(session, number, acting=MODERATOR, around=around, now=NOON)


def test_only_a_moderator_merges_what_is_as_they_saw_it(session, around):
    with pytest.raises(Forbidden):
        merged(session, around, acting=STEWARD)
    with pytest.raises(Forestalled):
        merge.merge(session, (KITCHEN.id, 9), (OTHER.id, 1), {}, acting=MODERATOR, around=around, now=NOON)
    with pytest.raises(NotFound):
        merge.merge(session, (KITCHEN.id, 1), (KITCHEN.id, 1), {}, acting=MODERATOR, around=around, now=NOON)


def test_stewards_and_reports_of_both_belong_to_the_one_that_stays(session, around):
    listed(session, around, KITCHEN, OTHER)
    for person, organisation in ((STEWARD, OTHER), (STRANGER, OTHER), (STEWARD, KITCHEN)):
        stewards.appoint(session, person.known_id, organisation.id, how="claimed", now=NOON)
    telling = Telling(kind=ReportKind.WRONG, words="The hours", email="", language="en", once="r1")
    reports.report(session, OTHER.id, telling, now=NOON)
    merge.merge(session, (KITCHEN.id, 1), (OTHER.id, 1), {}, acting=MODERATOR, around=around, now=NOON)
    assert {person for person, _, _ in stewards.of_listing(session, KITCHEN.id)} == {
        STEWARD.person_id,
        STRANGER.person_id,
    }
    assert len(queue.reports_of(session, KITCHEN.id)) == 1


def test_three_who_say_closed_raise_a_listing(session, around):
    listed(session, around, KITCHEN, OTHER)
    first_told = Telling(kind=ReportKind.WRONG, words="", email="r@example.org", language="en", once="first")
    reports.report(session, OTHER.id, first_told, now=NOON)
    for number in range(3):
        assert not queue.reported(session, now=NOON)[0].is_raised
        told = replace(first_told, kind=ReportKind.CLOSED, once=f"closed {number}")
        telling = replace(told, email=f"r{number}@example.org")
        reports.report(session, KITCHEN.id, telling, now=NOON + timedelta(hours=number + 1))
        assert reports.report(session, KITCHEN.id, telling, now=NOON).already
    first, second = queue.reported(session, now=NOON)
    assert (first.name, first.is_raised, first.reports, second.is_raised) == ("Kitchen", True, 3, False)
    report = queue.reports_of(session, KITCHEN.id)[0]
    reports.settle(session, report.id, done=True, answer="Thank you.", acting=MODERATOR, now=NOON)
    assert mails(session)[-1][2]["words"] == "Thank you."
    with pytest.raises(Conflict):
        reports.settle(session, report.id, done=True, answer="", acting=MODERATOR, now=NOON)
    assert len(queue.reports_of(session, KITCHEN.id)) == 2
    assert reports.forget_settled(session, NOON) == 0
    assert reports.forget_settled(session, NOON + timedelta(seconds=1)) == 1
    assert len(queue.reports_of(session, KITCHEN.id, open_only=False)) == 2


def marked(session):
    return session.scalars(sa.select(Report.mark).where(Report.mark != "")).all()


def test_by_what_a_client_is_known_again_goes_when_its_report_counts_no_more(session, around):
    listed(session, around, KITCHEN, OTHER)
    for at, organization in enumerate((KITCHEN.id, OTHER.id)):
        for number in range(3):
            marks = marks_of(f"192.0.2.{number}", organization, secret="s", now=NOON)
            telling = Telling(
                kind=ReportKind.CLOSED, words="", email="", language="en", once=f"{at} {number}", marks=marks
            )
            reports.report(session, organization, telling, now=NOON)
    assert len(set(marked(session))) == 6, "nobody is known from one listing to another"
    assert all(each.is_raised for each in queue.reported(session, now=NOON + timedelta(days=29)))
    reports.settle(session, queue.reports_of(session, OTHER.id)[0].id, done=True, answer="", acting=MODERATOR, now=NOON)
    assert len(marked(session)) == 5
    assert reports.forget_marks(session, NOON + timedelta(days=29)) == 0
    assert not any(each.is_raised for each in queue.reported(session, now=NOON + timedelta(days=30)))
    assert reports.forget_marks(session, NOON + timedelta(days=30)) == 5
    assert marked(session) == []


def test_a_clock_that_was_wrong_knows_a_client_again_and_forgets_it(session, around):
    listed(session, around, KITCHEN)
    for number, day in enumerate((1, 0, -1)):
        now = NOON + timedelta(days=day)
        marks = marks_of("192.0.2.1", KITCHEN.id, secret="s", now=now)
        telling = Telling(kind=ReportKind.CLOSED, words="", email="", language="en", once=f"{number}", marks=marks)
        reports.report(session, KITCHEN.id, telling, now=now)
    assert queue.reported(session, now=NOON)[0].closed == 1
    assert reports.forget_marks(session, NOON - timedelta(days=400)) == 3
