"""The tables of the package have the rows of the nested objects, each once, however they are made."""

import csv
import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import replace

import pytest
from hypothesis import given

from directory.core.text import from_spreadsheet
from directory.exchange.rules import hsds
from directory.exchange.rules.hsds_lines import Tables
from directory.exchange.rules.hsds_rows import columns, rows_of
from directory.exchange.service import hsds_package, spool
from directory.listings.rules import record as r
from tests.exchange.published import put
from tests.exchange.test_hsds import VIEW, page_of
from tests.support.records import an_id, given_location, given_record, records


def once(rows):
    """The rows of each table by identifier in their order, without cells that no column takes."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for table, cells in rows:
        known = {name: value for name, value in cells.items() if name in columns(table)}
        found.setdefault(table, {}).setdefault(cells["id"], known)
    return found


def written(page):
    """The rows that the lines of a page say."""
    tables = Tables(VIEW)
    tables.add(page)
    for table, lines in tables.lines.items():
        for cells in csv.reader(io.StringIO("".join(lines), newline=""), strict=True):
            said = zip(columns(table), map(from_spreadsheet, cells), strict=True)
            yield table, {name: cell for name, cell in said if cell}


@given(record=records())
def test_what_is_written_at_once_is_what_the_nested_object_has(record):
    page = page_of(record)
    nested = rows_of("organization", hsds.organization_object("organization_full_services", page, VIEW))
    wanted, found = once(nested), once(written(page))
    assert found == wanted
    assert {table: list(rows) for table, rows in found.items() if table != "taxonomy_term"} == {
        table: list(rows) for table, rows in wanted.items() if table != "taxonomy_term"
    }


def test_terms_that_are_not_ours_are_in_the_package_once(app, client):
    ours = given_record("Ours", given_location("Hall"))
    foreign = r.Attribute(id=an_id("attribute"), label="Colour", value="Green", taxonomy="")
    theirs = given_record("Theirs", given_location("Church"))
    theirs = replace(theirs, services=(replace(theirs.services[0], attributes=(foreign,)),))
    put(app, ours, theirs, replace(given_record("Others"), attributes=(replace(foreign, id=an_id("another")),)))
    archive = zipfile.ZipFile(io.BytesIO(client.get("/data/hsds.zip").data))

    def rows(name):
        (entry,) = (each for each in archive.namelist() if each.startswith(name))
        return list(csv.DictReader(io.StringIO(archive.read(entry).decode(), newline="")))

    terms = {row["id"]: row["name"] for row in rows("taxonomy_term")}
    assert len(terms) == len(rows("taxonomy_term"))
    assert [name for name in terms.values() if name == "Colour"] == ["Colour"]
    assert {row["taxonomy_term_id"] for row in rows("attribute")} <= terms.keys()
    assert len(rows("location")) == 2


def test_more_than_a_package_takes_is_told_before_and_nothing_is_made(app, client, monkeypatch):
    put(app, given_record("One"), given_record("Two"), given_record("Money", needs=("money",)))
    monkeypatch.setattr(hsds_package, "MOST_ORGANIZATIONS", 2)
    monkeypatch.setattr(hsds_package, "_zipped", lambda *_, **_how: pytest.fail("something was made"))
    answer = client.get("/data/hsds.zip")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert "narrow the search, or read the API" in answer.json["detail"]
    monkeypatch.undo()
    monkeypatch.setattr(hsds_package, "MOST_ORGANIZATIONS", 2)
    assert client.get("/data/hsds.zip?need=food").status_code == 200
    assert "At most 300,000 organisations: of more, narrow the search" in client.page("/data").text


def test_a_package_that_takes_too_long_is_given_up(app, client, monkeypatch):
    put(app, given_record("One"))
    monkeypatch.setattr(spool, "MADE_WITHIN_S", -1.0)
    assert client.get("/data/hsds.zip").status_code == 503


@pytest.mark.parametrize("is_large", [False, True])
def test_its_description_says_how_long_each_table_is_and_what_its_digest_is(app, client, monkeypatch, is_large):
    put(app, given_record("One", given_location("Hall")), given_record("Two"))
    if is_large:
        monkeypatch.setattr(hsds_package, "LARGE", 1)
    archive = zipfile.ZipFile(io.BytesIO(client.get("/data/hsds.zip").data))
    assert archive.testzip() is None
    described = json.loads(archive.read(archive.namelist()[-1]))  # the last: only then all of it is known
    for resource in described["resources"]:
        body = archive.read(resource["path"])
        assert resource["bytes"] == len(body)
        assert resource["hash"] == f"sha256:{hashlib.sha256(body).hexdigest()}"
    assert [resource["path"] for resource in described["resources"]] == archive.namelist()[:-1]


def test_what_opens_a_package_from_its_front_opens_it(app, client, tmp_path):
    """Programs that read a ZIP file as it comes go by what follows each table, not by the list at the end."""
    put(app, given_record("One", given_location("Hall")), given_record("Two"))
    body = client.get("/data/hsds.zip").data
    first = zlib.decompressobj(-15)
    start = 30 + int.from_bytes(body[26:28], "little") + int.from_bytes(body[28:30], "little")
    text = first.decompress(body[start:])
    assert first.unused_data[:4] == b"PK\x07\x08"
    assert text.decode().startswith("id,")
    assert int.from_bytes(first.unused_data[4:8], "little") == zlib.crc32(text)
    assert int.from_bytes(first.unused_data[12:16], "little") == len(text)
