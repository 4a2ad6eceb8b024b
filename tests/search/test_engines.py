"""Both engines against plain Python, and against each other."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import pytest

from directory.core.geo import Box
from directory.search.engine import finding
from directory.search.rules.near import Here
from directory.search.rules.query import Query, query_of
from directory.search.rules.relaxed import FEW
from directory.search.rules.request import SearchRequest, Sort
from tests.search import oracle
from tests.search.conftest import HOW_MANY
from tests.search.invented import SPARKBROOK, TERMS

MILE_M = 1609.344
PAGE = 15


def queries():
    random = Random(4)
    texts = ("", "food", "food bank", "skint", "the", "choir warm hub", "saheli cafe", "lodz", "womens drop in")
    wheres = (None, 0.0, 0.3, 1.0, 3.0, 40.0)
    filters: tuple[dict[str, Any], ...] = (
        {},
        {"needs": ("food",)},
        {"needs": ("food", "company"), "kinds": ("charity",)},
        {"area": "B12"},
    )
    for q, within, more in product(texts, wheres, filters):
        request = SearchRequest(q=q, within_miles=within or 0.0, sort=random.choice(list(Sort)), **more)
        query = query_of(request, TERMS, None, ())
        here = None if within is None else Here(SPARKBROOK, within * MILE_M or None, ("b11", "e05011118"))
        yield replace(query, here=here, sort=Sort.BEST if here is None and query.sort is Sort.NEAREST else query.sort)


def all_pages(index, session, query):
    rows, total = [], 1
    for offset in range(0, HOW_MANY + PAGE, PAGE):
        found = index.find(session, replace(query, offset=offset, limit=PAGE))
        rows += found.rows
        total = found.total
        if not found.rows:
            break
    return rows, total, found


@pytest.fixture(params=["roomy", "tight"])
def caps(request, monkeypatch):
    """As they are; or so tight that the ways for large numbers are taken."""
    if request.param == "tight":
        for name, value in (("CAP", 12), ("CAP_NEAR", 12), ("PASS", 8), ("RING", 10), ("RING_M", MILE_M)):
            monkeypatch.setattr(finding, name, value)
    return request.param


def test_an_engine_finds_what_plain_python_finds_and_pages_through_all_of_it_once(caps, index, filled, docs):
    for query in queries():
        wanted = oracle.found(docs, query)
        rows, total, last = all_pages(index, filled, query)
        if last.relaxed:
            assert len(wanted) < FEW, query
            assert set(wanted) <= {row.organization_id for row in rows}, query
            assert len(rows) == total, query
            continue
        assert total == len(wanted), query
        assert len(rows) == len({row.organization_id for row in rows}) == total, query
        assert {row.organization_id: list(row.offerings) for row in rows} == wanted, query


def test_an_engine_orders_by_distance_as_plain_python_does_however_many_there_are(caps, index, filled, docs):
    for query in queries():
        if query.here is None or query.sort not in {Sort.BEST, Sort.NEAREST}:
            continue
        wanted = oracle.order(docs, query)
        rows, _, last = all_pages(index, filled, query)
        if not last.relaxed:
            assert [row.organization_id for row in rows] == wanted, query


def test_an_engine_orders_by_words_as_plain_python_does_while_it_reads_them_all(index, filled, docs):
    for query in queries():
        if query.here is None and query.sort is Sort.BEST:
            rows, _, last = all_pages(index, filled, query)
            assert last.relaxed or [row.organization_id for row in rows] == oracle.order(docs, query), query


def test_every_match_is_listed_for_files_and_for_the_map(index, filled, docs):
    box = Box(-1.9, 52.44, -1.85, 52.47)
    for query in queries():
        wanted = oracle.found(docs, query)
        found: dict[int, list[int]] = {}
        for match in index.matches(filled, query):
            found.setdefault(match.organization_id, []).append(match.n)
        assert found == wanted, query
        inside = {
            (doc.organization_id, doc.number & 8191)
            for doc in docs
            if doc.point and box.contains(doc.point) and oracle.meets(doc, query)
        }
        assert {(match.organization_id, match.n) for match in index.matches(filled, query, box=box)} == inside, query


def test_a_page_beyond_the_last_is_empty_and_still_counts(index, filled):
    found = index.find(filled, Query(offset=1_000_000))
    assert (found.total, found.rows) == (HOW_MANY, ())
