"""The lines of files are in step with what is published, and leave with it."""

from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.engine import Engine

from directory.core.geo import Point
from directory.exchange.rules.lines import lines
from directory.infra.db import reading, transaction
from directory.listings import queries as listings
from directory.listings.rules.offerings import flat_offerings
from directory.listings.rules.record import Record, Visibility
from directory.publishing import queries
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import Surroundings, publish, withdraw
from directory.publishing.service.drift import drift
from directory.publishing.service.refresh import rebuild_index, refresh_batch
from tests.support.around import surroundings
from tests.support.records import NOON, given_location, given_record, records

ACTOR = Actor(ActorKind.PERSON, "7")


def put(session, around, *proposals):
    return publish(session, proposals, actor=ACTOR, around=around, now=NOON)


def every(session, form="csv"):
    return [line for batch in queries.every_line(session, form, at_once=2) for line in batch]


@given(record=records())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_line_is_what_the_stored_page_says(engine: Engine, around: Surroundings, record: Record):
    with transaction(engine, keep=False) as session:
        (outcome,) = put(session, around, record)
        (page,) = listings.pages(session, [1]).values()
        found = [queries.lines_of(session, form, [1]) for form in ("csv", "feature")]
        ordinals = sorted(n for _, n in found[0])
        wanted = lines(page, ordinals)
        assert len(ordinals) <= len(flat_offerings(record))
        for form, texts in zip(found, zip(*wanted, strict=True), strict=True):
            assert form == {(1, n): (outcome.slug, text) for n, text in zip(ordinals, texts, strict=True)}


def test_a_change_rewrites_the_lines_and_a_withdrawal_takes_them(session, around):
    record = given_record("Kitchen", given_location())
    put(session, around, record, given_record("Library"))
    put(session, around, replace(record, name="Kitchens"))
    assert sorted(slug for slug, _ in every(session)) == ["kitchens", "library"]
    withdraw(session, [record.id], actor=ACTOR, around=around, now=NOON)
    assert [slug for slug, _ in every(session)] == ["library"]
    assert not drift(session, around).any


@pytest.mark.parametrize("read", [partial(queries.every_line, form="csv"), partial(queries.every_change, since=0)])
def test_whoever_stops_in_the_middle_leaves_nothing_open(databases, read):
    engine = databases["postgres"].engine
    with transaction(engine, keep=False) as session:
        put(session, surroundings(engine), *(given_record(f"Kitchen {at}") for at in range(5)))
        lines_of_it = read(session, at_once=2)
        next(lines_of_it)
        opened = sa.text("SELECT count(*) FROM pg_cursors")
        assert session.scalar(opened) == 1
        lines_of_it.close()
        assert session.scalar(opened) == 0


@pytest.mark.parametrize("form", ["csv", "feature"])
def test_a_place_that_is_hidden_leaves_its_line(session, around, form):
    hall = given_location("Lantern House", point=Point(52.457312, -1.871698))
    put(session, around, given_record("Refuge", hall))
    ((_, told),) = every(session, form)
    assert "Lantern House" in told
    assert "52.457312" in told
    put(session, around, given_record("Refuge", replace(hall, visibility=Visibility.HIDDEN)))
    ((_, told),) = every(session, form)
    assert not any(secret in told for secret in ("Lantern", "52.4573", "1.8716", "B11 1AA", "Example Road"))


def test_lines_are_made_again_and_their_drift_is_counted(session, around):
    put(session, around, *(given_record(f"Kitchen {n}") for n in range(3)))
    before = every(session)
    session.execute(sa.text("UPDATE extract_line SET csv = 'other' WHERE slug = 'kitchen-0'"))
    session.execute(sa.text("DELETE FROM extract_line WHERE slug = 'kitchen-1'"))
    found = drift(session, around)
    assert (found.lines, found.any) == (2, True)
    assert "2 lines of files" in str(found)
    rebuild_index(session, around)
    assert every(session) == before
    assert not drift(session, around).any


def test_a_line_too_many_is_drift(session, around):
    put(session, around, given_record("Kitchen"))
    session.execute(
        sa.text("INSERT INTO extract_line SELECT number + 1, organization_id, slug, csv, feature FROM extract_line")
    )
    assert drift(session, around).lines == 1


def test_a_refresh_keeps_the_lines(engine, around):
    with transaction(engine) as session:
        put(session, around, *(given_record(f"Kitchen {n}") for n in range(3)))
        before = every(session)
        refresh_batch(session, around)
    with reading(engine) as session:
        assert every(session) == before
