"""The runner: one process leads, a job that fails waits, and nothing ends the process."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from directory.infra import jobs
from directory.infra.db import open_engine
from directory.infra.jobs import Job, Runner, runner, store
from directory.infra.jobs.rules import LEASE

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock():
    """A clock that stands still."""
    return lambda: NOW


def tidy(now):
    return "tidied"


@pytest.fixture
def two(engine, clock):
    """Two processes of one installation."""
    return [Runner(engine, [Job("tidy", HOUR, tidy)], now=clock) for _ in range(2)]


def test_one_process_leads_until_it_is_silent_for_too_long(two):
    first, second = two
    assert first.beat(NOW)
    assert not second.beat(NOW)
    assert first.beat(NOW + LEASE / 2)
    assert not second.beat(NOW + LEASE)
    assert second.beat(NOW + LEASE * 2)
    assert not first.beat(NOW + LEASE * 2)


def test_a_process_that_stops_hands_the_lead_on_at_once(two):
    first, second = two
    assert first.beat(NOW)
    first.stop()
    assert second.beat(NOW)


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_jumps_leaves_one_leader_and_lets_the_job_run(two, jump):
    first, second = two
    assert first.beat(NOW)
    assert first.run("tidy", NOW)
    first._running = frozenset()
    later = NOW + jump
    assert [second.beat(later), first.beat(later)] == [True, False]
    due_within = [second.due(later + HOUR * hours) for hours in range(-26, 27)]
    assert any(due_within)


def test_processes_that_ask_at_once_get_one_leader(engine):
    many = [Runner(engine, []) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        leads = list(pool.map(lambda each: each.beat(NOW), many))
    assert leads.count(True) == 1


def test_a_job_is_due_at_first_and_again_after_its_interval(two, engine, clock):
    first, _ = two
    assert [job.name for job in first.due(NOW)] == ["tidy"]
    assert first.run("tidy", NOW) is True
    assert first.due(NOW) == []
    state = jobs.known(engine)["tidy"]
    assert (state.last_started, state.last_finished, state.last_result) == (NOW, NOW, "tidied")
    assert state.failures == 0
    assert [job.name for job in first.due(NOW + HOUR * 1.3)] == ["tidy"]


def test_a_job_that_fails_is_noted_and_tried_again_sooner(engine, clock, caplog):
    def fail(now):
        raise LookupError("nobody at 12 High Street, B14 7QH")

    runner = Runner(engine, [Job("look", timedelta(days=1), fail)], now=clock)
    assert runner.run("look", NOW) is False
    assert runner.run("look", NOW) is False
    state = jobs.known(engine)["look"]
    assert (state.failures, state.last_result) == (2, "failed: LookupError")
    assert state.next_run_at < NOW + timedelta(minutes=2)


def test_a_success_forgets_the_failures(engine, clock):
    answers = iter([OSError(), "done"])

    def turn(now):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    runner = Runner(engine, [Job("turn", HOUR, turn)], now=clock)
    assert runner.run("turn", NOW) is False
    assert runner.run("turn", NOW) is True
    assert jobs.known(engine)["turn"].failures == 0


def test_a_job_runs_in_one_process_at_a_time_even_without_a_leader(engine, clock):
    inside, leave = threading.Event(), threading.Event()

    def slow(now):
        inside.set()
        leave.wait(10)
        return "slow"

    first, second = (Runner(engine, [Job("slow", HOUR, slow)], now=clock) for _ in range(2))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(first.run, "slow", NOW)
        assert inside.wait(10)
        first.beat(NOW + LEASE / 2)  # lengthens the lease of the job too
        assert second.run("slow", NOW + LEASE) is None
        leave.set()
        assert running.result() is True
    assert second.run("slow", NOW + LEASE) is True


def test_a_job_that_is_run_alone_keeps_its_lease_while_it_runs(engine, monkeypatch):
    monkeypatch.setattr(runner, "BEAT", timedelta(seconds=0.01))
    later = NOW + LEASE * 3
    held: list[datetime] = []

    def slow(now):
        deadline = time.monotonic() + 10
        while not held and time.monotonic() < deadline:
            state = jobs.known(engine)["slow"]
            held.extend([state.lease_until] if state.lease_until > NOW + LEASE else [])
        return "slow"

    alone = Runner(engine, [Job("slow", HOUR, slow)], now=lambda: later)
    assert alone.run_alone("slow", NOW) is True
    assert held == [later + LEASE]
    assert jobs.known(engine)["slow"].holder == ""


def test_what_a_job_says_is_scrubbed_and_cut(engine, clock):
    def talk(now):
        return "for b.c@example.org in B14 7QH " + "x " * 400

    runner = Runner(engine, [Job("talk", HOUR, talk)], now=clock)
    runner.run("talk", NOW)
    said = jobs.known(engine)["talk"].last_result
    assert said.startswith("for (e-mail) in (postcode) x")
    assert len(said) <= store.LONGEST_RESULT


def test_an_unknown_job_is_an_error(two):
    with pytest.raises(KeyError):
        two[0].run("nonsense", NOW)


def test_a_database_that_is_away_ends_nothing(tmp_path, monkeypatch):
    """The thread lives through errors of the database, and works when it is back."""
    monkeypatch.setattr(runner, "BEAT", timedelta(seconds=0.01))
    broken = Runner(open_engine(f"sqlite:///{tmp_path}/none/missing.sqlite"), [])
    broken.start()
    thread = broken._threads[0]
    thread.join(0.1)
    assert thread.is_alive()
    broken.stop()
    assert not thread.is_alive()


def test_the_thread_runs_what_is_due(engine, monkeypatch):
    monkeypatch.setattr(runner, "BEAT", timedelta(seconds=0.01))
    done = threading.Event()

    def ring(now):
        done.set()
        return "rung"

    ours = Runner(engine, [Job("ring", HOUR, ring)])
    ours.start()
    assert done.wait(10)
    ours.stop()


def test_a_job_that_takes_long_keeps_none_of_another_lane(engine, monkeypatch):
    monkeypatch.setattr(runner, "BEAT", timedelta(milliseconds=20))
    free, sent, begun = threading.Event(), threading.Event(), threading.Event()

    def wait(_now):
        begun.set()
        return "done" if free.wait(60) else "never"

    slow = Job("slow", HOUR, wait)

    def send(_now):
        sent.set()
        return "sent"

    quick = Job("quick", HOUR, send, lane="mail")
    made = Runner(engine, [slow, quick])
    made.start()
    try:
        assert sent.wait(60)
        assert begun.wait(60)  # the two lanes begin in any order
        assert "slow" in made._running
    finally:
        free.set()
        made.stop()


def test_a_job_that_somebody_waits_for_is_run_before_its_time_but_not_when_it_just_failed(engine, monkeypatch):
    monkeypatch.setattr(runner, "GLANCE", timedelta(milliseconds=10))
    asked, sent, fails = threading.Event(), threading.Semaphore(0), threading.Event()

    def send(_now):
        asked.clear()
        sent.release()
        if fails.is_set():
            asked.set()  # it is still there
            raise OSError
        return "sent"

    made = Runner(engine, [Job("mail", HOUR, send, lane="mail", waits=lambda _now: asked.is_set())])
    made.start()
    try:
        assert sent.acquire(timeout=60)  # the first beat
        asked.set()
        assert sent.acquire(timeout=60)
        fails.set()
        asked.set()
        assert sent.acquire(timeout=60)
        assert not sent.acquire(timeout=0.5)
    finally:
        made.stop()


def test_a_job_that_is_interrupted_says_so_and_nothing_else(engine, clock):
    def interrupted(_now):
        raise KeyboardInterrupt

    made = Runner(engine, [Job("tidy", HOUR, interrupted)], now=clock)
    with pytest.raises(KeyboardInterrupt):
        made.run("tidy", NOW)
    assert made._running == frozenset()
