"""Lines of CSV are what csv.writer would write, and safe to open in a spreadsheet."""

import csv
import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from directory.core.text import spreadsheet_safe
from directory.exchange.rules.columns import COLUMNS
from directory.exchange.rules.csv_text import BOM, cell, header
from directory.exchange.rules.lines import csv_ending, lines
from directory.listings.rules.codec import encode, filled
from directory.listings.rules.record import Record
from tests.support.records import given_location, given_record


def page_of(record: Record) -> dict[str, Any]:
    return {
        "slug": "a-listing",
        "version": 1,
        "last_modified": "2026-05-12T12:00:00+00:00",
        "areas": {str(place.id): ["B11"] for place in record.locations},
        "record": filled(Record, encode(record)),
    }


@given(st.text())
def test_a_cell_is_quoted_as_the_csv_module_quotes_it(text):
    written = io.StringIO()
    csv.writer(written).writerow([spreadsheet_safe(text), "x"])
    assert cell(text, is_text=True) + ",x\r\n" == written.getvalue()


def test_a_formula_is_text_and_a_negative_longitude_a_number():
    assert cell("=1+1", is_text=True) == "'=1+1"
    assert cell(-1.89, is_text=False) == "-1.89"


def test_a_line_has_every_column():
    page = page_of(given_record("Kitchen, Sparkbrook", given_location()))
    ((line, _feature),) = lines(page, (0,))
    text = header() + csv_ending("https://example.org/listings/{}".format).whole("a", line, 640.4)
    (row,) = csv.DictReader(io.StringIO(text.removeprefix(BOM)))
    assert list(row) == [column.name for column in COLUMNS]
    assert row["organisation"] == "Kitchen, Sparkbrook"
    assert row["postcode"] == "B11 1AA"
    assert row["longitude"] == "-1.8716"
    assert row["distance"] == "640"
    assert row["listing"] == "https://example.org/listings/a"
    assert row["areas"] == "B11"


def test_columns_have_different_names_and_each_says_what_it_means():
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)
    assert all(column.meaning and column.example for column in COLUMNS)
