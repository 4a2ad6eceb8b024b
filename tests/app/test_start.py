"""What is broken before a server starts is said in one sentence that ends with what to do."""

from __future__ import annotations

import random
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from directory.infra import files, serving
from directory.infra.db import transaction
from tests.app.conftest import cut
from tests.support.apps import INSTALLED

STARTING = ["init", "serve", "jobs"]


@pytest.fixture(autouse=True)
def refused(monkeypatch):
    """Nothing here may come as far as a server, which would not end."""
    monkeypatch.setattr(serving, "serve", lambda *_, **__: pytest.fail("it serves"))


def said_by(run, command, **given):
    """The one sentence that a command ends with."""
    said = run(command, **given)
    assert said.exit_code == 1
    lines = [line for line in said.output.splitlines() if not line.startswith("Setting up")]
    assert len(lines) == 1, said.output
    assert lines[0].startswith("Error: ")
    return lines[0].removeprefix("Error: ")


def found_by_the_doctor(run, **given):
    """What the doctor says of each part."""
    said = run("doctor", **given)
    assert said.exit_code == 1
    assert "http" not in said.output.partition("\n")[2], "no link of somebody's manual"
    return dict(line.split(": ", 1) for line in said.output.splitlines())


@pytest.fixture
def postgres(postgres_server):
    """Runs statements on the server, and makes databases with a role of their own that are taken away again."""
    with psycopg.connect(postgres_server.replace("+psycopg", "") + "/postgres", autocommit=True) as server:

        @contextmanager
        def made(more):
            name = f"test_{uuid4().hex}"
            own = sql.Identifier(name)
            server.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'hunter2'").format(own))
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 {}").format(own, sql.SQL(more)))
            try:
                yield server, name, postgres_server.replace("directory@", f"{name}:hunter2@") + f"/{name}"
            finally:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(own))
                server.execute(sql.SQL("DROP ROLE {}").format(own))

        yield made


