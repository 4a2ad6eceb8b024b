"""What Excel saves is read as a person sees it, through the page where files are sent."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from directory.exchange.service.sheets import sheet_to_csv
from directory.infra.db import reading
from directory.publishing import queries as publishing
from tests.exchange.excel import STYLE, book, cell, row
from tests.exchange.test_imports import ANSWERS, send, work
from tests.moderation.test_pages import press
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS

SEEN = [  # what the file has, its format, and what stands in the cell
    (46146, "date", "2026-05-04"),
    (46146, "dd/mm/yyyy;@", "2026-05-04"),
    (46146.75, "date", "2026-05-04"),
    (46146, r"[$-809]dd\ mmmm\ yyyy;@", "2026-05-04"),
    (1, "date", "1900-01-01"),
    (61, "date", "1900-03-01"),
    (0.7708333333333334, "time", "18:30"),
    (46146.770833333336, "time", "18:30"),
    (0.7708333333333334, r"[$-F400]h:mm:ss\ AM/PM", "18:30"),
    (1.5, "[h]:mm", "36:00"),
    (46146.770833333336, "moment", "2026-05-04 18:30"),
    (46146.770833333336, r"dd/mm/yyyy\ hh:mm", "2026-05-04 18:30"),
    (0.5, "0%", "50%"),
    (0.125, "0.00%", "12.5%"),
    (0.29, "0%", "29%"),
    (4.5, '"£"#,##0.00', "£4.50"),
    (1200, r"[$£-809]#,##0;[Red]\-[$£-809]#,##0", "£1,200"),
    (3, r'_-"£"* #,##0.00_-;\-"£"* #,##0.00_-;_-"£"* "-"??_-;_-@_-', "£3.00"),
    (1214960123, "0000000000#", "01214960123"),
    (1214960123, r"0000\ 000\ 0000", "0121 496 0123"),
    (123, "00000", "00123"),
    (1234567, "00000", "1234567"),
    (0.30000000000000004, "general", "0.3"),
    (52.486243, "0.00", "52.486243"),
    (-1.8904, "general", "-1.8904"),
    (0.00001, "general", "0.00001"),
    (12345, "#,##0", "12345"),
    (441214960123, "general", "441214960123"),
    (True, "general", "yes"),
    ("01214960123", "text", "01214960123"),
    ("  spaced  ", "general", "  spaced  "),
    (None, "date", ""),
]


def read(tmp_path, made):
    (tmp_path / "groups.xlsx").write_bytes(made.getvalue())
    target = StringIO()
    sheet = sheet_to_csv(tmp_path / "groups.xlsx", target, most_columns=100)
    return sheet, list(csv.reader(StringIO(target.getvalue(), newline="")))


@pytest.mark.parametrize(("value", "style", "seen"), SEEN, ids=[f"{value} as {style}" for value, style, _ in SEEN])
def test_a_cell_says_what_a_person_sees(tmp_path, value, style, seen):
    made = book(row(1, cell("A1", "name"), cell("B1", "it")), row(2, cell("A2", "x"), cell("B2", value, style)))
    rows = read(tmp_path, made)[1]
    assert (rows[1] + [""])[1] == seen


@pytest.mark.parametrize(("number", "seen"), [(44684, "2026-05-04"), (0, "00:00"), (1, "1904-01-02")])
def test_days_may_be_counted_from_1904(tmp_path, number, seen):
    head = row(1, cell("A1", "name"), cell("B1", "it"))
    made = book(head, row(2, cell("A2", "x"), cell("B2", number, "date")), from_1904=True)
    assert read(tmp_path, made)[1][1][1] == seen


def test_formulas_say_what_they_were_worked_out_to(tmp_path):
    head = row(1, cell("A1", "name"), cell("B1", "it"), cell("C1", "when"), cell("D1", "is"))
    soup = cell("A2", "Soup & friends", formula='CONCATENATE("Soup"," & friends")')
    worked = cell("B2", 3.5, formula="SUM(1,2.5)"), cell("C2", 46146, "date", formula="TODAY()")
    made = book(head, row(2, soup, *worked, cell("D2", value=False, formula="1=2")))
    assert read(tmp_path, made)[1][1] == ["Soup & friends", "3.5", "2026-05-04", "no"]


def test_one_cell_over_several_rows_is_said_in_each_and_a_merged_heading_once(tmp_path):
    head = row(1, cell("A1", "name"), cell("B1", "address"), cell("C1", None), cell("D1", "service"))
    rows = []
    for n in (2, 3, 4):
        name = cell(f"A{n}", "Lantern Meals" if n == 2 else None)
        rows.append(row(n, name, cell(f"B{n}", f"{n} High Street"), cell(f"C{n}", None), cell(f"D{n}", f"Service {n}")))
    made = book(head, *rows, row(5, cell("A5", None), cell("D5", "Nobody's")), merged=["B1:C1", "A2:A4", "B6:C6"])
    sheet, found = read(tmp_path, made)
    assert sheet.columns == ("name", "address", "", "service")
    assert [each[0] for each in found[1:]] == ["Lantern Meals"] * 3 + [""]
    assert [each[3] for each in found[1:4]] == ["Service 2", "Service 3", "Service 4"]


def test_empty_rows_at_the_end_are_nothing_and_hidden_ones_are_counted(tmp_path):
    head = row(1, cell("A1", "name"), cell("B1", "town"))
    rows = [row(n, cell(f"A{n}", f"Group {n}"), hidden=n == 3) for n in (2, 3, 4)]
    made = book(head, *rows, *(row(n, cell(f"A{n}", None, "date"), cell(f"B{n}", None)) for n in range(5, 200)))
    sheet, found = read(tmp_path, made)
    assert (len(found), sheet.rows, sheet.hidden) == (4, 4, 1)


@pytest.fixture(params=KINDS)
def app(request, databases, make_app):
    return make_app(databases.copy_of(INSTALLED, request.param))


HEAD = ("Ref", "Organisation", "About", "Telephone", "Post code", "Services", "Show the place")
LETTERS = "ABCDEFG"


def test_a_real_file_is_sent_checked_and_imported_as_it_is_seen(app, as_person):
    moderator = as_person("moderator")
    head = row(1, *(cell(f"{letter}1", name) for letter, name in zip(LETTERS, HEAD, strict=True)))
    lines = (
        (
            1,
            "Lantern Meals",
            "Hot suppers for whoever comes.",
            (1214960123, r"0000\ 000\ 0000"),
            "B11 1AA",
            "Supper club",
        ),
        (2, "Chess in the park", "Boards are brought.", (1214960124, "0000000000#"), "B13 8AA", "Chess"),
    )
    rows = [
        row(at, *(
            cell(f"{letter}{at}", *(value if isinstance(value, tuple) else (value,)))
            for letter, value in zip(LETTERS, (*line, "exact"), strict=True)
        ), hidden=at == 3)
        for at, line in enumerate(lines, start=2)
    ]  # fmt: skip
    made = book(head, *rows, row(4, cell("A4", None, "date")), before=[("Lists", "hidden"), ("Old", "veryHidden")])
    page = send(moderator, made)
    assert page.h1 == "What are the columns?"
    assert "Read from the sheet “Our groups”. 1 other sheet was not read." in page.text
    assert "1 row is hidden in the file, by a filter perhaps: it is imported, too." in page.text
    page = press(moderator, page, "/columns", **ANSWERS)
    assert "checked" in page.h1
    press(moderator, page, "/go")
    work(app)
    with app.app_context(), reading() as session:
        found = [
            current.record
            for change in publishing.changes_since(session, 0, limit=10)
            if (current := publishing.current(session, change.organization_uuid))
        ]
    assert {record.name: [phone.number for phone in record.phones] for record in found} == {
        "Lantern Meals": ["0121 496 0123"],
        "Chess in the park": ["0121 496 0124"],
    }


def test_every_format_of_the_file_is_tried():
    tried = {style for _, style, _ in SEEN}
    assert STYLE.keys() - tried == {r"[<=9999999]###\-####;\(###\)\ ###\-####"}
