"""When a job is due, how long to wait after a failure, whether a lease is free. Any clock may be wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

BEAT: Final = timedelta(seconds=10)  # how often the leader says that it lives
GLANCE: Final = timedelta(seconds=1)  # how often the leader looks whether somebody waits for a job
LEASE: Final = timedelta(seconds=35)  # three beats missed, and another process leads
FIRST_RETRY: Final = timedelta(seconds=30)
LAST_RETRY: Final = timedelta(hours=6)
JITTER: Final = 0.2  # of any wait: many installations must not ask a shared service in the same second


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again.

    ``run`` is told the time, holds its own transactions in an application context, may be run again after a
    crash half-way, and says in a few plain words what it did. Jobs of one ``lane`` run one after another; what
    people wait for has a lane of its own, so that no other job keeps it, and ``waits``: told the time, in the same
    context, whether there is something to do now. It is asked often, so it is one quick read.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], str]
    lane: str = "job"
    waits: Callable[[datetime], bool] | None = None


def is_due(job: Job, next_run_at: datetime, now: datetime) -> bool:
    """Whether it is time. A moment further off than any wait was written by a wrong clock: it is time."""
    return next_run_at <= now or next_run_at > now + longest_wait(job)


def is_free(holder: str, until: datetime, *, me: str, now: datetime) -> bool:
    """Whether ``me`` may take or keep a lease. One that ends later than any could is a wrong clock's."""
    return not holder or holder == me or until <= now or until > now + LEASE


def next_run(job: Job, failures: int, now: datetime, chance: Random) -> datetime:
    """When to run again: after its interval; after ``failures`` in a row, each wait twice the last."""
    wait = job.every
    if failures:
        wait = min(FIRST_RETRY * 2 ** min(failures - 1, 20), LAST_RETRY)
    return now + wait * (1 + JITTER * chance.random())


def longest_wait(job: Job) -> timedelta:
    """No run is planned further off than this."""
    return max(job.every, LAST_RETRY) * (1 + JITTER)
