"""What somebody typed, read as they meant it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.rules.query import Without, parted, query_of
from directory.search.rules.request import SearchRequest
from directory.search.rules.sentence import words_of
from directory.search.rules.typed import MOST_LEFT_OUT, READ, read
from tests.search.invented import TERMS


def asked(q):
    return query_of(SearchRequest(q=q), TERMS, None, ())


@pytest.mark.parametrize(
    ("text", "words", "phrases", "without"),
    [
        ("food bank", ("food", "bank"), (), ()),
        ('"food bank" choir', ("food", "bank", "choir"), (("food", "bank"),), ()),
        ("“food bank”", ("food", "bank"), (("food", "bank"),), ()),
        ("food -halal", ("food",), (), (("halal",),)),
        ("food \u2212halal -kids", ("food",), (), (("halal",), ("kids",))),
        ('food -"debt advice"', ("food",), (), (("debt", "advice"),)),
        ("food -drop-in", ("food",), (), (("drop", "in"),)),
        ("drop-in", ("drop", "in"), (), ()),
        ("food - bank", ("food", "bank"), (), ()),
        ('food "bank', ("food", "bank"), (), ()),
        ("-food", ("food",), (), ()),
        ('""', (), (), ()),
        ("--", (), (), ()),
    ],
)
def test_quotes_and_minus_signs_are_read_as_people_mean_them(text, words, phrases, without):
    typed = read(text)
    assert (typed.words, typed.phrases, typed.without) == (words, phrases, without)


def test_beside_a_filter_every_word_may_be_left_out():
    typed = read('-food -"debt advice"', beside=True)
    assert (typed.words, typed.without) == ((), (("food",), ("debt", "advice")))


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("1137038", "I:1137038"),
        ("charity no. 1137038", "I:1137038"),
        ("SC040728", "I:sc040728"),
        ("sc 40728", "I:sc040728"),
        ("company 1234567", "I:01234567"),
        ("0121 496 0000", "T:01214960000"),
        ("+44 121 496 0000", "T:01214960000"),
        ("(0121) 496-0000", "T:01214960000"),
    ],
)
def test_a_number_is_found_as_the_register_or_the_telephone_has_it(text, token):
    (word,) = words_of(text, TERMS)
    assert token in word.anywhere


@pytest.mark.parametrize("text", ["room 101", "over 60s", "24 hours", "12 step", "food 12345 bank"])
def test_words_with_a_figure_in_them_stay_words(text):
    assert read(text).number == ()


def test_what_stands_in_quotes_means_nothing_but_itself():
    assert [word.means for word in words_of('"hungry"', TERMS)] == [()]
    assert [word.anywhere for word in words_of('"food bank"', TERMS)] == [("food",), ("bank",)]


def test_a_phrase_asks_for_its_pairs_and_what_is_left_out_may_not_be_there():
    wanted, left_out = parted(asked('"food bank" choir -halal').every())
    assert len(wanted) == 4
    assert left_out == (Without(("halal",)),)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_and_stays_small(text):
    typed = read(text)
    assert len(typed.words) <= READ
    assert len(typed.without) <= MOST_LEFT_OUT
    query = asked(text)
    assert query.nothing or not query.every() or parted(query.every())[0]


@given(st.lists(st.sampled_from(["food", "-choir", '"food bank"', "-", '"', "the", "-the", "🍞"]), max_size=8))
def test_something_is_always_asked_for_when_something_is_left_out(parts):
    wanted, left_out = parted(asked(" ".join(parts)).every())
    assert wanted or not left_out
