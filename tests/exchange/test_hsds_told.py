"""Nothing of a foreign package goes in silence: what is not kept is told by its file, with row or column."""

from __future__ import annotations

import json

import pytest

from directory.exchange.rules.hsds_facts import term_id
from directory.exchange.rules.hsds_kit import View
from directory.exchange.rules.hsds_read import Reader
from directory.exchange.rules.hsds_tables import Held
from directory.exchange.service.hsds_files import rows_in
from directory.exchange.service.hsds_importing import read_package
from directory.listings.service.taxonomy import load_terms
from tests.exchange.oruk_site import NOW
from tests.support.records import an_id
from tests.support.schemas import shared

VIEW = View(terms=load_terms(), place="Birmingham", place_slug="birmingham")
ORG, S, L = (str(an_id(name)) for name in ("organisation", "service", "location"))
WHOLE = {
    "organizations": [{"id": ORG, "name": "One", "description": "About."}],
    "services": [{"id": S, "organization_id": ORG, "name": "Soup", "status": "active"}],
    "locations": [{"id": L, "organization_id": ORG, "location_type": "physical", "name": "Hall"}],
}


def read(tmp_path, **tables):
    (tmp_path / "given.json").write_text(json.dumps({**WHOLE, **tables}), encoding="utf-8")
    return read_package(tmp_path / "given.json", VIEW, source="x", now=NOW)


def more(table, **cells):
    return {table: [{**WHOLE[table][0], **cells}]}


COLUMNS = {  # a cell that has no field: its table, the rows, and the column that is told
    "of a telephone": (
        "phones",
        [{"id": "p", "service_id": S, "number": "0121 496 0000", "language": "fr"}],
        "language",
    ),
    "of a language": ("languages", [{"id": "l", "service_id": S, "code": "fr", "dialect": "Picard"}], "dialect"),
    "of a price": ("cost_options", [{"id": "c", "service_id": S, "amount": 2, "valid_to": "2026-12-31"}], "valid_to"),
    "of a number": (
        "organization_identifiers",
        [
            {
                "id": "i",
                "organization_id": ORG,
                "identifier_scheme": "GB-CHC",
                "identifier_type": "Odd",
                "identifier": "1",
            }
        ],
        "identifier_type",
    ),
    "of an offering": ("service_at_locations", [{"id": "a", "service_id": S, "location_id": L, "door": "3"}], "door"),
    "of a served area": ("service_areas", [{"id": "r", "service_id": S, "name": "North", "uri": "urn:n"}], "uri"),
    "of a place": ("locations", [{**WHOLE["locations"][0], "external_identifier": "7"}], "external_identifier"),
    "of a schedule": ("schedules", [{"id": "h", "service_id": S, "freq": "WEEKLY", "byday": "MO", "x": "y"}], "x"),
    "of a document": ("required_documents", [{"id": "d", "service_id": S, "document": "Pass", "uri": "urn:p"}], "uri"),
    "of a term": ("taxonomy_terms", [{"id": str(an_id("t")), "name": "T", "description": "T", "rank": "3"}], "rank"),
    "of a taxonomy": ("taxonomies", [{"id": str(an_id("x")), "name": "X", "description": "X", "owner": "Y"}], "owner"),
    "a parent organisation": (
        "organizations",
        [WHOLE["organizations"][0], {"id": "2", "name": "Two", "description": "x", "parent_organization_id": ORG}],
        "parent_organization_id",
    ),
    "when a service was confirmed": (
        "services",
        [{**WHOLE["services"][0], "assured_date": "2026-01-01"}],
        "assured_date",
    ),
}


@pytest.mark.parametrize(("table", "rows", "column"), COLUMNS.values(), ids=COLUMNS)
def test_a_column_that_is_not_kept_is_told(tmp_path, table, rows, column):
    told = read(tmp_path, **{table: rows}).told
    assert told.left == {f"given.json: {column}": 1}


ROWS = {  # rows that hang on nothing that keeps them
    "a telephone of nobody": ("phones", [{"id": "p", "number": "0121 496 0000"}]),
    "a language of a place": ("languages", [{"id": "l", "location_id": L, "code": "fr"}]),
    "a schedule of a place": ("schedules", [{"id": "h", "location_id": L, "freq": "WEEKLY", "byday": "MO"}]),
    "a contact of a place": ("contacts", [{"id": "c", "location_id": L, "name": "A keyholder"}]),
    "money of an organisation": ("funding", [{"id": "f", "organization_id": ORG, "source": "A trust"}]),
    "an area of an offering": ("service_areas", [{"id": "r", "service_at_location_id": "a", "name": "North"}]),
    "a place of nobody": ("locations", [*WHOLE["locations"], {"id": "2", "location_type": "physical", "name": "B"}]),
    "an attribute of a place": (
        "attributes",
        [{"id": "a", "link_id": L, "link_entity": "location", "value": "Blue", "link_type": "door"}],
    ),
}


