"""What is put in, replaced and dropped leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from directory.core.errors import Invalid
from directory.search.rules.query import Query
from directory.search.rules.sentence import words_of
from tests.search.conftest import HOW_MANY
from tests.search.invented import TERMS, docs_of


def total(index, session, text=""):
    return index.find(session, Query(words=words_of(text, TERMS))).total


def test_putting_the_same_again_changes_nothing(index, filled, docs):
    before = index.checksum(filled)
    index.put(filled, docs)
    index.check(filled)
    assert index.checksum(filled) == before
    assert total(index, filled) == HOW_MANY


def test_what_an_organisation_no_longer_says_finds_it_no_more(index, session):
    before, after = docs_of(30, seed=1), docs_of(30, seed=2)
    index.put(session, [replace(doc, tokens=f"{doc.tokens} formerly") for doc in before])
    assert total(index, session, "formerly") == 30
    index.put(session, after)
    index.check(session)
    assert total(index, session, "formerly") == 0
    assert index.drift(session, after) == 0


def test_an_organisation_with_fewer_offerings_or_another_rank_leaves_no_ghosts(index, filled, docs):
    changed = [replace(doc, base=doc.base + (1 << 31), number=doc.number + (1 << 44)) for doc in docs[::3]]
    index.put(filled, changed)
    index.check(filled)
    kept = {doc.organization_id for doc in changed}
    assert index.drift(filled, [*changed, *(doc for doc in docs if doc.organization_id not in kept)]) == 0


def test_dropping_is_undone_by_putting_back(index, filled, docs):
    before = index.checksum(filled)
    some = [doc for doc in docs if doc.organization_id % 2]
    index.drop(filled, sorted({doc.organization_id for doc in some}))
    index.check(filled)
    assert index.checksum(filled) != before
    assert total(index, filled) == HOW_MANY // 2
    index.put(filled, some)
    assert index.checksum(filled) == before


def test_dropping_what_is_not_there_is_no_mistake(index, filled):
    index.drop(filled, [999_999])
    assert total(index, filled) == HOW_MANY


def test_the_digest_does_not_know_ids(index, session, docs):
    index.put(session, docs)
    before = index.checksum(session)
    moved = [
        replace(doc, organization_id=doc.organization_id + 500, base=doc.base + 500, number=doc.number + (500 << 13))
        for doc in docs
    ]
    index.drop(session, [doc.organization_id for doc in docs])
    index.put(session, moved)
    assert index.checksum(session) == before


def test_an_index_made_again_is_the_same(index, filled, docs):
    before = index.checksum(filled)
    assert index.rebuild(filled, iter(docs)) == len(docs)
    index.check(filled)
    assert index.checksum(filled) == before
    assert total(index, filled, "food") > 0


def test_drift_counts_what_is_missing_too_much_or_other(index, filled, docs):
    assert index.drift(filled, docs) == 0
    other = [replace(docs[0], tokens=f"{docs[0].tokens} more"), *docs[1:]]
    assert index.drift(filled, other) == 1
    alone = [doc for doc in docs if doc.organization_id != docs[0].organization_id]
    kept_and_counted = len(set(docs[0].said.split()))  # its words, each counted once too often, or found for nothing
    drift = index.drift(filled, alone)
    assert len(docs) - len(alone) + 2 < drift <= len(docs) - len(alone) + 2 + 2 * kept_and_counted  # and it, twice


def test_an_index_that_contradicts_itself_is_found_out(index, filled, docs):
    filled.execute(sa.text("DELETE FROM search_words WHERE number = :number"), {"number": docs[0].number})
    with pytest.raises(Invalid):
        index.check(filled)
