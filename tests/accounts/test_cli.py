"""The commands for people."""

import pytest

from directory.accounts.cli import people


@pytest.fixture
def run(app):
    def invoke(*words):
        with app.app_context():
            return app.test_cli_runner().invoke(people, words)

    return invoke


def test_rights_are_given_listed_and_taken_away(run):
    assert run("add", "Zara@example.org", "--role", "moderator", "--role", "exporter").exit_code == 0
    assert "zara@example.org  exporter, moderator  no second factor" in run("list").output
    assert "zara@example.org  exporter" in run("remove-role", "zara@example.org", "--role", "moderator").output
    assert run("list").output.endswith("1 people\n")


def test_whoever_is_disabled_is_listed_as_such_until_they_are_added_again(run):
    run("add", "zara@example.org", "--role", "moderator")
    assert run("disable", "zara@example.org").exit_code == 0
    assert "disabled on" in run("list").output
    run("add", "zara@example.org", "--role", "moderator")
    assert "disabled" not in run("list").output


@pytest.mark.parametrize("command", [["disable"], ["reset-factor"], ["remove-role", "--role", "moderator"]])
def test_nobody_is_told_to_be_nobody(command, run):
    name, *options = command
    answer = run(name, "nobody@example.org", *options)
    assert answer.exit_code == 1
    assert "nobody has that address" in str(answer.exception)


@pytest.mark.parametrize(
    "words", [["add", "zara"], ["add", "zara@example.org"], ["add", "z@example.org", "--role", "x"]]
)
def test_what_is_wrong_is_refused(words, run):
    assert run(*words).exit_code != 0
    assert run("list", "--all").output == "0 people\n"
