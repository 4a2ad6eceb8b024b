"""What is found on a board is what the engines find: the same organisations in the same order, on both databases."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from directory.core.geo import Box
from directory.search.engine import finding
from directory.search.rules.query import query_of
from directory.search.rules.request import SearchRequest, Sort
from directory.search.service import best, matching, postings
from directory.search.service import board as board_of
from directory.search.service import chosen as chosen_of
from directory.search.service.board import Board
from directory.search.service.chosen import find
from directory.search.service.matching import OnBoard
from directory.search.service.times import Times
from tests.search.invented import MOMENT, SPARKBROOK, TERMS
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


def test_a_board_matches_what_the_index_does_for_files_and_for_maps(index, filled, monkeypatch):
    board, random = Board(index.board(filled)), Random(8)
    monkeypatch.setattr(board_of, "BATCH", 3)
    on_board, off_board = OnBoard(lambda: board, index), OnBoard(lambda: None, index)
    boxes = [None, None, Box.around(SPARKBROOK, 1_500.0), Box.around(SPARKBROOK, 9_000.0), Box(-9.0, 49.0, 2.0, 61.0)]
    found = 0
    for request in random.sample(list(requests()), 60):
        near = HERE if request.near else None
        query = query_of(request, TERMS, near, tuple(sorted(SEARCHER.areas)) if near else (), MOMENT)
        box = random.choice(boxes)
        wanted = list(index.matches(filled, query, box=box))
        assert list(on_board.matches(filled, query, box=box)) == wanted, (request, box)
        found += len(wanted)
        if box:
            in_it = [(match.organization_id, match.lat, match.lon) for match in wanted]
            for placed in (on_board, off_board):
                columns = placed.placed(filled, query, box)
                assert list(zip(*(column.tolist() for column in columns), strict=True)) == in_it, (request, box)
    assert found


def test_what_asks_for_very_many_tokens_is_left_to_the_index(index, filled, monkeypatch):
    board, found = Board(index.board(filled)), iter(())
    monkeypatch.setattr(index, "matches", lambda *_, **__: found)
    monkeypatch.setattr(matching, "MOST_TOKENS", 1)
    one, two = (
        query_of(SearchRequest(needs=needs), TERMS, None, (), MOMENT) for needs in (("food",), ("food", "money"))
    )
    assert OnBoard(lambda: board, index).matches(filled, one) is not found
    assert OnBoard(lambda: board, index).matches(filled, two) is found
    assert OnBoard(lambda: None, index).matches(filled, one) is found


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
