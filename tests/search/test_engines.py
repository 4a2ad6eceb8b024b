"""Both engines against plain Python, and against each other."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import pytest

from directory.search.engine import finding
from directory.search.rules.near import Here
from directory.search.rules.query import query_of
from directory.search.rules.request import SearchRequest, Sort
from directory.search.service import open_index
from tests.search import oracle
from tests.search.invented import SPARKBROOK, TERMS, docs_of

HOW_MANY = 300
MILE_M = 1609.344


@pytest.fixture
def index(engine):
    return open_index(engine.dialect.name)


@pytest.fixture
def docs():
    return docs_of(HOW_MANY)


@pytest.fixture
def filled(index, session, docs):
    index.put(session, docs)
    return session


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
    for offset in range(0, HOW_MANY + 20, 20):
        found = index.find(session, replace(query, offset=offset))
        rows += found.rows
        total = found.total
        if not found.rows:
            break
    return rows, total, found


@pytest.mark.parametrize("caps", ["roomy", "tight"])
def test_an_engine_finds_what_plain_python_finds_and_pages_through_all_of_it_once(
    caps, index, filled, docs, monkeypatch
):
    if caps == "tight":  # the ways for large numbers, with small ones
        for name, value in (("CAP", 12), ("CAP_NEAR", 12), ("PASS", 8), ("RING", 10), ("RING_M", MILE_M)):
            monkeypatch.setattr(finding, name, value)
    for query in queries():
        wanted = oracle.found(docs, query)
        rows, total, last = all_pages(index, filled, query)
        if last.relaxed:
            assert not wanted, query
            continue
        assert total == len(wanted), query
        assert len(rows) == len({row.organization_id for row in rows}) == total, query
        assert {row.organization_id: list(row.offerings) for row in rows} == wanted, query
