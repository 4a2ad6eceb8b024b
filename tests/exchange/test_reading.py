"""Files are recognised as they are, and those that cannot be read say why."""

import json
import zipfile
from pathlib import Path

import pytest

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
