"""Versions and facts: small numbers and words that many things are keyed on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from directory.core.errors import Conflict
from directory.infra import facts, versions
from directory.infra.db import reading, transaction


def test_a_number_rises_by_one_from_nothing(session):
    assert versions.current(session) == {}
    assert [versions.bump(session, "areas"), versions.bump(session, "areas")] == [1, 2]
    assert versions.bump(session, "terms") == 1
    assert versions.current(session) == {"areas": 2, "terms": 1}


def test_reading_the_numbers_is_one_statement(engine, statements):
    with reading(engine) as session, statements() as seen:
        versions.current(session)
    assert len(seen) == 1


def test_writers_at_once_never_get_the_same_number(engine):
    def raised(_):
        with transaction(engine) as session:
            return versions.bump(session, "changes")

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(raised, range(24)))
    assert sorted(numbers) == list(range(1, 25))


def test_a_fact_is_remembered_and_replaced(session):
    assert facts.fact(session, "sample") == ""
    facts.note(session, "sample", "begun")
    facts.note(session, "sample", "done")
    assert facts.fact(session, "sample") == "done"


def test_a_database_holds_one_place(session):
    assert facts.settle(session, "birmingham") is True
    assert facts.settle(session, "birmingham") is False
    with pytest.raises(Conflict, match=r"holds the place 'birmingham'.*'uk'.*DIRECTORY_PLACE"):
        facts.settle(session, "uk")
