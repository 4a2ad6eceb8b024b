"""Organisations, services and places of everything and of a search: whole, joined by their ids, on both databases."""

import csv
import io
from dataclasses import replace

import pytest

from directory.exchange.rules.tables import LISTED, LOCATIONS, TABLES
from directory.exchange.service import extract
from directory.listings.rules import record as r
from tests.exchange.published import hall, organisations, put, rows_of
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.records import an_id, given_record

SEARCHES = ("", "need=company", "q=kitchen", "near=B12+9QR&within=2", "open=tuesday", "q=zxqwv")


@pytest.fixture(params=KINDS)
def filled(request, databases, make_app):
    app = make_app(databases.copy_of(INSTALLED, request.param))
    put(app, *organisations())
    return app


def written_again(text):
    """The rows of ``text`` as ``csv.writer`` writes them."""
    written = io.StringIO()
    csv.writer(written).writerows(csv.reader(io.StringIO(text, newline="")))
    return written.getvalue()


def taken(client, query):
    return {table.name: rows_of(client.get(f"/data/{table.name}.csv?{query}")) for table in LISTED}


@pytest.mark.parametrize("query", SEARCHES)
def test_the_tables_of_a_search_join_without_a_loose_end(filled, query, monkeypatch):
    monkeypatch.setattr(extract, "PAGES", 7)  # more than one batch
    found = taken(filled.test_client(), query)
    for name, key in (("organisations", "organisation_id"), ("services", "service_id"), ("locations", "location_id")):
        ids = [row[key] for row in found[name]]
        wanted = {row[key] for row in found["offerings"]} - {""}
        assert set(ids) == wanted, name
        assert len(ids) == len(wanted), f"{name} has a row twice"
    for name in ("services", "locations"):
        assert {row["organisation_id"] for row in found[name]} <= {row["organisation_id"] for row in found["offerings"]}


def test_what_joins_says_the_same_in_each_table(filled):
    found = taken(filled.test_client(), "")
    places = {row["location_id"]: row for row in found["locations"]}
    services = {row["service_id"]: row for row in found["services"]}
    for row in found["offerings"]:
        assert services[row["service_id"]]["service"] == row["service"]
        place = places.get(row["location_id"])
        for name in ("venue", "address", "postcode", "latitude", "longitude", "place", "areas"):
            assert (place or {name: ""})[name] == row[name]


def test_a_file_of_everything_has_places_where_nothing_is_offered(app, client):
    shop = given_record("Shop", hall("shop", 52.45, -1.9))
    empty = replace(hall("store", 52.46, -1.9), id=an_id("store"))
    put(app, replace(shop, locations=(*shop.locations, empty)))
    assert [row["venue"] for row in rows_of(client.get("/data/locations.csv"))] == ["shop", "store"]
    assert [row["venue"] for row in rows_of(client.get("/data/locations.csv?q=shop"))] == ["shop"]


def test_an_organisation_without_a_service_has_no_row_of_services_and_is_in_the_others(app, client):
    put(app, replace(given_record("Bare", hall("bare", 52.45, -1.9)), services=()))
    assert rows_of(client.get("/data/services.csv")) == []
    (row,) = rows_of(client.get("/data/organisations.csv"))
    assert (row["organisation"], row["services"], row["places"]) == ("Bare", "0", "1")
    (row,) = rows_of(client.get("/data/offerings.csv"))
    assert (row["service_id"], row["venue"]) == ("", "bare")


def test_a_hidden_place_has_a_row_without_where_it_is(app, client):
    secret = replace(hall("refuge", 52.45, -1.9), visibility=r.Visibility.HIDDEN)
    put(app, given_record("Refuge", secret))
    (row,) = rows_of(client.get("/data/locations.csv"))
    assert row["place"] == "hidden"
    assert [row[name] for name in ("address", "postcode", "latitude", "longitude", "precision", "areas")] == [""] * 6


def test_numbers_are_numbers_and_text_is_safe(app, client):
    record = given_record("=1+1", hall("+44 hall", 52.45, -1.9), service="-Food-")
    service = replace(record.services[0], minimum_age=16.0, maximum_age=17.5)
    put(app, replace(record, services=(service,)))
    (row,) = rows_of(client.get("/data/services.csv"))
    assert (row["organisation"], row["service"]) == ("'=1+1", "'-Food-")
    assert (row["minimum_age"], row["maximum_age"]) == ("16", "17.5")
    (row,) = rows_of(client.get("/data/locations.csv"))
    assert (row["venue"], row["longitude"]) == ("'+44 hall", "-1.9")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_file_has_its_columns_ends_of_lines_and_mark(app, client, table):
    put(app, *organisations()[:3])
    text = client.get(f"/data/{table.name}.csv").data.decode()
    assert text.startswith("\ufeff" + ",".join(table.names) + "\r\n")
    assert text == "\ufeff" + written_again(text.removeprefix("\ufeff"))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_column_says_what_it_is(table):
    assert len(set(table.names)) == len(table.names)
    assert table.key in table.names
    for column in table.columns:
        assert column.name.isascii(), column
        assert column.meaning.endswith("."), column
        assert column.example, column
        assert column.who == "anyone", column


def test_the_same_name_means_the_same_in_every_table():
    """But for the few that each table says in its own words."""
    own = {"description", "phone", "email", "website", "also_known_as", "address", "postcode", "places", "hours"}
    said: dict[str, set[tuple[str, str]]] = {}
    for table in TABLES:
        for column in table.columns:
            said.setdefault(column.name, set()).add((column.kind, column.unit))
    assert {name for name, ways in said.items() if len(ways) > 1} - own == set()
    assert LOCATIONS.key == "location_id"
