"""The numbers that docs/search.md names are those of the code."""

from __future__ import annotations

import pytest

from directory.core.geo import MILE_M
from directory.infra.db import STATEMENT_LIMIT_MS
from directory.search import sqlite
from directory.search.engine import finding
from directory.search.rules import near, ranking, request, words
from tests.support.sizes import ROOT

GUIDE = " ".join((ROOT / "docs" / "search.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("said", "value", "is_so"),
    [
        ("The first seven words", words.MOST_WORDS, 7),
        ("within 3 miles", request.START_MILES, 3),
        ("a need it meets | a quarter of a mile |", ranking.IN_SERVICE_M, MILE_M / 4),
        ("only in a text | two miles |", ranking.IN_TEXT_M, 2 * MILE_M),
        ("in the organisation's name | nothing |", ranking.IN_NAME_M, 0),
        ("counts as 1.5 miles away", near.SERVES_AREA_M, 1.5 * MILE_M),
        ("as 3 miles when it serves the whole place", near.SERVES_PLACE_M, 3 * MILE_M),
        ("as 50 when it serves everywhere", near.SERVES_ANYWHERE_M, 50 * MILE_M),
        ("Up to 400 matching offerings", finding.CAP, 400),
        ("(600 near a place)", finding.CAP_NEAR, 600),
        ("2 seconds on SQLite", sqlite.LIMIT_S, 2),
        ("5 on PostgreSQL", STATEMENT_LIMIT_MS, 5_000),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_number_in_the_guide_is_that_of_the_code(said, value, is_so):
    assert said in GUIDE
    assert value == is_so
