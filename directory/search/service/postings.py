"""Which offerings of a board have a token of the index: asked once for each token, and kept with the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from directory.search.engine import Index
from directory.search.rules.query import parted
from directory.search.rules.word import Either, Every

if TYPE_CHECKING:
    from directory.search.service.board import Board, Truths

MOST_KEPT: Final = 10_000  # tokens
MOST_POSITIONS: Final = 12_000_000  # of all tokens that are kept: 48 MB
AT_ONCE: Final = 500  # tokens that one statement asks for

Positions = npt.NDArray[np.int32]


class Postings:
    """The positions of each token, of the tokens that were asked for last. Safe between threads."""

    def __init__(self) -> None:
        self._kept: dict[str, Positions] = {}
        self._many = 0  # positions that are kept
        self._lock = Lock()

    def of(self, tokens: Sequence[str]) -> dict[str, Positions]:
        """What is known of ``tokens``."""
        with self._lock:
            found = {token: self._kept.pop(token) for token in dict.fromkeys(tokens) if token in self._kept}
            self._kept |= found  # the latest stand last
        return found

    def keep(self, made: dict[str, Positions]) -> None:
        """Keep what was asked, and let go of what has not been asked for longest."""
        with self._lock:
            for token, positions in made.items():
                self._many += len(positions) - len(self._kept.pop(token, ()))
                self._kept[token] = positions
            while len(self._kept) > MOST_KEPT or self._many > MOST_POSITIONS:
                self._many -= len(self._kept.pop(next(iter(self._kept))))


@dataclass(frozen=True, slots=True)
class Words:
    """Tells which offerings of ``board`` have which tokens."""

    session: Session
    board: Board
    index: Index

    def having(self, every: Every) -> Truths:
        """For each position whether its offering meets the conditions.

        One statement for the tokens that nobody asked for since the board was made. Raises Unavailable.
        """
        known = self._postings(every)
        asked, left_out = parted(every)
        found = self._any(asked[0], known) if asked else np.ones(len(self.board), dtype=np.bool_)
        for either in asked[1:]:
            found &= self._any(either, known)
        for either in left_out:
            found &= ~self._any(either, known)
        return found

    def each(self, eithers: Sequence[Either], among: Truths) -> list[Positions]:
        """For each of ``eithers`` the positions in ``among`` that have one of its tokens, in order."""
        known = self._postings(eithers)
        return [np.flatnonzero(self._any(either, known) & among).astype(np.int32) for either in eithers]

    def _any(self, either: Either, known: dict[str, Positions]) -> Truths:
        found: Truths = np.zeros(len(self.board), dtype=np.bool_)
        for token in either:
            found[known[token]] = True
        return found

    def _postings(self, every: Sequence[Either]) -> dict[str, Positions]:
        tokens = list(dict.fromkeys(token for either in every for token in either))
        known = self.board.postings.of(tokens)
        missing = [token for token in tokens if token not in known]
        for start in range(0, len(missing), AT_ONCE):
            made = self._asked(missing[start : start + AT_ONCE])
            self.board.postings.keep(made)
            known |= made
        return known

    def _asked(self, tokens: Sequence[str]) -> dict[str, Positions]:
        made = dict.fromkeys(tokens, np.array([], dtype=np.int32))
        for at, numbers in self.index.postings(self.session, tokens):
            made[tokens[at]] = self.board.places(np.fromstring(numbers, dtype=np.int64, sep=",")).astype(np.int32)
        return made
