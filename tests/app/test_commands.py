"""The command ``directory``: quick to say what it can, and clear about what it cannot."""

from __future__ import annotations

from importlib import import_module

import click
import pytest
from click.testing import CliRunner

from directory import app
from directory.infra.settings.document import document
from tests.app.conftest import cpu_seconds


def run(*words):
    return CliRunner().invoke(app.cli, words, catch_exceptions=False)


def test_help_lists_every_command():
    said = run("--help").output
    for name, command in app.COMMANDS.items():
        assert name in said
        assert command.says in said


def test_help_is_quick(directory):
    spent, said = cpu_seconds(lambda: directory("--help"))
    assert said.returncode == 0
    assert spent < 0.5, "something heavy is imported before a command is chosen"


@pytest.mark.parametrize("name", app.COMMANDS)
def test_every_command_is_there_and_explains_itself(name):
    command = app.cli.get_command(click.Context(app.cli), name)
    assert command is not None
    assert command.name == name
    assert command.help
    assert run(name, "--help").exit_code == 0


@pytest.mark.parametrize("name", [*app.TABLES, *app.PAGES, *app.JOBS])
def test_every_module_that_the_composition_names_is_there(name):
    import_module(name)


def test_an_unknown_command_is_told_as_such():
    said = run("sevre")
    assert said.exit_code == 2
    assert "No such command 'sevre'" in said.output


def test_a_wrong_setting_stops_in_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("DIRECTORY_INSTANCE", str(tmp_path))
    monkeypatch.setenv("DIRECTORY_PORT", "eighty")
    for command in ("serve", "init", "upgrade", "jobs", "doctor"):
        said = run(command)
        assert said.exit_code == 1
        assert "DIRECTORY_PORT: 'eighty' was given; wanted: a whole number from 1 to 65535" in said.output
    assert list(tmp_path.iterdir()) == []


def test_the_settings_can_be_read_from_the_command():
    assert run("settings").output == document()


@pytest.mark.parametrize(
    "command",
    ["serve", "upgrade", "jobs", "search drift", "areas list", "geocode find B11", "import list", "sample remove"],
)
def test_without_a_database_the_command_to_make_one_is_named(command, monkeypatch, tmp_path):
    monkeypatch.setenv("DIRECTORY_INSTANCE", str(tmp_path))
    said = run(*command.split())
    assert said.exit_code == 1
    assert "Run: directory init" in said.output
    assert list(tmp_path.iterdir()) == [], "looking for a database must not make one"
