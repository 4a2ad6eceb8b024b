"""The database is opened so that what was acknowledged lasts, and writers wait for each other."""

import fcntl
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from directory.core.errors import Unavailable
from directory.infra import db, sqlite_files, versions
from directory.infra.db import MAY_HAVE_MOVED, Instant, has_moved, open_engine, reading, transaction

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)


def pragma(engine, name):
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("wal_autocheckpoint", 0),  # the writer does it, under the lock
        ("mmap_size", 0),
    ],
)
def test_sqlite_is_opened_as_promised(databases, name, value):
    assert pragma(databases["sqlite"].engine, name) == value


def test_instants_come_back_aware_and_in_utc(engine):
    table = sa.Table("moment", sa.MetaData(), sa.Column("at", Instant()))
    with transaction(engine, keep=False) as session:
        table.create(session.connection())
        session.execute(sa.insert(table).values(at=NOON.astimezone(timezone(timedelta(hours=5)))))
        found = session.execute(sa.select(table.c.at)).scalar_one()
    assert (found, found.tzinfo) == (NOON, UTC)


def test_an_instant_without_a_zone_is_refused(engine):
    with pytest.raises((ValueError, sa.exc.StatementError), match="time zone"), reading(engine) as session:
        session.execute(sa.select(sa.literal(datetime(2026, 5, 12), Instant())))  # noqa: DTZ001 - that is the point


def test_what_a_reader_writes_is_never_kept(engine):
    refused = pytest.raises(sa.exc.InternalError, match="read-only")  # PostgreSQL, at once
    with reading(engine) as session, refused if engine.dialect.name == "postgresql" else nullcontext():
        versions.put(session, "changes", 7)
    with reading(engine) as session:
        assert "changes" not in versions.current(session)


@pytest.mark.parametrize(
    ("sql", "moved"), [("SELECT gone FROM version", True), ("SELECT 1 FROM gone", True), ("SELECT 1 +", False)]
)
def test_a_schema_that_moves_is_told_from_a_statement_that_is_wrong(databases, sql, moved):
    with databases["postgres"].engine.connect() as connection:
        with pytest.raises(MAY_HAVE_MOVED) as caught:
            connection.exec_driver_sql(sql)
        assert has_moved(caught.value) is moved


def test_a_dry_run_is_rolled_back(engine):
    with transaction(engine, keep=False) as session:
        versions.put(session, "changes", 7)
    with reading(engine) as session:
        assert "changes" not in versions.current(session)


def test_a_reader_sees_one_snapshot(engine):
    with reading(engine) as before:
        versions.current(before)
        with transaction(engine) as session:
            versions.put(session, "changes", 7)
        assert "changes" not in versions.current(before)


def test_many_writers_wait_for_each_other_and_none_is_refused(engine):
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(5):
                with transaction(engine) as session:
                    versions.bump(session, "changes")
        except Exception as error:  # noqa: BLE001 - whatever it was fails the test below
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with reading(engine) as session:
        assert versions.current(session)["changes"] == 60


def test_a_writer_that_waits_too_long_is_told_so(databases, monkeypatch):
    engine = databases["sqlite"].engine
    monkeypatch.setattr(sqlite_files, "BUSY_S", 0.05)
    with (
        transaction(engine),
        pytest.raises(Unavailable, match="Another process is writing"),
        transaction(engine),
    ):
        pass


def test_who_will_write_much_keeps_more_pages(databases, engine):
    usual = pragma(databases["sqlite"].engine, "cache_size")
    db.will_write_much(databases["sqlite"].engine)
    assert pragma(databases["sqlite"].engine, "cache_size") == 4 * usual < 0
    db.will_write_much(engine)  # of no use elsewhere, and no harm


def test_a_long_log_is_shortened_by_the_writer_that_made_it(databases, monkeypatch):
    database = databases["sqlite"]
    monkeypatch.setattr(sqlite_files, "WAL_LONG_BYTES", 1)
    path = sqlite_files.database_path(database.engine)
    with transaction(database.engine) as session:
        versions.put(session, "changes", 7)
    with transaction(database.engine) as session:
        versions.put(session, "changes", 8)
    assert path is not None
    assert path.with_name(f"{path.name}-wal").stat().st_size == 0


