"""What of a word stays the same when it is bent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.rules.stems import LONGEST_WORD, stem

FORMS = """
bank banks | family families | class classes | church churches | box boxes | movie movies | tie ties | debt debts
walk walks walking walked | run running | evict evicted eviction evictions | bereaved bereavement | lonely loneliness
gamble gambling gambler gamblers | counselling counseling counsellor counselor | smoke smoking | swim swimming swimmer
house houses housing | care caring cares | volunteer volunteering | homeless homelessness | clothes clothing
addict addiction addicted | nurse nursing | teach teaching teacher | bike biking bikes | cycle cycling | hope hoping
عربي العربية عربية
"""


@pytest.mark.parametrize("forms", [line.split() for line in FORMS.replace("\n", "|").split("|") if line.strip()])
def test_the_forms_of_a_word_are_one(forms):
    assert len({stem(form) for form in forms}) == 1, {form: stem(form) for form in forms}


@pytest.mark.parametrize(
    ("one", "other"),
    [("refuge", "refugee"), ("car", "caring"), ("care", "carer"), ("even", "evening"), ("corn", "corner")],
)
def test_words_that_mean_something_else_stay_apart(one, other):
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", ["bus", "gas", "crisis", "campus", "wellness", "b12", "łódź", "عربي", "us", "king"])
def test_what_only_looks_like_an_ending_stays(word):
    assert stem(word) == word


def test_a_word_nobody_would_type_is_cut_the_same_on_both_sides():
    assert stem("a" * 5_000) == "a" * LONGEST_WORD == stem("a" * LONGEST_WORD)


@given(st.text(max_size=60))
def test_every_word_has_a_stem_that_is_no_longer_than_itself_but_for_a_lost_e(word):
    made = stem(word)
    assert len(made) <= min(len(word), LONGEST_WORD)
    assert bool(made) == bool(word)
