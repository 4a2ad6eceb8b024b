"""A look around a point of a board finds all that is there, and what lies further away is counted all the same."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from directory.core.geo import MILE_M, Box, Point
from directory.search.rules.near import Here, squared_degrees
from directory.search.service import chosen, postings
from directory.search.service.board import Board
from directory.search.service.grid import Grid
from tests.search import test_facets
from tests.search.conftest import HOW_MANY
from tests.search.invented import organisations

degrees = st.floats(-89.9, 89.9, allow_nan=False)
points = st.one_of(st.none(), st.tuples(degrees, st.floats(-180, 180, allow_nan=False)))


@given(st.lists(points, max_size=40), st.tuples(degrees, degrees), st.tuples(degrees, degrees))
def test_a_grid_finds_all_that_a_box_holds_in_order(placed, one, other):
    box = Box(min(one[1], other[1]), min(one[0], other[0]), max(one[1], other[1]), max(one[0], other[0]))
    pairs = [point or (np.nan, np.nan) for point in placed]
    grid = Grid(np.array([lat for lat, _ in pairs]), np.array([lon for _, lon in pairs]))
    found = grid.within(box).tolist()
    assert found == sorted(set(found))
    assert {at for at, point in enumerate(placed) if point and box.contains(Point(*point))} <= set(found)


@given(
    st.lists(st.tuples(st.floats(49, 61), st.floats(-8, 2)), min_size=1, max_size=30),
    st.tuples(st.floats(49, 61), st.floats(-8, 2)),
    st.floats(10, 60 * MILE_M),
)
def test_a_board_finds_all_that_the_plane_has_in_a_circle(placed, centre, metres):
    board = Board((number, *point, "") for number, point in enumerate(placed))
    here = Here(Point(*centre), metres)
    away = board.away(board.places(), here)
    assert set(np.flatnonzero(away <= squared_degrees(metres)).tolist()) <= set(board.around(here, metres).tolist())


def test_what_is_further_than_was_looked_is_counted_too(index, filled, monkeypatch):
    monkeypatch.setattr(chosen, "AROUND_M", 100.0)
    monkeypatch.setattr(test_facets, "MILES", (0.0, 0.05, 3.0))
    records, board = list(organisations(HOW_MANY)), Board(index.board(filled))
    near = [request for request in test_facets.requests() if request.near and request.within_miles == 3.0]
    for request in Random(4).sample(near, 15):
        test_facets.agree(board, index, filled, records, request)


def test_what_takes_much_room_is_let_go_sooner(index, filled, monkeypatch):
    monkeypatch.setattr(postings, "MOST_BYTES", 0)
    monkeypatch.setattr(postings, "OF_EACH", 0)
    board = Board(index.board(filled))
    words = postings.Words(filled, board, index)
    has = words.having((("k=charity",),)).places()
    assert len(has)
    assert board.postings.of(["k=charity"]) == {}
    assert (words.having((("k=charity",),)).places() == has).all()
