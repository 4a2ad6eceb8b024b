"""What is written to the index, and whether it still says what the record says."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra.among import among
from directory.infra.db import table_of
from directory.search.engine import vocabulary
from directory.search.engine.sources import Sources
from directory.search.models import SearchOffering, SearchOrganization, SearchWords
from directory.search.rules.docs import OfferingDoc
from directory.search.rules.numbers import LAST_ORDINAL, ORDINAL_BITS, ORGANIZATION_BITS
from directory.search.rules.spelling import Spelt

BATCH: Final = 2_000  # offerings
SQUEEZE: Final = 1 << 128

ORGANIZATIONS: Final = table_of(SearchOrganization)
OFFERINGS: Final = table_of(SearchOffering)
WORDS: Final = table_of(SearchWords)


class Storing(Sources):
    """Writing, for both engines; how rows get in and out is each one's own."""

    @abstractmethod
    def insert(self, session: Session, docs: Sequence[OfferingDoc]) -> None:
        """Add the rows of offerings that are not there."""

    @abstractmethod
    def forget(self, session: Session, bases: Sequence[int]) -> None:
        """Remove the offerings of organisations."""

    @abstractmethod
    def remake(self, session: Session, batches: Iterable[Sequence[OfferingDoc]]) -> None:
        """Empty the index and fill it again."""

    @abstractmethod
    def stored_tokens(self, tokens: str) -> Any:
        """``OfferingDoc.tokens`` as TOKENS of its row reads."""

    TOKENS = "tokens"

    def spellings(self, session: Session, words: Iterable[str]) -> list[Spelt]:
        """Words that any of ``words`` may have been meant to be, as ``Index`` says."""
        return vocabulary.spellings(session, words)

    def completions(self, session: Session, beginning: str, limit: int) -> list[Spelt]:
        """Words that begin so, as ``Index`` says."""
        return vocabulary.completions(session, beginning, limit)

    def named(self, session: Session, beginning: str, limit: int) -> list[int]:
        """Organisations whose names begin so, as ``Index`` says."""
        key = ORGANIZATIONS.c.name_key
        found = sa.select(ORGANIZATIONS.c.organization_id).where(key >= beginning, key < f"{beginning}\U0010ffff")
        return list(session.execute(found.order_by(key, ORGANIZATIONS.c.organization_id).limit(limit)).scalars())

    def put(self, session: Session, docs: Sequence[OfferingDoc]) -> None:
        """Make ``docs`` all the offerings that their organisations have."""
        self.drop(session, list({doc.organization_id: None for doc in docs}))
        if docs:
            self.insert(session, docs)
            vocabulary.remember(session, vocabulary.said_of(docs))

    def drop(self, session: Session, organization_ids: Sequence[int]) -> None:
        """Forget organisations. One statement when they are not there."""
        there = among(session, ORGANIZATIONS.c.organization_id, organization_ids)
        bases = list(session.execute(sa.select(ORGANIZATIONS.c.base).where(there)).scalars())
        if bases:
            self.forget(session, bases)
            session.execute(sa.delete(ORGANIZATIONS).where(there))
            vocabulary.forget(session, organization_ids)

    def rebuild(self, session: Session, docs: Iterable[OfferingDoc]) -> int:
        """Make the index again from nothing; how many offerings it holds."""
        vocabulary.empty(session)
        self.remake(session, _remembered(session, _batches(docs)))
        return session.execute(sa.select(sa.func.count()).select_from(WORDS)).scalar_one()

    def drift(self, session: Session, docs: Iterable[OfferingDoc]) -> int:
        """How many offerings the index has too many, too few or other than ``docs`` say. It reads everything."""
        wrong = seen = 0
        bases: set[int] = set()
        words: Counter[str] = Counter()
        for batch, said in _with_said(_batches(docs)):
            wrong += vocabulary.wrong(session, said)
            words.update(vocabulary.counted(said.values()))
            stored = self._stored(session, [doc.number for doc in batch])
            seen += len(stored)
            wrong += sum(stored.get(doc.number) != self._wanted(doc) for doc in batch)
            bases.update(doc.base for doc in batch)
        kept = [
            session.execute(sa.select(sa.func.count()).select_from(each)).scalar_one() for each in (OFFERINGS, WORDS)
        ]
        ghosts = max(kept) - seen
        known = set(session.execute(sa.select(ORGANIZATIONS.c.base)).scalars())
        return wrong + ghosts + len(known ^ bases) + vocabulary.drift(session, words, len(bases))

    def checksum(self, session: Session) -> str:
        """A digest of everything that is found by, independent of ids and of the order of rows."""
        rank = f"o.number >> {ORDINAL_BITS + ORGANIZATION_BITS}, o.number & {LAST_ORDINAL}"
        rows = session.execute(
            sa.text(
                f"SELECT {rank}, o.name, o.service, o.facets, o.latitude, o.longitude, {self.TOKENS}"
                " FROM search_offering o JOIN search_words w ON w.number = o.number"
            ).execution_options(yield_per=BATCH)
        )
        total = _sum(tuple(row) for row in rows)
        names = session.execute(sa.select(ORGANIZATIONS.c.name_key).execution_options(yield_per=BATCH))
        return f"{(total + _sum(tuple(row) for row in names)) % SQUEEZE:032x}"

    def _stored(self, session: Session, numbers: Sequence[int]) -> dict[int, tuple[Any, ...]]:
        columns = f"o.number, o.latitude, o.longitude, o.name, o.service, o.facets, {self.TOKENS}"
        rows = session.execute(
            sa.text(
                f"SELECT {columns} FROM search_offering o JOIN search_words w ON w.number = o.number"
                " WHERE o.number IN :numbers"
            ).bindparams(sa.bindparam("numbers", expanding=True)),
            {"numbers": numbers},
        )
        return {number: tuple(rest) for number, *rest in rows}

    def _wanted(self, doc: OfferingDoc) -> tuple[Any, ...]:
        lat, lon = (doc.point.lat, doc.point.lon) if doc.point else (None, None)
        return (lat, lon, doc.name, doc.service, doc.facets, self.stored_tokens(doc.tokens))


