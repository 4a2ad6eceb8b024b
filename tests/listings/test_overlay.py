"""What one installation changes of the words: kept in a file of its own, laid over those of the code."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.core.text import fold
from directory.listings.rules.overlay import Change, Overlay, laid_over, overlay_text, parse_overlay
from directory.listings.service.taxonomy import load_terms

TERMS = load_terms()
words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=12).filter(fold)
changes = st.builds(
    Change, st.lists(words, max_size=3, unique=True).map(tuple), st.lists(words, max_size=3, unique=True).map(tuple)
)


@given(st.dictionaries(st.sampled_from([("need", "food"), ("audience", "men")]), changes), changes)
def test_what_is_written_is_read_again(synonyms, stop_words):
    overlay = Overlay({key: change for key, change in synonyms.items() if change != Change()}, stop_words)
    assert parse_overlay(tomllib.loads(overlay_text(overlay)), "words.toml") == overlay


def test_nothing_written_changes_nothing():
    assert parse_overlay(tomllib.loads(overlay_text(Overlay())), "words.toml") == Overlay()
    assert laid_over(TERMS, Overlay()) == TERMS


def test_words_are_added_and_taken_away_and_a_term_that_is_gone_is_no_matter():
    overlay = Overlay(
        {("need", "food"): Change(("scran", "Langar"), ("pantry",)), ("need", "gone"): Change(("x",))},
        Change(("blah",), ("please",)),
    )
    terms = laid_over(TERMS, overlay)
    synonyms = terms.needs["food"].synonyms
    assert "scran" in synonyms
    assert "pantry" not in synonyms
    assert "Langar" not in synonyms  # it is one without being added
    assert "blah" in terms.stop_words
    assert "please" not in terms.stop_words
    assert terms.needs["money"] == TERMS.needs["money"]


@pytest.mark.parametrize(
    "text",
    ["need = 1", "[need]\nfood = 1", "[need.food]\nadd = 'x'", "[need.food]\nadds = []", "[stop_words]\nadd = [1]"],
)
def test_a_slip_in_the_file_is_told_with_its_name(text):
    with pytest.raises(Invalid, match=r"words\.toml"):
        parse_overlay(tomllib.loads(text), "words.toml")
