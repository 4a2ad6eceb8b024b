"""Rows that lie on disk are the rows that lie in memory: the same records come of them, and the same is told."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.exchange.rules.hsds_kit import View
from directory.exchange.rules.hsds_read import Reader
from directory.exchange.rules.hsds_rows import Row
from directory.exchange.rules.hsds_tables import Held
from directory.exchange.service import hsds_store
from directory.exchange.service.hsds_files import rows_in
from directory.exchange.service.hsds_store import Records, Store, Stored
from directory.listings.service.taxonomy import load_terms
from tests.exchange.oruk_site import NOW
from tests.exchange.test_hsds_told import EXAMPLES
from tests.support.records import records
from tests.support.schemas import shared

VIEW = View(terms=load_terms(), place="Birmingham", place_slug="birmingham")
HERE = ["organization", "service", "phone", "taxonomy_term"]
COLUMNS = ["organization_id", "service_id", "parent_id", "name", "number"]
WORDS = st.sampled_from(["", "a", "B", "b ", "c", "Ä"])


def copied(rows):
    return [Row(row.table, row.file, row.number, dict(row.cells)) for row in rows]


def told(tables):
    """The records of rows, and what is told of them; the order in which links are told is nobody's."""
    reader = Reader(tables, VIEW, now=NOW)
    found = list(reader.records())
    return found, sorted(map(str, reader.told.faults)), reader.told.left, reader.told.skipped, tables.sizes


@pytest.mark.parametrize("few", [False, True], ids=["as it is", "with next to nothing in memory"])
@pytest.mark.parametrize("name", [*EXAMPLES, "05-hsds-1.1-all.zip"])
def test_of_a_published_example_the_same_comes(name, few, monkeypatch):
    if few:
        monkeypatch.setattr(hsds_store, "MOST_LIVE", 1)
        monkeypatch.setattr(hsds_store, "AT_ONCE", 2)
    rows = list(rows_in(shared(f"examples/{name}")))
    assert told(Stored(copied(rows), "x", Store())) == told(Held(copied(rows), "x"))


@st.composite
def tables_of_rows(draw):
    found = []
    for number in range(draw(st.integers(0, 12))):
        said = {name: draw(WORDS) for name in ("id", *COLUMNS)}
        cells = {name: value for name, value in said.items() if value}
        found.append(Row(draw(st.sampled_from(HERE)), draw(st.sampled_from(["x.csv", "y.csv"])), number, cells))
    return found


def looked_up(tables):
    """Whatever can be asked of rows."""

    def of(rows):
        return [(row.file, row.number, row.cells) for row in rows]

    every = {table: of(tables.all(table)) for table in HERE}
    ones = {(table, word): of(filter(None, [tables.one(table, word)])) for table in HERE for word in "abcä"}
    links = {
        (table, column, word): of(tables.of(table, column, word))
        for table in HERE
        for column in COLUMNS
        for word in ("", "a", "B", "c ")
    }
    broken = {
        link: sorted((word, row.file, row.number) for word, row in tables.broken(*link, "service"))
        for link in sorted(tables.links())
    }
    twice = sorted((row.file, row.number, known.number) for row, known in tables.repeated())
    return every, ones, links, broken, twice, tables.sizes


@given(rows=tables_of_rows())
def test_whatever_is_asked_of_rows_the_answer_is_the_same(rows):
    assert looked_up(Stored(copied(rows), "x", Store())) == looked_up(Held(copied(rows), "x"))


def test_a_column_that_was_asked_for_is_known_when_the_row_comes_again(monkeypatch):
    monkeypatch.setattr(hsds_store, "MOST_LIVE", 1)
    rows = [Row("phone", "x.csv", n, {"id": str(n), "number": "1", "colour": "red"}) for n in range(5)]
    tables = Stored(rows, "x", Store())
    for row in tables.all("phone"):
        row.get("number")
        if row.number == 3:
            row.settle()
    assert [row.unread for row in tables.all("phone")] == [["colour"]] * 3 + [[]] + [["colour"]]
    assert [row.number for row in tables.left("phone")] == [0, 1, 2, 4]


def test_nothing_without_an_identifier_is_what_something_without_a_link_hangs_on():
    rows = [Row("service", "x.csv", 2, {"name": "No id"}), Row("contact", "x.csv", 3, {"name": "No service"})]
    for tables in (Held(copied(rows), "x"), Stored(copied(rows), "x", Store())):
        assert tables.one("service", "") is None


@settings(max_examples=25)
@given(some=st.lists(records(), max_size=3))
def test_records_come_back_as_they_were(some):
    kept = Records(Store())
    for record in some:
        kept.add(record)
    assert list(kept) == some
    assert kept[:2] == some[:2]
    assert len(kept) == len(some)


def test_a_letter_that_is_none_is_kept_until_it_is_told():
    row = Row("organization", "x.json", 1, json.loads('{"id": "1\\ud800", "name": "a\\ud800b", "x_id": "\\ud800"}'))
    tables = Stored([row], "x", Store())
    found = tables.one("organization", "1\ud800")
    assert found is not None
    assert found.cells["name"] == "a\ud800b"
    assert tables.of("organization", "x_id", "\ud800")
