"""Files that were made to break a reader take little memory, whatever reads them: less than 100 MB each."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from directory.core.errors import Invalid
from directory.exchange.rules.hsds_kit import View
from directory.exchange.service.hsds_importing import read_package
from directory.exchange.service.reading import recognise, rows
from directory.exchange.service.uploads import receive
from directory.listings.service.taxonomy import load_terms
from tests.exchange.oruk_site import NOW

MOST: float = 100e6
MB = 1024 * 1024
VIEW = View(terms=load_terms(), place="Birmingham", place_slug="birmingham")
ROW = b'1,"A group","About it.",B11 1AA\r\n'
HEAD = b"id,name,description,postcode\r\n"
SERVICES = b"id,organization_id,name\r\n" + b"".join(b"%d,%d,A\r\n" % (n, n) for n in range(20_000))


def zipped(name: str, body: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, body)
    return file.getvalue()


TABLES = {
    "bytes that are no UTF-8 late": HEAD + ROW * 40_000 + b"2,caf\xe9,x,\r\n",
    "a mark in the middle": HEAD + b"2,\xef\xbb\xbfA mark,x,\r\n",
    "mixed line ends": HEAD + b"2,One,x,\n3,Two,x,\r4,Three,x,\r\n",
    "a quote never closed late in a large file": HEAD + ROW * 40_000 + b'2,"open,x,\r\n' + ROW * 40_000,
    "repeated and missing ids": HEAD + b",No id,x,\r\n" * 2 + ROW * 40_000,
    "a cell of 3 MB": HEAD + b"2," + b"x" * (3 * MB) + b",x,\r\n",
    "a cell of 9 MB": HEAD + b"2," + b"x" * (9 * MB) + b",x,\r\n",
    "10,000 columns": b",".join(b"c%d" % n for n in range(10_000)) + b"\r\n1\r\n",
    "10,000 columns in each of many rows": HEAD + (b"," * 10_000 + b"\r\n") * 60,
}
PACKAGES = {
    **{name: ("organizations.csv", text) for name, text in TABLES.items()},
    "a bomb": ("package.zip", zipfile_bomb := zipped("organizations.csv", b"id,name\r\n" + b"0" * (64 * MB + 1))),
    "a bomb of rows": ("package.zip", zipped("organizations.csv", b"id,name\r\n" + b"1,0000000000\r\n" * 40_000)),
    "rows of 8 MB": ("organizations.csv", HEAD + (b"," + b",".join([b"x" * 130_000] * 60) + b"\r\n") * 12),
    "many rows": ("package.zip", zipped("services.csv", SERVICES)),
    "names that lead out": ("package.zip", zipped("../../organizations.csv", HEAD + ROW)),
    "deep JSON": ("services.json", b"[" * 5_000_000),
    "deep objects": ("services.json", b'{"id":' * 100_000 + b"1" + b"}" * 100_000),
}
UPLOADS = {**TABLES, "a bomb of a workbook": zipfile_bomb}


def read_a_package(file: Path) -> None:
    with suppress(Invalid):
        read_package(file, VIEW, source="x", now=NOW)


def read_a_table(file: Path) -> None:
    with suppress(Invalid):
        sum(1 for _ in rows(recognise(file)))


def take_a_file(folder: Path, case: str) -> None:
    with suppress(Invalid):
        receive(folder, io.BytesIO(UPLOADS[case]), "groups.csv")


def hold(size: int) -> None:
    """Take ``size`` bytes, half of them in small pieces, and give them back."""
    whole, pieces = b"x" * (size // 2), [b"%1000d" % number for number in range(size // 2_000)]
    assert whole
    assert pieces


@pytest.mark.parametrize("size", [2 * MB, 60 * MB])
def test_the_measure_sees_what_was_held_for_a_moment(most_memory, size):
    assert size * 0.9 < most_memory(hold, size) < size * 1.3 + MB  # free pieces of before may be used first


@pytest.mark.parametrize(("name", "body"), PACKAGES.values(), ids=PACKAGES)
def test_a_package_takes_little_memory(tmp_path, most_memory, name, body):
    (tmp_path / name).write_bytes(body)
    assert most_memory(read_a_package, tmp_path / name) < MOST


def large(path, head, line):
    """A file of 60 MB."""
    with path.open("wb") as file:
        file.write(head)
        for number in range(4_000):
            file.write(line % (number, b"long " * 3_000))
    return path


LARGE = {
    "texts": ("organizations.csv", b"id,name,description\r\n", b"%d,A,%s\r\n"),
    "nothing but faults": ("phones.csv", b"id,number\r\n", b"%d,%s\r\n"),
    "lines of JSON": ("all.ndjson", b"", b'{"id": "%d", "name": "A", "description": "%s"}\n'),
}


@pytest.mark.parametrize(("name", "head", "line"), LARGE.values(), ids=LARGE)
def test_however_large_a_package_is_it_lies_on_disk(tmp_path, most_memory, name, head, line):
    assert most_memory(read_a_package, large(tmp_path / name, head, line)) < MOST / 2


@pytest.mark.parametrize("body", TABLES.values(), ids=TABLES)
def test_a_table_takes_little_memory(tmp_path, most_memory, body):
    path = tmp_path / "groups.csv"
    path.write_bytes(body)
    assert most_memory(read_a_table, path) < MOST


@pytest.mark.parametrize("case", UPLOADS)
def test_a_file_that_is_sent_takes_little_memory(tmp_path, most_memory, case):
    assert most_memory(take_a_file, tmp_path, case) < MOST
