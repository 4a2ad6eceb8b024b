"""Every match of a search, for files and maps: from the board where it has the data, else from the index."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, Protocol

import numpy as np
from sqlalchemy.orm import Session

from directory.core.geo import Box
from directory.core.geo.shapes import distances_from
from directory.search.engine import Index
from directory.search.rules.numbers import LAST_ORGANIZATION, ORDINAL_BITS, base_in, ordinal_in, organization_in
from directory.search.rules.query import Match, Query
from directory.search.service.board import Board, Floats, Numbers
from directory.search.service.positions import Places, Some
from directory.search.service.postings import Words

MOST_TOKENS: Final = 60  # of a search, each of which is read whole: times have hundreds


class Matching(Protocol):
    """What tells every match: an ``Index`` does."""

    def matches(self, session: Session, query: Query, *, box: Box | None = None) -> Iterator[Match]:
        """Every offering that ``query`` finds, as ``Index`` says."""


class Placed(NamedTuple):
    """Offerings with a public point, those of one organisation together: its integer id, and degrees."""

    organization_ids: Numbers
    lats: Floats
    lons: Floats


class OnBoard:
    """Finds on a board, and asks ``index`` where there is none, or for what no board knows well."""

    def __init__(self, board: Callable[[], Board | None], index: Index) -> None:
        """``board`` gives one that has the very data of the session; it is asked when something is to be found."""
        self._board = board
        self._index = index

    def matches(self, session: Session, query: Query, *, box: Box | None = None) -> Iterator[Match]:
        """Every offering that ``query`` finds. At most one statement, for tokens that nobody asked for before."""
        if query.nothing:
            return iter(())
        found = self._found(session, query, box)
        return self._index.matches(session, query, box=box) if found is None else _made(query, *found)

    def placed(self, session: Session, query: Query, box: Box) -> Placed:
        """Every offering that ``query`` finds in ``box``; statements as ``matches``."""
        found = None if query.nothing else self._found(session, query, box)
        if found is not None:
            board, places = found
            return Placed(board.numbers(places) >> ORDINAL_BITS & LAST_ORGANIZATION, *board.at(places))
        rows = [(match.organization_id, match.lat, match.lon) for match in self.matches(session, query, box=box)]
        owners, lats, lons = zip(*rows, strict=True) if rows else ((), (), ())
        return Placed(
            np.array(owners, dtype=np.int64), np.array(lats, dtype=np.float64), np.array(lons, dtype=np.float64)
        )

    def _found(self, session: Session, query: Query, box: Box | None) -> tuple[Board, Places] | None:
        """Where a board has what ``query`` finds; None where the index has to be asked."""
        every = query.every()
        if sum(map(len, every)) > MOST_TOKENS or (board := self._board()) is None:
            return None
        having = Words(session, board, self._index).having(every) if every else None
        return board, _places(board, query, box, having)


def _places(board: Board, query: Query, box: Box | None, having: Some | None) -> Places:
    here = query.here
    if here and here.radius_m is not None:
        places = board.around(here, here.radius_m)
        places = places[board.away(places, here) <= here.reach]
    elif box:
        places = board.within(box)
    else:
        return board.places() if having is None else having.places()
    if box:
        places = places[board.inside(places, box)]
    return places if having is None else places[having.has(places)]


def _made(query: Query, board: Board, places: Places) -> Iterator[Match]:
    away = distances_from(query.here.point) if query.here else None
    for number, lat, lon in board.placed(places):
        owner, n = organization_in(base_in(number)), ordinal_in(number)
        if math.isnan(lat):
            yield Match(number, owner, n, None, None, None)
        else:
            yield Match(number, owner, n, lat, lon, away(lat, lon) if away else None)
