"""What the tests need is found only if it runs, installed only if allowed, and otherwise named."""

from pathlib import Path

import pytest

from tests.support import machine


def program(folder, name, says, status=0):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine with nothing on it but what the test puts into the folder."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(machine, "POSTGRES_FOLDERS", (f"{tmp_path}/lib/*/bin",))
    return tmp_path


def server(folder, version, status=0):
    for name in ("postgres", "initdb"):
        program(folder, name, f"{name} (PostgreSQL) {version}", status)


def test_nothing_is_found_on_a_bare_machine(bare):
    assert machine.find_postgres() is None


@pytest.mark.parametrize(("version", "status"), [("14.9", 0), ("15.2", 1)])
def test_a_server_that_is_too_old_or_does_not_run_is_not_taken(bare, version, status):
    server(bare, version, status)
    assert machine.find_postgres() is None


def test_a_shim_on_the_path_does_not_hide_the_server_behind_it(bare):
    server(bare, "no such version", 127)
    (bare / "lib" / "16").mkdir(parents=True)
    server(bare / "lib" / "16" / "bin", "16.1")
    assert machine.find_postgres() == bare / "lib" / "16" / "bin"


def test_the_leanest_browser_is_taken(bare):
    program(bare, "chromium", "Chromium 150.0")
    assert machine.find_chromium() == bare / "chromium"
    assert machine.find_shell() is None
    lean = program(bare, machine.SHELL, "Chromium 150.0")
    assert machine.find_chromium() == machine.find_shell() == lean


@pytest.mark.parametrize(("status", "told"), [(0, ["install"]), (100, [])])
def test_a_lean_browser_is_installed_only_where_apt_has_heard_of_it(bare, monkeypatch, status, told):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    program(bare, "apt-get", "")
    assert list(machine.SHELL_OR_NOT.remedies()) == []
    program(bare, "apt-cache", "", status)
    commands = [command for remedy in machine.SHELL_OR_NOT.remedies() for command in remedy]
    assert [command[command.index("-q") + 1] for command in commands] == told


def test_what_cannot_be_had_is_named_in_one_sentence(capsys, monkeypatch):
    lacking = machine.Need(lambda: None, lambda: iter([[["false"]]]), "Install the package postgresql.")
    monkeypatch.setattr(machine, "POSTGRES", lacking)
    monkeypatch.setattr(machine, "SHELL_OR_NOT", machine.Need(lambda: None, lambda: iter([]), "It would be quicker."))
    assert machine.main() == 1
    assert capsys.readouterr().err == "Install the package postgresql.\n"


def test_a_remedy_is_tried_until_one_helps(tmp_path):
    here = tmp_path / "here"
    need = machine.Need(
        lambda: here if here.exists() else None,
        lambda: iter([[["false"], ["touch", str(here)]], [["touch", str(here)]]]),
        "It is missing.",
    )
    assert need.found_or_installed() == Path(here)
    with pytest.raises(machine.Missing, match="It is missing"):
        machine.Need(lambda: None, lambda: iter([]), "It is missing.").found()
