"""A backup file holds all of an installation, and brings all of it back or nothing."""

from __future__ import annotations

import io
import json
import random
import sqlite3
import stat
import tarfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
import sqlalchemy as sa

from directory.core.errors import Conflict, Invalid, Unavailable
from directory.infra import archive, standing, versions
from directory.infra.archive import pack
from directory.infra.db import open_engine, transaction
from directory.infra.restore import IN_USE, restore
from tests.support.apps import settings_for

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def settings(database, tmp_path):
    """An installation with a key, settings and something in its database."""
    instance = tmp_path / "instance"
    instance.mkdir()
    (instance / "settings.toml").write_text("port = 8123\n", encoding="utf-8")
    found = settings_for(database.url, instance)
    assert found.secret_key
    bumped(database.engine, 3)
    return found


def bumped(engine, times=1):
    for _ in range(times):
        with transaction(engine) as session:
            versions.bump(session, "changes")
    engine.dispose()


def number(url):
    engine = open_engine(url)
    with engine.connect() as connection:
        found = connection.scalar(sa.text("SELECT number FROM version WHERE name = 'changes'"))
    engine.dispose()
    return found


def put_back(file, settings, *, replace=True):
    load = partial(settings_for, settings.database_url, settings.instance)
    return restore(file, settings.instance, load, replace=replace, now=NOW)[1]


@pytest.fixture
def file(settings, tmp_path):
    made = tmp_path / "all.backup"
    pack(settings, made, now=NOW)
    return made


def test_what_happened_since_is_gone_and_kept_beside(database, settings, file):
    bumped(database.engine, 4)
    (settings.instance / "settings.toml").write_text("port = 9999\n", encoding="utf-8")
    said = put_back(file, settings)
    assert number(settings.database_url) == 3
    assert (settings.instance / "settings.toml").read_text(encoding="utf-8") == "port = 8123\n"
    assert (settings.instance / "settings.toml.before-restore").read_text(encoding="utf-8") == "port = 9999\n"
    assert len(list((settings.instance / "backups").iterdir())) == 1
    assert said[-1] == "Now run: directory init"
    assert not list(settings.instance.glob(".restore-*"))


def test_a_file_that_is_no_database_makes_way_and_is_kept(databases, tmp_path):
    settings = settings_for(databases["sqlite"].url, tmp_path / "instance")
    pack(settings, tmp_path / "all.backup", now=NOW)
    databases["sqlite"].engine.dispose()
    rubbish = random.Random(1).randbytes(50_000)
    database = settings.sqlite_file
    assert database is not None
    database.write_bytes(rubbish)
    said = put_back(tmp_path / "all.backup", settings)
    kept = database.with_name(f"{database.name}.before-restore")
    assert said[0] == f"what was there is no database, and is kept: {kept}"
    assert kept.read_bytes() == rubbish
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert standing.of_engine(databases["sqlite"].engine) is standing.Standing.CURRENT


