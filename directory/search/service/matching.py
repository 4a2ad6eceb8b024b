"""Every match of a search, for files and maps: from the board where it has the data, else from the index."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import numpy as np
from sqlalchemy.orm import Session

from directory.core.geo import Box
from directory.core.geo.shapes import distances_from
from directory.search.engine import Index
from directory.search.rules.numbers import base_in, ordinal_in, organization_in
from directory.search.rules.query import Match, Query
from directory.search.service.board import Board, Places, Truths
from directory.search.service.postings import Words

MOST_TOKENS: Final = 60  # of a search, each of which is read whole: times have hundreds


class Matching(Protocol):
    """What tells every match: an ``Index`` does."""

    def matches(self, session: Session, query: Query, *, box: Box | None = None) -> Iterator[Match]:
        """Every offering that ``query`` finds, as ``Index`` says."""


class OnBoard:
    """Finds on a board, and asks ``index`` where there is none, or for what no board knows well."""

    def __init__(self, board: Callable[[], Board | None], index: Index) -> None:
        """``board`` gives one that has the very data of the session; it is asked when something is to be found."""
        self._board = board
        self._index = index

    def matches(self, session: Session, query: Query, *, box: Box | None = None) -> Iterator[Match]:
        """Every offering that ``query`` finds. At most one statement, for tokens that nobody asked for before."""
        every = query.every()
        if query.nothing:
            return iter(())
        if sum(map(len, every)) > MOST_TOKENS or (board := self._board()) is None:
            return self._index.matches(session, query, box=box)
        truths = Words(session, board, self._index).having(every) if every else None
        return _made(board, query, _places(board, query, box, truths))


def _places(board: Board, query: Query, box: Box | None, truths: Truths | None) -> Places:
    here = query.here
    if here and here.radius_m is not None:
        places = board.around(here, here.radius_m)
        places = places[board.away(places, here) <= here.reach]
    elif box:
        places = board.within(box)
    else:
        return board.places() if truths is None else np.flatnonzero(truths)
    if box:
        places = places[board.inside(places, box)]
    return places if truths is None else places[truths[places]]


def _made(board: Board, query: Query, places: Places) -> Iterator[Match]:
    away = distances_from(query.here.point) if query.here else None
    for number, lat, lon in board.placed(places):
        owner, n = organization_in(base_in(number)), ordinal_in(number)
        if math.isnan(lat):
            yield Match(number, owner, n, None, None, None)
        else:
            yield Match(number, owner, n, lat, lon, away(lat, lon) if away else None)
