"""Files that were made to break a reader take little memory, whatever reads them: less than 100 MB each."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from contextlib import suppress

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


def peak(work) -> int:
    """The most memory, in bytes, that Python held while ``work`` did what it can, or refused."""
    tracemalloc.start()
    with suppress(Invalid):
        work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


@pytest.mark.parametrize(("name", "body"), PACKAGES.values(), ids=PACKAGES)
def test_a_package_takes_little_memory(tmp_path, name, body):
    (tmp_path / name).write_bytes(body)
    assert peak(lambda: read_package(tmp_path / name, VIEW, source="x", now=NOW)) < MOST


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
def test_however_large_a_package_is_it_lies_on_disk(tmp_path, name, head, line):
    file = large(tmp_path / name, head, line)
    assert peak(lambda: read_package(file, VIEW, source="x", now=NOW)) < MOST / 3


@pytest.mark.parametrize("body", TABLES.values(), ids=TABLES)
def test_a_table_takes_little_memory(tmp_path, body):
    path = tmp_path / "groups.csv"
    path.write_bytes(body)
    assert peak(lambda: sum(1 for _ in rows(recognise(path)))) < MOST


@pytest.mark.parametrize("body", UPLOADS.values(), ids=UPLOADS)
def test_a_file_that_is_sent_takes_little_memory(tmp_path, body):
    assert peak(lambda: receive(tmp_path, io.BytesIO(body), "groups.csv")) < MOST