def test_only_its_owner_reads_it_and_nothing_is_overwritten(settings, file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    with pytest.raises(Conflict, match="nothing is overwritten"):
        pack(settings, file, now=NOW)
    assert file.read_bytes() == before
    assert sorted(each.name for each in file.parent.iterdir() if "backup" in each.name) == ["all.backup"]


def test_without_leave_nothing_is_replaced(database, settings, file):
    bumped(database.engine)
    with pytest.raises(Conflict, match="--replace"):
        put_back(file, settings, replace=False)
    assert number(settings.database_url) == 4


def test_a_directory_that_runs_is_left_alone(database, settings, file):
    bumped(database.engine)
    with database.engine.connect() as connection:
        connection.execute(sa.text("SELECT * FROM version")).all()
        with pytest.raises(Conflict, match=IN_USE):
            put_back(file, settings)
    database.engine.dispose()
    assert number(settings.database_url) == 4


def test_a_newer_version_is_refused_and_key_and_settings_stay(database, settings, file, monkeypatch):
    (settings.instance / "settings.toml").write_text("port = 9999\n", encoding="utf-8")
    monkeypatch.setattr(standing, "is_known", lambda _revision: False)
    with pytest.raises(Conflict, match="newer version"):
        put_back(file, settings)
    assert (settings.instance / "settings.toml").read_text(encoding="utf-8") == "port = 9999\n"
    assert not list(settings.instance.glob("*before-restore"))
    database.engine.dispose()


def test_an_older_one_names_the_command(settings, file, monkeypatch):
    monkeypatch.setattr(standing, "is_head", lambda _revision: False)
    assert put_back(file, settings)[-1] == "Now run: directory upgrade"


def test_it_comes_back_in_an_empty_folder(databases, tmp_path):
    database = databases["sqlite"]
    bumped(database.engine, 3)
    old = settings_for(database.url, tmp_path / "old")
    assert old.secret_key
    file = tmp_path / "all.backup"
    pack(old, file, now=NOW)
    new = settings_for(f"sqlite:///{tmp_path / 'new' / 'directory.sqlite'}", tmp_path / "new")
    put_back(file, new, replace=False)
    assert number(new.database_url) == 3
    assert new.secret_key == old.secret_key
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600


def test_another_place_or_kind_of_database_is_refused(databases, tmp_path):
    file = tmp_path / "all.backup"
    pack(settings_for(databases["sqlite"].url, tmp_path), file, now=NOW)
    for settings, reason in (
        (settings_for(databases["sqlite"].url, tmp_path, place="uk"), "the place birmingham"),
        (settings_for(databases["postgres"].url, tmp_path), "of sqlite"),
    ):
        with pytest.raises(Conflict, match=reason):
            restore(file, tmp_path, partial(replace, settings), replace=True, now=NOW)


def test_a_database_that_is_damaged_is_not_put_anywhere(databases, tmp_path):
    settings, file = settings_for(databases["sqlite"].url, tmp_path / "i"), tmp_path / "all.backup"
    bumped(databases["sqlite"].engine)
    pack(settings, file, now=NOW)
    with closing(sqlite3.connect(databases["sqlite"].engine.url.database)) as raw:
        raw.execute("PRAGMA writable_schema=ON")
        raw.execute("UPDATE sqlite_master SET rootpage = 999999 WHERE name = 'version'")
        raw.commit()
    broken = tmp_path / "broken.backup"
    with pytest.raises(Unavailable, match="the database is damaged"):
        pack(settings, broken, now=NOW)
    assert not broken.exists()


def written(file, members):
    """A file like ours with these members: a name and its bytes, or a finished TarInfo."""
    with tarfile.open(file, "w:gz") as tar:
        for name, body in members:
            member = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
    return file


def about(**changed):
    facts = {"format": 1, "made_at": "", "place": "birmingham", "kind": "sqlite", "revision": "", "digests": {}}
    return "about.json", json.dumps(facts | changed).encode()


def link(name, to):
    found = tarfile.TarInfo(name)
    found.type, found.linkname = tarfile.SYMTYPE, to
    return found


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([], "directory backup"),
        ([("about.json", b"[]")], "directory backup"),
        ([("about.json", b"{")], "directory backup"),
        ([about(format=2)], "another version"),
        ([about(more="x")], "directory backup"),
        ([about(digests={"../database": "0"})], "nothing else"),
        ([about(digests={"database": "0", "/etc/passwd": "0"})], "nothing else"),
        ([about(digests={"database": "0"})], "database is missing"),
        ([about(digests={"database": "0"}), ("database", b"other")], "database is damaged"),
        ([about(digests={"database": "0"}), (link("database", "/etc/passwd"), b"")], "database is missing"),
        ([("database", b"first"), about(digests={"database": "0"})], "directory backup"),
    ],
)
def test_what_is_none_of_ours_is_refused_and_nothing_comes_out_of_it(tmp_path, members, reason):
    file = written(tmp_path / "odd.backup", members)
    with pytest.raises(Invalid, match=reason), archive.unpacked(file, tmp_path):
        pytest.fail("it was taken out")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["odd.backup"]


@pytest.mark.parametrize("cut", [0, 10, 1_000, -1_000])
def test_half_a_file_is_refused(databases, tmp_path, cut):
    whole, half = tmp_path / "whole", tmp_path / "half"
    pack(settings_for(databases["sqlite"].url, tmp_path), whole, now=NOW)
    half.write_bytes(whole.read_bytes()[:cut])
    with pytest.raises(Invalid, match="FILE"), archive.unpacked(half, tmp_path):
        pytest.fail("it was taken out")
    with pytest.raises(Invalid, match="is there"), archive.unpacked(tmp_path / "none", tmp_path):
        pytest.fail("it was taken out")


def test_postgresql_without_its_programs_is_told(databases, tmp_path, monkeypatch):
    settings, file = settings_for(databases["postgres"].url, tmp_path / "i"), tmp_path / "all.backup"
    (tmp_path / "i").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="pg_dump is not installed"):
        pack(settings, file, now=NOW)
    assert not file.exists()
