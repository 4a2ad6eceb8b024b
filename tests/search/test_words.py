"""Words as the index has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.rules.query import words_of
from directory.search.rules.words import LONGEST_WORD, MOST_WORDS, name_key, stem, stems, telling, token, whole_name
from tests.search.invented import TERMS


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("banks", "bank"),
        ("families", "family"),
        ("classes", "class"),
        ("churches", "church"),
        ("boxes", "box"),
        ("movies", "movie"),
        ("ties", "tie"),
        ("debts", "debt"),
    ],
)
def test_a_plural_and_its_singular_are_one_word(many, one):
    assert stem(many) == stem(one)


@pytest.mark.parametrize("word", ["bus", "gas", "crisis", "campus", "wellness", "b12", "łódź", "عربي", "us"])
def test_what_only_looks_like_a_plural_stays(word):
    assert stem(word) == word


def test_accents_apostrophes_and_hyphens_are_harmless():
    assert stems("Women's Café drop-in") == stems("WOMENS CAFE drop in") == ["women", "cafe", "drop", "in"]


def test_what_stands_in_every_text_is_left_out():
    assert telling("We are here for the people of Sparkbrook") == ["people", "sparkbrook"]


def test_names_are_ordered_without_their_article_or_accents():
    assert sorted(["The Zoo", "Éclair", "apple"], key=name_key) == ["apple", "Éclair", "The Zoo"]


def test_a_word_nobody_would_type_is_cut_the_same_on_both_sides():
    assert stem("a" * 5_000) == "a" * LONGEST_WORD == stem("a" * LONGEST_WORD)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_filters_token_is_one_token_and_tells_values_apart(value, other):
    made = token("a", value)
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789=*_-")
    if value.lower() != other.lower() and max(map(len, (value, other))) < 10:
        assert made != token("a", other)


def test_only_the_first_words_count_each_once():
    words = words_of(" ".join(f"word{n} word{n}" for n in range(30)), TERMS)
    assert [word.text for word in words] == [f"word{n}" for n in range(MOST_WORDS)]


def test_stop_words_count_when_there_are_no_others_and_in_names_alone():
    assert [word.text for word in words_of("the food", TERMS)] == ["food"]
    assert [word.anywhere for word in words_of("with you", TERMS)] == [("N:with",), ("N:you",)]


@pytest.mark.parametrize(
    ("typed", "needs"),
    [
        ("skint", [("n=money",)]),
        ("hungry kids", [("n=food",), ()]),
        ("someone to talk to", [("n=company",)]),
        ("debt advice", [("n=money",), ("n=money",)]),
        ("advice", [()]),
        ("Food banks", [("n=food",), ("n=food",)]),
        ("money", [("n=money",)]),
    ],
)
def test_a_word_or_phrase_for_a_need_finds_the_need(typed, needs):
    assert [word.needs for word in words_of(typed, TERMS)] == needs


def test_a_name_typed_whole_has_a_token_of_its_own():
    typed = [word.text for word in words_of("sparkbrook food banks", TERMS)]
    assert whole_name(telling("The Sparkbrook Food Bank")) == whole_name(typed)
