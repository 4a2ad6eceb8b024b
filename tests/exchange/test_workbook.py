"""The workbook opens again with every value of its kind, and nothing in it runs."""

import io
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest

from directory.exchange.rules.tables import LISTED
from directory.exchange.service import workbook
from directory.listings.rules import record as r
from tests.exchange.published import NOW, hall, organisations, put, rows_of
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.records import given_record

FORMULAS = ("=1+1", "+44 121", "-Food-", "@home", '=HYPERLINK("https://example.org")', "\t=1", "'=quoted", "00121")


def opened(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def table(book, name):
    """The rows of a sheet, by their columns."""
    head, *rows = book[name].iter_rows()
    return [dict(zip([cell.value for cell in head], row, strict=True)) for row in rows]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("query", ["", "need=company", "near=B12+9QR&within=2", "q=zxqwv"])
def test_its_sheets_are_the_tables(databases, make_app, kind, query):
    app = make_app(databases.copy_of(INSTALLED, kind))
    put(app, *organisations())
    client = app.test_client()
    book = opened(client.get(f"/data/listings.xlsx?{query}"))
    assert book.sheetnames == ["organisations", "services", "locations", "offerings", "dictionary", "about"]
    for each in LISTED:
        rows = rows_of(client.get(f"/data/{each.name}.csv?{query}"))
        found = table(book, each.name)
        assert [str(row[each.key].value) for row in found] == [row[each.key] for row in rows]
        for row, plain in zip(found, rows, strict=True):
            assert {name for name, cell in row.items() if cell.value is not None} == {n for n, v in plain.items() if v}
            assert str(row["listing"].value) == plain["listing"]


def test_each_value_is_of_its_kind(app, client):
    record = replace(
        given_record("Library", hall("library", 52.48, -1.89), service="Books"),
        assured_at=NOW,
        year_incorporated=1998,
        notice=r.Notice(text="Shut on Friday", until=date(2026, 5, 15)),
    )
    put(app, replace(record, services=(replace(record.services[0], free=True, minimum_age=16.0),)))
    book = opened(client.get("/data/listings.xlsx?near=B12+9QR&within=20"))
    (who,), (what,) = table(book, "organisations"), table(book, "services")
    (where,), (row,) = table(book, "locations"), table(book, "offerings")
    assert who["confirmed"].value == NOW.replace(tzinfo=None)
    assert who["confirmed"].is_date
    assert who["notice_until"].value == datetime(2026, 5, 15)  # noqa: DTZ001 - cells know no zone
    assert (who["year_incorporated"].value, who["year_incorporated"].data_type) == (1998, "n")
    assert (what["free"].value, what["minimum_age"].value) == (True, 16)
    assert (where["longitude"].value, where["longitude"].data_type) == (-1.89, "n")
    assert isinstance(row["distance"].value, int)
    assert (row["postcode"].value, row["postcode"].data_type) == ("B11 1AA", "s")


@pytest.mark.parametrize("text", FORMULAS)
def test_text_is_text_whatever_it_begins_with(app, client, text):
    put(app, given_record("Safe", service=text, about=text))
    (row,) = table(opened(client.get("/data/listings.xlsx")), "services")
    assert (row["description"].value, row["description"].data_type) == (text, "s")
    assert row["description"].quotePrefix == text.startswith(("=", "+", "-", "@", "\t"))
    assert row["description"].hyperlink is None


def test_a_cell_that_is_too_long_for_excel_says_that_it_was_cut(app, client):
    put(app, given_record("Long", about="word " * 8_000))
    (row,) = table(opened(client.get("/data/listings.xlsx")), "services")
    assert len(row["description"].value) == workbook.LONGEST_CELL
    assert row["description"].value.endswith(workbook.CUT)


def test_it_is_ready_to_use_and_says_where_it_comes_from(app, client):
    put(app, *organisations())
    book = opened(client.get("/data/listings.xlsx?need=food&near=B12+9QR"))
    for each in LISTED:
        sheet = book[each.name]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.column_dimensions["B"].width > 10
        assert all(cell.font.bold for cell in sheet[1])
    facts = {row["fact"].value: row["value"].value for row in table(book, "about")}
    assert facts["search"] == "near=B12 9QR, need=food"
    assert facts["address"].endswith("/search?near=B12+9QR&need=food")
    assert facts["data of"] == NOW.isoformat()
    assert facts["change"] == "31"
    assert "Open Government Licence v3.0" in facts["licence"]
    said = [(row["table"].value, row["name"].value) for row in table(book, "dictionary")]
    assert said == [(each.name, column.name) for each in LISTED for column in each.columns]


def test_it_grows_to_a_limit_and_then_says_what_to_take(app, client, monkeypatch):
    put(app, *organisations()[:5])
    monkeypatch.setattr(workbook, "MOST_ROWS", 5)
    assert client.get("/data/listings.xlsx").status_code == 200
    put(app, organisations()[5])
    answer = client.get("/data/listings.xlsx")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert "CSV" in answer.json["detail"]
    assert client.get("/data/listings.xlsx?q=%22kitchen+03%22").status_code == 200


def test_one_that_takes_too_long_is_given_up(app, client, monkeypatch):
    put(app, *organisations()[:5])
    monkeypatch.setattr(workbook, "MADE_WITHIN_S", -1.0)
    assert client.get("/data/listings.xlsx").status_code == 503
