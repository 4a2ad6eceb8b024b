"""Standbys: how far one is behind, whether it can be read, and what is done when it fails. See tests/soak too."""

from __future__ import annotations

import time
from math import inf
from typing import Any, ClassVar

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Unavailable
from directory.infra import versions
from directory.infra.standbys import Lost, Standbys, server
from directory.infra.standbys.connection import open_impatient
from directory.infra.standbys.rules import KEPT, Positions
from directory.infra.standbys.server import Told
from tests.app.conftest import free_port

CLUSTER = 7_000_000


def seen(*pairs):
    positions = Positions()
    for position, at in pairs:
        positions.note(position, at)
    return positions


@pytest.mark.parametrize(
    ("replayed", "behind"),
    [
        (300, 0.0),
        (301, 0.0),  # asked a moment after the primary was
        (299, 100.0 - 12.0),
        (200, 100.0 - 12.0),  # the primary stood at 200 until then: what is missing is no older
        (100, 100.0 - 10.0),
        (99, inf),
    ],
)
def test_a_standby_is_behind_since_the_primary_was_last_seen_where_it_is(replayed, behind):
    positions = seen((100, 10.0), (200, 11.0), (200, 12.0), (300, 13.0))
    assert positions.behind_s(replayed, 100.0) == behind


def test_a_standby_of_an_idle_primary_is_never_behind():
    assert seen((100, 10.0), (100, 11.0)).behind_s(100, 1e9) == 0.0


def test_nothing_is_known_of_a_standby_before_the_primary_has_told():
    assert Positions().behind_s(100, 1.0) == inf


def test_a_primary_that_fell_back_is_another_one():
    assert seen((300, 10.0), (100, 11.0)).behind_s(100, 12.0) == 0.0
    assert seen((300, 10.0), (100, 11.0)).behind_s(99, 12.0) == inf


def test_old_positions_are_forgotten():
    positions = seen(*((number, float(number)) for number in range(KEPT + 1)))
    assert positions.behind_s(0, 1e4) == inf
    assert positions.behind_s(1, 1e4) == 1e4 - 1


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.integers(-1, 100))
def test_what_is_behind_is_what_the_primary_had_written_since(steps, replayed):
    history, position = [], 0
    for at, step in enumerate(steps):
        position += step
        history.append((position, float(at)))
    now = float(len(steps))
    reached = [at for where, at in history if where <= replayed]
    expected = 0.0 if replayed >= position else now - max(reached) if reached else inf
    assert seen(*history).behind_s(replayed, now) == expected


def primary_at(position):
    return Told(CLUSTER, standby=False, position=position)


def standby_at(position, system=CLUSTER):
    return Told(system, standby=True, position=position)


class Pretending(Standbys):
    """Standbys that are what ``told`` says of them."""

    told: ClassVar[dict[str, Any]] = {}

    def ask(self, engine):
        found = self.told[engine.url.query["application_name"]]
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def standbys(databases, monkeypatch):
    """Two standbys of a primary; each is the test's database and pretends to be what ``told`` says of it."""
    url = databases["postgres"].url
    primary, *others = (f"{url}?application_name={name}" for name in ("primary", "first", "second"))
    made = Pretending(primary, others, most_behind_s=5)
    made.told.update(primary=primary_at(100), first=standby_at(100), second=standby_at(100))
    monkeypatch.setattr(server, "ask", made.ask)
    monkeypatch.setattr("directory.infra.standbys.pool.ask", made.ask)
    made.look()
    yield made
    made.close()


def test_readers_take_turns_between_the_standbys_that_can_be_read(standbys):
    assert {standbys.choose().number for _ in range(4)} == {1, 2}
    assert {standbys.choose(besides={1}).number for _ in range(4)} == {2}
    assert standbys.choose(besides={1, 2}) is None


@pytest.mark.parametrize(
    ("told", "why_not"),
    [
        (primary_at(100), "it is no standby"),
        (standby_at(100, CLUSTER + 1), "it is a standby of something else"),
        (standby_at(99), "it has not caught up yet"),
    ],
)
def test_a_server_that_cannot_be_trusted_is_left_out(standbys, told, why_not):
    before = standbys.told["first"]
    standbys.told["first"] = told
    standbys.look()
    assert standbys.all[0].why_not() == why_not
    assert {standbys.choose().number for _ in range(4)} == {2}
    standbys.told["first"] = before
    standbys.look()
    assert standbys.all[0].why_not() == ""


