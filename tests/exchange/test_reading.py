"""Files are recognised as they are, and those that cannot be read say why."""

import csv
import json
import zipfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.exchange.rules.cells import BROKEN
from directory.exchange.service.reading import recognise, rows


@pytest.fixture
def file(tmp_path):
    def write(content: bytes, name: str = "groups.csv") -> Path:
        path: Path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


TABLE = "name,town\nCafé Søren,Łódź\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_files_are_read_with_or_without_a_mark(file, encoding):
    assert list(rows(recognise(file(TABLE.encode(encoding))))) == [(2, {"name": "Café Søren", "town": "Łódź"})]


def test_a_file_that_is_no_utf_8_is_windows_1252(file):
    opened = recognise(file("name,town\nCafé “Søren”,Bâle\n".encode("cp1252")))
    assert opened.encoding == "cp1252"
    assert list(rows(opened)) == [(2, {"name": "Café “Søren”", "town": "Bâle"})]


def test_an_accent_far_down_a_large_file_still_tells_its_encoding(file):
    content = "name,town\n" + "plain,text\n" * 40_000 + "Café,Bâle\n"
    assert recognise(file(content.encode("cp1252"))).encoding == "cp1252"
    assert recognise(file(content.encode())).encoding == "utf-8-sig"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_recognised(file, separator):
    found = list(rows(recognise(file(f"name{separator}town\nA{separator}B\n".encode()))))
    assert found == [(2, {"name": "A", "town": "B"})]


def test_a_stray_quote_in_a_tab_separated_register_swallows_nothing(file):
    found = list(rows(recognise(file(b'name\ttown\nThe "Old Hall\tB\nNext\tC\n', "register.txt"))))
    assert [row["name"] for _, row in found] == ['The "Old Hall', "Next"]


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_quote_that_is_never_closed_breaks_its_row_and_says_how_many_lines_it_took(file, end):
    found = list(rows(recognise(file(f'name,town\nA,B\n"Open,C\nD,E\nF,G{end}'.encode()))))
    assert [row["name"] for _, row in found] == ["A", f"Open,C\nD,E\nF,G{end}"]
    assert BROKEN not in found[0][1]
    assert "2 more lines were read as a part of it" in found[1][1][BROKEN]


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ("", "close the quote that begins in it"),
        ("\nD,E", "close the quote that begins in it: 1 more line was read as a part of it"),
        ("\nD,E\nF,G", "close the quote that begins in it: 2 more lines were read as a part of it"),
    ],
)
def test_as_many_lines_are_told_as_there_are(file, rest, says):
    assert [row.get(BROKEN) for _, row in rows(recognise(file(f'name,town\nA,B\n"Open,C{rest}'.encode())))] == [
        None,
        says,
    ]


def test_a_quoted_text_of_several_lines_is_whole_also_at_the_end(file):
    found = list(rows(recognise(file(b'name,town\nA,"B\nC"\nD,"E\nF"'))))
    assert found == [(2, {"name": "A", "town": "B\nC"}), (3, {"name": "D", "town": "E\nF"})]


def test_a_row_with_more_cells_than_the_header_is_broken_but_empty_ones_are_nothing(file):
    found = list(rows(recognise(file(b"name,town\nA,B,,\nHall, The Old,B\nC\n"))))
    assert [BROKEN in row for _, row in found] == [False, True, False]
    assert "3 cells where the header has 2" in found[1][1][BROKEN]


def test_a_file_that_ends_in_the_middle_of_a_row_says_so(file):
    found = list(rows(recognise(file(b"name,town,postcode\nA,B,C\nD\nE,Some"))))
    assert [BROKEN in row for _, row in found] == [False, False, True]
    assert "the file ends in the middle of it" in found[2][1][BROKEN]
    assert BROKEN not in list(rows(recognise(file(b"name,town\nA,B\nE,Somewhere"))))[1][1]


def test_json_as_a_register_publishes_it(file):
    content = json.dumps([{"charity_name": "A", "latest_income": 5}, {"charity_name": None}])
    found = list(rows(recognise(file(b"\xef\xbb\xbf" + content.encode(), "register.json"))))
    assert found == [(2, {"charity_name": "A", "latest_income": "5"}), (3, {"charity_name": ""})]