@pytest.mark.parametrize(("table", "rows"), ROWS.values(), ids=ROWS)
def test_a_row_that_nothing_has_is_told_by_its_file_and_number(tmp_path, table, rows):
    faults = read(tmp_path, **{table: rows}).told.faults
    of_it = [fault for fault in faults if "left out" in fault.remedy and "link" not in fault.remedy]
    assert len(of_it) == 1, faults
    assert of_it[0].file == "given.json"


def test_a_table_that_nobody_knows_is_told_and_a_file_that_is_none(tmp_path):
    (tmp_path / "notes.xml").write_text("<notes/>")
    read(tmp_path, pets=[{"id": "1", "name": "Rex"}, {"id": "2", "name": "Tom"}])
    assert read_package(tmp_path, VIEW, source="x", now=NOW).told.left == {"table pets": 2, "table notes.xml": 1}


VALUES = {
    "a sort of place": (more("locations", location_type="floating"), "location_type"),
    "a sort of telephone": (
        {"phones": [{"id": "p", "service_id": S, "number": "0121 496 0000", "type": "drum"}]},
        "type",
    ),
    "an address for letters": (
        {"addresses": [{"id": "a", "location_id": L, "address_1": "Box 7", "city": "B", "state_province": "B",
                        "postal_code": "B11 1AA", "country": "GB", "address_type": "postal"}]},
        "address_type",
    ),
    "another time zone": (
        {"schedules": [{"id": "h", "service_id": S, "freq": "WEEKLY", "byday": "MO", "timezone": 5}]},
        "timezone",
    ),
    "another notice": (
        {
            "services": [
                {**WHOLE["services"][0], "alert": "Shut."},
                {**WHOLE["services"][0], "id": "2", "alert": "Moved."},
            ]
        },
        "alert",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("tables", "column"), VALUES.values(), ids=VALUES)
def test_a_value_that_is_taken_for_another_is_told(tmp_path, tables, column):
    assert [fault.column for fault in read(tmp_path, **tables).told.faults] == [column]


def test_of_two_rows_with_one_identifier_the_second_is_told_where_it_says_something_else(tmp_path):
    (tmp_path / "organizations.csv").write_text("id,name,description\n1,One,About.\n1,Another,About.\n1,One,About.\n")
    found = read_package(tmp_path / "organizations.csv", VIEW, source="x", now=NOW)
    assert [record.name for record in found.records] == ["One"]
    assert [(fault.row, fault.column, fault.value) for fault in found.told.faults] == [(3, "name", "Another")]


def test_cells_beyond_the_header_and_below_no_name_are_told(tmp_path):
    (tmp_path / "phones.csv").write_text("id,service_id,,number\n1,2,odd,0121 496 0000,more\n")
    (tmp_path / "services.csv").write_text(f"id,organization_id,name,status\n2,{ORG},Soup,active\n")
    (tmp_path / "organizations.csv").write_text(f"id,name,description\n{ORG},One,About.\n")
    told = read_package(tmp_path, VIEW, source="x", now=NOW).told
    assert told.left == {"phones.csv: column 3": 1, "phones.csv: column 5": 1}


def test_needs_of_an_organisation_are_kept_as_its_attributes(tmp_path):
    given = [
        {"id": str(an_id("a", slug)), "link_id": ORG, "link_entity": "organization",
         "taxonomy_term_id": term_id(taxonomy, slug)}
        for taxonomy, slug in (("kind", "charity"), ("kind", "faith-group"), ("need", "food"))
    ]  # fmt: skip
    found = read(tmp_path, attributes=given)
    (record,) = found.records
    assert record.kind == "charity"
    assert [(one.taxonomy, one.value) for one in record.attributes] == [("kind", "faith-group"), ("need", "food")]
    assert found.told.faults == []


EXAMPLES = [
    "01-hsds-3.0.zip", "02-hsds-3.1-dev.zip", "03-oruk-3.0.zip", "04-hsds-1.1-simple.zip", "05-hsds-1.1-all.zip",
    "06-json/hsds-3.0/service_full.json", "06-json/oruk-3.0/service_full.json", "07-open-eligibility",
]  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_of_a_published_example_every_cell_is_read_or_told(name):
    """Whatever is added to the reader: a cell that nobody asks for is among what is told."""
    reader = Reader(Held(rows_in(shared(f"examples/{name}")), "x"), VIEW, now=NOW)
    assert list(reader.records()) or "taxonomy" in reader.tables.sizes
    faulty = {(fault.file, fault.row) for fault in reader.told.faults}
    for table in reader.tables.sizes:
        if f"table {table}" in reader.told.left:
            continue
        for row in reader.tables.all(table):
            assert row.read or (row.file, row.number) in faulty, row
            assert (
                not [column for column in row.unread if f"{row.file}: {column}" not in reader.told.left] or not row.read
            )
