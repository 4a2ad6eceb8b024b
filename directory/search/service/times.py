"""Which offerings of a board are open when."""

from __future__ import annotations

from sqlalchemy.orm import Session

from directory.search.engine import Index
from directory.search.rules.hours import either_of
from directory.search.rules.query import Query
from directory.search.rules.when import NOW, Moment, When
from directory.search.service.board import Board, Truths


class Times:
    """Asks the index what is open, once a day and board for each time; what is open now, once for each of these."""

    def __init__(self, session: Session, board: Board, index: Index, moment: Moment) -> None:
        self._session = session
        self._board = board
        self._index = index
        self._moment = moment
        self._now: Truths | None = None

    def open(self, when: When) -> Truths:
        """For each position of the board whether it is open then."""
        if when.day == NOW:
            if self._now is None:
                self._now = self._asked(when)
            return self._now
        return self._board.kept(f"{self._moment.today} {when}", lambda: self._asked(when))

    def _asked(self, when: When) -> Truths:
        query = Query(filters=(either_of(when, self._moment),))
        return self._board.marks(self._index.numbers(self._session, query))
