"""Workbooks become rows of text: what programs really save, and what somebody made to break us."""

from __future__ import annotations

import csv
import datetime as dt
import tracemalloc
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from directory.core.errors import Invalid
from directory.exchange.rules.cells import LONGEST_CELL
from directory.exchange.rules.sheet_cells import column_letters, column_number
from directory.exchange.service import sheets
from directory.exchange.service.sheets import sheet_to_csv

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{KINDS}"><sheets>'
    '<sheet name="Away" sheetId="1" state="hidden" r:id="rId2"/><sheet name="Groups" sheetId="2" r:id="rId1"/>'
    "</sheets></workbook>"
)
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{TYPES}"/>',
    "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{KINDS}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": BOOK,
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{KINDS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{KINDS}/worksheet" Target="/xl/worksheets/sheet2.xml"/>'
    f'<Relationship Id="rId3" Type="{KINDS}/externalLink" Target="http://10.0.0.1/secret.xlsx" TargetMode="External"/>'
    "</Relationships>",
    "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>',
}


def row(number, *cells):
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(reference, said):
    return f'<c r="{reference}" t="inlineStr"><is><t>{said}</t></is></c>'


HEAD = row(1, text("A1", "name"), text("B1", "town"))


@pytest.fixture
def made(tmp_path):
    """A workbook of these rows, as XML; ``parts`` are others, or in the place of the usual ones."""

    def make(*rows: str, declaration: str = "", **parts: str) -> Path:
        path: Path = tmp_path / "groups.xlsx"
        sheet = f'{declaration}<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'
        named = {name.replace("__", "/").replace("_xml", ".xml"): body for name, body in parts.items()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in {**PARTS, "xl/worksheets/sheet1.xml": sheet, **named}.items():
                archive.writestr(name, body)
        return path

    return make


def read(path, most_columns=100):
    target = StringIO()
    sheet = sheet_to_csv(path, target, most_columns=most_columns)
    csv.field_size_limit(10_000_000)  # of the whole process: other tests make it small
    return sheet, list(csv.reader(StringIO(target.getvalue(), newline="")))


def test_the_first_visible_sheet_is_read_and_rows_keep_their_numbers(made):
    sheet, rows = read(made(HEAD, row(4, text("B4", "Bâle")), row(5, '<c r="A5" s="0"/>'), row(6, text("A6", "B"))))
    assert (sheet.name, sheet.others, sheet.columns) == ("Groups", 0, ("name", "town"))
    assert rows == [["name", "town"], [], [], ["", "Bâle"], [], ["B"]]


VALUES = [
    ("0121 496 0123", "0121 496 0123"),
    (7, "7"),
    (52.4862, "52.4862"),
    (-1.89, "-1.89"),
    (True, "yes"),
    (False, "no"),
    (dt.date(2026, 5, 4), "2026-05-04"),
    (dt.datetime(2026, 5, 4, 18, 30), "2026-05-04 18:30"),  # noqa: DTZ001 - a spreadsheet knows no zone
    (dt.time(18, 30), "18:30"),
    ("=not a formula", "=not a formula"),
    ("Łódź \U0001f375 two\nlines", "Łódź \U0001f375 two\nlines"),
]


def test_what_openpyxl_saves_reads_as_people_see_it(tmp_path):
    book = Workbook()
    book.active.append([f"column {at}" for at in range(len(VALUES))])
    for at, (value, _) in enumerate(VALUES, start=1):
        cell = book.active.cell(2, at, value)
        if isinstance(value, str):
            cell.data_type = "s"
    book.save(tmp_path / "a.xlsx")
    _, rows = read(tmp_path / "a.xlsx")
    assert rows[1] == [said for _, said in VALUES]


@pytest.mark.parametrize("options", [{}, {"date_1904": True}, {"in_memory": True, "use_zip64": True}])
def test_what_xlsxwriter_saves_reads_as_people_see_it(tmp_path, options):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"strings_to_formulas": False, **options}) as book:
        sheet = book.add_worksheet()
        formats = {
            dt.date: book.add_format({"num_format": "dd/mm/yyyy"}),
            dt.datetime: book.add_format({"num_format": "d mmm yy hh:mm"}),
            dt.time: book.add_format({"num_format": "[h]:mm"}),
        }
        for at, (value, _) in enumerate(VALUES):
            sheet.write(0, at, f"column {at}")
            if type(value) in formats:
                sheet.write_datetime(1, at, value, formats[type(value)])
            else:
                sheet.write(1, at, value)
    _, rows = read(tmp_path / "a.xlsx")
    assert rows[1] == [said for _, said in VALUES]


def test_how_a_word_is_read_aloud_is_no_part_of_it_and_runs_are_one_text(made):
    rich = "<r><t>Soup</t></r><r><t xml:space='preserve'> club</t></r><rPh><t>x</t></rPh>"
    assert read(made(HEAD, row(2, f'<c r="A2" t="inlineStr"><is>{rich}</is></c>')))[1][1] == ["Soup club"]


