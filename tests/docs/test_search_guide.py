"""The numbers that docs/search.md names are those of the code."""

from __future__ import annotations

import pytest

from directory.core.geo import MILE_M
from directory.infra.db import STATEMENT_LIMIT_MS
from directory.publishing.service import renewal
from directory.search import sqlite
from directory.search.engine import finding
from directory.search.rules import hours, near, ranking, relaxed, request, texts, words
from directory.search.rules.when import NAMES, Part
from tests.support.sizes import ROOT

GUIDE = " ".join((ROOT / "docs" / "search.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("said", "value", "is_so"),
    [
        ("The first seven words", words.MOST_WORDS, 7),
        ("within 3 miles", request.START_MILES, 3),
        ("sounds the same | a quarter of a mile |", ranking.IN_SERVICE_M, MILE_M / 4),
        ("names first | three quarters of a mile; half a mile", ranking.IN_FIRST_NEED_M, 0.75 * MILE_M),
        ("half a mile if its texts begin", ranking.IN_FIRST_NEED_AND_HEAD_M, MILE_M / 2),
        ("a language of it | 1.5 miles;", ranking.IN_NEED_M, 1.5 * MILE_M),
        ("three quarters of a mile if its texts begin", ranking.IN_NEED_AND_HEAD_M, 0.75 * MILE_M),
        ("among the first 20 words", texts.HEAD, 20),
        ("of a text | 1.25 miles", ranking.IN_HEAD_M, 1.25 * MILE_M),
        ("further down in a text | two miles |", ranking.IN_TEXT_M, 2 * MILE_M),
        ("a fifth of a mile less", ranking.TOGETHER_M, 0.2 * MILE_M),
        ("Fewer than 5 have all", relaxed.FEW, 5),
        ("in the organisation's name | nothing |", ranking.IN_NAME_M, 0),
        ("counts as 1.5 miles away", near.SERVES_AREA_M, 1.5 * MILE_M),
        ("as 3 miles when it serves the whole place", near.SERVES_PLACE_M, 3 * MILE_M),
        ("as 50 when it serves everywhere", near.SERVES_ANYWHERE_M, 50 * MILE_M),
        ("Up to 400 matching offerings", finding.CAP, 400),
        ("(600 near a place)", finding.CAP_NEAR, 600),
        ("by date for 35 days", hours.WINDOW_DAYS, 35),
        ("when a week of them is over", hours.RENEWED_AFTER_DAYS, 7),
        ("for four weeks, then searches miss", (hours.WINDOW_DAYS - renewal.LOOKS_AHEAD_DAYS) // 7 + 1, 4),
        ("`-morning` (before noon)", hours.PARTS_MIN[Part.MORNING], (0, 12 * 60)),
        ("`-afternoon` (noon to 5pm)", hours.PARTS_MIN[Part.AFTERNOON], (12 * 60, 17 * 60)),
        ("`-evening` (from 5pm)", hours.PARTS_MIN[Part.EVENING], (17 * 60, 24 * 60)),
        ("2 seconds on SQLite", sqlite.LIMIT_S, 2),
        ("5 on PostgreSQL", STATEMENT_LIMIT_MS, 5_000),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_number_in_the_guide_is_that_of_the_code(said, value, is_so):
    assert said in GUIDE
    assert value == is_so


def test_the_guide_names_every_kind_of_time():
    for name in ("now", "today", "tomorrow", "weekend", "monday", "sunday", "evening", "monday-evening"):
        assert f"`{name}`" in GUIDE
        assert name in NAMES
