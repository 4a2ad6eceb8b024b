"""What the columns of a foreign file are is guessed from their names and from what stands in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Conflict, Invalid
from directory.exchange.forms import TARGETS as WORDS
from directory.exchange.rules import guess
from directory.exchange.rules.guess import guessed
from directory.exchange.rules.mapping import TARGETS
from directory.exchange.rules.uploads import MOVES, SEVERAL, Chosen, State, before, faults_of, move
from directory.exchange.service.mappings import load_mapping
from directory.listings.rules.record import SourceKind, Visibility

TEMPLATE = {column.name: column.becomes for column in load_mapping("template").columns}
CELLS = st.sampled_from(["", "B11 1AA", "a@example.org", "https://example.org", "0121 496 0123", "Soup", "\x00", "7"])


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("Organisation Name", "name"),
        ("GROUP", "name"),
        ("charity_name", "name"),
        ("Charity No.", "charity_number"),
        ("E-mail address", "email"),
        ("Tel", "phone"),
        ("Post Code", "postcode"),
        ("Address Line 1", "address_1"),
        ("Opening times", "hours"),
        ("lng", "longitude"),
        ("what it does", "description"),
        ("Shoe size", ""),
    ],
)
def test_names_that_people_use_are_known(name, target):
    assert guessed([name], [], TEMPLATE) == {name: target}


@pytest.mark.parametrize(
    ("cells", "target"),
    [
        (["B11 1AA", "b13 8aa", "", "B12 9SE", "B12"], "postcode"),
        (["a@example.org", "b@example.org"], "email"),
        (["www.example.org", "https://example.org/a"], "website"),
        (["0121 496 0123", "+44 121 496 0124"], "phone"),
        (["N56 INF", "The hall"], ""),
        (["", " "], ""),
    ],
)
def test_what_stands_in_a_column_tells_what_it_is(cells, target):
    assert guessed(["Spalte 7"], [{"Spalte 7": cell} for cell in cells], TEMPLATE) == {"Spalte 7": target}


def test_the_template_is_guessed_whole():
    assert guessed(list(TEMPLATE), [], TEMPLATE) == TEMPLATE


def test_a_name_of_the_template_comes_before_one_that_sounds_like_it():
    assert guessed(["Organisation", "name"], [], TEMPLATE) == {"Organisation": "", "name": "name"}


@given(
    st.lists(st.sampled_from([*TEMPLATE, "Tel", "Phone", "Group", "a", ""]) | st.text(max_size=8), unique=True),
    st.data(),
)
def test_a_guess_never_says_anything_twice_that_may_stand_once(names, data):
    rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(names, CELLS)), max_size=5))
    found = guessed(names, rows, TEMPLATE)
    assert found.keys() == {name for name in names if name}
    once = [target for target in found.values() if target and target not in SEVERAL]
    assert len(once) == len(set(once))
    assert set(faults_of(found)) <= {""}


def test_words_are_of_targets_and_none_is_said_of_two():
    assert set(guess.WORDS) <= set(TARGETS)
    words = [word for several in guess.WORDS.values() for word in several]
    assert sorted(word for word in words if words.count(word) > 1) == []


def test_every_target_has_words_for_people():
    assert set(WORDS) == set(TARGETS) - {"ignore"}


def chosen(**given):
    values = {"columns": {"Org": "name", "Tel": "phone"}, "source": "Town hall", "own": False}
    return Chosen(**{**values, "visibility": Visibility.APPROXIMATE, **given})


@pytest.mark.parametrize(
    ("columns", "faults"),
    [
        ({"a": "name", "b": "phone"}, {}),
        ({"a": "name", "b": "phone", "c": "phone"}, {"c": "phone"}),
        ({"a": "name", "b": "needs", "c": "needs", "d": "ignore", "e": "ignore"}, {}),
        ({"a": "phone"}, {"": "name"}),
        ({"a": "name", "b": "secret"}, {"b": "secret"}),
        ({}, {"": "name"}),
    ],
)
def test_a_choice_says_what_is_wrong_with_it(columns, faults):
    assert faults_of(columns) == faults
    if faults:
        with pytest.raises(Invalid):
            chosen(columns=columns).mapping(list(columns))


def test_a_choice_is_a_mapping_and_comes_back_from_what_is_stored():
    made = chosen()
    assert Chosen.decoded(made.encoded()) == made
    mapping = made.mapping(["Org", "Tel", "Notes", ""])
    assert (mapping.source_name, mapping.source_kind, mapping.tell) == ("Town hall", SourceKind.FEED, True)
    assert [(column.name, column.becomes) for column in mapping.columns] == [
        ("Org", "name"),
        ("Tel", "phone"),
        ("Notes", "ignore"),
    ]
    own = chosen(own=True).mapping(["Org", "Tel"])
    assert (own.source_kind, own.tell, own.visibility) == (SourceKind.SELF_LISTED, False, Visibility.APPROXIMATE)


@pytest.mark.parametrize("given", [{"source": ""}, {"source": "x" * 61}, {"columns": {"Org": "name", "No": "id"}}])
def test_a_choice_that_is_not_of_the_file_is_refused(given):
    with pytest.raises(Invalid):
        chosen(**given).mapping(["Org", "Tel"])


@pytest.mark.parametrize("to", list(State))
def test_a_state_is_come_to_from_those_that_lead_there_alone(to):
    for state in State:
        if state in before(to):
            assert move(state, to) is to
        else:
            with pytest.raises(Conflict):
                move(state, to)
    assert set(MOVES) == set(State)