def test_a_long_json_list_is_read_across_pieces(file):
    content = json.dumps([{"name": "x" * 1000, "n": n} for n in range(3_000)])
    assert sum(1 for _ in rows(recognise(file(content.encode(), "register.json")))) == 3_000


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "this one is empty"),
        (b"  \n ", "this one is empty"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"%PDF-1.7", "PDF"),
        (b"just one line", "a header line"),
        (b"name,name\na,b\n", "different names"),
        (b"[]", "at least one"),
        (b"name,town\n", "has none"),
    ],
)
def test_what_cannot_be_read_says_why(file, content, says):
    with pytest.raises(Invalid, match=says):
        recognise(file(content))


NOISE = Random(20261130).randbytes(5_000)
TABLES = ["name,town\n", "name\ttown\n", "[", "{"]  # what noise may begin with, and be taken for


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + NOISE,
        b"\xff\xd8\xff\xe0" + NOISE,
        b"GIF89a,\t,\t" + NOISE,
        b"SQLite format 3\x00" + NOISE,
        b"PAR1" + NOISE,
        b"\x7fELF\x02\x01\x01\x00,\t\n" + NOISE,
        b"7z\xbc\xaf\x27\x1c" + NOISE,
        b"Rar!\x1a\x07" + NOISE,
        b"BZh9" + NOISE,
        b"\xfd7zXZ\x00" + NOISE,
        b"\x28\xb5\x2f\xfd" + NOISE,
        b"na\x00me\ttown\nA\tB\n",
        b"na\x07me,town\nA,B\n",
        NOISE,
        *(head.encode() + NOISE for head in TABLES),
        b"\xff\xfe" + "n\0me,town\nA,B\n".encode("utf-16-le"),
        b"{\\rtf1\\ansi name,town}",
    ],
    ids=lambda content: repr(content[:8]),
)
def test_what_is_no_text_is_refused_in_one_sentence_that_repeats_nothing_of_it(file, content):
    with pytest.raises(Invalid, match=r"this is no text|this is an? ") as told:
        recognise(file(content))
    assert told.value.given == "groups.csv"
    assert str(told.value).isprintable()
    assert str(told.value).count(".") <= 2  # of the file's name, and of CSV files' own


def test_unicode_of_two_bytes_without_its_mark_says_how_to_save_it(file):
    for encoding in ("utf-16-le", "utf-16-be"):
        with pytest.raises(Invalid, match="UTF-16 without its mark: save it as UTF-8"):
            recognise(file(TABLE.encode(encoding)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=2_000, max_size=4_000))
def test_bytes_of_chance_are_no_list(tmp_path, content):
    mixed = bytes(Random(content).randbytes(2_000)) + content  # hypothesis begins with zeros alone
    path = tmp_path / "groups.csv"
    path.write_bytes(mixed)
    with pytest.raises(Invalid):
        recognise(path)


@pytest.mark.parametrize("mark", ["\x00", "\x07", "\x1a"])
def test_a_control_character_in_a_row_is_that_row_s_and_no_other_s(file, mark):
    lines = "".join(f"Group {n},Somewhere\n" for n in range(30))
    opened = recognise(file(f"name,town\nA,B{mark}\n{lines}".encode()))
    assert len(list(rows(opened))) == 31


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"), codec="utf-8"), max_size=30), min_size=1),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_people_write_is_text(tmp_path, cells, encoding):
    path = tmp_path / "groups.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["name", "town"], *([cell, "B"] for cell in cells)])
    assert len(list(rows(recognise(path)))) == len(cells)


def test_a_zip_says_to_unpack_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "name,town\n")
    with pytest.raises(Invalid, match="unpack it"):
        recognise(tmp_path / "a.zip")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(Invalid, match="that exists"):
        recognise(tmp_path / "none.csv")


def test_a_quote_that_is_never_closed_names_the_row(file, monkeypatch):
    monkeypatch.setattr("directory.exchange.service.reading.LONGEST_FIELD", 10_000)
    content = b'name,town\nA,B\n"never closed,C\n' + b"x,y\n" * 10_000
    with pytest.raises(Invalid, match="row 3"):
        list(rows(recognise(file(content))))