@pytest.mark.parametrize("command", STARTING)
def test_a_postgres_that_may_forget_is_told_with_the_command_that_mends_it(run, databases, command):
    database = databases.copy_of(INSTALLED, "postgres")
    name = sa.make_url(database.url).database
    with transaction(database.engine) as session:
        session.execute(sa.text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    wanted = f'IN DATABASE "{name}" SET synchronous_commit = on'
    assert said_by(run, command, database_url=database.url).endswith(wanted)
    assert found_by_the_doctor(run, database_url=database.url)["database"].endswith(wanted)


def test_a_role_that_may_make_no_table_is_told_what_it_needs(run, postgres):
    with postgres("") as (server, name, url):
        said = said_by(run, "init", database_url=url)
        assert "permission denied for schema public. " in said
        assert "hunter2" not in said
        assert said.endswith(": ALTER DATABASE name OWNER TO role")
        server.execute(sql.SQL("ALTER DATABASE {0} OWNER TO {0}").format(sql.Identifier(name)))
        assert run("init", database_url=url, place="uk").exit_code == 0


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_every_letter_is_refused(run, postgres, encoding):
    with postgres(f"ENCODING '{encoding}' LOCALE 'C'") as (_, name, url):
        for command in STARTING:
            said = said_by(run, command, database_url=url)
            assert said.startswith(f"The database {name} is in {encoding}, and UTF8 is needed.")
        found = found_by_the_doctor(run, database_url=url)
        assert encoding in found["database"]
        assert found["assets"].startswith("ok")


@pytest.mark.parametrize("command", STARTING)
def test_an_address_with_an_option_that_there_is_not_is_told(run, databases, command):
    url = databases["postgres"].url.replace("directory@", "directory:hunter2@") + "?foo=bar"
    wanted = 'The database cannot be used: invalid connection option "foo". Look at DIRECTORY_DATABASE_URL'
    assert said_by(run, command, database_url=url) == wanted
    assert found_by_the_doctor(run, database_url=url)["database"] == wanted


@pytest.mark.parametrize("command", STARTING)
def test_a_file_that_is_no_database_is_told_with_what_to_do(run, instance, command):
    rubbish = random.Random(1).randbytes(50_000)
    (instance / "birmingham.sqlite").write_bytes(rubbish)
    assert "file is not a database. Bring back a backup (directory restore" in said_by(run, command)
    (instance / "birmingham.sqlite").chmod(0o600)
    assert "file is not a database. Bring back" in found_by_the_doctor(run)["database"]
    assert (instance / "birmingham.sqlite").read_bytes() == rubbish


def test_a_mistake_of_ours_keeps_its_trace(run, databases, monkeypatch):
    database = databases.copy_of(INSTALLED, "sqlite")

    def mistaken(session, _place):
        session.execute(sa.text("INSERT INTO fact (name, value) VALUES ('place', 'twice')"))

    monkeypatch.setattr("directory.infra.facts.settle", mistaken)
    with pytest.raises(sa.exc.IntegrityError):
        run("init", database_url=database.url)


@pytest.mark.parametrize("content", [b"", b"{", None])
def test_a_server_without_whole_postcodes_does_not_start(run, instance, databases, content):
    url = databases.copy_of(INSTALLED, "sqlite").url
    file = instance / "postcodes.index"
    cut(file)
    if content is not None:
        file.write_bytes(content)
    wanted = f"The postcode file {file} is missing or broken. Run `directory init` to build it."
    assert said_by(run, "serve", database_url=url) == wanted
    assert found_by_the_doctor(run, database_url=url)["postcodes"] == wanted


@pytest.mark.parametrize("content", [b"", b"abc\n", b"\xff\xfe" * 40])
def test_a_key_that_is_none_is_told_before_a_server_starts(run, instance, databases, content):
    url = databases.copy_of(INSTALLED, "sqlite").url
    key = instance / "secret_key"
    key.write_bytes(content)
    key.chmod(0o600)
    wanted = "wanted: a key of 32 characters or more (delete the file: a new one is made, and everyone signs in again)"
    for said in (said_by(run, "serve", database_url=url), found_by_the_doctor(run, database_url=url)["instance"]):
        assert said.startswith(f"{key}: ")
        assert said.endswith(wanted)
    key.unlink()
    assert "instance: ok" in run("doctor", database_url=url).output
    assert not key.exists(), "the doctor looks, and makes nothing"


def test_a_key_that_is_not_used_is_not_looked_at(run, instance, databases):
    (instance / "secret_key").write_bytes(b"")
    (instance / "secret_key").chmod(0o600)
    url = databases.copy_of(INSTALLED, "sqlite").url
    assert "instance: ok" in run("doctor", database_url=url, secret_key="k" * 32).output


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_an_upgrade_that_is_refused_writes_no_backup(run, instance, databases, kind):
    database = databases.copy_of(INSTALLED, kind)
    with transaction(database.engine) as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert said_by(run, "upgrade", database_url=database.url).startswith("A newer version of the directory made this")
    assert not (instance / "backups").exists()


def test_init_says_that_a_running_server_holds_the_old_place(run, tmp_path):
    file = tmp_path / "town.toml"
    file.write_text((files.places() / "uk.toml").read_text(encoding="utf-8"), encoding="utf-8")
    changed = "Place: changed; restart the server"
    assert changed not in run("init", place=str(file)).output
    assert changed not in run("init", place=str(file)).output
    file.write_text(file.read_text(encoding="utf-8") + "\n# a remark changes nothing\n", encoding="utf-8")
    assert changed not in run("init", place=str(file)).output
    file.write_text(file.read_text(encoding="utf-8").replace("name = ", "name = 'New ' # ", 1), encoding="utf-8")
    assert changed in run("init", place=str(file)).output.splitlines()
    assert changed not in run("init", place=str(file)).output
