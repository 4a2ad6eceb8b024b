"""Typing errors: which words there are, and which of them somebody meant; on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from directory.search.engine import vocabulary
from directory.search.rules.spelling import LONGEST, Spelt, doubtful, familiar_of, keys, meant, put_right, said
from directory.search.rules.typed import read
from tests.search.invented import organisations

KNOWN = ("food", "bank", "bereavement", "for")
WRITTEN = [Spelt("sahelee", 3), Spelt("saheli", 1), Spelt("cafe", 9), Spelt("cave", 1), Spelt("choir", 4)]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("fod", "food"),
        ("bnak", "bank"),
        ("bearevement", "bereavement"),
        ("saheley", "sahelee"),
        ("cae", "cafe"),
        ("chior", "choir"),
        ("xylophone", ""),
        ("zzz", ""),
        ("choirs", ""),  # somebody writes it so
    ],
)
def test_a_word_is_what_is_closest_and_most_written(typed, word):
    assert meant(typed, WRITTEN, known=KNOWN) == word


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("frm", "farm"),  # not "from", which tells nothing
        ("wihth", ""),  # that was "with", and no "white"
        ("fog", ""),  # nobody writes it, and it is no error for "for" or "dog"
        ("dgo", "dog"),
    ],
)
def test_what_tells_nothing_is_nobody_s_wish(typed, word):
    written = [Spelt("from", 90), Spelt("farm", 2), Spelt("with", 80), Spelt("white", 7), Spelt("dog", 9)]
    written.append(Spelt("for", 99))
    assert meant(typed, written, known=("farm", "from"), empty=frozenset({"from", "with", "for"})) == word


def test_what_is_known_quoted_short_or_no_word_is_left_alone():
    typed = read('food foods the "bnak" ab 12345b chior')
    assert doubtful(typed, familiar_of(KNOWN)) == ["chior"]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("fod bnak", "food bank"),
        ("Fod-bnak near me", "food bank near me"),
        ('"fod" -bnak', '"food" -bank'),
        ("something else", "something else"),
    ],
)
def test_only_what_was_wrong_is_put_right(text, right):
    assert put_right(text, {"fod": "food", "bnak": "bank"}) == right


letters = st.text("abcdeé", min_size=3, max_size=LONGEST)


@given(letters, letters)
def test_words_that_are_one_error_apart_have_a_key_in_common(one, other):
    if OSA.distance(one, other) <= 1:
        assert set(keys(one)) & set(keys(other))


@given(letters, st.lists(st.tuples(letters, st.integers(1, 9)).map(lambda pair: Spelt(*pair)), max_size=5))
def test_what_was_meant_is_among_the_words_there_are(word, candidates):
    found = meant(word, candidates, known=KNOWN)
    assert not found or found in {each.word for each in candidates} | set(KNOWN)
    assert found != word


def test_the_words_of_an_organisation_are_those_of_its_names_and_texts():
    (_, record, _), *_ = organisations(1)
    record = replace(record, name="The Żabka Café 24", description="Soup. Soup!", services=(), alternate_name="")
    assert said(record) == "the zabka cafe soup"


def words_in(session):
    rows = session.execute(sa.select(vocabulary.VOCABULARY)).all()
    return {row.word: row.organizations for row in rows}


def test_words_are_counted_as_listings_come_and_go_and_leave_no_trace(index, session, docs):
    index.put(session, docs)
    assert index.drift(session, docs) == 0
    before = words_in(session)
    assert before["choir"] > 5
    again = [replace(doc, said="choir newcomer") for doc in docs if doc.organization_id == 1]
    index.put(session, again)
    assert words_in(session)["newcomer"] == 1
    assert [each.word for each in index.spellings(session, ["newcmer"])] == ["newcomer"]
    index.put(session, [doc for doc in docs if doc.organization_id == 1])
    assert words_in(session) == before
    assert index.spellings(session, ["newcmer"]) == []
    index.drop(session, list({doc.organization_id for doc in docs}))
    assert words_in(session) == {}
    for table in (vocabulary.SAID, vocabulary.SPELLING):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_a_rebuild_counts_the_same_and_drift_sees_what_is_wrong(index, session, docs):
    index.put(session, docs)
    before = words_in(session)
    index.rebuild(session, docs)
    assert words_in(session) == before
    session.execute(
        sa.update(vocabulary.VOCABULARY).where(vocabulary.VOCABULARY.c.word == "choir").values({"organizations": 1})
    )
    assert index.drift(session, docs) == 1
    session.execute(sa.delete(vocabulary.SPELLING).where(vocabulary.SPELLING.c.word == "debt"))
    assert index.drift(session, docs) == 2


def test_words_are_looked_up_by_their_errors_and_by_their_beginning(index, filled):
    assert "choir" in {each.word for each in index.spellings(filled, ["chior", "bnak"])}
    assert [each.word for each in index.completions(filled, "sahe", 5)] == ["saheli"]
    assert index.completions(filled, "zzz", 5) == []
    assert index.spellings(filled, []) == []
    assert len(index.completions(filled, "", 3)) == 3
