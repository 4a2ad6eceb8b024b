"""The files of a search hold what its list shows, on both databases, and no reader can hold one up."""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from directory.core.text import from_spreadsheet
from directory.exchange.rules.columns import COLUMNS
from directory.exchange.service import extract, spool
from directory.infra import clock
from directory.infra.db import db, reading
from directory.listings.rules.codes import code_of
from directory.publishing import queries as publishing
from directory.search.rules.request import PAGE_SIZE, from_args
from directory.search.service import moment_at, search
from tests.exchange.published import organisations, put, rows_of
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.records import given_record
from tests.support.waiting import until

SEARCHES = {
    "everything": "",
    "a word": "q=kitchen",
    "all of the words": "q=kitchen+food",
    "some of the words": "q=kitchen+zumba+trumpet",
    "a need": "need=food",
    "nearby": "near=B12+9QR&within=2",
    "nearby, some of the words": "near=B12+9QR&within=2&q=zumba+library",
    "nearest of all": "near=B12+9QR&within=0&sort=nearest",
    "an area as people type it": "area=b11",
    "words that are none": "q=...",
    "a place of blanks": "near=+++",
    "a day of the week": "open=tuesday",
    "by name": "q=kitchen&sort=name",
}
BOX = "bbox=-2.2,52.2,-1.5,52.7&zoom=17"


@pytest.fixture(params=KINDS)
def filled(request, databases, make_app):
    app = make_app(databases.copy_of(INSTALLED, request.param))
    put(app, *organisations())
    return app


def asked_in(app, query):
    here = app.extensions["directory"]
    return from_args(MultiDict(parse_qsl(query)), here.terms, here.areas)[0]


