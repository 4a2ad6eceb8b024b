"""``directory import`` as an operator types it: what is told, to whom it is to be told, and the way back."""

from __future__ import annotations

import csv
import stat

import pytest
from click.testing import CliRunner

from directory import app
from directory.exchange.service import importing
from directory.publishing.service.door import publish
from tests.support.apps import INSTALLED

COLUMNS = ("org_id", "name", "postcode", "active", "activities", "UKCAT")
ROWS = [
    {
        "org_id": f"GB-CHC-10000{number:02}",
        "name": f"GROUP {number}",
        "postcode": "B11 1AA",
        "active": "True",
        "activities": "Advice.",
    }
    for number in range(4)
]


@pytest.fixture
def run(instance, databases, monkeypatch):
    """A command in this process, on an installation without listings."""
    monkeypatch.setenv("DIRECTORY_INSTANCE", str(instance))
    monkeypatch.setenv("DIRECTORY_DATABASE_URL", databases.copy_of(INSTALLED, "sqlite").url)
    return lambda *words: CliRunner().invoke(app.cli, words)


@pytest.fixture
def register(tmp_path):
    """Writes the register's file: ``register(ROWS)``; its path."""

    def write(rows):
        path = tmp_path / "charities.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return str(path)

    return write


def told(instance):
    """Which organisations are in which files of those to tell."""
    found = {}
    for path in sorted((instance / "imports").glob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with path.open(encoding="utf-8", newline="") as file:
            found[path.name] = [row["name"] for row in csv.DictReader(file)]
    return found


def test_those_to_tell_are_those_that_the_import_added(run, register, instance):
    first = run("import", "csv", register(ROWS[:2]), "--mapping", "ukcat")
    assert "2 new" in first.output
    assert "whole import" not in first.output
    assert told(instance) == {"birmingham-1-to-tell.csv": ["Group 0", "Group 1"]}
    same = run("import", "csv", register(ROWS[:2]), "--mapping", "ukcat")
    assert "2 same" in same.output
    assert "to tell" not in same.output
    more = [{**ROWS[0], "activities": "More advice."}, *ROWS[1:3]]
    assert "1 new, 1 changed, 1 same" in run("import", "csv", register(more), "--mapping", "ukcat").output
    assert told(instance) == {
        "birmingham-1-to-tell.csv": ["Group 0", "Group 1"],
        "birmingham-3-to-tell.csv": ["Group 2"],
    }


@pytest.mark.parametrize("rest", ["", "GB-CHC-10000"], ids=["whole lines", "a line cut short"])
def test_an_import_that_goes_on_tells_of_everybody_once(run, register, instance, monkeypatch, rest):
    def cut(stream):
        yield [next(stream), next(stream)]
        raise KeyboardInterrupt

    file = register(ROWS)
    with monkeypatch.context() as short:
        short.setattr(importing.Batches, "cut", lambda _self, stream: cut(stream))
        run("import", "csv", file, "--mapping", "ukcat")
    dry = run("import", "csv", file, "--mapping", "ukcat", "--dry-run").output
    assert "4 would be new" in dry
    assert "counts of the whole import" in dry
    path = instance / "imports" / "birmingham-1-to-tell.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + rest.encode())  # it was told of the second one later than committed
    going_on = run("import", "csv", file, "--mapping", "ukcat")
    assert "Going on with import 1" in going_on.output
    assert "4 new, 0 changed, 0 same" in going_on.output
    assert "counts of the whole import" in going_on.output
    assert "4 organisations, 4 new" in run("import", "list").output
    assert told(instance) == {path.name: ["Group 0", "Group 1", "Group 2", "Group 3"]}


def test_nobody_is_to_be_told_of_what_was_not_committed(run, register, instance, monkeypatch):
    def broken(*given, **named):
        publish(*given, **named)
        raise OSError("the disk is full")

    monkeypatch.setattr("directory.publishing.service.imports.publish", broken)
    run("import", "csv", register(ROWS), "--mapping", "ukcat")
    assert told(instance) == {}


def test_an_import_that_is_undone_leaves_nobody_to_tell(run, register, instance):
    run("import", "csv", register(ROWS), "--mapping", "ukcat")
    assert "4 removed" in run("import", "undo", "1").output
    assert told(instance) == {}


def test_a_dry_run_does_not_speak_of_what_it_does_not_count(run, register, instance):
    said = run("import", "csv", register(ROWS), "--mapping", "ukcat", "--dry-run").output
    assert "4 would be new" in said
    assert "gone from the source" not in said
    assert told(instance) == {}
    assert "0 gone from the source" in run("import", "csv", register(ROWS), "--mapping", "ukcat").output


UNKNOWN = {**ROWS[0], "org_id": "GB-CHC-1000090", "postcode": "EC4 7JN"}


def test_a_postcode_that_nobody_knows_is_named_and_counted_and_its_row_imported(run, register):
    file = register([*ROWS, UNKNOWN])
    said = "row 6, postcode: 'EC4 7JN' - a postcode that exists: look for a typing error (kept, without a place"
    for words in (["--dry-run"], []):
        done = run("import", "csv", file, "--mapping", "ukcat", "--outside-place", *words)
        assert done.exit_code == 0
        assert done.output.count(said) == 1
        assert "1 postcode to look at, 1 without a place on the map" in done.output
        assert "5 new" in done.output or "5 would be new" in done.output
    said = "5 rows, 1 problem, 5 organisations, 1 postcode to look at, 5 new, 1 without a point"
    assert said in run("import", "list").output


@pytest.mark.parametrize(
    ("postcode", "said"),
    [
        ("B11 1ZX", "kept, shown by the part of it that is known"),
        ("EC4 7JN", "1 row left out: no known postcode: perhaps not in Birmingham"),
        ("SW1A 1ZX", "1 row left out: no known postcode: perhaps not in Birmingham"),
    ],
)
def test_a_charity_with_a_new_postcode_of_this_place_is_not_left_out(run, register, postcode, said):
    done = run("import", "csv", register([{**ROWS[0], "postcode": postcode}]), "--mapping", "ukcat")
    assert said in done.output
    assert ("1 new" in done.output) is ("kept" in said)
    assert "0 without a place on the map" in done.output


@pytest.mark.parametrize(
    ("rows", "problems"),
    [([*ROWS, UNKNOWN], "1 problem"), ([UNKNOWN, {**ROWS[1], "name": ""}, {**UNKNOWN, "org_id": "X"}], "3 problems")],
    ids=["a postcode alone", "beside another"],
)
def test_strict_writes_nothing_while_a_postcode_is_to_be_looked_at_and_names_each(run, register, rows, problems):
    done = run("import", "csv", register(rows), "--mapping", "ukcat", "--outside-place", "--strict")
    assert done.exit_code == 1
    assert f"{problems}, so nothing was imported" in done.output
    assert done.output.count("EC4 7JN") == rows.count(UNKNOWN) + sum(row.get("org_id") == "X" for row in rows)
    assert run("import", "list").output == ""


@pytest.fixture
def two_processes(monkeypatch):
    """As on a machine with two processors, for a file of any size."""
    monkeypatch.setattr("directory.exchange.cli.importing.processors", lambda: 2)
    monkeypatch.setattr("directory.exchange.service.second.WORTH_BYTES", 0)


@pytest.mark.usefixtures("two_processes")
def test_two_processes_say_and_do_what_one_does(run, register, instance):
    rows = [*ROWS, {**ROWS[0], "org_id": "GB-CHC-1000099", "active": "False"}, {**ROWS[0], "name": "GROUP AGAIN"}]
    file = register(rows)
    dry = run("import", "csv", file, "--mapping", "ukcat", "--dry-run")
    assert "4 would be new" in dry.output
    assert "Group 0 (charity)" in dry.output
    strict = run("import", "csv", file, "--mapping", "ukcat", "--strict")
    assert "so nothing was imported" in strict.output
    done = run("import", "csv", file, "--mapping", "ukcat")
    assert "6 rows, 4 organisations: 4 new" in done.output
    assert "1 row skipped" in done.output
    assert "same id" in done.output
    assert told(instance) == {"birmingham-1-to-tell.csv": ["Group 0", "Group 1", "Group 2", "Group 3"]}
    assert "0 new, 0 changed, 4 same" in run("import", "csv", file, "--mapping", "ukcat").output
    assert "4 removed" in run("import", "undo", "1").output


@pytest.mark.usefixtures("two_processes")
def test_an_import_whose_second_process_dies_says_so_and_goes_on_later(run, register, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("directory.exchange.service.second._RUN", "raise SystemExit(9)")
        stopped = run("import", "csv", register(ROWS), "--mapping", "ukcat")
    assert stopped.exit_code == 1
    assert "run the same command again" in stopped.output
    again = run("import", "csv", register(ROWS), "--mapping", "ukcat")
    assert "Going on with import 1" in again.output
    assert "4 new" in again.output


def test_what_the_register_lists_no_more_is_taken_out_when_the_operator_says_so(run, register):
    run("import", "csv", register(ROWS), "--mapping", "ukcat")
    run("import", "csv", register(ROWS[:1]), "--mapping", "ukcat", "--limit", "1")
    refused = run("import", "drop", "2", "--yes")
    assert (refused.exit_code, "it was of a part" in refused.output) == (1, True)
    assert "3 gone from the source" in run("import", "csv", register(ROWS[:1]), "--mapping", "ukcat").output
    assert run("import", "drop", "3").exit_code == 1, "nobody said yes"
    assert "Import 4: 3 removed, 0 left" in run("import", "drop", "3", "--yes").output
    assert "Nothing is gone" in run("import", "drop", "3").output
    assert "what is gone  3 removed" in run("import", "list").output
    assert "0 removed, 3 put back" in run("import", "undo", "4").output
    assert "Import 5: 3 removed, 0 left" in run("import", "drop", "3", "--yes").output
    assert "3 new" in run("import", "csv", register(ROWS), "--mapping", "ukcat").output
