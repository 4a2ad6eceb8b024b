"""Names of places among the words: which of them mean a place, and that who is there is found, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory.core.geo import Point
from directory.geocoding.rules import Located
from directory.infra.db import reading
from directory.listings.rules.record import Found, Visibility
from directory.listings.service.taxonomy import load_terms
from directory.search.engine import finding
from directory.search.rules.places import Named
from directory.search.rules.request import SearchRequest
from directory.search.rules.sentence import words_in
from directory.search.rules.typed import read
from directory.search.service.explain import explained
from directory.search.service.moment import moment_at
from tests.search.test_search import ask, names, put
from tests.support.records import NOON, given_location, given_record

TERMS = load_terms()
SPARKHILL = Point(52.4515, -1.8640)
FAR = Point(52.5650, -1.8220)  # Sutton Coldfield
KNOWN = ("sparkhill", "new forest", "reading", "bath", "deal")


def places_in(text):
    """The words of ``text`` that are taken for the names of places."""
    typed = read(text)
    located = Located(SPARKHILL, 500.0, Found.NEIGHBOURHOOD, "")
    named = []
    for name in KNOWN:
        size = len(name.split())
        for start in range(len(typed.words) - size + 1):
            if " ".join(typed.words[start : start + size]) == name:
                named += [Named.of(range(start, start + size), located, 3.0)]
    return [word.text for word in words_in(typed, TERMS, named) if word.around]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("choir sparkhill", ["sparkhil"]),
        ("sparkhill choir for women", ["sparkhil"]),
        ("new forest ponies", ["new forest"]),
        ("reading group", []),  # of a word with another meaning the place decides
        ("stroke club reading", ["read"]),
        ("stroke club in reading for men", ["read"]),
        ("reading", []),
        ("grab rail for the bath", []),  # a phrase says more
        ("big deal for small shops", []),
        ("sailing at deal", ["deal"]),
        ('"sparkhill"', []),  # quotes mean the word
    ],
)
def test_a_name_means_a_place_where_people_put_one(text, found):
    assert places_in(text) == found


def at(point, name, **more):
    return replace(given_location(name), point=point, **more)


@pytest.fixture
def found(engine, around):
    def asked(**request):
        with reading(engine) as session:
            return ask(session, around, **request)

    return asked


def test_who_is_there_is_found_though_no_text_says_where(engine, around, found):
    put(
        engine,
        around,
        given_record("Far Voices", at(FAR, "Hall"), service="Choir", about="Sing.", needs=("company",)),
        given_record("Near Voices", at(SPARKHILL, "Room"), service="Choir", about="Sing.", needs=("company",)),
        given_record("Dogs", at(SPARKHILL, "Park"), service="Dog walks", about="Walk.", needs=("health",)),
    )
    page = found(q="choir sparkhill")
    assert names(page)[0] == "Near Voices"
    assert not page.moved
    assert page.near is None  # nobody is left out for being farther away
    assert names(found(q="sparkhill")) == ["Near Voices", "Dogs"]


def test_who_says_the_name_is_found_too(engine, around, found):
    put(
        engine,
        around,
        given_record("Sparkhill Singers", at(FAR, "Hall"), service="Choir", about="Sing.", needs=("company",)),
        given_record("Others", at(FAR, "Room"), service="Choir", about="Sing.", needs=("company",)),
    )
    assert names(found(q="sparkhill choir"))[0] == "Sparkhill Singers"
    assert names(found(q="sparkhill")) == ["Sparkhill Singers"]


def test_a_hidden_place_is_not_found_by_the_name_of_where_it_is(engine, around, found):
    hidden = at(SPARKHILL, "", visibility=Visibility.HIDDEN)
    put(engine, around, given_record("Safe House", hidden, service="Refuge", about="Stay.", needs=("safety",)))
    assert found(q="refuge").total == 1
    assert found(q="sparkhill").total == 0


def test_it_is_explained_who_is_there(engine, around):
    put(engine, around, given_record("Near Voices", at(SPARKHILL, "Room"), service="Choir", needs=("company",)))
    kept = {"index": around.index, "geocoding": around.geocoding, "areas": around.areas, "terms": around.terms}
    with reading(engine) as session:
        request = SearchRequest(q="choir sparkhill")
        told = "\n".join(explained(session, request, moment=moment_at(NOON, around.place), **kept))
    assert "sparkhil: is there (+" in told


def test_a_name_of_a_place_is_no_typing_error(engine, around, found):
    put(engine, around, given_record("Sparkbrook Voices", at(FAR, "Hall"), service="Choir", needs=("company",)))
    assert found(q="choir sparkhill").typed == ""
    assert found(q="choir sparkhil").typed != ""


@pytest.mark.parametrize(
    "name",
    [
        "Leading the Way Round Here",  # all but one of its words say nothing in a sentence
        "Sparkhill Company of Old Friends",
        "The 36 Group for Getting Things Done",
        "Widows Who Want to Walk",
        "Need a Hand",
        "With You",
    ],
)
def test_what_is_typed_as_a_listing_is_called_finds_it_first(engine, around, found, name):
    others = ["Sparkhill Old Friends", "Leading Friends", "Walk With Widows", "Company Group", "The Hand Group"]
    put(engine, around, *(given_record(each, at(FAR, each), service="Drop-in") for each in (*others, name)))
    assert names(found(q=name))[0] == name
    assert names(found(q=name.upper()))[0] == name


def test_a_word_that_somebody_writes_is_not_typed_to_another_end(engine, around, found):
    put(
        engine,
        around,
        given_record("Zebrafin", at(FAR, "One"), service="Drop-in"),
        *(given_record(f"Zebrafinch {n}", at(FAR, f"Room {n}"), service="Drop-in") for n in range(3)),
    )
    assert found(q="dentures zebrafin").typed == ""
    assert names(found(q="dentures zebrafin"))[0] == "Zebrafin"


def test_a_need_that_very_many_meet_does_not_hide_who_says_it(engine, around, found, monkeypatch):
    """Once more had the need than are judged one by one, each of them counted as if it said the word."""
    monkeypatch.setattr(finding, "CAP", 3)
    many = [given_record(f"Bets {n}", service="Gambling group", needs=("addiction",)) for n in range(5)]
    put(
        engine, around, *many, given_record("Zoo Patches", service="Group", about="Stop smoking.", needs=("addiction",))
    )
    assert names(found(q="fags")) == ["Zoo Patches"]
