"""Sets of positions on a board are what sets are, be they lists or bits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.service import positions
from directory.search.service.positions import Some, either

SIZES = st.sampled_from([0, 1, 7, 8, 9, 64, 300])


@st.composite
def boards(draw):
    """A size, and some sets of positions below it, of few and of many."""
    size = draw(SIZES)
    if not size:
        return size, [set(), set()]
    place = st.integers(0, size - 1)
    of_few, of_many = st.sets(place, max_size=3), st.sets(place, min_size=min(size, 5))
    return size, draw(st.lists(of_few | of_many, min_size=2, max_size=5))


def some(size, members):
    return Some.of(size, np.array(sorted(members), dtype=np.intp))


def members(found):
    places = found.places().tolist()
    assert places == sorted(set(places))
    return set(places)


@given(boards(), st.integers(0, 320))
def test_they_are_put_together_as_sets_are(board, most):
    size, (one, other, *rest) = board
    first, second = some(size, one), some(size, other)
    assert members(first) == one
    assert members(first & second) == one & other
    assert members(first - second) == one - other
    assert members(either([first, second, *(some(size, each) for each in rest)], size)) == one.union(other, *rest)
    assert first.first(most).tolist() == sorted(one)[:most]
    asked = np.array(sorted(other), dtype=np.intp)
    assert first.has(asked).tolist() == [each in one for each in sorted(other)]
    assert first.first_in(asked, most).tolist() == sorted(one & other)[:most]


@given(boards())
def test_everything_is_every_position_and_nobody_is_none(board):
    size, (one, *_) = board
    assert members(Some.of(size)) == set(range(size))
    assert members(Some.of(size) - some(size, one)) == set(range(size)) - one
    assert members(either((), size)) == set()
    assert members(either((), size) & some(size, one)) == set()


@pytest.mark.parametrize("at_once", [8, 16])
def test_what_is_first_is_looked_for_part_by_part(at_once, monkeypatch):
    monkeypatch.setattr(positions, "AT_ONCE", at_once)
    evens = some(100, range(0, 100, 2))
    assert evens.first(30).tolist() == list(range(0, 60, 2))
    assert evens.first_in(np.arange(1, 100), 3).tolist() == [2, 4, 6]


def test_a_set_is_no_larger_than_the_board_has_bits():
    assert some(6_400, range(150)).nbytes == 600
    assert some(6_400, range(6_400)).nbytes == 800
