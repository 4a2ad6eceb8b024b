"""Hours that differ from week to week are written for the coming weeks, and renewed before those are over."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from directory.core.hours import Schedule
from directory.infra import clock
from directory.infra.db import db, reading, transaction
from directory.infra.facts import Fact, fact
from directory.publishing import jobs
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import hours, publish, renewal
from directory.publishing.service.drift import drift
from directory.publishing.service.refresh import rebuild_index
from directory.search.rules.hours import WINDOW_DAYS, either_of
from directory.search.rules.query import Query
from directory.search.rules.when import NAMES
from directory.search.service import moment_at
from tests.support.records import NOON, given_record

ACTOR = Actor(ActorKind.PERSON, "7")
TODAY = date(2026, 5, 12)  # a Tuesday; NOON is 1pm here
WEEKLY = Schedule(freq="WEEKLY", byday=("TU",), opens_at=time(12), closes_at=time(14))
FORTNIGHTLY = replace(WEEKLY, interval=2, dtstart=TODAY - timedelta(days=7))
THIRD_TUESDAY = replace(WEEKLY, freq="MONTHLY", byday=("3TU",))


def open_at(name, *schedules):
    record = given_record(name)
    (service,) = record.services
    return replace(record, services=(replace(service, schedules=schedules),))


def put(session, around, *records, now=NOON):
    publish(session, records, actor=ACTOR, around=around, now=now)


def found(session, around, now, when="now"):
    query = Query(filters=(either_of(NAMES[when], moment_at(now, around.place)),))
    return {row.organization_id for row in around.index.find(session, query).rows}


def after(*, days):
    return NOON + timedelta(days=days)


@pytest.fixture
def groups(session, around):
    """1 is open every week, 2 every fortnight, 3 on the third Tuesday of the month, of 4 nobody knows."""
    named = {"Weekly": (WEEKLY,), "Fortnightly": (FORTNIGHTLY,), "Monthly": (THIRD_TUESDAY,), "Unknown": ()}
    put(session, around, *(open_at(name, *schedules) for name, schedules in named.items()))


def renew_all(session, around, now):
    ids = renewal.begin(session, around, now=now)
    if ids:
        renewal.renew(session, ids, around)
    renewal.finish(session)
    return ids


def test_what_is_open_is_found_in_the_weeks_that_are_written(session, around, groups):
    assert found(session, around, NOON) == {1}
    assert found(session, around, after(days=7)) == {1, 2, 3}
    assert found(session, around, after(days=21)) == {1, 2}
    assert found(session, around, after(days=1), "tuesday") == {1, 2, 3}
    assert found(session, around, after(days=WINDOW_DAYS)) == {1}, "beyond them only what is the same every week"


def test_a_week_later_those_that_need_it_are_written_for_the_next_weeks(session, around, groups):
    assert renew_all(session, around, after(days=6)) == []
    assert renew_all(session, around, after(days=7)) == [2, 3]
    assert drift(session, around).offerings == 0
    assert found(session, around, after(days=WINDOW_DAYS)) == {1, 2, 3}
    assert renew_all(session, around, after(days=7)) == []


def test_a_renewal_that_was_broken_off_goes_on(session, around, groups):
    assert renewal.begin(session, around, now=after(days=7)) == [2, 3]
    renewal.renew(session, [2], around)
    assert drift(session, around).offerings == 1
    assert renew_all(session, around, after(days=8)) == [3]
    assert drift(session, around).offerings == 0


def test_what_is_published_meanwhile_is_written_for_the_same_days_as_the_rest(session, around, groups):
    put(session, around, open_at("Another", THIRD_TUESDAY), now=after(days=3))
    assert drift(session, around).offerings == 0
    rebuild_index(session, around)
    assert drift(session, around).offerings == 0
    assert hours.settled(session, around, after(days=3)).first == TODAY


def test_where_nobody_noted_the_days_every_listing_is_written(session, around, groups):
    session.execute(sa.delete(Fact).where(Fact.name == hours.FIRST))
    assert renew_all(session, around, after(days=1)) == [1, 2, 3, 4]
    assert hours.settled(session, around, NOON).first == TODAY + timedelta(days=1)


def test_a_season_that_begins_for_good_is_like_any_week_in_the_end(session, around):
    season = replace(WEEKLY, dtstart=TODAY + timedelta(days=7))
    put(session, around, open_at("Season", season))
    assert (found(session, around, NOON), found(session, around, after(days=7))) == (set(), {1})
    assert renew_all(session, around, after(days=14)) == [1]
    assert renew_all(session, around, after(days=21)) == []
    assert found(session, around, after(days=700)) == {1}


@pytest.mark.parametrize(("days", "lapsed"), [(0, False), (WINDOW_DAYS - 8, False), (WINDOW_DAYS - 7, True)])
def test_it_is_known_when_a_search_may_miss_something(session, around, days, lapsed):
    known = hours.settled(session, around, NOON)
    assert renewal.has_lapsed(known, around, after(days=days)) is lapsed
    assert bool(renewal.complaint(session, around, after(days=days))) is lapsed
    last = known.first + timedelta(days=WINDOW_DAYS - 1)
    asked = moment_at(after(days=days), around.place).days(NAMES["evening"])
    assert lapsed or asked[-1] <= last
    assert renewal.has_lapsed(None, around, NOON)


def test_the_job_does_it_in_its_own_transactions(app, monkeypatch):
    around, now = app.extensions["directory"].around, clock.now()
    with app.app_context():
        with transaction(db.engine) as session:
            put(session, around, open_at("Monthly", THIRD_TUESDAY), now=now)
        later = now + timedelta(days=8)
        assert jobs.renew_hours(later) == "1 renewed"
        assert jobs.renew_hours(later) == "0 renewed"
        with reading(db.engine) as session:
            first = hours.today(around, later)
            assert (fact(session, hours.FIRST), fact(session, renewal.AFTER)) == (first.isoformat(), "")
            assert not drift(session, around).any
