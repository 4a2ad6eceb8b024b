"""What is found on a board is what the engines find: the same organisations in the same order, on both databases."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from directory.search.rules.query import query_of
from directory.search.rules.request import Sort
from directory.search.service import chosen as chosen_of
from directory.search.service.board import Board
from directory.search.service.chosen import choose
from directory.search.service.times import Times
from tests.search.invented import MOMENT, TERMS
from tests.search.test_conditions import SEARCHER
from tests.search.test_facets import HERE, requests


def both(index, session, board, request):
    """What the index finds, and what is listed from the board: None where it does not know."""
    near = HERE if request.near else None
    query = query_of(request, TERMS, near, tuple(sorted(SEARCHER.areas)) if near else (), MOMENT)
    times = Times(session, board, index, MOMENT)
    listed = choose(session, request, query, board=board, index=index, times=times).listed(session, query)
    return index.find(session, query), listed and index.relaxed(session, query, listed)


def test_a_board_lists_what_the_index_finds_in_the_same_order(index, filled):
    board, random = Board(index.board(filled)), Random(5)
    for request in random.sample(list(requests()), 60):
        asked = replace(request, sort=random.choice((Sort.BEST, Sort.NEAREST)), page=random.choice((1, 1, 2, 5)))
        found, listed = both(index, filled, board, asked)
        assert listed == found, asked


def test_orders_of_a_table_and_very_many_with_a_word_are_left_to_the_index(index, filled, monkeypatch):
    board = Board(index.board(filled))
    request = next(request for request in requests() if request.q and not request.near)
    assert both(index, filled, board, request)[1] is not None
    assert both(index, filled, board, replace(request, sort=Sort.NAME))[1] is None
    assert both(index, filled, board, replace(request, sort=Sort.NEWEST))[1] is None
    monkeypatch.setattr(chosen_of, "CAP", 0)
    assert both(index, filled, board, request)[1] is None


def test_on_a_board_only_words_are_asked_for_and_only_once(index, filled, monkeypatch):
    board, asked = Board(index.board(filled)), []
    numbers = index.numbers

    def noted(session, query):
        asked.append(query)
        return numbers(session, query)

    monkeypatch.setattr(index, "numbers", noted)
    monkeypatch.setattr(index, "find", None)
    for request in requests():
        asked.clear()
        query = query_of(request, TERMS, HERE if request.near else None, (), MOMENT)
        if request.when or request.area:
            continue
        choose(filled, request, query, board=board, index=index, times=Times(filled, board, index, MOMENT)).listed(
            filled, query
        )
        assert [each.filters for each in asked] == ([()] if request.q else []), request
