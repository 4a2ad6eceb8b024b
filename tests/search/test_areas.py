"""A list of an area: what is in it comes first, on both engines and on a board."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory.listings.rules.offerings import flat_offerings
from directory.search.rules.query import query_of
from directory.search.rules.request import PAGE_SIZE, SearchRequest, Sort
from directory.search.service.board import Board
from directory.search.service.chosen import find
from directory.search.service.times import Times
from tests.search import plain
from tests.search.conftest import HOW_MANY
from tests.search.invented import AREAS, MOMENT, TERMS, organisations

REQUESTS = [
    *(SearchRequest(area=area) for area in AREAS),
    SearchRequest(area="B11", needs=("food",)),
    SearchRequest(area="B11", hows=("phone",)),  # nothing of it is anywhere
]


def whole(ask, request):
    """All pages of a request: organisations and ordinals in their order, and how many are inside."""
    rows, page = [], 1
    while True:
        found = ask(replace(request, page=page))
        rows += found.rows
        if page * PAGE_SIZE >= found.total:
            return rows, found.inside, found.total
        page += 1


def areas_of(flat, areas):
    """Those that the place of an offering lies in."""
    return areas.get(flat.location.id, ())


def there(request):
    """The offerings of a request whose public point lies in its area, by organisation: plain Python."""
    records = {number: (record, areas) for number, record, areas in organisations(HOW_MANY)}
    found = {}
    for number, ordinals in plain.found(((n, *both) for n, both in records.items()), request).items():
        record, areas = records[number]
        by_n = {flat.n: flat for flat in flat_offerings(record)}
        inside = [n for n in ordinals if plain._point(by_n[n]) and request.area in areas_of(by_n[n], areas)]
        found[number] = (sorted(inside), sorted(set(ordinals) - set(inside)))
    return found


@pytest.fixture(params=["the index", "a board"])
def ask(request, index, filled):
    """Answers a request, by the index or by a board."""
    board = Board(index.board(filled))

    def answered(asked):
        query = query_of(asked, TERMS, None, (), MOMENT)
        if request.param == "the index":
            return index.find(filled, query)
        times = Times(filled, board, index, MOMENT)
        return find(filled, asked, query, board=board, index=index, times=times)[0]

    return answered


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
def test_who_is_in_an_area_comes_before_who_only_serves_it(ask, request_):
    rows, inside, total = whole(ask, request_)
    expected = there(request_)
    assert {row.organization_id for row in rows} == set(expected)
    assert total == len(rows) == len(expected)
    assert inside == sum(bool(here) for here, _ in expected.values())
    assert all(expected[row.organization_id][0] for row in rows[:inside])
    assert not any(expected[row.organization_id][0] for row in rows[inside:])
    in_order = [(*here, *beside) for here, beside in (expected[row.organization_id] for row in rows)]
    assert [row.offerings for row in rows] == in_order


def test_an_area_with_another_order_or_words_is_not_parted(ask):
    for request in (
        SearchRequest(area="B11", q="food"),
        SearchRequest(area="B11", sort=Sort.NAME),
        SearchRequest(needs=("food",)),
    ):
        assert ask(request).inside is None
