"""What somebody meant: places among the words, errors put right, on both databases."""

from __future__ import annotations

import pytest

from directory.core.text import fold
from directory.geocoding.rules import Located, Miss
from directory.infra.db import reading
from directory.listings.service.taxonomy import load_terms
from directory.search.rules.request import SearchRequest
from directory.search.service import meant, search
from directory.search.service.moment import moment_at
from tests.search.test_search import put
from tests.support.records import NOON, given_location, given_record


@pytest.fixture
def asking(engine, around):
    put(
        engine,
        around,
        given_record("Sparkbrook Kitchen", given_location(), about="Parcels and bereavement support."),
        given_record("Saheli Choir", given_location("Hall"), service="Choir", needs=("company",)),
        given_record("Cuppa on the Corner", given_location("Green"), about="Tea outdoors.", needs=("company",)),
        given_record("Bobbin Shed", given_location("Shed"), about="Cots, and a cuppa.", needs=("children",)),
    )
    with reading(engine) as session:
        kept = {"index": around.index, "geocoding": around.geocoding, "areas": around.areas, "terms": around.terms}
        kept["moment"] = moment_at(NOON, around.place)

        def ask(q="", **more):
            page = search(session, SearchRequest(q=q, **more), **kept)
            every = meant(session, SearchRequest(q=q, **more), **kept)
            assert (every.typed, every.moved, every.request) == (page.typed, page.moved, page.request)
            matched = {match.organization_id for match in around.index.matches(session, every.query)}
            assert len(matched) == page.total
            return page

        yield ask


def names(page):
    return {card["name"] for _, card in page.rows}


@pytest.mark.parametrize(
    ("typed", "shown", "found"),
    [
        ("fod bnak", "food bank", {"Sparkbrook Kitchen"}),
        ("bearevement", "bereavement", {"Sparkbrook Kitchen"}),
        ("sparkbrok", "sparkbrook", {"Sparkbrook Kitchen"}),
        ("sahe", "saheli", {"Saheli Choir"}),
        ("chior", "choir", {"Saheli Choir"}),
        ("choir smetthwick", "choir smethwick", {"Saheli Choir"}),  # the name of a place, which nobody here writes
    ],
)
def test_errors_are_put_right_and_said(asking, typed, shown, found):
    page = asking(typed)
    assert (page.request.q, page.typed) == (shown, typed)
    assert page.rows[0][1]["name"] in found


@pytest.mark.parametrize(
    ("typed", "shown", "found"),
    [
        ("sparkbrook par", "sparkbrook parcels", "Sparkbrook Kitchen"),
        ("sparkbrok par", "sparkbrook parcels", "Sparkbrook Kitchen"),
        ("saheli cho", "saheli choir", "Saheli Choir"),  # which is as near to "who"
    ],
)
def test_a_last_word_that_is_only_begun_ends_as_the_other_words_tell(asking, typed, shown, found):
    page = asking(typed)
    assert (page.request.q, page.typed) == (shown, typed)
    assert page.rows[0][1]["name"] == found


def test_a_name_that_is_begun_comes_before_a_word_that_means_something(asking):
    page = asking("Cuppa on the Cor")  # "cot" is as near, and means a need
    assert (page.request.q, page.rows[0][1]["name"]) == ("Cuppa on the corner", "Cuppa on the Corner")


@pytest.mark.parametrize("typed", ["Saheli", "sahelee", "SAHELI choir", "saheli-choir", "“choir”"])
def test_what_is_found_as_it_is_stays_as_it_is(asking, typed):
    page = asking(typed)
    assert (page.request.q, page.typed, names(page)) == (typed, "", {"Saheli Choir"})


@pytest.mark.parametrize("typed", ["violet", "manicure", "coptic", "factory", "pracey", "ailments", "glenda", "fabrik"])
def test_no_english_word_is_put_right_into_one_of_another_language(asking, typed):
    spoken = {word for each in load_terms().said.topics.values() if each.foreign for word in each.synonyms}
    assert fold(asking(typed).request.q) not in {fold(word) for word in spoken}


def test_who_asks_for_what_they_typed_gets_it(asking):
    assert asking("fod bnak", exact=True).total == 0
    assert asking("choir B11", exact=True).moved == ""


def test_what_nobody_can_have_meant_finds_nothing(asking):
    page = asking("xylophonist")
    assert (page.total, page.typed) == (0, "")


@pytest.mark.parametrize(
    ("q", "words", "near"),
    [
        ("choir B11 1AA", "choir", "B11 1AA"),
        ("b11 choir", "choir", "B11"),
        ("choir near sparkhill", "choir", "sparkhill"),
        ("choir in B11", "choir", "B11"),
        ("choir joins in with any in sparkhill", "choir joins in with any", "sparkhill"),
        ("choir in north sparkhill", "choir", "north sparkhill"),
        ("B11", "", "B11"),
    ],
)
def test_a_place_among_the_words_is_where_to_look_when_none_is_given(asking, q, words, near):
    page = asking(q)
    assert (page.request.q, page.request.near, page.moved) == (words, near, near)
    assert isinstance(page.near, Located)
    assert "Saheli Choir" in names(page)


@pytest.mark.parametrize("q", ["u3a choir", "choir near nowhere-on-sea", '"choir B11"', "M25 choir"])
def test_what_is_no_place_of_ours_stays_a_word(asking, q):
    page = asking(q)
    assert (page.request.q.split()[0].strip('"'), page.moved) == (q.split()[0].strip('"'), "")


def test_a_place_swallows_no_words(asking):
    page = asking("choir packed in and skint, sparkhill")
    assert (page.request.q, page.moved) == ("choir packed in and skint, sparkhill", "")


def test_a_place_that_is_given_wins_and_one_outside_is_told(asking):
    assert asking("choir B12 9QR", near="B11").moved == ""
    assert asking("choir SW1A 1AA").near is Miss.OUTSIDE
