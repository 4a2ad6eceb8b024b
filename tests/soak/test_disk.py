"""A disk that is full: nobody is thanked for what was not stored, readers notice nothing, and it recovers by itself."""

from __future__ import annotations

import os
import shutil
import time
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.soak.crowds import LATE_S, SLUG, Answers, readers, stored, together
from tests.soak.disks import fill_up, small_disk
from tests.soak.reliability import Promise
from tests.soak.visitors import reports
from tests.support.apps import SAMPLED
from tests.support.databases import KINDS, sqlite_template
from tests.support.people import there

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]
FORMS = 16


@pytest.fixture
def site_and_disk(kind, make_site):
    """A site whose database, with its log, is on a small disk of its own."""
    with small_disk(64) as disk:
        if kind == "sqlite":
            shutil.copy(sqlite_template(SAMPLED), disk / "site.sqlite")
            site = make_site(kind, url=f"sqlite:///{disk / 'site.sqlite'}")
            yield site, disk
            site.end()
            return
        site = make_site(kind)
        move_to(disk, site)
        yield site, disk
        site.end()
        move_to(None, site)


def move_to(disk, site):
    """Move a database of PostgreSQL to another disk; None: to where the server has its own."""
    address = make_url(site.url)
    server = address.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        if disk is not None:
            owner = Path(there(connection.execute("SHOW data_directory").fetchone())[0]).stat()
            os.chown(disk, owner.st_uid, owner.st_gid)
            connection.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
        connection.execute(f'ALTER DATABASE "{address.database}" SET TABLESPACE {"small" if disk else "pg_default"}')
        if disk is None:
            connection.execute("DROP TABLESPACE small")


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_thanks_nobody_falsely_and_is_got_over(kind, site_and_disk, told):
    told.about(Promise.DISK_FULL, kind)
    site, disk = site_and_disk
    site.start()
    forms = reports(site.port, SLUG, [f"Full {number}" + " x" * 700 for number in range(FORMS)])
    during, after = Answers(), Answers()
    with readers(site.port) as read, site.kept_open():
        filler, before = fill_up(disk), len(read.all)
        for who, what in forms:
            during.ask(partial(who.send, what))
        time.sleep(3)
        false_thanks = during.statuses[303] - len(stored(site, "Full "))
        meanwhile = len(read.all) - before
        filler.unlink()
        together([partial(after.ask, partial(who.send, what)) for who, what in forms])
    kept = stored(site, "Full ")
    told.measured = (
        f"{FORMS} forms on a full disk: {dict(during.statuses)}, false thanks {false_thanks}; {meanwhile} pages"
        f" read, the slowest in {read.slowest_s:.1f} s; with room again, without a restart: {dict(after.statuses)}"
    )
    assert set(during.statuses) <= {303, 503, 507}
    assert during.statuses[303] < FORMS, "the disk was not full"
    assert (false_thanks, during.lost) == (0, [])
    assert set(read.statuses) == {200}
    assert meanwhile > 20
    assert read.slowest_s < LATE_S
    assert (dict(after.statuses), len(kept), len(set(kept))) == ({303: FORMS}, FORMS, FORMS)
    if kind == "sqlite":
        assert site.ask("PRAGMA integrity_check") == [("ok",)]
