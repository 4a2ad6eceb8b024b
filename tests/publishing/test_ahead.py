"""What was made ahead of the transaction is published like what the door makes itself."""

import pickle
from dataclasses import replace
from datetime import time, timedelta

from hypothesis import HealthCheck, given, settings
from sqlalchemy.engine import Engine

from directory.core.hours import Schedule
from directory.infra.db import reading, transaction
from directory.listings import queries as listings
from directory.listings.rules.record import Record
from directory.publishing import queries
from directory.publishing.rules import Actor, ActorKind, TextKind, What
from directory.publishing.service import Surroundings, hours, publish
from directory.publishing.service.ahead import Ahead, prepare_ahead
from directory.publishing.service.checksums import checksums
from directory.publishing.service.drift import drift
from tests.support.records import NOON, given_location, given_record, records

ACTOR = Actor(ActorKind.PERSON, "7")


def put(session, around, *proposals, now=NOON):
    return publish(session, proposals, actor=ACTOR, around=around, now=now)


def ahead_of(around, record, *, first=None, at=NOON) -> Ahead:
    made = prepare_ahead(record, around, first=first or hours.today(around, NOON), at=at)
    found: Ahead = pickle.loads(pickle.dumps(made))  # noqa: S301 - as if another process had made it
    return found


def everything(session, around):
    lines = [line for kind in TextKind for batch in queries.every_text(session, kind, at_once=9) for line in batch]
    cards = {number: dict(card) for number, card in listings.cards(session, [1]).items()}
    return checksums(session, around), lines, listings.pages(session, [1]), cards


@given(record=records())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_proposal_made_ahead_is_published_like_any(engine: Engine, around: Surroundings, record: Record):
    with transaction(engine, keep=False) as session:
        put(session, around, record)
        wanted = everything(session, around)
    with transaction(engine, keep=False) as session:
        (outcome,) = put(session, around, ahead_of(around, record))
        assert outcome.what is What.ADDED
        assert everything(session, around) == wanted
        assert not drift(session, around).any
        (again,) = put(session, around, record)
        assert again.what is What.SAME


def test_it_takes_its_number_among_others(session, around):
    hall = given_location("St Agatha's Hall")
    put(session, around, given_record("Library"))
    put(session, around, given_record("Park"), ahead_of(around, given_record("Kitchen", hall)), given_record("Choir"))
    assert not drift(session, around).any


def test_hours_of_days_that_have_passed_are_made_again(session, around):
    """A job has moved the days on since the second process began."""
    monthly = Schedule(freq="MONTHLY", byday=("2TU",), opens_at=time(10), closes_at=time(12))
    record = given_record("Kitchen")
    dated = replace(record, services=tuple(replace(service, schedules=(monthly,)) for service in record.services))
    today = hours.today(around, NOON)
    put(session, around, given_record("Library"))
    assert hours.foreseen(session, around, NOON + timedelta(days=90)) == today
    put(session, around, ahead_of(around, dated, first=today - timedelta(days=60)))
    assert not drift(session, around).any


def test_lines_of_another_moment_are_made_again(session, around):
    put(session, around, ahead_of(around, given_record("Kitchen"), at=NOON - timedelta(days=1)))
    assert not drift(session, around).any


def test_days_are_foreseen_before_anything_is_published(engine, around):
    with reading(engine) as session:
        assert hours.foreseen(session, around, NOON) == hours.today(around, NOON)
