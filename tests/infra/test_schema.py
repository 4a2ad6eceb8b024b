"""Moving the schema: whole or not at all, one at a time, and never a row lost on the way."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from directory.core.errors import Unavailable
from directory.infra import schema, sqlite_files
from directory.infra import standing as standings
from directory.infra.db import open_engine
from directory.infra.standing import Standing
from tests.support.apps import put_instance

FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
    op.create_table("child", sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("parent.id", ondelete="CASCADE")))
    op.execute("INSERT INTO parent VALUES (1, 'one')")
    op.execute("INSERT INTO child VALUES (1, 1)")
def downgrade():
    op.drop_table("child")
    op.drop_table("parent")
"""
SECOND = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    with op.batch_alter_table("parent", recreate="auto") as table:
        table.alter_column("name", nullable=False)
def downgrade():
    with op.batch_alter_table("parent") as table:
        table.alter_column("name", nullable=True)
"""
BROKEN = """
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    op.execute("INSERT INTO parent VALUES (2, 'two')")
    op.execute("CREATE TABLE half (id INTEGER)")
    raise RuntimeError("the power went")
def downgrade(): ...
"""


@pytest.fixture
def migrations(tmp_path, monkeypatch):
    """Adds migrations of a small schema of our own, in place of the real ones."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    shutil.copy(standings.MIGRATIONS / "env.py", folder)
    monkeypatch.setattr(standings, "MIGRATIONS", folder)
    standings.migrations.cache_clear()

    def add(*texts):
        for text in texts:
            number = text.partition('"')[2][:4]
            (folder / "versions" / f"{number}.py").write_text(text)
        standings.migrations.cache_clear()

    yield add
    standings.migrations.cache_clear()


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, databases, tmp_path):
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.sqlite"
    url = databases["postgres"].url
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return url


@pytest.fixture
def rows(empty):
    engine = open_engine(empty)

    def of(table):
        with engine.connect() as connection:
            return list(connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY 1")))

    yield of
    engine.dispose()


def standing(url):
    engine = open_engine(url)
    try:
        return standings.of_engine(engine)
    finally:
        engine.dispose()


def test_migrations_are_known_by_the_names_of_their_files():
    known = [script.revision for script in ScriptDirectory(str(standings.MIGRATIONS)).walk_revisions()]
    assert list(standings.migrations()) == known[::-1]


def test_whoever_begins_does_not_load_alembic(tmp_path):
    there = {"DIRECTORY_INSTANCE": str(put_instance(tmp_path / "instance")), "DIRECTORY_TILES_URL": ""}
    told = "atexit.register(lambda: print('alembic' in sys.modules))"
    run = f"import atexit, sys; {told}; from directory.app import cli; cli(['search', 'drift'])"
    done = subprocess.run([sys.executable, "-c", run], env=there, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["False"], done.stdout + done.stderr


def test_the_standing_of_a_database(empty, migrations):
    migrations(FIRST)
    assert standing(empty) is Standing.EMPTY
    schema.upgrade(empty)
    assert standing(empty) is Standing.CURRENT
    migrations(SECOND)
    assert standing(empty) is Standing.OLDER
    schema.upgrade(empty)
    assert standing(empty) is Standing.CURRENT
    (standings.MIGRATIONS / "versions" / "0002.py").unlink()
    standings.migrations.cache_clear()  # as in the process of an older code
    assert standing(empty) is Standing.NEWER


def test_copying_a_table_keeps_the_rows_that_point_to_it(empty, migrations, rows):
    migrations(FIRST, SECOND)
    schema.upgrade(empty)
    assert (rows("parent"), rows("child")) == ([(1, "one")], [(1, 1)])
    schema.downgrade(empty, "0001")
    assert (rows("parent"), rows("child")) == ([(1, "one")], [(1, 1)])


def test_a_migration_that_breaks_off_leaves_nothing_behind(empty, migrations, rows):
    migrations(FIRST)
    schema.upgrade(empty)
    migrations(BROKEN)
    with pytest.raises(RuntimeError, match="the power went"):
        schema.upgrade(empty)
    assert rows("parent") == [(1, "one")]
    assert standing(empty) is Standing.OLDER
    migrations(SECOND)
    schema.upgrade(empty)
    assert standing(empty) is Standing.CURRENT


def test_a_migration_that_leaves_rows_pointing_nowhere_is_taken_back(tmp_path, migrations):
    url = f"sqlite:///{tmp_path}/empty.sqlite"
    migrations(FIRST)
    schema.upgrade(url)
    migrations(BROKEN.replace('raise RuntimeError("the power went")', 'op.execute("DELETE FROM parent")'))
    with pytest.raises(RuntimeError, match="point nowhere"):
        schema.upgrade(url)
    assert standing(url) is Standing.OLDER


def test_two_upgrades_at_once_are_one_after_the_other(empty, migrations, rows):
    migrations(FIRST, SECOND)
    with ThreadPoolExecutor(1) as pool:  # Alembic itself is for one thread: the other upgrade is a lock we hold
        engine = open_engine(empty)
        hold = schema._sqlite(engine) if engine.dialect.name == "sqlite" else schema._postgres(engine)
        with hold:
            waiting = pool.submit(schema.upgrade, empty)
            assert not waiting.done()
        waiting.result(timeout=30)
        engine.dispose()
    assert rows("parent") == [(1, "one")]


def test_an_upgrade_gives_up_in_one_sentence_when_the_lock_stays(empty, migrations, monkeypatch):
    migrations(FIRST)
    monkeypatch.setattr(sqlite_files, "BUSY_S", 0.2)
    monkeypatch.setattr(schema, "LOCK_WAIT", "200ms")
    engine = open_engine(empty)
    hold = schema._sqlite(engine) if engine.dialect.name == "sqlite" else schema._postgres(engine)
    with hold, pytest.raises(Unavailable, match="Try again in a minute"):
        schema.upgrade(empty)
    engine.dispose()


def test_sqlites_virtual_tables_and_their_shadows_are_not_compared(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/virtual.sqlite")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE VIRTUAL TABLE words USING fts5(text)")
        connection.exec_driver_sql("CREATE VIRTUAL TABLE spots USING rtree(id, w, e, s, n)")
        connection.exec_driver_sql("CREATE TABLE wordsmith (id INTEGER)")
        ours = schema.is_ours(connection)
        found = [name for name in sa.inspect(connection).get_table_names() if ours(None, name, "table")]
    engine.dispose()
    assert found == ["wordsmith"]
