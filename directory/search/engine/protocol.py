"""The search index, as everyone else knows it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from sqlalchemy.orm import Session

from directory.core.geo import Box
from directory.search.rules.docs import OfferingDoc
from directory.search.rules.query import Found, Match, Query
from directory.search.rules.spelling import Spelt


class Index(Protocol):
    """Finds organisations by what their offerings say. Both engines give the same answers in the same order."""

    def put(self, session: Session, docs: Sequence[OfferingDoc]) -> None:
        """Make ``docs`` all the offerings that their organisations have."""

    def drop(self, session: Session, organization_ids: Sequence[int]) -> None:
        """Forget organisations; their words leave no trace."""

    def find(self, session: Session, query: Query) -> Found:
        """A page of organisations and how many there are in all.

        Raises Unavailable when it takes too long.
        """

    def matches(self, session: Session, query: Query, *, box: Box | None = None) -> Iterator[Match]:
        """Every offering that ``query`` finds, those of one organisation together; its page and order do not count.

        With ``box`` only those whose public point lies in it. One statement, read when the first is asked for; the
        rest may take as long as it likes. Raises Unavailable when it takes too long.
        """

    def numbers(self, session: Session, query: Query) -> array[int]:
        """The number of every offering that ``query`` finds (see ``rules.numbers``), in no order. One statement.

        Raises Unavailable when it takes too long.
        """

    def postings(self, session: Session, tokens: Sequence[str]) -> list[tuple[int, str]]:
        """The numbers of the offerings that have each of ``tokens``, with the place of that token among them.

        They are a text, with commas between: a tenth of a million becomes an array so in a quarter of the time. A token
        that none has is left out. One statement. Raises Unavailable when it takes too long.
        """

    def board(self, session: Session) -> Iterator[tuple[int, float | None, float | None, str]]:
        """Number, public latitude and longitude, and facets of every offering, in the order of the numbers."""

    def spellings(self, session: Session, words: Iterable[str]) -> list[Spelt]:
        """Words that any of ``words`` (folded) may have been meant to be, and those of them that are written so.

        One statement, none without words.
        """

    def completions(self, session: Session, beginning: str, limit: int) -> list[Spelt]:
        """Up to ``limit`` words that begin so, those first that most organisations write. One statement."""

    def named(self, session: Session, beginning: str, limit: int) -> list[int]:
        """Up to ``limit`` organisations whose names begin so (see ``rules.words.name_key``), by name. One statement."""

    def purge(self, session: Session) -> None:
        """Leave no byte of what was dropped in the index's own files. It takes as long as the index is large."""

    def rebuild(self, session: Session, docs: Iterable[OfferingDoc]) -> int:
        """Make the index again from nothing; how many offerings it holds. Those of one organisation come together."""

    def drift(self, session: Session, docs: Iterable[OfferingDoc]) -> int:
        """How many offerings the index has too many, too few or other than ``docs`` say. It reads everything."""

    def checksum(self, session: Session) -> str:
        """A digest of everything that is found by, independent of row numbers. It reads the whole index."""

    def check(self, session: Session) -> None:
        """Raise Invalid when the index contradicts itself. Needs a session that may write."""