def test_who_waits_to_write_goes_before_the_log_is_shortened(databases, monkeypatch):
    """Whoever wrote pauses with its turn given up: here for as long as the one who waits needs."""
    engine, found, waits = databases["sqlite"].engine, [], threading.Event()
    monkeypatch.setattr(sqlite_files, "WAL_LONG_BYTES", 1)

    def shorten(_engine):
        with reading(engine) as session:
            found.append(versions.current(session)["changes"])

    def write():
        waits.set()
        with transaction(engine) as session:
            versions.put(session, "changes", 8)

    def pause(seconds):
        if threading.current_thread() is threading.main_thread():
            other.result()
        else:
            time.sleep(seconds)

    monkeypatch.setattr(sqlite_files, "_checkpoint", shorten)
    monkeypatch.setattr(sqlite_files, "time", SimpleNamespace(monotonic=time.monotonic, sleep=pause))
    with ThreadPoolExecutor(1) as pool, transaction(engine) as session:
        versions.put(session, "changes", 7)
        other = pool.submit(write)
        waits.wait()
    assert found == [8, 8]


def test_a_log_that_cannot_be_shortened_now_harms_nobody(databases, monkeypatch):
    engine, taken = databases["sqlite"].engine, []
    monkeypatch.setattr(sqlite_files, "BUSY_S", 0.05)

    def is_long(path):
        taken.append(os.open(f"{path}.turn", os.O_RDWR))
        fcntl.flock(taken[-1], fcntl.LOCK_EX)  # another process begins to write
        return True

    monkeypatch.setattr(sqlite_files, "_is_long", is_long)
    with transaction(engine) as session:
        versions.put(session, "changes", 7)
    os.close(taken[0])
    with reading(engine) as session:
        assert versions.current(session)["changes"] == 7


def test_a_postgres_that_may_forget_is_refused(databases):
    database = databases["postgres"]
    name = sa.make_url(database.url).database
    with database.engine.connect() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        connection.commit()
    engine = open_engine(database.url)
    try:
        for _ in range(2):  # a server that was refused once is looked at again
            with pytest.raises(Unavailable, match="may lose") as told, engine.connect():
                pass
        with database.engine.connect() as connection:
            connection.exec_driver_sql(str(told.value).partition("Run in it: ")[2])
            connection.commit()
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        with database.engine.connect() as connection:
            connection.exec_driver_sql(f'ALTER ROLE directory IN DATABASE "{name}" RESET ALL')
            connection.commit()
    finally:
        engine.dispose()


class _Deaf:
    """A poll that hears nothing."""

    def register(self, *_given: object) -> None:
        """Nothing is registered."""

    def poll(self, _wait: int) -> list[tuple[int, int]]:
        """Nothing came."""
        return []


@pytest.mark.parametrize("heard", [True, False], ids=["said farewell", "without a word"])
def test_connections_that_the_server_ended_are_made_anew_and_nobody_notices(databases, monkeypatch, heard):
    engine = open_engine(databases["postgres"].url)
    with engine.connect() as one, engine.connect() as other:
        ended = [each.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() for each in (one, other)]
    if not heard:  # something between the two forgot them: nothing comes until something is sent
        monkeypatch.setattr(db, "select", SimpleNamespace(POLLIN=0, poll=_Deaf))
        monkeypatch.setattr(db, "IDLE_S", 0)
    with databases["postgres"].engine.connect() as connection:
        for pid in ended:
            connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    for _ in range(2):
        with reading(engine) as session:
            assert session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one() not in ended
    engine.dispose()


def test_an_old_postgres_is_refused_with_its_number(databases, monkeypatch):
    monkeypatch.setattr(db, "POSTGRES_OLDEST", 990_000)
    engine = open_engine(databases["postgres"].url)
    try:
        with pytest.raises(Unavailable, match=r"PostgreSQL \d+\.\d+ is too old: 15 or newer"), engine.connect():
            pass
    finally:
        engine.dispose()
