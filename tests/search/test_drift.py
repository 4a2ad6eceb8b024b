"""The index is compared with the record without a false alarm, on both databases."""

from __future__ import annotations

from directory.search.service import open_index
from tests.search.invented import docs_of


def test_what_was_just_written_has_not_drifted_and_what_is_missing_has(engine, session):
    index, docs = open_index(engine.dialect.name), docs_of(40)
    index.put(session, docs)
    assert index.drift(session, docs) == 0
    assert index.drift(session, docs[1:]) > 0
