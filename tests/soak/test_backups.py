"""A backup that is made while people write has everything that was acknowledged before it began."""

from __future__ import annotations

import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.app.conftest import COMMAND, environment
from tests.soak.crowds import SLUG, stored
from tests.soak.reliability import Promise
from tests.soak.visitors import Visitor, reports
from tests.support.databases import KINDS

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]
WRITERS = 8
EACH, PAUSE_S = 40, 0.2
BEFORE = 24  # acknowledgements before the backup begins


def directory(site, *words):
    """Run a command of the installation to its end."""
    done = subprocess.run(
        [*COMMAND, *words],
        env=environment(site.instance, database_url=site.url),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def writing(site, acknowledged):
    """People who send one report after the other, until they have no more."""
    stop = threading.Event()
    piles = [
        reports(site.port, SLUG, [f"Backed up {number}.{nth}" for nth in range(EACH)]) for number in range(WRITERS)
    ]

    def write(number):
        for nth, (visitor, filled) in enumerate(piles[number]):
            if stop.wait(PAUSE_S):
                return
            if visitor.send(filled).status == 303:
                acknowledged.append(f"Backed up {number}.{nth}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def another_url(site, folder):
    """The address of a database that is not there yet, or empty."""
    if site.kind == "sqlite":
        return f"sqlite:///{folder / 'restored.sqlite'}"
    address = make_url(site.url)
    server = address.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    name = f"{address.database}_again"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return address.set(database=name).render_as_string(hide_password=False)


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_under_writers_has_all_that_was_acknowledged_when_it_began(kind, make_site, tmp_path: Path, told):
    told.about(Promise.BACKUP, kind)
    site = make_site(kind)
    site.start()
    acknowledged: list[str] = []
    with writing(site, acknowledged):
        while len(acknowledged) < BEFORE:
            threading.Event().wait(0.05)
        before = list(acknowledged)
        directory(site, "backup", str(tmp_path / "all.backup"))
        meanwhile = len(acknowledged) - len(before)
    site.end()
    again = make_site(kind, url=another_url(site, tmp_path))
    directory(again, "restore", str(tmp_path / "all.backup"))
    directory(again, "init")
    again.start()
    there = stored(again, "Backed up ")
    lost = set(before) - set(there)
    shown = Visitor(again.port).get(f"/listings/{SLUG}").status
    told.measured = (
        f"{WRITERS} writers, {len(before)} acknowledged before and {meanwhile} while it was made; restored and started:"
        f" lost {len(lost)}, {len(there)} there"
    )
    assert lost == set()
    assert shown == 200
    assert meanwhile > 0
