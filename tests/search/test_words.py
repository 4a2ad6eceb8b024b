"""Words as the index has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.rules.sentence import words_of
from directory.search.rules.stems import stem
from directory.search.rules.words import (
    MOST_WORDS,
    hyphenated,
    joined,
    name_key,
    pairs,
    sound,
    sounding,
    stems,
    telling,
    token,
    whole_name,
)
from tests.search.invented import TERMS


def test_accents_apostrophes_and_hyphens_are_harmless():
    assert stems("Women's Café drop-in") == stems("WOMENS CAFE drop in") == ["women", "cafe", "drop", "in"]


def test_what_stands_in_every_text_is_left_out():
    assert telling("We are here for the people of Sparkbrook") == [stem("people"), "sparkbrook"]


def test_names_are_ordered_without_their_article_or_accents():
    assert sorted(["The Zoo", "Éclair", "apple"], key=name_key) == ["apple", "Éclair", "The Zoo"]


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
    assert [word.means for word in words_of(typed, TERMS)] == needs


def test_a_name_typed_whole_has_a_token_of_its_own():
    typed = [word.text for word in words_of("sparkbrook food banks", TERMS)]
    assert whole_name(telling("The Sparkbrook Food Bank")) == whole_name(typed)


def test_a_word_that_means_something_in_a_phrase_alone_says_in_which():
    within = {word.text: word.within for word in words_of("someone to talk to about debt advice", TERMS)}
    assert within == {"talk": f"{stem('someone')} talk", "debt": "", stem("advice"): f"debt {stem('advice')}"}


def test_words_that_say_nothing_in_a_question_are_left_out_unless_quoted_or_alone():
    assert [word.text for word in words_of("please find food", TERMS)] == ["food"]
    assert [word.text for word in words_of('"find food"', TERMS)] == ["find", "food"]
    assert [word.named for word in words_of("please", TERMS)] == [(f"N:{stem('please')}",)]


@pytest.mark.parametrize("typed", ["food bank", "food-bank", "foodbank", "Food Banks", "FOODBANKS"])
def test_two_words_and_one_with_or_without_a_hyphen_find_the_same(typed):
    assert all("foodbank" in word.anywhere and word.means == ("n=food",) for word in words_of(typed, TERMS))


def test_neighbours_are_written_as_one_when_both_tell_something():
    assert list(joined(["the", "food", "bank", "at", "home"])) == ["foodbank"]
    assert list(hyphenated("A drop-in at St Mary's, well-being")) == [stem("wellbeing")]


def test_how_a_name_without_end_sounds_is_short():
    """PostgreSQL takes no token of two kilobytes: a listing with such a name could not be published."""
    assert len(sounding(sound("xylophon" * 1_000))) < 100


@pytest.mark.parametrize(
    ("one", "other"), [("saheli", "sahelee"), ("fatimah", "fatima"), ("phoenix", "foenix"), ("mohamed", "mohammed")]
)
def test_a_name_is_found_by_how_it_sounds(one, other):
    assert sound(one) == sound(other) != ""


@pytest.mark.parametrize("word", ["sheep", "food", "عربي", "b12 9qh", ""])
def test_what_is_short_or_not_in_our_letters_has_no_sound_of_its_own(word):
    assert sound(word) in {"", "ship"}


@given(st.lists(st.text("abc", min_size=1, max_size=3), max_size=6))
def test_a_phrase_has_a_token_for_every_two_neighbours(words):
    made = list(pairs(words))
    assert len(made) == max(0, len(words) - 1)
    assert all(len(each) == 5 and each.startswith("2:") for each in made)
    assert made == list(pairs(words))
