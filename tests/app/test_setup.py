"""``directory init``, ``upgrade`` and ``doctor`` on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import shutil
import stat

import pytest
import sqlalchemy as sa

from directory.infra import clock, facts, files, standing
from directory.infra.db import open_engine, reading, transaction
from directory.infra.outbox import Outgoing, put
from directory.infra.versions import current
from tests.app.conftest import cpu_seconds, cut
from tests.support.apps import INSTALLED


def counted(url, table):
    engine = open_engine(url)
    with engine.connect() as connection:
        number = connection.scalar(sa.text(f"SELECT count(*) FROM {table}"))
    engine.dispose()
    return number


def revision_of(url, to):
    engine = open_engine(url)
    with transaction(engine) as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = :to"), {"to": to})
    engine.dispose()


def test_init_makes_everything_once(run, instance):
    first = run("init")
    assert first.exit_code == 0, first.output
    assert "Database: made" in first.output
    assert "invented listings" in first.output
    url = f"sqlite:///{instance}/birmingham.sqlite"
    listings, terms = counted(url, "organization"), counted(url, "taxonomy_term")
    assert listings >= 100
    assert terms >= 60
    assert stat.S_IMODE((instance / "secret_key").stat().st_mode) == 0o600

    again = run("init")
    assert again.exit_code == 0
    assert again.output.splitlines() == [f"Setting up birmingham in {instance}"], (
        "the second time there is nothing to do"
    )
    assert (counted(url, "organization"), counted(url, "taxonomy_term")) == (listings, terms)


def test_init_if_needed_says_and_does_nothing_the_second_time(directory):
    first = directory("init", "--if-needed", place="uk")
    assert first.returncode == 0, first.stderr

    spent, again = cpu_seconds(lambda: directory("init", "--if-needed", place="uk"))
    assert (again.returncode, again.stdout) == (0, "")
    assert spent < 0.5


def test_init_if_needed_makes_again_what_was_cut_off_or_taken_away(run, instance):
    assert run("init", "--if-needed", place="uk").exit_code == 0
    cut(instance / "postcodes.index")
    assert "Postcodes: index built" in run("init", "--if-needed", place="uk").output
    (instance / "uk.sqlite").unlink()
    assert "Database: made" in run("init", "--if-needed", place="uk").output
    assert run("init", "--if-needed", place="uk").output == ""


def test_init_if_needed_notices_a_database_that_was_made_anew(directory, run, databases):
    url = databases.copy_of(INSTALLED, "postgres").url
    assert run("init", "--if-needed", database_url=url).exit_code == 0
    spent, again = cpu_seconds(lambda: directory("init", "--if-needed", database_url=url))
    assert (again.returncode, again.stdout) == (0, "")
    assert spent < 0.6
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    assert "Database: made" in run("init", "--if-needed", database_url=url).output


def test_nobody_else_can_read_what_init_makes(run, tmp_path):
    instance = tmp_path / "new"
    assert run("init", place="uk", instance=str(instance)).exit_code == 0
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    assert [file for file in instance.rglob("*") if file.stat().st_mode & 0o077] == []


def test_the_doctor_tells_of_a_database_that_others_can_read(run, instance):
    assert run("init", place="uk").exit_code == 0
    assert "database: ok" in run("doctor", place="uk").output
    file = instance / "uk.sqlite"
    file.chmod(0o644)
    said = run("doctor", place="uk")
    assert said.exit_code == 1
    assert f"database: others can read {file}. Run: chmod go= {file}" in said.output


@pytest.mark.parametrize("command", ["jobs run retry-unknown-places", "search drift", "import list"])
def test_a_database_that_goes_away_is_told_in_one_sentence(run, databases, monkeypatch, command):
    database = databases.copy_of(INSTALLED, "sqlite")
    look = standing.of_engine

    def then_break(engine):
        found = look(engine)
        with transaction(database.engine) as session:
            for table in ("job", "import_run", "search_words"):
                session.execute(sa.text(f"DROP TABLE {table}"))
        return found

    monkeypatch.setattr(standing, "of_engine", then_break)
    said = run(*command.split(), database_url=database.url)
    assert said.exit_code == 1
    assert said.output.startswith("Error: The database does not answer: no such table")
    assert len(said.output.splitlines()) == 1


def test_a_place_without_a_sample_starts_empty(run, instance):
    assert run("init", place="uk").exit_code == 0
    assert counted(f"sqlite:///{instance}/uk.sqlite", "organization") == 0


def test_a_database_is_not_taken_for_another_place(run, databases):
    url = databases.copy_of(INSTALLED, "sqlite").url
    said = run("init", place="uk", database_url=url)
    assert said.exit_code == 1
    assert "Each place needs a database of its own" in said.output


def test_a_sample_that_was_cut_short_is_finished(run, databases):
    database = databases.copy_of(INSTALLED, "sqlite")
    with transaction(database.engine) as session:
        facts.note(session, "sample", "begun")
    said = run("init", database_url=database.url)
    assert "invented listings" in said.output
    with reading(database.engine) as session:
        assert facts.fact(session, "sample") == "done"


def test_postgresql_is_set_up_by_its_url_alone(run, databases):
    database = databases["postgres"]
    said = run("init", database_url=database.url, place="uk")
    assert said.exit_code == 0, said.output
    with reading(database.engine) as session:
        assert facts.fact(session, "place") == "uk"
        assert current(session)["terms"] > 0


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_upgrade_backs_up_before_it_changes_anything(run, databases, instance, kind):
    database = databases.copy_of(INSTALLED, kind)
    said = run("upgrade", database_url=database.url)
    assert said.exit_code == 0, said.output
    (copy,) = (instance / "backups").iterdir()
    assert f"Backup: {copy}" in said.output
    run("upgrade", "--no-backup", database_url=database.url)
    assert list((instance / "backups").iterdir()) == [copy]


@pytest.mark.parametrize("command", ["serve", "jobs", "upgrade", "init", "doctor"])
def test_a_database_of_a_newer_version_is_refused(run, databases, command):
    database = databases.copy_of(INSTALLED, "sqlite")
    revision_of(database.url, "9999")
    said = run(command, database_url=database.url)
    assert said.exit_code == 1
    assert "A newer version of the directory made this database" in said.output


def test_the_doctor_finds_a_healthy_installation_well(run, databases):
    database = databases.copy_of(INSTALLED, "sqlite")
    said = run("doctor", database_url=database.url)
    assert said.exit_code == 0, said.output
    names = [line.partition(": ok")[0] for line in said.output.splitlines()]
    assert names == [
        "settings",
        "instance",
        "place",
        "database",
        "standbys",
        "assets",
        "mail",
        "postcodes",
        "search index",
    ]


def test_the_doctor_says_what_to_do(run, instance, tmp_path, monkeypatch, databases):
    database = databases.copy_of(INSTALLED, "sqlite")
    assets = tmp_path / "assets"
    shutil.copytree(files.static(), assets)
    next(iter(assets.glob("app-*.css"))).unlink()
    monkeypatch.setattr(files, "static", lambda: assets)
    with transaction(database.engine) as session:
        facts.note(session, "place", "uk")
    (instance / "postcodes.index").unlink()
    said = run("doctor", database_url=database.url)
    assert said.exit_code == 1
    lines = dict(line.split(": ", 1) for line in said.output.splitlines())
    assert lines["place"].startswith("ok")
    assert "holds the place 'uk'" in lines["database"]
    assert lines["assets"].endswith("missing. Run: make assets (or install the package again)")
    assert "directory init" in lines["postcodes"]


def test_the_doctor_says_where_mail_goes_and_what_failed_last(run, databases, instance, mail_server):
    database = databases.copy_of(INSTALLED, "sqlite")
    given = {"database_url": database.url}
    assert f"mail: ok (no server is set: mails lie in {instance}/outbox" in run("doctor", **given).output
    given |= {"smtp_url": mail_server.url, "mail_from": "directory@example.org"}
    said = run("doctor", **given)
    assert said.exit_code == 1
    assert "mail: the server does not take mail (ConnectionRefusedError" in said.output
    mail_server.start()
    assert "mail: ok (the server answers; 0 waiting)" in run("doctor", **given).output
    mail_server.box.answers["RCPT"] = "550 no such mailbox"
    with transaction(database.engine) as session:
        put(session, Outgoing("claim", "ann@example.org", "", {"name": "Choir"}), now=clock.now())
    run("jobs", "run", "mail", **given)
    said = run("doctor", **given).output
    assert "mail: ok (the server answers; 0 waiting; the last that failed, at " in said
    assert "550 no such mailbox" in said
    assert "ann@" not in said


def test_the_doctor_goes_on_after_something_broken(run, tmp_path):
    said = run("doctor", database_url="postgresql://nobody@127.0.0.1:1/none")
    assert said.exit_code == 1
    assert "database: The database does not answer" in said.output
    assert "assets: ok" in said.output


def test_the_assets_that_the_manifest_names_are_there():
    manifest = json.loads((files.static() / "manifest.json").read_text())
    assert all((files.static() / name).is_file() for name in manifest.values())


def test_the_jobs_are_listed_and_one_can_be_run_now(run, databases):
    url = databases.copy_of(INSTALLED, "sqlite").url
    listed = run("jobs", database_url=url)
    assert listed.exit_code == 0
    assert "retry-unknown-places  every 1 hour\n  never run" in listed.output
    done = run("jobs", "run", "retry-unknown-places", database_url=url)
    assert (done.exit_code, done.output) == (0, "0 found, 0 unknown, 0 to try again\n")
    again = run("jobs", database_url=url).output
    assert ": 0 found, 0 unknown, 0 to try again\n  next run" in again
    assert "failed 0 times in a row" in again


def test_an_unknown_job_is_told_with_those_there_are(run, databases):
    said = run("jobs", "run", "tidy", database_url=databases.copy_of(INSTALLED, "sqlite").url)
    assert said.exit_code == 2
    assert "retry-unknown-places" in said.output
