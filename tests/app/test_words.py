"""The commands for words: what people call things in this installation, and why a search found what it found."""

from __future__ import annotations

import pytest

from directory.app import refresh
from directory.infra.db import transaction
from directory.listings.cli import taxonomy
from directory.listings.service import taxonomy as own_words
from directory.publishing.cli import search
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from tests.support.records import NOON, given_location, given_record


@pytest.fixture
def run(app):
    with app.app_context(), transaction() as session:
        around = app.extensions["directory"].around
        listings = [
            given_record("Sparkbrook Kitchen", given_location()),
            given_record("Saheli Choir", given_location("Hall"), service="Choir", needs=("company",)),
        ]
        publish(session, listings, actor=Actor(ActorKind.PERSON, "7"), around=around, now=NOON)

    def invoke(group, *arguments):
        with app.app_context():
            return app.test_cli_runner().invoke(group, arguments)

    return invoke


def test_a_word_that_is_added_is_found_at_once_by_a_running_server_and_no_more_when_it_is_removed(app, client, run):
    assert "Sparkbrook Kitchen" not in client.page("/search?q=scranulous&exact=1").text
    assert run(taxonomy, "add-synonym", "food", "scranulous").exit_code == 0
    refresh(app)
    assert "Sparkbrook Kitchen" in client.page("/search?q=scranulous").text
    assert "scranulous" in run(taxonomy, "show", "food").output
    assert run(taxonomy, "remove-synonym", "food", "scranulous").exit_code == 0
    refresh(app)
    assert "Sparkbrook Kitchen" not in client.page("/search?q=scranulous&exact=1").text


def test_a_word_of_the_code_is_taken_away_and_comes_back(run):
    assert run(taxonomy, "remove-synonym", "food", "langar").exit_code == 0
    assert "langar" not in run(taxonomy, "show", "food").output
    assert run(taxonomy, "add-synonym", "food", "langar").exit_code == 0
    assert "langar" in run(taxonomy, "show", "food").output


def test_a_stop_word_is_left_out_of_questions(app, client, run):
    assert "Saheli Choir" not in client.page("/search?q=zumba+choir&exact=1").soup.select_one("h1").text
    assert run(taxonomy, "add-stop-word", "zumba").exit_code == 0
    refresh(app)
    assert "These have some of what you typed" not in client.page("/search?q=zumba+choir").text
    assert "zumba" in run(taxonomy, "show", "stop-words").output
    assert run(taxonomy, "remove-stop-word", "zumba").exit_code == 0
    assert "zumba" not in run(taxonomy, "show", "stop-words").output


@pytest.mark.parametrize(
    "words",
    [
        ("add-synonym", "food", "langar"),
        ("add-synonym", "unicorns", "horn"),
        ("add-synonym", "food", "..."),
        ("remove-synonym", "food", "unicorn"),
        ("add-stop-word", "please"),
        ("add-stop-word", "two words"),
        ("remove-stop-word", "unicorn"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(app, run, words):
    assert run(taxonomy, *words).exit_code != 0
    assert not own_words.own_file(app.extensions["directory"].settings.instance).exists()


def test_the_terms_are_listed(run):
    lines = run(taxonomy, "list").output.splitlines()
    assert lines[0].startswith("food  Food  ")
    assert "ar  Arabic" in run(taxonomy, "list", "--of", "language").output
    assert run(taxonomy, "show", "unicorns").exit_code == 1


def test_a_search_explains_its_order(run):
    said = run(search, "explain", "food bank").output
    assert "1. Sparkbrook Kitchen" in said
    assert "food bank: says food bank, food" in said
    near = run(search, "explain", "chior", "--near", "B11", "--within", "0").output
    assert "errors put right: 'chior' became 'choir'" in near
    assert "choir: says choir" in near
    assert "miles away" in near
    assert "is the whole name (-1000.00 miles)" in run(search, "explain", "saheli choir").output
