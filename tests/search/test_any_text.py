"""Any text is a legal query, and no query takes for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.core.errors import Unavailable
from directory.search.rules.query import Query, query_of
from directory.search.rules.request import from_args
from directory.search.rules.sentence import words_of
from directory.search.sqlite import SqliteIndex
from tests.search.conftest import HOW_MANY
from tests.search.invented import TERMS

NAUGHTY = Path(__file__).parents[3] / "shared/data/naughty-input/blns.json"
SYNTAX = (
    '"',
    "'",
    "food*",
    "-food",
    "food OR",
    "(",
    "NEAR(a b)",
    "n=food",
    "N:food",
    ":*",
    "\\",
    "a & b | !c",
    "''::tsquery",
)


def asked(text):
    request, _ = from_args({"q": text}, TERMS)
    return query_of(request, TERMS, None, ())


def test_the_list_of_naughty_strings_gives_answers(index, filled):
    assert NAUGHTY.is_file(), f"{NAUGHTY} is missing: the tests read it from the folder beside the project"
    for text in (*json.loads(NAUGHTY.read_text(encoding="utf-8")), *SYNTAX, "\x00", "é" * 10_000, "a b " * 5_000):
        found = index.find(filled, asked(text))
        assert 0 <= found.total <= HOW_MANY


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_whatever_is_typed_gives_an_answer(index, filled, text):
    assert index.find(filled, asked(text)).total >= 0


@pytest.mark.parametrize("text", ["🍞", "***", "...", "-"])
def test_what_has_no_word_in_it_finds_nothing_and_not_everything(index, filled, text):
    assert asked(text).nothing
    assert index.find(filled, asked(text)).total == 0


def test_nothing_typed_finds_everything(index, filled):
    assert index.find(filled, asked("  ")).total == HOW_MANY


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_search_on_sqlite_is_ended_when_its_time_is_up(filled, monkeypatch):
    monkeypatch.setattr("directory.search.sqlite.STEPS", 1)
    with pytest.raises(Unavailable):
        SqliteIndex(limit_s=-1.0).find(filled, asked("food"))
    assert SqliteIndex().find(filled, asked("food")).total > 0  # the next one has its own time


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("looks", [1, 2, 5, 20, 100, 400])
def test_it_is_ended_the_same_way_while_its_rows_are_read(filled, monkeypatch, looks):
    clock = iter([0.0] * looks)
    monkeypatch.setattr("directory.search.sqlite.STEPS", 1)
    monkeypatch.setattr("directory.search.sqlite.time.monotonic", lambda: next(clock, 9.0))
    with pytest.raises(Unavailable):
        SqliteIndex().find(filled, asked("food"))


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_search_on_postgresql_is_ended_when_its_time_is_up(index, filled, monkeypatch):
    filled.execute(sa.text("SET LOCAL statement_timeout = 20"))
    monkeypatch.setattr("directory.search.postgres.PREPARE", "SELECT pg_sleep(1)")
    with pytest.raises(Unavailable):
        index.find(filled, asked("food"))


def test_a_search_for_some_of_the_words_says_so_and_has_the_most_of_them_first(index, filled):
    found = index.find(filled, Query(words=words_of("choir saheli zzzzz", TERMS), limit=HOW_MANY))
    assert found.relaxed
    assert set(found.words) == {"choir", "saheli"}
    both = index.find(filled, Query(words=words_of("choir saheli", TERMS), limit=HOW_MANY))
    assert 0 < both.total < found.total
    first = {row.organization_id for row in found.rows[: both.total]}
    assert {row.organization_id for row in both.rows} == first


def test_words_that_nothing_has_find_nothing(index, filled):
    found = index.find(filled, asked("zzzzz yyyyy"))
    assert (found.total, found.relaxed) == (0, False)