def test_one_that_is_behind_is_left_out_after_the_seconds_that_are_allowed(standbys, monkeypatch):
    clock = [time.monotonic()]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    standbys.look()
    standbys.told["primary"] = primary_at(200)
    for passed, why_not in ((4, ""), (2, "it is 6 s behind")):
        clock[0] += passed
        standbys.look()
        assert standbys.all[0].why_not() == why_not


def test_one_that_has_not_answered_for_seconds_is_left_out(standbys, monkeypatch):
    later = time.monotonic() + server.HEARD_S + 0.1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert standbys.all[0].why_not() == "it does not answer"
    assert standbys.choose() is None


def test_a_primary_that_is_away_leaves_its_standbys_read(standbys):
    standbys.told["primary"] = sa.exc.OperationalError("", {}, psycopg.OperationalError())
    standbys.look()
    assert standbys.all[0].why_not() == ""


def test_a_real_server_is_asked_what_it_is(databases):
    url = databases["postgres"].url
    dead = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing"
    made = Standbys(url, [f"{url}?application_name=other", dead], most_behind_s=5)
    made.look()
    assert [each.why_not() for each in made.all] == ["it is no standby", "it does not answer (OperationalError)"]
    assert made.choose() is None
    made.close()


FAILURES = [  # SQLSTATE, whether somebody else can do better, whether the standby is left out
    ("40001", True, False),  # "canceling statement due to conflict with recovery"
    ("40P01", True, False),
    ("57014", True, False),  # cancelled, and not by our limit, which is longer
    ("42P01", True, False),  # a table that is not there: its schema is behind
    ("57P01", True, True),  # "terminating connection due to administrator command"
    ("57P03", True, True),
]


@pytest.mark.parametrize(("sqlstate", "again", "out"), FAILURES)
def test_what_a_standby_fails_at_is_done_again(standbys, sqlstate, again, out):
    first = standbys.all[0]
    with pytest.raises(Lost), first.reading() as session:
        session.execute(sa.text(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{sqlstate}'; END $$"))
    assert bool(first.why_not()) is out


def test_a_connection_that_is_cut_is_done_again_and_the_standby_left_out(standbys):
    first = standbys.all[0]
    with pytest.raises(Lost), first.reading() as session:
        session.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert first.why_not().startswith("it does not answer")
    standbys.look()
    assert first.why_not() == ""
    with first.reading() as session:
        assert versions.current(session) == {}


def test_a_search_that_another_cancelled_is_done_again(standbys):
    cancelled = sa.exc.OperationalError("", {}, psycopg.errors.QueryCanceled())
    with pytest.raises(Lost), standbys.all[0].reading():
        raise Unavailable("The search took too long.") from cancelled


def test_what_takes_too_long_is_not_begun_again_elsewhere(standbys, monkeypatch):
    monkeypatch.setattr(server, "STATEMENT_LIMIT_MS", 50)
    with standbys.all[0].engine.connect() as connection:
        connection.exec_driver_sql("SET statement_timeout = 60")
        connection.commit()  # it is this connection that the pool hands out next
    with pytest.raises(sa.exc.OperationalError), standbys.all[0].reading() as session:
        session.execute(sa.text("SELECT pg_sleep(5)"))


def test_what_is_no_fault_of_the_standby_stays_what_it_is(standbys):
    with pytest.raises(Unavailable), standbys.all[0].reading():
        raise Unavailable("The place cannot be looked up just now.")
    with pytest.raises(ZeroDivisionError), standbys.all[0].reading():
        raise ZeroDivisionError


def test_nobody_waits_for_a_server_that_has_stopped_answering(databases):
    engine = open_impatient(databases["postgres"].url, lambda since: time.monotonic() - since > 0.2)
    began = time.monotonic()
    with pytest.raises(sa.exc.OperationalError, match="stopped answering"), engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_sleep(30)"))
    assert time.monotonic() - began < 10
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT 1")).scalar() == 1
    engine.dispose()


def test_servers_are_asked_again_and_again_until_told_to_stop(standbys, monkeypatch):
    monkeypatch.setattr("directory.infra.standbys.pool.LOOK_S", 0.01)
    standbys.told["first"] = primary_at(100)
    standbys.start()
    deadline = time.monotonic() + 10
    while standbys.all[0].why_not() != "it is no standby" and time.monotonic() < deadline:
        time.sleep(0.01)
    standbys.stop()
    assert standbys.all[0].why_not() == "it is no standby"
