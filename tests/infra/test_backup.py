"""A backup is whole while others write, private, and kept no longer than promised."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from directory.core.errors import Unavailable
from directory.infra import backup, versions
from directory.infra.db import transaction

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def copied(*args, **options):
    """The file that a backup made."""
    file = backup.back_up(*args, **options)
    assert file is not None
    return file


def test_a_copy_taken_under_writers_has_every_earlier_acknowledgement(databases, tmp_path):
    database = databases["sqlite"]
    stop, acknowledged = threading.Event(), [0]

    def write():
        while not stop.is_set():
            with transaction(database.engine) as session:
                number = versions.bump(session, "changes")
            acknowledged[0] = number

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while acknowledged[0] < 5:
            pass
        before = acknowledged[0]
        file = copied(database.url, tmp_path / "instance", now=NOW)
    finally:
        stop.set()
        writer.join()
    with closing(sqlite3.connect(file)) as copy:
        ((number,),) = copy.execute("SELECT number FROM version WHERE name = 'changes'").fetchall()
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert number >= before


def test_only_its_owner_reads_a_backup(databases, tmp_path):
    file = copied(databases["sqlite"].url, tmp_path / "instance", now=NOW)
    assert file.name.endswith("-20260504T120000Z.sqlite")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_backup_says_how_far_it_is(databases, tmp_path):
    told = []
    copied(databases["sqlite"].url, tmp_path, now=NOW, progress=lambda done, of: told.append((done, of)))
    assert told[-1][0] == told[-1][1] > 0


def test_backups_go_after_35_days(databases, tmp_path):
    first = copied(databases["sqlite"].url, tmp_path, now=NOW)
    copied(databases["sqlite"].url, tmp_path, now=NOW + timedelta(days=34))
    assert first.exists()
    (first.parent / "notes.txt").write_text("mine")
    copied(databases["sqlite"].url, tmp_path, now=NOW + timedelta(days=36))
    assert not first.exists()
    assert len(list(first.parent.iterdir())) == 3


def test_a_copy_that_fails_leaves_no_file_and_says_so(tmp_path):
    with pytest.raises(Unavailable, match="nothing was changed"):
        copied(f"sqlite:///{tmp_path}/missing.sqlite", tmp_path, now=NOW)
    assert list((tmp_path / "backups").iterdir()) == []


def test_postgresql_is_dumped_where_pg_dump_is(databases, tmp_path, monkeypatch):
    database = databases["postgres"]
    file = copied(database.url, tmp_path, now=NOW)
    assert file.read_bytes().startswith(b"PGDMP")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert backup.back_up(database.url, tmp_path, now=NOW + timedelta(hours=1)) is None
    with database.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1


def test_a_dump_that_fails_stops_the_upgrade(tmp_path):
    with pytest.raises(Unavailable, match="pg_dump says"):
        copied("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path, now=NOW)
    assert list((tmp_path / "backups").iterdir()) == []
