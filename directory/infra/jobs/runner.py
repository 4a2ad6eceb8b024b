"""The runner: in every process of ``directory serve``, and at work in the one that leads."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import partial
from random import Random
from typing import Final, TypeVar

from sqlalchemy.engine import Engine

from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.infra.jobs import store
from directory.infra.jobs.models import JobState
from directory.infra.jobs.rules import BEAT, GLANCE, Job, is_due, next_run
from directory.infra.scrub import scrub

T = TypeVar("T")
STOP_WAIT_S: Final = 5.0  # how long a stopping process waits for a job to come to its end
log = logging.getLogger(__name__)


class Runner:
    """Runs the due jobs of an installation, if this process is the one that may.

    ``context`` gives the application context that a job runs in. Nothing that a job or the database does ends
    the process: it is logged, and tried again.
    """

    def __init__(
        self,
        engine: Engine,
        jobs: Sequence[Job],
        *,
        context: Callable[[], AbstractContextManager[object]] = nullcontext,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.me = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._engine = engine
        self._jobs = {job.name: job for job in jobs}
        self._context = context
        self._now = now
        self._chance = Random(self.me)  # noqa: S311 - spreads waits, hides nothing
        self._stop = threading.Event()
        self._running: frozenset[str] = frozenset()
        self._failing: frozenset[str] = frozenset()  # these wait for their turn, whoever waits for them
        self._changing = threading.Lock()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._start(self._beats, "jobs")

    def stop(self) -> None:
        """End: wait a little for the running job, then leave the lead to others."""
        self._stop.set()
        deadline = time.monotonic() + STOP_WAIT_S
        while (alive := [thread for thread in self._threads if thread.is_alive()]) and time.monotonic() < deadline:
            alive[0].join(deadline - time.monotonic())  # the first may have started another in its last moment
        try:
            with transaction(self._engine) as session:
                store.resign(session, self.me)
        except Exception as error:  # noqa: BLE001 - the process ends either way, and the leases end by themselves
            log.warning("the lead could not be handed on", extra={"reason": type(error).__name__})

    def beat(self, now: datetime) -> bool:
        """Take or keep the lead, and the job that runs. Whether this process leads."""
        with reading(self._engine) as session:
            if not store.may_lead(session, self.me, now):
                return False
        with transaction(self._engine) as session:
            leads = store.lead(session, self.me, now)
            if leads:
                store.keep(session, sorted(self._running), self.me, now)
        return leads

    def due(self, now: datetime) -> list[Job]:
        """The jobs whose time has come, the longest overdue first."""
        with transaction(self._engine) as session:
            store.know(session, self._jobs.values(), now)
            states = store.states(session)
        found = [job for job in self._jobs.values() if is_due(job, states[job.name].next_run_at, now)]
        return sorted(found, key=lambda job: states[job.name].next_run_at)

    def run(self, name: str, now: datetime) -> bool | None:
        """Run one job now. Whether it succeeded; None when another process is running it. Raises KeyError."""
        job = self._jobs[name]
        with transaction(self._engine) as session:
            store.know(session, [job], now)
            failed_before = store.states(session)[name].failures
            if not store.claim(session, name, self.me, now):
                return None
        with self._changing:
            self._running |= {name}
        try:
            with self._context():
                result, failures = scrub(job.run(now)), 0
        except Exception as error:
            log.exception("a job failed", extra={"job": name})
            result, failures = f"failed: {type(error).__name__}", failed_before + 1
        finally:
            with self._changing:
                self._running -= {name}
        with self._changing:
            self._failing = self._failing | {name} if failures else self._failing - {name}
        ended = self._now()
        again = next_run(job, failures, ended, self._chance)
        with transaction(self._engine) as session:
            store.finish(session, name, failures=failures, result=result, now=ended, next_run_at=again)
        return not failures

    def run_alone(self, name: str, now: datetime) -> bool | None:
        """As ``run``, in a process that does not beat: the job's lease is kept while it runs."""
        ended = threading.Event()

        def keep() -> None:
            while not ended.wait(BEAT.total_seconds()):
                self._tried(self._keep)

        keeper = threading.Thread(target=keep, name="lease", daemon=True)
        keeper.start()
        try:
            return self.run(name, now)
        finally:
            ended.set()
            keeper.join()

    def _keep(self, now: datetime) -> None:
        with transaction(self._engine) as session:
            store.keep(session, sorted(self._running), self.me, now)

    def _beats(self) -> None:
        """Beat until stopped; while leading, keep one thread for each lane at what is due or waited for."""
        work: dict[str, threading.Thread] = {}
        lanes = sorted({job.lane for job in self._jobs.values()})
        while not self._stop.is_set():
            leads = self._tried(self.beat) is True
            for lane in lanes:
                if leads and (lane not in work or not work[lane].is_alive()):
                    work[lane] = self._start(partial(self._run_due, lane), lane)
            until = time.monotonic() + BEAT.total_seconds()
            while (left := until - time.monotonic()) > 0 and not self._stop.wait(min(left, GLANCE.total_seconds())):
                if leads:
                    self._glance(work)

    def _glance(self, work: dict[str, threading.Thread]) -> None:
        """Put a thread at each job that somebody waits for, if its lane is free and it did not just fail."""
        for job in self._jobs.values():
            free = job.lane not in work or not work[job.lane].is_alive()
            if free and job.name not in self._failing and self._tried(partial(self._waits, job)):
                work[job.lane] = self._start(partial(self._run_now, job.name), job.lane)

    def _run_now(self, name: str) -> None:
        self._tried(partial(self.run, name))

    def _waits(self, job: Job, now: datetime) -> bool:
        if job.waits is None:
            return False
        with self._context():
            return job.waits(now)

    def _run_due(self, lane: str) -> None:
        for job in self._tried(self.due) or []:
            if self._stop.is_set():
                return
            if job.lane == lane:
                self._run_now(job.name)

    def _tried(self, what: Callable[[datetime], T]) -> T | None:
        """What ``what`` answers, or None when it could not: the database may be away for a while."""
        try:
            return what(self._now())
        except Exception as error:  # noqa: BLE001 - a runner that ended would never be missed
            log.warning("jobs could not be looked after", extra={"reason": type(error).__name__})
            return None

    def _start(self, target: Callable[[], None], name: str) -> threading.Thread:
        thread = threading.Thread(target=target, name=name, daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()
        return thread


def known(engine: Engine) -> dict[str, JobState]:
    """What is known of each job, by its name."""
    with reading(engine) as session:
        found = store.states(session)
        session.expunge_all()
        return found
