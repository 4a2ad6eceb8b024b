"""Rows as the driver has them, and values kept for one version of the data."""

from __future__ import annotations

from contextlib import closing

import pytest
import sqlalchemy as sa

from directory.infra import kept, plain, versions
from directory.infra.db import reading, transaction

MADE = "INSERT INTO version (name, number) VALUES (:name, :number)"


def filled(engine, **numbers):
    with transaction(engine) as session:
        for name, number in numbers.items():
            session.execute(sa.text(MADE), {"name": name, "number": number})


def test_rows_are_read_by_named_values_and_counted_as_any_statement(engine, statements):
    filled(engine, a=1, b=2)
    with reading(engine) as session, statements(engine) as seen:
        found = plain.rows(session, "SELECT name, '5%' FROM version WHERE number = :number", {"number": 2})
    assert found == [("b", "5%")]
    assert len(seen) == 1


def test_what_a_writer_has_written_is_read_in_its_transaction(session):
    session.execute(sa.text(MADE), {"name": "mine", "number": 7})
    assert plain.rows(session, "SELECT number FROM version WHERE name = :name", {"name": "mine"}) == [(7,)]


@pytest.mark.parametrize(("asked", "found"), [([], []), ([2, 3, 9], ["b", "c"])])
def test_a_list_of_numbers_is_one_value(engine, asked, found):
    filled(engine, a=1, b=2, c=3)
    with reading(engine) as session:
        among, bound = plain.among(session, asked)
        rows = plain.rows(session, f"SELECT name FROM version WHERE number {among} ORDER BY name", bound)
    assert [name for (name,) in rows] == found


def test_a_wrong_statement_is_sqlalchemys_error_and_does_not_tell_its_values(engine):
    with reading(engine) as session, pytest.raises(sa.exc.DBAPIError) as raised:
        plain.rows(session, "SELECT number FROM no_such_table WHERE name = :name", {"name": "secret"})
    assert "secret" not in str(raised.value)


def test_many_rows_come_in_lists_of_one_statement(engine, statements):
    filled(engine, a=1, b=2, c=3, d=4)
    sql = "SELECT number FROM version WHERE number > :least ORDER BY number"
    with reading(engine) as session, statements(engine) as seen:
        one, other = (plain.batches(session, sql, {"least": least}, at_once=2) for least in (1, 0))
        assert next(other) == [(1,), (2,)]  # two may be read side by side
        assert list(one) == [[(2,), (3,)], [(4,)]]
        assert list(other) == [[(3,), (4,)]]
        assert list(plain.batches(session, sql, {"least": 9}, at_once=2)) == []
    assert len(seen) == 3


def cache_kib(connection):
    return -connection.execute("PRAGMA cache_size").fetchone()[0]


def test_reading_much_at_once_does_not_fill_the_cache_of_pages(databases):
    engine = databases["sqlite"].engine
    filled(engine, a=1, b=2)
    with reading(engine) as session:
        raw = plain.driver(session)
        usual = cache_kib(raw)
        for _ in plain.batches(session, "SELECT number FROM version", at_once=1):
            assert cache_kib(raw) < usual / 10
        assert cache_kib(raw) == usual
        with closing(plain.batches(session, "SELECT number FROM version", at_once=1)) as left_early:
            next(left_early)
        assert cache_kib(raw) == usual


def test_a_wrong_statement_of_many_rows_does_not_tell_its_values(engine):
    with reading(engine) as session, pytest.raises(sa.exc.DBAPIError) as raised:
        list(plain.batches(session, "SELECT :name FROM no_such_table", {"name": "secret"}, at_once=2))
    assert "secret" not in str(raised.value)


def test_values_are_kept_until_something_is_published(engine):
    values = kept.Kept[str, str](most=10)
    filled(engine, changes=1)
    for expected in ({}, {"a": "made"}):
        with reading(engine) as session:
            kept.at(session, versions.current(session))
            assert values.of(session) == expected
            values.keep(values.of(session), {"a": "made"})
    with transaction(engine) as session:
        versions.bump(session, "changes")
    with reading(engine) as session:
        kept.at(session, versions.current(session))
        assert values.of(session) == {}


def test_a_session_that_did_not_say_what_it_reads_shares_nothing(engine):
    values = kept.Kept[str, str](most=10)
    with reading(engine) as session:
        values.keep(values.of(session), {"a": "made"})
        assert values.of(session) == {}


def test_databases_are_told_apart_and_what_was_kept_longest_goes_first(databases):
    values = kept.Kept[int, str](most=2)
    for kind in ("sqlite", "postgres"):
        with reading(databases[kind].engine) as session:
            kept.at(session, {})
            assert values.of(session) == {}
            values.keep(values.of(session), {1: kind})
            values.keep(values.of(session), {2: kind, 3: kind})
            assert values.of(session) == {2: kind, 3: kind}
