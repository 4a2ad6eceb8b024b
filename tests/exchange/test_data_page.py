"""The page that offers the data: of everything or of a search, with first rows, how complete it is, and how to cite."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from directory.exchange.rules.tables import TABLES
from directory.infra import clock
from directory.listings.rules import record as r
from tests.exchange.published import NOW, hall, organisations, put, rows_of
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.records import given_record

FILES = {
    "listings.xlsx",
    "offerings.csv",
    "organisations.csv",
    "services.csv",
    "locations.csv",
    "listings.geojson",
    "changes.csv",
    "feed.atom",
    "datapackage.json",
    "hsds.zip",
}


@pytest.fixture(params=KINDS)
def filled(request, databases, make_app, monkeypatch):
    app = make_app(databases.copy_of(INSTALLED, request.param))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=1))
    nowhere = replace(given_record("Online", service="Chat"), assured_at=NOW - timedelta(days=300))
    library = replace(organisations()[-1], assured_at=NOW - timedelta(days=30))
    hidden = given_record("Refuge", replace(hall("refuge", 52.45, -1.9), visibility=r.Visibility.HIDDEN))
    put(app, organisations()[0], library, nowhere, hidden)
    return app


def files_in(page):
    """Where each file of the page is, by its name."""
    parts = [urlsplit(link["href"]) for link in page.soup.select(".files a")]
    return {part.path.removeprefix("/data/"): f"{part.path}?{part.query}" for part in parts}


def test_it_says_how_complete_the_record_is(filled):
    page = filled.test_client().page("/data")
    assert "4 organisations are published here." in page.text
    assert "1 (25%) confirmed by the organisation in the last six months" in page.text
    assert "2 (50%) with a place on the map" in page.text
    assert "1 (25%) with days and times" in page.text


def test_it_shows_the_first_rows_of_the_file(filled):
    client = filled.test_client()
    shown = [
        [cell.get_text(strip=True) for cell in row.select("td")] for row in client.page("/data").soup.select("tbody tr")
    ]
    names = [cell.get_text() for cell in client.page("/data").soup.select("thead th")]
    rows = rows_of(client.get("/data/offerings.csv"))
    assert [row[0] for row in shown] == [row["organisation"] for row in rows]
    for cells, row in zip(shown, rows, strict=True):
        wanted = {name: row[name][:10] if name == "confirmed" else row[name] for name in names}
        assert dict(zip(names, cells, strict=True)) == wanted


def test_a_date_of_the_first_rows_stays_in_one_line(filled):
    soup = filled.test_client().page("/data").soup
    names = [cell.get_text() for cell in soup.select("thead th")]
    for row in soup.select("tbody tr"):
        whole = [name for name, cell in zip(names, row.select("td"), strict=True) if "whole" in cell.get("class", [])]
        assert whole == ["place", "postcode", "confirmed"]


def test_every_file_is_there_and_each_of_the_search(filled):
    client = filled.test_client()
    for query in ("", "?need=company", "?q=refuge&need=food&need=company"):
        page = client.page(f"/data{query}")
        found = files_in(page)
        assert found.keys() == FILES
        for path in found.values():
            assert client.get(path).status_code == 200
            assert urlsplit(path).query == query.removeprefix("?")
    assert [
        row["organisation"] for row in rows_of(client.get(files_in(client.page("/data?need=company"))["offerings.csv"]))
    ] == ["Library"]


def test_it_says_how_to_cite_the_very_data(filled):
    page = filled.test_client().page("/data?need=company")
    (said,) = page.soup.select("blockquote")
    assert said.get_text(strip=True) == (
        "Birmingham Community Directory, data of 12 May 2026 (change 4), "
        "http://127.0.0.1:8000/search?need=company. Open Government Licence v3.0."
    )
    assert "12 May 2026" in page.text
    assert page.title.startswith("Data to take away: need=company")


def test_a_search_that_finds_nothing_and_a_place_nobody_knows_have_no_rows(filled):
    client = filled.test_client()
    for query in ("q=zxqwv", "near=Narnia"):
        assert "There are no rows." in client.page(f"/data?{query}").text


def test_it_tells_every_column(filled):
    page = filled.test_client().page("/data")
    told = [[code.get_text() for code in part.select("code")] for part in page.soup.select("details")]
    assert [names for names in told if names] == [table.names for table in TABLES]


def test_a_directory_without_a_listing_has_a_page_and_files(client):
    page = client.page("/data")
    assert "0 organisations are published here." in page.text
    assert "There are no rows." in page.text
    for path in files_in(page).values():
        assert client.get(path).status_code == 200


def test_results_lead_to_their_files(filled):
    links = filled.test_client().page("/search?need=company&sort=name").links
    assert re.fullmatch(r"/data\?need=company&sort=name", links["Excel and other files"])


def test_the_map_file_is_what_rfc_7946_wants_and_says_where_it_comes_from(filled):
    file = filled.test_client().get("/data/listings.geojson").json
    assert {feature["geometry"] is None for feature in file["features"]} == {True, False}
    assert file["type"] == "FeatureCollection"
    assert "crs" not in file
    assert (file["change"], file["attribution"]) == (4, "Birmingham Community Directory")
    assert file["moment"] == NOW.isoformat()
    assert "geometry is null" in file["note"]
    for feature in file["features"]:
        assert feature.keys() == {"type", "id", "geometry", "properties"}
        geometry = feature["geometry"]
        if geometry is not None:
            assert geometry.keys() == {"type", "coordinates"}
            longitude, latitude = geometry["coordinates"]
            assert -2.1 < longitude < -1.7 < 52 < latitude < 53
        assert not {"latitude", "longitude"} & feature["properties"].keys()
        assert None not in feature["properties"].values()
