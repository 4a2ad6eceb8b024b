"""Searches that found nothing: what is counted, and that nothing more is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from directory.infra.db import reading, transaction
from directory.search.rules.request import SearchRequest
from directory.search.rules.unmet import ANY, OTHER, Lack, lacks
from directory.search.rules.when import NAMES
from directory.search.service import unmet as service
from directory.search.service.unmet import Unmet, UnmetCounts, unmet
from tests.search.invented import TERMS

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 5, 11)


def counted(now=datetime(2026, 5, 14, 12, tzinfo=UTC), **asked):
    return lacks(SearchRequest(**asked), TERMS, district="B11", nearby=False, now=now, zone=LONDON)


def lack(need="food", district="B11", *, nearby=False, week=MONDAY):
    return Lack(week, district, need, nearby)


@pytest.mark.parametrize(
    ("asked", "needs"),
    [
        ({"needs": ("food", "money")}, ["food", "money"]),
        ({"q": "skint and hungry"}, ["money", "food"]),
        ({"q": "food", "needs": ("food",)}, ["food"]),
        ({"q": "my neighbour Marlowe"}, [OTHER]),
        ({"near": "B11 1AA"}, [ANY]),
        ({"q": "food", "when": NAMES["now"]}, []),
    ],
)
def test_a_search_counts_for_the_needs_it_meant_and_its_words_are_not_kept(asked, needs):
    assert [each.need for each in counted(**asked)] == needs


def test_a_week_begins_on_monday_where_the_place_is():
    late_on_sunday_in_utc = datetime(2026, 5, 10, 23, 30, tzinfo=UTC)  # 00:30 on Monday in London
    assert [each.week for each in counted(late_on_sunday_in_utc, q="food")] == [MONDAY]


@given(st.text(min_size=1, max_size=40))
def test_whatever_is_typed_only_slugs_and_marks_come_out(text):
    assert {each.need for each in counted(q=text)} <= {*TERMS.needs, OTHER, ANY}


def test_counts_are_written_added_up_and_small_ones_never_shown(engine):
    held = UnmetCounts()
    for _ in range(2):
        held.note([lack()] * 4 + [lack("money")] * 4)
        held.note([lack(week=date(2020, 1, 6))] * 9)
        with transaction(engine) as session:
            assert held.write(session) == 3
        assert not held.waiting
    held.note([lack("money", "B12")] * 4)
    with transaction(engine) as session:
        held.write(session)
    with reading(engine) as session:
        assert unmet(session, since=MONDAY) == ([Unmet("B11", "food", 8, 0), Unmet("B11", "money", 8, 0)], 1)
        assert unmet(session, since=MONDAY, district="B12") == ([], 1)


@pytest.mark.parametrize(("nothing", "near", "shown"), [(6, 7, (6, 7)), (6, 2, (8, 0)), (2, 6, (0, 8)), (3, 4, (0, 7))])
def test_a_part_that_is_too_small_is_told_with_the_other(engine, nothing, near, shown):
    held = UnmetCounts()
    held.note([lack()] * nothing + [lack(nearby=True)] * near)
    with transaction(engine) as session:
        held.write(session)
    with reading(engine) as session:
        assert unmet(session, since=MONDAY) == ([Unmet("B11", "food", *shown)], 0)


def test_a_flood_of_different_searches_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(service, "MOST_HELD", 3)
    held = UnmetCounts()
    held.note([lack(district=f"B{n}") for n in range(10)] + [lack(district="B0")])
    assert sum(held._held.values()) == 4


def test_the_table_has_no_room_for_more(engine):
    columns = {column["name"]: str(column["type"]) for column in sa.inspect(engine).get_columns("search_unmet")}
    assert set(columns) == {"week", "district", "need", "nearby", "searches"}
    assert columns["week"] == "DATE"
