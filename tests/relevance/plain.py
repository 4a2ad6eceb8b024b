"""What a search without our rules answers: SQLite's FTS5 and its bm25, over the texts of each listing as they are."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final

from directory.infra import db
from directory.listings.rules.record import Record
from directory.publishing.service.refresh import _batches
from tests.relevance.corpora import Corpus
from tests.relevance.questions import Question
from tests.relevance.scores import DEPTH

_WORD: Final = re.compile(r"\w+")


class Plain:
    """One document for each listing; a question is any of its words, as they were typed."""

    def __init__(self, corpus: Corpus) -> None:
        self._keys = corpus.keys
        self._index = sqlite3.connect(":memory:")
        self._index.execute("CREATE VIRTUAL TABLE texts USING fts5(text)")
        with db.reading(corpus.engine) as session:
            rows = [
                (item.id, "\n".join(_texts(item.record)))
                for batch in _batches(session, corpus.around)
                for item in batch
            ]
        self._index.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", rows)

    def answer(self, question: Question) -> Sequence[str]:
        """The best by bm25."""
        words = _WORD.findall(f"{question.q} {question.near}")
        found = self._index.execute(
            "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY bm25(texts), rowid LIMIT ?",
            (" OR ".join(f'"{word}"' for word in words), DEPTH),
        )
        return [self._keys[number] for (number,) in found]


def _texts(record: Record) -> Iterator[str]:
    yield from (record.name, record.alternate_name, record.description)
    yield from (identifier.value for identifier in record.identifiers)
    for service in record.services:
        yield from (service.name, service.description, service.eligibility)
    for location in record.locations:
        yield from (location.name, location.description)
        for address in location.addresses:
            yield from address.lines()
