"""The description of the files says what they are, column by column; other people's tools open them."""

import io
import re
import sqlite3
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlite_utils import Database
from sqlite_utils.db import Table
from sqlite_utils.utils import rows_from_file

from directory.exchange.rules.tables import TABLES
from tests.exchange.published import organisations, put, rows_of

READ: dict[str, Any] = {
    "string": str,
    "number": float,
    "integer": int,
    "boolean": {"true": True, "false": False}.__getitem__,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
}
BY_NAME = {table.name: table for table in TABLES}
QUERIES = ("", "?need=food", "?q=kitchen&near=B12+9QR&within=5")


@pytest.fixture
def filled(app):
    put(app, *organisations())
    return app


@pytest.mark.parametrize("query", QUERIES)
def test_every_file_it_names_is_there_and_is_what_it_says(filled, client, query):
    package = client.get(f"/data/datapackage.json{query}").json
    assert re.fullmatch(r"[a-z0-9._/-]+", package["name"])
    names = [resource["name"] for resource in package["resources"]]
    assert names == [*(table.name for table in TABLES), "listings-geojson", "listings-xlsx", "hsds"]
    for resource in package["resources"]:
        parts = urlsplit(resource["path"])
        assert parts.scheme == "http"
        answer = client.get(f"{parts.path}?{parts.query}")
        assert answer.status_code == 200
        assert answer.mimetype == resource["mediatype"]
        if resource.get("profile") == "tabular-data-resource":
            check(resource, answer, by_name(client, package))


def by_name(client, package):
    def rows(name):
        (path,) = [resource["path"] for resource in package["resources"] if resource["name"] == name]
        parts = urlsplit(path)
        return rows_of(client.get(f"{parts.path}?{parts.query}"))

    return rows


def check(resource, answer, rows_named):
    """That the rows are what the schema says: names, types, keys that are there and unique, references that hold."""
    schema, text = resource["schema"], answer.data.decode("utf-8-sig")
    rows = rows_of(answer)
    fields = schema["fields"]
    assert text.split("\r\n", 1)[0].split(",") == [field["name"] for field in fields]
    for row in rows:
        for field in fields:
            if row[field["name"]] not in schema["missingValues"]:
                READ[field["type"]](row[field["name"]])
            else:
                assert not field.get("constraints", {}).get("required")
    (key,) = schema["primaryKey"]
    assert len({row[key] for row in rows}) == len(rows)
    for reference in schema.get("foreignKeys", ()):
        (field,), there = reference["fields"], reference["reference"]
        known = {row[there["fields"][0]] for row in rows_named(there["resource"])}
        assert {row[field] for row in rows} <= known


def test_it_is_made_of_the_table_of_columns(filled, client):
    for resource in client.get("/data/datapackage.json").json["resources"]:
        table = BY_NAME.get(resource["name"])
        if table:
            said = [(each["name"], each["description"], each.get("unit", "")) for each in resource["schema"]["fields"]]
            assert said == [(column.name, column.meaning, column.unit) for column in table.columns]


def test_an_example_is_of_the_type_of_its_column(filled, client):
    for resource in client.get("/data/datapackage.json").json["resources"]:
        for field in resource.get("schema", {"fields": ()})["fields"]:
            READ[field["type"]](field["example"])


def test_it_says_whose_data_it_is_and_when_it_was_so(filled, client):
    package = client.get("/data/datapackage.json?need=food").json
    assert [each["name"] for each in package["licenses"]] == ["OGL-UK-3.0"]
    assert package["sources"][0]["title"] == "Birmingham Community Directory"
    assert (package["version"], package["created"][:10]) == ("31", "2026-05-12")
    assert package["description"] == "The search: need=food."


def test_the_offerings_open_in_a_database_with_other_peoples_tools(filled, client):
    taken = io.BytesIO(client.get("/data/offerings.csv").data)
    rows, _format = rows_from_file(taken, encoding="utf-8-sig")
    connection = sqlite3.connect(":memory:")
    table = Database(connection)["offerings"]
    assert isinstance(table, Table)
    table.insert_all(list(rows), pk="offering_id")
    found = connection.execute(
        "SELECT count(*), count(DISTINCT organisation_id), min(cast(longitude AS real)) FROM offerings"
    ).fetchone()
    connection.close()
    assert found == (32, 31, -1.95)