def listed(app, query):
    """Every page of the list: the offerings that matched, as (organisation, offering)."""
    here, asked, found = app.extensions["directory"], asked_in(app, query), []
    parts = {"index": here.index, "geocoding": here.geocoding, "areas": here.areas, "terms": here.terms}
    parts["moment"] = moment_at(clock.now(), here.place)
    with app.app_context(), reading() as session:
        total = search(session, asked, **parts).total
        for page in range(1, 2 + total // PAGE_SIZE):
            for row, card in search(session, replace(asked, page=page), **parts).rows:
                found += [(card["id"], card["offerings"][n]["id"]) for n in row.offerings]
    return sorted(found)


@pytest.mark.parametrize("query", SEARCHES.values(), ids=SEARCHES)
def test_files_and_map_hold_what_the_list_shows(filled, query):
    client, wanted = filled.test_client(), listed(filled, query)
    rows = rows_of(client.get(f"/search.csv?{query}"))
    assert sorted((row["organisation_id"], row["offering_id"]) for row in rows) == wanted
    features = client.get(f"/search.geojson?{query}").json["features"]
    own = [feature["properties"] | {"offering_id": feature["id"]} for feature in features]
    assert sorted((each["organisation_id"], each["offering_id"]) for each in own) == wanted
    pins = client.get(f"/map/features?{BOX}&{query}").json["features"]
    placed = {code_of(feature["properties"]["organisation_id"]) for feature in features if feature["geometry"]}
    assert {pin["properties"]["id"] for pin in pins} == placed


def test_the_searches_find_something_and_not_everything(filled):
    found = {name: len(listed(filled, query)) for name, query in SEARCHES.items()}
    assert found["words that are none"] == 0
    assert found["everything"] == found["nearest of all"] == found["a place of blanks"] == 32
    assert [name for name, number in found.items() if not number] == ["words that are none"]
    assert [found["some of the words"], found["nearby, some of the words"]] == [29, 2]


def test_an_unknown_place_is_left_out_of_the_map_as_of_the_list_and_no_file_pretends(filled):
    client = filled.test_client()
    everything = client.get(f"/map/features?{BOX}").json
    assert client.get(f"/map/features?{BOX}&near=Narnia").json == everything
    assert "31 organisations" in client.page("/search?near=Narnia").text
    for ending in ("csv", "geojson"):
        answer = client.get(f"/search.{ending}?near=Narnia")
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
        assert "near" in json.loads(answer.text)["detail"]


@pytest.mark.parametrize("path", ["/search.csv", "/search.geojson", "/map/features"])
def test_what_is_only_cut_is_cut_as_on_the_page_and_what_is_unknown_is_told(app, client, path):
    put(app, *organisations())

    def answer(*given):
        shown = parse_qsl(BOX) if path == "/map/features" else []
        return client.get(path, query_string=[*shown, *given])

    def status(*given):
        return answer(*given).status_code

    assert status(("q", "food " * 100)) == 200
    assert status(*(("need", slug) for slug in app.extensions["directory"].terms.needs), ("need", "food")) == 200
    assert status(*(("kind", f"k{n}") for n in range(40))) == 400
    for wrong in ("need=unicorns", "area=ZZ99", "within=far", "sort=loudest"):
        refused = answer(*parse_qsl(wrong))
        assert refused.status_code == 400
        assert json.loads(refused.text)["detail"] == f"{wrong.split('=')[0]} has to be a value that the search knows."


def test_rows_keep_one_order_however_the_search_is_sorted(filled):
    client = filled.test_client()
    files = {client.get(f"/search.csv?q=kitchen&sort={sort}").data for sort in ("best", "name", "newest", "nearest")}
    assert len(files) == 1


@pytest.mark.parametrize(
    "name", ["=1+1", "+44 bank", "-Food-", "@home", "'=quoted", "'plain", 'a "b", c', "Łódź\tcafé"]
)
def test_a_name_comes_back_from_the_spreadsheet_as_it_was(app, client, name):
    put(app, given_record(name, service=name))
    (row,) = rows_of(client.get("/search.csv"))
    columns = {column.name: column for column in COLUMNS}
    assert columns["organisation"].kind == columns["service"].kind == "text"
    assert {from_spreadsheet(row["organisation"]), from_spreadsheet(row["service"])} == {name}
    assert row["organisation"][0] not in "=+-@\t\r"


@pytest.mark.parametrize("path", ["/search.csv", "/search.geojson"])
def test_head_tells_without_a_body_and_an_etag_saves_the_file(app, client, path, monkeypatch):
    put(app, *organisations())
    whole = client.get(path)
    assert whole.headers["Content-Length"] == str(len(whole.data))
    monkeypatch.setattr("directory.exchange.routes.answers.packed", pytest.fail)  # neither makes it again
    head = client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Disposition"] == whole.headers["Content-Disposition"]
    again = client.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_slow_reader_holds_no_connection(filled, monkeypatch):
    monkeypatch.setattr(spool, "CHUNK", 100)
    monkeypatch.setattr(spool, "IN_MEMORY", 100)
    answer = filled.test_client().get("/search.csv", buffered=False)
    assert "Content-Length" not in answer.headers  # it leaves while it is made
    with filled.app_context():
        until(lambda: cast("Any", db.engine.pool).checkedout() == 0)
    parts = iter(answer.response)
    first = next(parts)
    put(filled, given_record("Kitchen of tomorrow"))  # nobody waits for the reader, who gets what there was
    text = (first + b"".join(parts)).decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 32
    answer.close()


def test_a_file_may_take_longer_to_make_than_a_search_to_find(filled, monkeypatch):
    index = filled.extensions["directory"].index
    if filled.extensions["directory"].settings.database_url.startswith("sqlite"):
        monkeypatch.setattr(index, "_limit_s", 0.1)
    monkeypatch.setattr(extract, "BATCH", 10)
    busy = sa.text(
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000) SELECT max(n) FROM c"
    )

    def slowly(*asked):
        time.sleep(0.06)
        asked[0].execute(busy)
        return publishing.offering_texts_at(*asked)

    monkeypatch.setattr(extract, "publishing", SimpleNamespace(offering_texts_at=slowly))
    assert len(rows_of(filled.test_client().get("/search.csv?kind=community-group"))) == 32


