"""Which offerings of a board are open when."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy.orm import Session

from directory.search.engine import Index
from directory.search.rules.hours import either_of
from directory.search.rules.query import Query
from directory.search.rules.when import NOW, Moment, When
from directory.search.service.board import WORD_BITS, Board, Masks
from directory.search.service.positions import Truths


class Times:
    """Asks the index what is open, once a day and board for each time; what is open now, once a minute."""

    def __init__(self, session: Session, board: Board, index: Index, moment: Moment) -> None:
        self._session = session
        self._board = board
        self._index = index
        self.moment = moment

    def open(self, when: When) -> Truths:
        """For each position of the board whether it is open then."""
        return self._board.kept(self.key(when), lambda: self._asked(when))

    def bits(self, offered: Sequence[When]) -> Masks:
        """For each position of the board a bit for each of these times, in their order: words, as ``totals`` takes."""
        key = " | ".join(map(self.key, offered))
        return self._board.kept(key, lambda: self._packed(offered))

    def _packed(self, offered: Sequence[When]) -> Masks:
        asked = [self.open(when) for when in offered]
        found: Masks = np.zeros((len(asked) // WORD_BITS + 1, len(asked[0])), dtype=np.uint64)
        for at, truths in enumerate(asked):
            word, bit = divmod(at, WORD_BITS)
            found[word, truths] |= np.uint64(1 << bit)
        return found

    def key(self, when: When) -> str:
        """What tells this time, seen from now, from others: of a minute what the index is asked for."""
        return " ".join(either_of(when, self.moment)) if when.day == NOW else f"{self.moment.today} {when}"

    def _asked(self, when: When) -> Truths:
        query = Query(filters=(either_of(when, self.moment),))
        return self._board.marks(self._index.numbers(self._session, query))
