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
from directory.publishing.rules import Actor, ActorKind, TextKind, text_number
from directory.publishing.service import Surroundings, publish, withdraw
from directory.publishing.service.drift import drift
from directory.publishing.service.refresh import rebuild_index, refresh_batch
from tests.support.around import surroundings
from tests.support.records import NOON, given_location, given_record, records

OF_OFFERINGS = (TextKind.LINE, TextKind.FEATURE)
ACTOR = Actor(ActorKind.PERSON, "7")


def put(session, around, *proposals):
    return publish(session, proposals, actor=ACTOR, around=around, now=NOON)


def every(session, kind=TextKind.LINE):
    return [line for batch in queries.every_text(session, kind, at_once=2) for line in batch]


@given(record=records())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_line_is_what_the_stored_page_says(engine: Engine, around: Surroundings, record: Record):
    with transaction(engine, keep=False) as session:
        (outcome,) = put(session, around, record)
        (page,) = listings.pages(session, [1]).values()
        found = [queries.offering_texts_of(session, kind, [1]) for kind in OF_OFFERINGS]
        ordinals = sorted(n for _, n in found[0])
        wanted = lines(page, ordinals)
        assert len(ordinals) <= len(flat_offerings(record))
        for of_kind, texts in zip(found, zip(*wanted, strict=True), strict=True):
            assert of_kind == {(1, n): (outcome.slug, text) for n, text in zip(ordinals, texts, strict=True)}


def test_a_change_rewrites_the_lines_and_a_withdrawal_takes_them(session, around):
    record = given_record("Kitchen", given_location())
    put(session, around, record, given_record("Library"))
    put(session, around, replace(record, name="Kitchens"))
    assert sorted(slug for slug, _ in every(session)) == ["kitchens", "library"]
    withdraw(session, [record.id], actor=ACTOR, around=around, now=NOON)
    assert [slug for slug, _ in every(session)] == ["library"]
    assert not drift(session, around).any


@pytest.mark.parametrize(
    "read", [partial(queries.every_text, kind=TextKind.LINE), partial(queries.every_change, since=0)]
)
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


@pytest.mark.parametrize("kind", OF_OFFERINGS)
def test_a_place_that_is_hidden_leaves_its_line(session, around, kind):
    hall = given_location("Lantern House", point=Point(52.457312, -1.871698))
    put(session, around, given_record("Refuge", hall))
    ((_, told),) = every(session, kind)
    assert "Lantern House" in told
    assert "52.457312" in told
    put(session, around, given_record("Refuge", replace(hall, visibility=Visibility.HIDDEN)))
    ((_, told),) = every(session, kind)
    assert not any(secret in told for secret in ("Lantern", "52.4573", "1.8716", "B11 1AA", "Example Road"))


def test_lines_are_made_again_and_their_drift_is_counted(session, around):
    put(session, around, *(given_record(f"Kitchen {n}") for n in range(3)))
    before = every(session)
    bound = {"first": text_number(TextKind.LINE, 0)}
    session.execute(
        sa.text("UPDATE stored_text SET text = 'other' WHERE slug = 'kitchen-0' AND number >= :first"), bound
    )
    session.execute(sa.text("DELETE FROM stored_text WHERE slug = 'kitchen-1' AND number >= :first"), bound)
    found = drift(session, around)
    assert (found.lines, found.any) == (4, True)  # the line and the feature of each
    assert "4 lines of files" in str(found)
    rebuild_index(session, around)
    assert every(session) == before
    assert not drift(session, around).any


def test_a_line_too_many_is_drift(session, around):
    put(session, around, given_record("Kitchen"))
    session.execute(
        sa.text(
            "INSERT INTO stored_text SELECT number + 1, organization_id, slug, text FROM stored_text"
            " WHERE number >= :first AND number < :end"
        ),
        {"first": text_number(TextKind.LINE, 0), "end": text_number(TextKind.FEATURE, 0)},
    )
    assert drift(session, around).lines == 1


def test_a_refresh_keeps_the_lines(engine, around):
    with transaction(engine) as session:
        put(session, around, *(given_record(f"Kitchen {n}") for n in range(3)))
        before = every(session)
        refresh_batch(session, around)
    with reading(engine) as session:
        assert every(session) == before
