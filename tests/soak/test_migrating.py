"""Migrations that are killed in the middle, repeated and taken back, while people read."""

from __future__ import annotations

import fcntl
import random
import subprocess
import time
from pathlib import Path

import pytest

from directory.infra import schema
from tests.app.conftest import COMMAND, environment
from tests.soak.crowds import readers
from tests.soak.reliability import Promise
from tests.support.databases import KINDS

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]
BACK_TO = "0003"
KILLS = 5
ROUNDS = 2
KEPT = ("organization", "service", "location", "address", "phone", "schedule", "revision", "document")  # by 0001
PATHS = (
    "/",
    "/search?q=food",
    "/listings/talking-tables-english",
    "/areas/B11",
    "/data",
    "/search.csv?q=food",
    "/add/who",
)


def moving(site):
    """Whether somebody moves the schema at this moment."""
    if site.kind == "postgres":
        query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock AND granted"
        return bool(site.ask(query, lock=schema.LOCK)[0][0])
    with Path(f"{site.url.removeprefix('sqlite:///')}.turn").open("rb") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def command(site, *words):
    env = environment(site.instance, database_url=site.url)
    return subprocess.Popen([*COMMAND, *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def done(site, *words):
    with command(site, *words) as process:
        said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return said


def killed(site, *words):
    """Kill a command a moment after it began to move the schema; whether it was still at it."""
    with command(site, *words) as process:
        while process.poll() is None and not moving(site):
            pass
        time.sleep(random.uniform(0, 0.2))
        if process.poll() is not None:
            return False
        process.kill()
    return True


def rows(site):
    return {table: site.ask(f"SELECT count(*) FROM {table}")[0][0] for table in KEPT}


@pytest.mark.parametrize("kind", KINDS)
def test_a_migration_that_is_killed_and_repeated_loses_no_row_and_shows_no_error(kind, make_site, told):
    told.about(Promise.MIGRATION, kind)
    site = make_site(kind, files_a_minute="0")
    site.start()
    before, kills = rows(site), 0
    with readers(site.port, paths=PATHS) as read:
        for _ in range(ROUNDS):
            for way in (("migration", "down", BACK_TO, "--yes"), ("upgrade", "--no-backup")):
                kills += sum(killed(site, *way) for _ in range(KILLS))
                done(site, *way)
            assert rows(site) == before
        time.sleep(1)
    statuses = dict(read.statuses)
    told.measured = (
        f"{ROUNDS} times down to {BACK_TO} and up again, {kills} killed half-way (kill -9): rows the same;"
        f" {len(read.all)} pages read meanwhile: {statuses}"
    )
    assert kills >= KILLS
    assert set(statuses) <= {200, 503}, site.running.says()[-3000:]
    assert statuses[200] > 0
    assert read.lost == []
