"""Which offerings of a board have a token of the index: asked once for each token, and kept with the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, sub
from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np
from sqlalchemy.orm import Session

from directory.search.engine import Index
from directory.search.rules.query import parted
from directory.search.rules.word import Either, Every
from directory.search.service.positions import Some, either

if TYPE_CHECKING:
    from directory.search.service.board import Board

MOST_KEPT: Final = 10_000  # tokens
MOST_BYTES: Final = 48_000_000  # of all tokens that are kept, on a board of a city or of some
OF_EACH: Final = 64  # bytes of them for each offering of a large board: what each has a bit of, 500 times
AT_ONCE: Final = 500  # tokens that one statement asks for


class Postings:
    """Which offerings have each token, of the tokens that were asked for last. Safe between threads."""

    def __init__(self, offerings: int) -> None:
        self._most = max(MOST_BYTES, OF_EACH * offerings)
        self._kept: dict[str, Some] = {}
        self._bytes = 0  # of what is kept
        self._lock = Lock()

    def of(self, tokens: Sequence[str]) -> dict[str, Some]:
        """What is known of ``tokens``."""
        with self._lock:
            found = {token: self._kept.pop(token) for token in dict.fromkeys(tokens) if token in self._kept}
            self._kept |= found  # the latest stand last
        return found

    def keep(self, made: dict[str, Some]) -> None:
        """Keep what was asked, and let go of what has not been asked for longest."""
        with self._lock:
            for token, some in made.items():
                self._bytes += some.nbytes - (self._kept.pop(token).nbytes if token in self._kept else 0)
                self._kept[token] = some
            while len(self._kept) > MOST_KEPT or self._bytes > self._most:
                self._bytes -= self._kept.pop(next(iter(self._kept))).nbytes


@dataclass(frozen=True, slots=True)
class Words:
    """Tells which offerings of ``board`` have which tokens."""

    session: Session
    board: Board
    index: Index

    def having(self, every: Every) -> Some:
        """The offerings that meet the conditions, by their positions.

        One statement for the tokens that nobody asked for since the board was made. Raises Unavailable.
        """
        return self._having(every, self._postings(every))

    def each(self, eithers: Sequence[Either], among: Every) -> list[Some]:
        """For each of ``eithers`` the offerings that have one of its tokens, and meet the conditions ``among``."""
        known = self._postings([*eithers, *among])
        of_each = [self._any(tokens, known) for tokens in eithers]
        if not among:
            return of_each
        rest = self._having(among, known)
        return [some & rest for some in of_each]

    def _having(self, every: Every, known: Mapping[str, Some]) -> Some:
        asked, left_out = parted(every)
        sets = sorted((self._any(tokens, known) for tokens in asked), key=lambda some: some.bits is not None)
        found = reduce(and_, sets) if sets else Some.of(len(self.board))  # lists first: what is left is no longer
        return reduce(sub, (self._any(tokens, known) for tokens in left_out), found)

    def _any(self, tokens: Either, known: Mapping[str, Some]) -> Some:
        return either([known[token] for token in tokens], len(self.board))

    def _postings(self, every: Sequence[Either]) -> dict[str, Some]:
        tokens = list(dict.fromkeys(token for either in every for token in either))
        known = self.board.postings.of(tokens)
        missing = [token for token in tokens if token not in known]
        for start in range(0, len(missing), AT_ONCE):
            made = self._asked(missing[start : start + AT_ONCE])
            self.board.postings.keep(made)
            known |= made
        return known

    def _asked(self, tokens: Sequence[str]) -> dict[str, Some]:
        made = dict.fromkeys(tokens, either((), len(self.board)))
        for at, numbers in self.index.postings(self.session, tokens):
            places = self.board.places(np.fromstring(numbers, dtype=np.int64, sep=","))
            made[tokens[at]] = Some.of(len(self.board), places)
        return made