@pytest.mark.parametrize("query", ["", "kind=community-group"], ids=["everything", "a search"])
def test_a_file_is_one_snapshot(filled, monkeypatch, query):
    monkeypatch.setattr(extract, "BATCH", 10)
    come: list[Any] = []

    def publish_meanwhile():
        if not come:
            come.append(given_record("Kitchen of tomorrow"))
            put(filled, *come, replace(organisations()[27], name="Renamed meanwhile"))

    def some(*asked):
        publish_meanwhile()
        return publishing.offering_texts_at(*asked)

    def every(*asked, **how):
        for batch in publishing.every_text(*asked, **how):
            publish_meanwhile()
            yield batch

    monkeypatch.setattr(extract, "publishing", SimpleNamespace(offering_texts_at=some, every_text=every))
    names = {row["organisation"] for row in rows_of(filled.test_client().get(f"/search.csv?{query}"))}
    assert come
    assert names == {record.name for record in organisations()}


def test_too_many_at_once_are_asked_to_come_back(client, monkeypatch):
    monkeypatch.setattr(spool, "WAIT_S", 0.0)
    with spool.turn(), spool.turn(), spool.turn(), spool.turn():
        answer = client.get("/search.csv")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/search.csv").status_code == 200


def test_a_file_that_fails_gives_back_its_turn_and_its_connection(app, client, monkeypatch):
    put(app, *organisations())
    monkeypatch.setattr(extract, "publishing", SimpleNamespace(every_text=lambda *_, **_how: 1 / 0))
    for _ in range(spool.MOST_AT_ONCE + 1):
        assert client.get("/search.csv").status_code == 500
    with app.app_context():
        assert cast("Any", db.engine.pool).checkedout() == 0


STATEMENTS = {
    "/search.csv": 3,  # the data version, when that was: from now on kept; every line
    "/search.csv?kind=community-group": 4,  # also the board, and who is of that kind: from now on kept
    "/search.csv?near=B12+9QR&need=food": 3,
    "/search.csv?q=kitchen+food": 5,  # whether anything has both words, and what those offerings say: from now on kept
    "/search.csv?q=kitchen+periscope": 7,  # nothing has: is it an error of typing, and which have one?
    "/search.geojson": 2,
    "/search.geojson?near=B12+9QR&within=2": 2,
    "/data/organisations.csv": 2,  # the data version, every row
    "/data/organisations.csv?kind=community-group": 2,  # the data version, the pages of the matches
    "/data/services.csv?near=B12+9QR&need=food": 2,
    "/data/locations.csv": 2,
    "/data/offerings.csv": 2,
    "/data/listings.geojson": 2,
    "/data/listings.xlsx": 2,
    "/data/changes.csv": 2,
    "/data/changes.csv?kind=community-group": 3,
    "/data/feed.atom": 3,  # the data version, the latest, their cards: kept
    "/data/feed.atom?kind=community-group": 3,
    "/data/datapackage.json": 1,
    f"/map/features?{BOX}": 3,  # the data version, the cells, their pins
    f"/map/features?{BOX}&near=Narnia": 3,
    f"/map/features?{BOX}&need=food": 2,  # the data version, the pins of what the board found
    f"/map/features?{BOX}&q=kitchen+periscope": 6,
}


@pytest.mark.parametrize("how_many", [1, 25])
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_or_map_takes_as_many_statements_however_many_listings(databases, make_app, statements, kind, how_many):
    app = make_app(databases.copy_of(INSTALLED, kind))
    put(app, *organisations()[:how_many])
    client = app.test_client()
    client.get("/about")  # asks whether there are samples, once for each version of the data
    taken = {}
    for path in STATEMENTS:
        with statements() as seen:
            assert client.get(path).status_code == 200
        taken[path] = sum("set_config" not in statement for statement in seen)  # PostgreSQL is told how to plan
    few = {"/search.csv?q=kitchen+food": 6} if how_many == 1 else {}  # those with one of the words follow
    assert taken == STATEMENTS | few
