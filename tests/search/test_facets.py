"""The numbers beside filters: what each value would find, against plain Python over records, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import combinations
from random import Random
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Unavailable
from directory.core.geo import MILE_M
from directory.geocoding.rules import Located
from directory.infra.db import reading, transaction
from directory.listings.rules.record import Found
from directory.search.rules.facets import options
from directory.search.rules.numbers import base_of, number_of
from directory.search.rules.query import query_of
from directory.search.rules.request import CHOSEN, FREE, SearchRequest
from directory.search.rules.when import NAMES, Moment
from directory.search.service import board as board_of
from directory.search.service.board import Board, Boards
from directory.search.service.chosen import choose
from directory.search.service.facets import Offered, counts, total_of
from directory.search.service.page import SearchPage
from directory.search.service.times import Times
from tests.search import plain
from tests.search.conftest import HOW_MANY
from tests.search.invented import MOMENT, SPARKBROOK, TERMS, docs_of, organisations
from tests.search.test_conditions import CONDITIONS, SEARCHER, ways

TIMES = (NAMES["now"], NAMES["saturday-evening"], NAMES["weekend"])
MILES = (0.0, 0.5, 3.0, 25.0)
HERE = Located(SPARKBROOK, 100.0, Found.POSTCODE, "B11 1AA")
TOWN = Located(SPARKBROOK, 9 * MILE_M, Found.NEIGHBOURHOOD, "the town")


def with_value(request, name, value):
    """``request`` with this value, and no other, in one filter."""
    if name == "cost":
        return replace(request, free=value == FREE)
    if name == "referral":
        return replace(request, referral=value)
    return replace(request, **{CHOSEN[name][0]: (value,)})


def requests():
    """Without words and with, without a place and with; none, one or two filters on."""
    names = [name for name in CONDITIONS if name not in {"q", "within_miles"}]
    for n in (0, 1, 2):
        for chosen in combinations(names, n):
            values = ways(chosen)
            for q in ("", "choir"):
                for near, within in (("", 0.0), ("B11", 3.0), ("B11", 0.0)):
                    yield SearchRequest(q=q, near=near, within_miles=within, **values[len(values) // 2])


def page_of(request):
    near = {"": None, "town": TOWN}.get(request.near, HERE)
    query = query_of(request, TERMS, near, tuple(sorted(SEARCHER.areas)) if near else (), MOMENT)
    return SearchPage(request=request, query=query, total=0, rows=(), near=near)


def agree(board, index, session, records, request):
    page = page_of(request)
    given: dict[str, Any] = {"board": board, "index": index, "terms": TERMS}
    found = counts(session, page, Offered(MILES, TIMES, MOMENT), **given)

    def total(asked):
        if asked.near == "town" and 0 < asked.within_miles < 9.0:
            asked = replace(asked, within_miles=9.0)
        return len(plain.found(records, asked, SEARCHER if asked.near else None))

    for name, values in options(TERMS).items():
        assert found.of[name] == {value: total(with_value(request, name, value)) for value in values}, (request, name)
    miles = {each: total(replace(request, within_miles=each)) for each in MILES} if request.near else {}
    assert found.within == miles, request
    assert found.open == {when: total(replace(request, when=when)) for when in TIMES}, request


def others_of(request):
    """The same with its filters on or off, at another time and distance."""
    for bare in (request, SearchRequest(near=request.near, area=request.area)):
        for within in (0.0, 0.5, 3.0, 25.0, 50.0) if request.near else (0.0,):
            for when in (None, NAMES["weekend"]):
                yield replace(bare, within_miles=within, when=when)


def test_another_search_is_counted_on_what_was_chosen_or_has_to_be_asked(index, filled):
    records = list(organisations(HOW_MANY))
    board = Board(index.board(filled))
    counted = left = 0
    for request in Random(7).sample([each for each in requests() if not each.q], 40):
        page = page_of(request)
        times = Times(filled, board, index, MOMENT)
        chosen = choose(filled, request, page.query, board=board, index=index, times=times)
        for other in others_of(request):
            found = total_of(filled, replace(page, chosen=chosen), other, index=index, moment=MOMENT)
            if found is None:
                left += 1
                assert (request.within_miles, other.within_miles) in {(3.0, 0.0), (3.0, 50.0)}
                assert other != replace(request, within_miles=0.0)
                continue
            counted += 1
            assert found == len(plain.found(records, other, SEARCHER if other.near else None)), (request, other)
    assert counted > left > 0


@pytest.mark.parametrize("other", [{"q": "choir"}, {"near": ""}, {"area": "B11"}])
def test_what_asks_for_something_else_is_not_counted_on_what_was_chosen(index, filled, other):
    request = SearchRequest(near="B11", within_miles=3.0)
    page, board = page_of(request), Board(index.board(filled))
    times = Times(filled, board, index, MOMENT)
    chosen = choose(filled, request, page.query, board=board, index=index, times=times)
    given: dict[str, Any] = {"index": index, "moment": MOMENT}
    assert total_of(filled, replace(page, chosen=chosen), request, **given) is not None
    assert total_of(filled, replace(page, chosen=chosen), replace(request, **other), **given) is None
    assert total_of(filled, page, request, **given) is None


def test_each_value_counts_what_it_would_find_whatever_else_is_ticked(index, filled):
    records = list(organisations(HOW_MANY))
    board = Board(index.board(filled))
    for request in Random(3).sample(list(requests()), 40):
        agree(board, index, filled, records, request)


@pytest.mark.parametrize("within", [0.0, 0.5, 25.0])
def test_a_distance_from_a_whole_town_takes_in_all_of_it(index, filled, within):
    records = list(organisations(HOW_MANY))
    board = Board(index.board(filled))
    agree(board, index, filled, records, SearchRequest(near="town", within_miles=within, needs=("food",)))
    agree(board, index, filled, records, SearchRequest(near="town", within_miles=within))


@pytest.mark.soak
def test_each_value_counts_what_it_would_find_for_every_two_filters(index, filled):
    records = list(organisations(HOW_MANY))
    board = Board(index.board(filled))
    for request in requests():
        agree(board, index, filled, records, request)


def test_an_empty_directory_counts_nothing(index, session):
    board = Board(index.board(session))
    page = page_of(SearchRequest(needs=("food",)))
    given: dict[str, Any] = {"board": board, "index": index, "terms": TERMS}
    found = counts(session, page, Offered((), TIMES, MOMENT), **given)
    assert set(found.of["need"].values()) == {0}
    assert set(found.open.values()) == {0}


def test_times_are_not_counted_on_a_large_board_and_asked_once_a_day_on_a_small_one(index, filled, monkeypatch):
    asked = []
    numbers = index.numbers

    def noted(session, query):
        asked.append(query)
        return numbers(session, query)

    monkeypatch.setattr(index, "numbers", noted)
    given: dict[str, Any] = {"board": Board(index.board(filled)), "index": index, "terms": TERMS}
    page = page_of(SearchRequest())
    first, again = (counts(filled, page, Offered((), TIMES, MOMENT), **given) for _ in range(2))
    assert first.open == again.open
    assert len(asked) == len(TIMES)
    later = Moment(MOMENT.wall + timedelta(hours=3), MOMENT.calendar)
    assert counts(filled, page, Offered((), TIMES, later), **given).open.keys() == first.open.keys()
    assert len(asked) == len(TIMES) + 1, "what is open now is another thing by and by"
    monkeypatch.setattr(board_of, "SMALL", 0)
    assert counts(filled, page, Offered((), TIMES, MOMENT), **given).open == {}


def test_a_board_is_made_anew_when_the_data_changed_and_a_slow_one_beside_the_requests(engine, index):
    boards = Boards(index)
    with reading(engine) as session:
        empty = boards.current(session, {"changes": 1})
        assert boards.current(session, {"changes": 1}) is empty
    with transaction(engine) as session:
        index.put(session, docs_of(5))
    with reading(engine) as session:
        full = boards.current(session, {"changes": 2})
        assert len(full.places()) > 0
        boards._took_s = 5.0
        assert boards.current(session, {"changes": 3}) is full, "a page does not wait for a large one"
        boards.renew(session, {"changes": 3})
        assert boards.current(session, {"changes": 3}) is not full


def test_a_process_that_begins_makes_its_board_before_anybody_asks(engine, index, monkeypatch):
    boards, read = Boards(index), []
    board = index.board

    def noted(session):
        read.append(1)
        return board(session)

    monkeypatch.setattr(index, "board", noted)
    with reading(engine) as session:
        boards.renew(session, {"changes": 1})
        boards.current(session, {"changes": 1})
        boards.renew(session, {"changes": 1})
    assert read == [1]


def test_offerings_that_came_after_a_board_are_left_out(index, session):
    index.put(session, docs_of(5))
    board = Board(index.board(session))
    index.put(session, docs_of(8))
    later = [doc.number for doc in docs_of(8)]
    assert len(board.places(later)) == len(docs_of(5))


def test_a_board_lets_go_of_what_nobody_asked_for_longest(index, session, monkeypatch):
    monkeypatch.setattr(board_of, "MOST_KEPT", 2)
    board, made = Board(index.board(session)), []

    def make(key):
        made.append(key)
        return key

    for key in ("monday", "a minute", "monday", "another minute", "monday", "a minute"):
        assert board.kept(key, partial(make, key)) == key
    assert made == ["monday", "a minute", "another minute", "a minute"]


def test_who_comes_before_the_first_board_is_not_kept_waiting(index, session, monkeypatch):
    monkeypatch.setattr(board_of, "WAITS_S", 0.01)
    begun, go_on = Event(), Event()

    def slow(_session):
        begun.set()
        assert go_on.wait(20)
        return iter(())

    monkeypatch.setattr(index, "board", slow)
    boards = Boards(index)
    making = Thread(target=boards.renew, args=(session, {"changes": 1}))
    making.start()
    assert begun.wait(20)
    with pytest.raises(Unavailable, match="just begun"):
        boards.current(session, {"changes": 1})
    go_on.set()
    making.join()
    assert len(boards.current(session, {"changes": 1})) == 0


TOKENS = [f"n={number}" for number in range(150)]
SEVERAL = st.lists(st.sampled_from(TOKENS), unique=True, max_size=6)


@given(st.lists(SEVERAL, min_size=1, max_size=30), SEVERAL, st.booleans(), st.randoms())
def test_a_board_knows_any_number_of_facets(of_each, asked, every, random):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(board_of, "BATCH", 4)  # later ones have bits that earlier ones had no word for
        numbers = [number_of(base_of(0, at // 2), at % 2) for at in range(len(of_each))]
        board = Board((number, 52.0, -1.9, " ".join(each)) for number, each in zip(numbers, of_each, strict=True))
    some = sorted(random.sample(range(len(of_each)), random.randint(0, len(of_each))))
    meets = all if every else any
    for places in (some, list(range(len(of_each)))):
        found = board.having(np.array(places, dtype=np.intp), asked, every=every).tolist()
        assert found == [meets(token in of_each[at] for token in asked) for at in places]
        counted = board.counts(np.array(places, dtype=np.intp), TOKENS)
        wanted = {token: len({at // 2 for at in places if token in of_each[at]}) for token in TOKENS}
        assert {token: counted.get(token, 0) for token in TOKENS} == wanted
