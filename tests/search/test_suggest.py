"""What the search box offers: needs, places and names that begin so, on both databases."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.infra.db import reading
from directory.listings.rules.record import Visibility
from directory.search.service.suggest import MOST_NAMES, MOST_NEEDS, MOST_PLACES, suggesting
from tests.search.test_search import put
from tests.support.records import given_location, given_record

NAMES = ("Sparkbrook Kitchen", "The Sparks", "Łódź Circle", "Spark Choir", *(f"Kitchen {n}" for n in range(9)))


@pytest.fixture
def offered(engine, around):
    hidden = given_location("Sparkle House", visibility=Visibility.HIDDEN)
    put(engine, around, given_record("Refuge", hidden), *map(given_record, NAMES))

    def ask(typed):
        with reading(engine) as session:
            return suggesting(around.place, around.terms).suggest(session, typed, around.index)

    return ask


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("spark", ("Spark Choir", "Sparkbrook Kitchen", "The Sparks")),
        ("SPARKB", ("Sparkbrook Kitchen",)),
        ("the sparks", ("The Sparks",)),
        ("lodz", ("Łódź Circle",)),
        ("sparkle", ()),
        ("s", ()),
        ("", ()),
        ("%", ()),
        ("_park", ()),
    ],
)
def test_names_that_begin_so_are_offered_and_nothing_of_a_hidden_place(offered, typed, names):
    assert offered(typed).names == names


@pytest.mark.parametrize(
    ("typed", "need"),
    [("foo", "food"), ("skin", "money"), ("lec", "energy"), ("nappi", "children"), ("esol", "english")],
)
def test_needs_are_offered_by_every_word_for_them(offered, typed, need):
    assert need in dict(offered(typed).needs)


@pytest.mark.parametrize(("typed", "place"), [("sparkb", "Sparkbrook"), ("kings h", "Kings Heath"), ("b11", "B11")])
def test_places_are_offered(offered, typed, place):
    assert place in dict(offered(typed).places)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_whatever_is_typed_there_are_few(offered, typed):
    found = offered(typed)
    assert len(found.needs) <= MOST_NEEDS
    assert len(found.places) <= MOST_PLACES
    assert len(found.names) <= MOST_NAMES


@pytest.mark.parametrize("typed", ["kitchen", "ki", "zzz"])
def test_it_takes_two_statements_at_most(engine, around, offered, statements, typed):
    offered(typed)
    with statements(engine) as seen:
        offered(typed)
    assert len(seen) <= 2