def organizations(docs: Iterable[OfferingDoc]) -> Iterator[tuple[int, int, str]]:
    """The rows of ``search_organization``: id, base, what its name is ordered by."""
    return iter({(doc.organization_id, doc.base, doc.name_key): None for doc in docs})


def offerings(docs: Iterable[OfferingDoc]) -> Iterator[tuple[int, float | None, float | None, str, str, str]]:
    """The rows of ``search_offering``."""
    for doc in docs:
        lat, lon = (doc.point.lat, doc.point.lon) if doc.point else (None, None)
        yield doc.number, lat, lon, doc.name, doc.service, doc.facets


def _batches(docs: Iterable[OfferingDoc]) -> Iterator[list[OfferingDoc]]:
    """``docs`` in batches; the offerings of one organisation may be in two."""
    rest = iter(docs)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _with_said(batches: Iterable[Sequence[OfferingDoc]]) -> Iterator[tuple[Sequence[OfferingDoc], dict[int, str]]]:
    """Each batch with what its organisations say; one that began in the batch before has said it there."""
    last = 0
    for batch in batches:
        said = vocabulary.said_of(batch)
        said.pop(last, None)
        last = batch[-1].organization_id
        yield batch, said


def _remembered(session: Session, batches: Iterable[Sequence[OfferingDoc]]) -> Iterator[Sequence[OfferingDoc]]:
    """``batches``, what they say being kept on the way."""
    for batch, said in _with_said(batches):
        vocabulary.remember(session, said)
        yield batch


def _sum(rows: Iterable[tuple[Any, ...]]) -> int:
    """A sum of digests: the same in any order."""
    return sum(
        int.from_bytes(hashlib.blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=16).digest(), "big")
        for row in rows
    )
