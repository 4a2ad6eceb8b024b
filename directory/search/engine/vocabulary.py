"""The words that are written somewhere, kept for whoever mistypes one: counted by the door, looked up by a search."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra import bulk, plain
from directory.infra.db import table_of
from directory.search.models import SearchSaid, SearchSpelling, SearchVocabulary
from directory.search.rules.docs import OfferingDoc
from directory.search.rules.spelling import Spelt, keys

SAID: Final = table_of(SearchSaid)
VOCABULARY: Final = table_of(SearchVocabulary)
SPELLING: Final = table_of(SearchSpelling)
MOST_CANDIDATES: Final = 500  # words that are compared with what was typed
MOST_COMPLETIONS: Final = 200  # words with a beginning, of which the most frequent are told

# JSON as rows, in each database's words.
_COUNTS: Final = {
    "sqlite": "SELECT key, value FROM json_each(:given) WHERE true",
    "postgresql": "SELECT key, CAST(value AS integer) FROM json_each_text(CAST(:given AS json))",
}
_PAIRS: Final = {
    "sqlite": "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:given)",
    "postgresql": "SELECT value->>0, value->>1 FROM json_array_elements(CAST(:given AS json))",
}


def said_of(docs: Iterable[OfferingDoc]) -> dict[int, str]:
    """What each organisation says."""
    return {doc.organization_id: doc.said for doc in docs}


def remember(session: Session, said: Mapping[int, str]) -> None:
    """Keep what organisations say, of which nothing is kept yet."""
    if said:
        rows = [{"organization_id": number, "words": words} for number, words in said.items()]
        bulk.insert(session, SAID, rows)
    count(session, counted(said.values()))


def forget(session: Session, organization_ids: Sequence[int]) -> None:
    """Forget what organisations say; words that nobody else writes leave no trace."""
    theirs = SAID.c.organization_id.in_(organization_ids)
    words = counted(session.execute(sa.select(SAID.c.words).where(theirs)).scalars())
    if words:
        session.execute(sa.delete(SAID).where(theirs))
        count(session, {word: -number for word, number in words.items()})


def empty(session: Session) -> None:
    """Forget all words."""
    for table in (SAID, SPELLING, VOCABULARY):
        session.execute(sa.delete(table))


def count(session: Session, more: Mapping[str, int]) -> None:
    """Count words up and down: a new one can be found, one that nobody writes any more cannot."""
    if not more:
        return
    dialect = session.get_bind().dialect.name
    now = plain.rows(
        session,
        f"""INSERT INTO search_vocabulary (word, organizations) {_COUNTS[dialect]}
        ON CONFLICT (word) DO UPDATE SET organizations = search_vocabulary.organizations + excluded.organizations
        RETURNING word, organizations""",
        {"given": json.dumps(dict(sorted(more.items())))},  # neighbours of the index one after another
    )
    new = [word for word, number in now if number == more[word]]
    gone = [word for word, number in now if number <= 0]
    if new:
        session.execute(sa.text(f"INSERT INTO search_spelling (key, word) {_PAIRS[dialect]}"), {"given": _keys_of(new)})
    if gone:
        session.execute(sa.delete(VOCABULARY).where(VOCABULARY.c.organizations <= 0))
        session.execute(
            sa.text(f"DELETE FROM search_spelling WHERE (key, word) IN ({_PAIRS[dialect]})"), {"given": _keys_of(gone)}
        )


def spellings(session: Session, words: Iterable[str]) -> list[Spelt]:
    """The words that any of ``words`` may have been meant to be, those that are written so too. One statement."""
    asked = list(dict.fromkeys(key for word in words for key in keys(word)))
    if not asked:
        return []
    rows = session.execute(
        sa.select(VOCABULARY.c.word, VOCABULARY.c.organizations)
        .where(VOCABULARY.c.word.in_(sa.select(SPELLING.c.word).where(SPELLING.c.key.in_(asked))))
        .order_by(VOCABULARY.c.word)
        .limit(MOST_CANDIDATES)
    )
    return [Spelt(*row) for row in rows]


def completions(session: Session, beginning: str, limit: int) -> list[Spelt]:
    """Words that begin so, those first that most organisations write. One statement."""
    some = (
        sa.select(VOCABULARY.c.word, VOCABULARY.c.organizations)
        .where(VOCABULARY.c.word >= beginning, VOCABULARY.c.word < f"{beginning}\U0010ffff")
        .order_by(VOCABULARY.c.word)
        .limit(MOST_COMPLETIONS)
        .subquery()
    )
    rows = session.execute(sa.select(some).order_by(some.c.organizations.desc(), some.c.word).limit(limit))
    return [Spelt(*row) for row in rows]


def wrong(session: Session, said: Mapping[int, str]) -> int:
    """How many of some organisations are kept with other words than they say."""
    rows = session.execute(sa.select(SAID).where(SAID.c.organization_id.in_(said)))
    kept = {row.organization_id: row.words for row in rows}
    return sum(kept.get(number) != words for number, words in said.items())


def drift(session: Session, words: Mapping[str, int], organizations: int) -> int:
    """How many words are counted wrong, or cannot be found; and how many organisations too many are kept."""
    kept = {row.word: row.organizations for row in session.execute(sa.select(VOCABULARY))}
    spelt = set(session.execute(sa.select(SPELLING.c.word).distinct()).scalars())
    many: int = session.execute(sa.select(sa.func.count()).select_from(SAID)).scalar_one()
    miscounted: int = sum(kept.get(word) != words.get(word) for word in {*kept, *words})
    return miscounted + len(spelt ^ {*words}) + max(0, many - organizations)


def counted(said: Iterable[str]) -> Counter[str]:
    """How many of those who speak say each word."""
    return Counter(chain.from_iterable(map(str.split, said)))


def _keys_of(words: Iterable[str]) -> str:
    return json.dumps([(key, word) for word in words for key in keys(word)])