def test_prefixes_and_the_strict_namespace_are_the_same_format(made):
    sheet = (
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>'
        '<x:row><x:c t="inlineStr"><x:is><x:t>name</x:t></x:is></x:c></x:row>'
        '<x:row><x:c t="d"><x:v>2026-05-04T00:00:00</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert read(made(xl__worksheets__sheet1_xml=sheet))[1] == [["name"], ["2026-05-04"]]


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ('<c r="B3"><f>A1&amp;"x"</f></c>', "B3 is a formula without a value"),
        ('<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "B3 says #DIV/0!: mend the formula"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(made, cell, says):
    with pytest.raises(Invalid) as told:
        read(made(HEAD, row(2, text("A2", "A")), row(3, cell)))
    assert told.value.field == "row 3"
    assert says in told.value.wanted


def test_a_formula_gives_what_it_was_worked_out_to(made):
    cells = '<c r="A2" t="str"><f>"a"</f><v>Lantern</v></c>', '<c r="B2"><f>1+1</f><v>2</v></c>'
    assert read(made(HEAD, row(2, *cells)))[1][1] == ["Lantern", "2"]


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FETCHED = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declaration", [ENTITIES, FETCHED, '<!DOCTYPE x SYSTEM "http://10.0.0.1/x.dtd">'])
@pytest.mark.parametrize("where", ["sheet", "workbook"])
def test_entities_and_document_types_are_refused(made, declaration, where):
    if where == "sheet":
        path = made(HEAD, row(2, text("A2", "&a;")), declaration=declaration)
    else:
        path = made(HEAD, row(2, text("A2", "A")), xl__workbook_xml=declaration + BOOK)
    with pytest.raises(Invalid, match="without a document type"):
        read(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(made, monkeypatch):
    monkeypatch.setattr(sheets, "LARGEST_SHEET", 1 << 20)
    path = made(HEAD, row(2, text("A2", "A" * (2 << 20))))
    assert path.stat().st_size < 20_000
    with pytest.raises(Invalid, match="unpack to less than"):
        read(path)


def test_a_part_that_lies_about_its_size_gives_no_more_than_it_says(made):
    path = made(HEAD, row(2, text("A2", "A" * 100_000)))
    body = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(body.replace(size.to_bytes(4, "little"), (500).to_bytes(4, "little")))
    with pytest.raises(Invalid, match="save it again"):
        read(path)


def test_a_huge_cell_is_cut_to_what_says_that_it_is_too_long(made):
    path = made(HEAD, row(2, text("A2", "A" * 3_000_000)))
    tracemalloc.start()
    _, rows = read(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(rows[1][0]) == LONGEST_CELL + 1
    assert most < 3_000_000


def test_ten_thousand_columns_are_refused_by_row_and_empty_ones_are_nothing(made):
    letters = [column_letters(at) for at in range(1, 10_001)]
    empty = row(2, text("A2", "A"), *(f'<c r="{name}2" s="1"/>' for name in letters[1:]))
    assert read(made(HEAD, empty))[1][1] == ["A"]
    with pytest.raises(Invalid, match="at most 100 columns") as told:
        read(made(HEAD, row(2, *(text(f"{name}2", "x") for name in letters))))
    assert told.value.field == "row 2"


@pytest.mark.parametrize("number", ["1", "0", "-4", "9999999999999"])
def test_rows_out_of_order_or_beyond_the_last_are_refused(made, number):
    with pytest.raises(Invalid, match="in the order of their numbers"):
        read(made(HEAD, row(number, text("A2", "x"))))


def test_too_many_rows_are_refused_by_row(made, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    assert read(made(HEAD, *(row(at, text(f"A{at}", "x")) for at in (2, 3))))[0].rows == 3
    with pytest.raises(Invalid, match="at most 2 rows") as told:
        read(made(HEAD, *(row(at, text(f"A{at}", "x")) for at in (2, 3, 4))))
    assert told.value.field == "row 4"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ((), "names of the columns in the first row"),
        ((row(2, text("A2", "A")),), "names of the columns in the first row"),
        ((HEAD,), "rows below"),
        ((HEAD, "<row><c"), "save it again"),
        ((HEAD, row(2, '<c r="A2"><v>seven</v></c>')), "save it again"),
        ((HEAD, row(2, '<c r="XFE2"><v>7</v></c>')), "save it again"),
    ],
)
def test_what_is_no_table_says_so(made, rows, says):
    with pytest.raises(Invalid, match=says):
        read(made(*rows))


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        ({"a.csv": "name,town"}, "another kind of ZIP file"),
        ({"[Content_Types].xml": "<Types/>"}, "save it again"),
    ],
)
def test_other_zip_files_say_what_they_are(tmp_path, parts, says):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    with pytest.raises(Invalid, match=says):
        read(tmp_path / "a.xlsx")


class Named(BytesIO):
    name = "groups.xlsx"


@given(st.binary(max_size=400), st.integers(0, 4_000))
def test_a_damaged_workbook_is_told_and_never_an_error(noise, at):
    made = BytesIO()
    book = Workbook()
    book.active.append(["name", "town"])
    book.active.append(["A", 7])
    book.save(made)
    body = made.getvalue()
    target = StringIO()
    damaged = Named(body[:at] + noise + body[at + len(noise) :])
    try:
        sheet_to_csv(damaged, target, most_columns=100)  # type: ignore[arg-type] # zipfile takes both
    except Invalid:
        return
    assert target.getvalue().startswith("name,town")


@given(st.integers(1, 16_384))
def test_letters_of_a_column_lead_back_to_it(number):
    assert column_number(f"{column_letters(number)}12") == number
