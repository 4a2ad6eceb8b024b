"""A real primary, two streaming standbys, the real server under load, and everything that may happen to them.

Its table is written into docs/scaling.md.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.app.conftest import start
from tests.soak import told
from tests.soak.load import Load
from tests.support import postcodes, replicas
from tests.support.apps import set_up
from tests.support.waiting import until

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]
LAG_S = 3
STEADY_S = 6.0
# Transactions a second. With six readers a server that is read has 200 and more; the primary has 10 to 25
# of the workers, who look each second for what changed and what waits, and of who writes here.
READ = 40
PATHS = (
    "/",
    "/search?q=food",
    "/search?q=advice&near=B12+9QR",
    "/search?need=food&near=B14+7QH",
    "/map/features?bbox=-1.95,52.4,-1.8,52.5&zoom=12",
    "/areas/B12",
    "/search?near=B11+1AA&within=10",
)


@pytest.fixture(scope="module")
def servers():
    with replicas.replicated(2) as (primary, standbys):
        set_up(primary.url, sample=True)
        for standby in standbys:
            standby.follow()
        yield primary, *standbys


@pytest.fixture
def site(servers, tmp_path):
    primary, first, second = servers
    postcodes.put_into(tmp_path / "instance")
    server = start(
        tmp_path / "instance",
        tmp_path / "log",
        url=primary.url,
        read_urls=f"{first.url} {second.url}",
        read_lag=str(LAG_S),
        reads_a_minute="0",
    )
    yield server
    server.kill()


@contextmanager
def writing(primary):
    """Somebody changes the primary all the while, four times a second."""
    stop = threading.Event()

    def write():
        while not stop.wait(0.25):
            primary.ask("INSERT INTO fact VALUES ('soak', '0') ON CONFLICT (name) DO UPDATE SET value = now()::text")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def reads(server, seconds=2.0):
    """Whether pages are read there: more transactions than those who watch it have."""
    time.sleep(1.2)  # a server counts what has ended a second ago
    before = server.readings()
    time.sleep(seconds)
    return server.readings() - before > READ * seconds


def steady(load, name, where):
    """Some seconds in which exactly ``where`` is read: now and then a busy machine takes one for late."""
    with load.phase(name):
        until(lambda: all(reads(server, STEADY_S / 2) is wanted for server, wanted in where.items()))


def test_no_request_fails_whatever_happens_to_a_standby(servers, site):
    primary, first, second = servers
    load = Load(urlsplit(site.address).port, PATHS, readers=6)
    with load.running():
        until(lambda: reads(first) and reads(second))
        steady(load, "both standbys are read", {primary: False, first: True, second: True})
        with writing(primary):
            kill_and_bring_back(load, primary, first, second)
            hold_back(load, primary, first, second)
            freeze(load, first, second)
        lose_both(load, primary, first, second)
        lose_the_primary(load, primary, first, second)
    told.keep([phase.row() for phase in load.phases])
    assert {phase.name: dict(phase.said) for phase in load.phases} == {
        phase.name: {200: len(phase.seconds)} for phase in load.phases
    }, site.says()[-4_000:]


def kill_and_bring_back(load, primary, first, second):
    with load.phase("one is killed (kill -9)"):
        first.kill()
        until(lambda: reads(second, STEADY_S) and not reads(primary))
    with load.phase("it is started again, and taken back"):
        first.start()
        until(lambda: reads(first))


def hold_back(load, primary, first, second):
    with load.phase(f"one is held back (pg_wal_replay_pause), and left out after {LAG_S} s"):
        first.ask("SELECT pg_wal_replay_pause()")
        until(lambda: not reads(first) and reads(second) and not reads(primary))
    with load.phase("it goes on, and is taken back"):
        first.ask("SELECT pg_wal_replay_resume()")
        until(lambda: reads(first))


def freeze(load, first, second):
    with load.phase("one is frozen (kill -STOP): it takes questions and answers none") as phase:
        first.freeze()
        until(lambda: reads(second, STEADY_S))
    assert max(phase.seconds) < 8
    with load.phase("it thaws, and is taken back"):
        first.thaw()
        until(lambda: reads(first))


def lose_both(load, primary, first, second):
    with load.phase("both are killed at once: the primary answers"):
        first.kill()
        second.kill()
        until(lambda: reads(primary))
    with load.phase("both are started again, and taken back"):
        first.start()
        second.start()
        until(lambda: reads(first) and reads(second) and not reads(primary))


def lose_the_primary(load, primary, first, second):
    with load.phase("the primary is killed: readers notice nothing"):
        primary.kill()
        until(lambda: reads(first, STEADY_S / 2) and reads(second, STEADY_S / 2))
    with load.phase("the primary is started again"):
        primary.start()
        until(lambda: writes(primary))
        time.sleep(STEADY_S)


def writes(primary):
    try:
        primary.ask("UPDATE fact SET value = 'back' WHERE name = 'soak'")
    except psycopg.OperationalError:
        return False
    return True
