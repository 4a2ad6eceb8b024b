"""What is found on a board is what the engines find: the same organisations in the same order, on both databases."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from directory.search.engine import finding
from directory.search.rules.query import query_of
from directory.search.rules.request import Sort
from directory.search.service import best, postings
from directory.search.service import chosen as chosen_of
from directory.search.service.board import Board
from directory.search.service.chosen import find
from directory.search.service.times import Times
from tests.search.invented import MOMENT, TERMS
from tests.search.test_conditions import SEARCHER
from tests.search.test_facets import HERE, requests


def both(index, session, board, request):
    """What the index finds, and what is found on the board."""
    near = HERE if request.near else None
    query = query_of(request, TERMS, near, tuple(sorted(SEARCHER.areas)) if near else (), MOMENT)
    times = Times(session, board, index, MOMENT)
    return index.find(session, query), find(session, request, query, board=board, index=index, times=times)[0]


def test_a_board_lists_what_the_index_finds_in_the_same_order(index, filled):
    board, random = Board(index.board(filled)), Random(5)
    for request in random.sample(list(requests()), 60):
        asked = replace(request, sort=random.choice((Sort.BEST, Sort.NEAREST)), page=random.choice((1, 1, 2, 5)))
        found, listed = both(index, filled, board, asked)
        assert listed == found, asked


def test_a_board_reads_the_best_of_very_many_as_the_index_does(index, filled, monkeypatch):
    board, random = Board(index.board(filled)), Random(6)
    for module in (finding, chosen_of):
        monkeypatch.setattr(module, "CAP", 3)
        monkeypatch.setattr(module, "CAP_NEAR", 3)
    for module in (finding, best):
        monkeypatch.setattr(module, "PASS", 2)
        monkeypatch.setattr(module, "RING", 4)
    some = [request for request in requests() if request.q]
    for request in random.sample(some, 40):
        asked = replace(request, sort=Sort.BEST, page=random.choice((1, 1, 2, 5)))
        found, listed = both(index, filled, board, asked)
        assert listed == found, asked


def test_orders_of_a_table_are_left_to_the_index(index, filled, monkeypatch):
    board, asked = Board(index.board(filled)), []
    request = next(request for request in requests() if request.q and not request.near)
    monkeypatch.setattr(index, "find", lambda _, query: asked.append(query.sort))
    for sort in Sort:
        query = query_of(replace(request, sort=sort), TERMS, None, (), MOMENT)
        times = Times(filled, board, index, MOMENT)
        find(filled, request, query, board=board, index=index, times=times)
    assert sorted(asked) == [Sort.NAME, Sort.NEWEST]


def test_a_token_is_asked_for_once_and_only_when_words_have_it(index, filled, monkeypatch):
    board, asked = Board(index.board(filled)), []
    postings = index.postings

    def noted(session, tokens):
        asked.extend(tokens)
        return postings(session, tokens)

    monkeypatch.setattr(index, "postings", noted)
    monkeypatch.setattr(index, "find", None)
    for request in requests():
        before = len(asked)
        query = query_of(request, TERMS, HERE if request.near else None, (), MOMENT)
        times = Times(filled, board, index, MOMENT)
        find(filled, request, query, board=board, index=index, times=times)
        assert query.words or request.area or len(asked) == before, request
    assert asked
    assert len(asked) == len(set(asked))


def test_what_was_not_asked_for_longest_is_let_go(index, filled, monkeypatch):
    monkeypatch.setattr(postings, "MOST_KEPT", 2)
    board = Board(index.board(filled))
    words = postings.Words(filled, board, index)
    for token in ("k=charity", "k=company", "k=charity", "no-such-token"):
        words.having(((token,),))
    assert list(board.postings.of(["k=charity", "k=company", "no-such-token"])) == ["k=charity", "no-such-token"]
