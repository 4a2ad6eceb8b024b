"""When jobs run, by any clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.infra.jobs.rules import LAST_RETRY, LEASE, Job, is_due, is_free, longest_wait, next_run

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOURLY = Job("tidy", timedelta(hours=1), str)


@pytest.mark.parametrize(
    ("next_run_at", "due"),
    [
        (NOW, True),
        (NOW - timedelta(days=400), True),
        (NOW + timedelta(seconds=1), False),
        (NOW + timedelta(hours=1), False),
        (NOW + timedelta(days=1), True),  # written while the clock was a day ahead
    ],
)
def test_a_job_is_due_when_its_time_has_come_or_makes_no_sense(next_run_at, due):
    assert is_due(HOURLY, next_run_at, NOW) is due


@pytest.mark.parametrize(
    ("holder", "until", "free"),
    [
        ("", NOW + LEASE, True),
        ("me", NOW + LEASE, True),
        ("other", NOW + LEASE, False),
        ("other", NOW, True),
        ("other", NOW - timedelta(days=1), True),
        (
            "other",
            NOW + timedelta(days=1),
            True,
        ),  # its holder's clock was a day ahead, and it may be long dead
    ],
)
def test_a_lease_is_free_when_it_ended_or_makes_no_sense(holder, until, free):
    assert is_free(holder, until, me="me", now=NOW) is free


def test_each_failure_in_a_row_doubles_the_wait():
    waits = [next_run(HOURLY, failures, NOW, Random(1)) - NOW for failures in range(1, 6)]
    assert timedelta(seconds=30) <= waits[0] <= timedelta(seconds=36)
    assert all(later > earlier * 1.5 for earlier, later in pairwise(waits))


@given(
    every=st.timedeltas(timedelta(seconds=10), timedelta(days=30)),
    failures=st.integers(0, 10_000),
    seed=st.integers(),
)
def test_the_next_run_is_later_but_never_beyond_the_longest_wait(every, failures, seed):
    job = Job("tidy", every, str)
    again = next_run(job, failures, NOW, Random(seed))
    assert NOW < again <= NOW + longest_wait(job)
    assert not is_due(job, again, NOW)
    if failures:
        assert again <= NOW + LAST_RETRY * 1.2
