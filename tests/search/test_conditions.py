"""All conditions hold for the same offering: every pair of them, on both engines, against plain Python over records."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.listings.rules.record import Language, Offering, Service
from directory.search.rules.docs import offering_docs
from directory.search.rules.near import Here
from directory.search.rules.query import query_of
from directory.search.rules.request import SearchRequest
from directory.search.rules.when import NAMES
from tests.search import plain
from tests.search.conftest import HOW_MANY
from tests.search.invented import MOMENT, SPARKBROOK, TERMS, organisations
from tests.support.records import an_id, given_location, given_record

SEARCHER = plain.Searcher(SPARKBROOK, frozenset({"B11", "E05011118"}))
# Each condition with the values it may have: one, several, what many have and what few have.
CONDITIONS: dict[str, tuple[Any, ...]] = {
    "q": ("choir", "saheli"),
    "needs": (("food",), ("money", "company")),
    "kinds": (("charity",), ("charity", "faith-group")),
    "audiences": (("children",), ("carers", "older-people")),
    "languages": (("ur",), ("ur", "pl")),
    "hows": (("in-person",), ("phone", "online")),
    "access": (("step-free",), ("step-free", "hearing-loop")),
    "free": (True,),
    "referral": ("self", "professional"),
    "when": (NAMES["now"], NAMES["saturday-evening"]),
    "area": ("B12", "E05011118"),
    "within_miles": (1.0, 20.0),
}


def ways(names):
    """Every choice of values for these conditions."""
    chosen: list[dict[str, Any]] = [{}]
    for name in names:
        chosen = [{**each, name: value} for each in chosen for value in CONDITIONS[name]]
    return chosen


def requests(how_many):
    """A request for every choice of values of every ``how_many`` conditions."""
    for names in combinations(CONDITIONS, how_many):
        for chosen in ways(names):
            yield SearchRequest(**{"within_miles": 0.0, **chosen})


def query(request):
    asked = query_of(request, TERMS, None, (), MOMENT)
    if not request.within_miles:
        return asked
    return replace(asked, here=Here(SPARKBROOK, request.within_m, tuple(map(str.lower, SEARCHER.areas))))


def agree(index, session, records, request):
    wanted = plain.found(records, request, SEARCHER)
    matched: dict[int, list[int]] = {}
    for match in index.matches(session, query(request)):
        matched.setdefault(match.organization_id, []).append(match.n)
    assert matched == wanted, request
    assert index.find(session, query(request)).total == len(wanted), request
    return bool(wanted)


@pytest.fixture
def records():
    return list(organisations(HOW_MANY))


def test_every_condition_alone_and_every_pair_of_them_holds_for_the_same_offering(index, filled, records):
    with_results = [agree(index, filled, records, request) for n in (1, 2) for request in requests(n)]
    assert sum(with_results) > len(with_results) / 2  # else it would compare nothing with nothing


def test_triples_of_conditions_hold_for_the_same_offering(index, filled, records):
    for request in Random(20).sample(list(requests(3)), 150):
        agree(index, filled, records, request)


@pytest.mark.soak
def test_all_triples_of_conditions_hold_for_the_same_offering(index, filled, records):
    for request in requests(3):
        agree(index, filled, records, request)


def two_halls():
    """Polish in a step-free hall, Urdu in one with a hearing loop."""
    halls = (
        given_location("Upper hall", accessibility=("step-free",)),
        given_location("Lower hall", accessibility=("hearing-loop",)),
    )
    services = tuple(
        Service(
            id=an_id("service", code),
            name="Club",
            languages=(Language(id=an_id("language", code), code=code),),
            offerings=(Offering(id=an_id("offering", code), location_id=hall.id),),
        )
        for hall, code in zip(halls, ("pl", "ur"), strict=True)
    )
    return replace(given_record("Two halls", *halls), services=services)


def test_conditions_that_two_offerings_meet_between_them_find_nothing(index, session):
    index.put(session, offering_docs(two_halls(), 1, {}, TERMS))
    for access, language, total in (("step-free", "pl", 1), ("hearing-loop", "ur", 1), ("step-free", "ur", 0)):
        request = SearchRequest(access=(access,), languages=(language,))
        assert index.find(session, query(request)).total == total


@cache
def a_few(seed):
    return list(organisations(30, seed))


@given(st.data())
def test_plain_python_itself_narrows_with_every_condition(data):
    """The measure is measured: a condition more never finds more."""
    records = a_few(data.draw(st.integers(1, 5)))
    names = data.draw(st.lists(st.sampled_from(list(CONDITIONS)), min_size=1, max_size=4, unique=True))
    chosen = {name: data.draw(st.sampled_from(CONDITIONS[name])) for name in names}
    wide = {"within_miles": 0.0} | {name: value for name, value in chosen.items() if name != names[-1]}
    less = plain.found(records, SearchRequest(**{"within_miles": 0.0, **chosen}), SEARCHER)
    more = plain.found(records, SearchRequest(**wide), SEARCHER)
    assert all(set(numbers) <= set(more[number]) for number, numbers in less.items())
