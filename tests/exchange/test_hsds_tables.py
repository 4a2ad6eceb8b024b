"""The tables of the package have the rows of the nested objects, each once, however they are made."""

import csv
import io
import zipfile
from dataclasses import replace

from hypothesis import given

from directory.exchange.rules import hsds
from directory.exchange.rules.hsds_rows import rows_of
from directory.listings.rules import record as r
from tests.exchange.published import put
from tests.exchange.test_hsds import VIEW, page_of
from tests.support.records import an_id, given_location, given_record, records


def once(rows):
    """Rows by table and identifier, but for those of terms, which are in tables of their own."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for table, cells in rows:
        if table != "taxonomy_term":
            found.setdefault((table, cells["id"]), cells)
    return found


@given(record=records())
def test_what_refers_has_the_rows_of_what_is_nested(record):
    page = page_of(record)
    nested = rows_of("organization", hsds.organization_object("organization_full_services", page, VIEW))
    referring = rows_of("organization", hsds.organization_tables(page, VIEW))
    assert once(referring) == once(nested)
    assert list(once(referring)) == list(once(nested))
    assert "taxonomy_term" not in {table for table, _ in referring}


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
