"""How files are answered: from a cache when nothing changed, packed as was asked, named, limited, and let go of."""

import gzip
import time
from dataclasses import replace
from datetime import timedelta

import brotli
import pytest

from directory.exchange.service import spool
from directory.infra import clock
from tests.exchange.published import NOW, organisations, put, rows_of

FILES = (
    "/data/organisations.csv",
    "/data/services.csv",
    "/data/locations.csv",
    "/data/offerings.csv",
    "/data/listings.geojson",
    "/data/listings.xlsx",
    "/data/hsds.zip",
    "/data/changes.csv",
    "/data/feed.atom",
    "/search.csv",
    "/search.geojson",
)
PACKED = [path for path in FILES if not path.endswith((".xlsx", ".zip"))]


@pytest.fixture
def at(monkeypatch):
    """Sets the clock."""

    def set_to(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    return set_to


@pytest.mark.parametrize("path", FILES)
def test_what_did_not_change_is_not_made_again(app, client, at, path, monkeypatch):
    put(app, *organisations())
    at(NOW + timedelta(minutes=1))
    first = client.get(path)
    assert first.status_code == 200
    at(NOW + timedelta(days=1))  # the minute is no part of what a file says
    for name in ("packed", "told"):
        monkeypatch.setattr(f"directory.exchange.routes.answers.{name}", pytest.fail)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    put(app, replace(organisations()[0], description="Moved."))
    monkeypatch.undo()
    at(NOW + timedelta(days=1))
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", FILES)
def test_since_when_it_is_so_is_said_and_understood(app, client, at, path):
    put(app, *organisations())
    at(NOW + timedelta(minutes=1))
    client.get(path)  # this process now knows code, terms and areas
    changed = NOW + timedelta(hours=1)
    put(app, replace(organisations()[0], description="Moved."), now=changed)
    at(changed + timedelta(minutes=1))
    first = client.get(path)
    assert first.last_modified == changed
    same = client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert (same.status_code, same.data) == (304, b"")
    earlier = "Tue, 12 May 2026 10:29:59 GMT"
    assert client.get(path, headers={"If-Modified-Since": earlier}).status_code == 200
    wrong_tag = {"If-Modified-Since": first.headers["Last-Modified"], "If-None-Match": '"other"'}
    assert client.get(path, headers=wrong_tag).status_code == 200  # the ETag has the word


def test_what_changed_this_very_second_says_no_time(app, client, at):
    put(app, *organisations()[:1])
    at(NOW + timedelta(seconds=1))
    assert "Last-Modified" not in client.get("/data/offerings.csv").headers


def test_a_search_by_the_time_of_day_is_made_again_in_another_minute(app, client, at):
    put(app, *organisations())
    at(NOW)
    first = client.get("/data/offerings.csv?open=now")
    at(NOW + timedelta(minutes=2))
    assert (
        client.get("/data/offerings.csv?open=now", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    )


@pytest.mark.parametrize("path", PACKED)
def test_it_is_packed_as_was_asked(app, client, path):
    put(app, *organisations())
    plain = client.get(path)
    assert "Content-Encoding" not in plain.headers
    for asked, name, unpack in (("gzip", "gzip", gzip.decompress), ("gzip, br", "br", brotli.decompress)):
        packed = client.get(path, headers={"Accept-Encoding": asked})
        assert packed.headers["Content-Encoding"] == name
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert packed.headers["Content-Length"] == str(len(packed.data))
        assert len(packed.data) < len(plain.data) / 2  # row by row it would hardly be smaller
        assert unpack(packed.data) == plain.data
    for asked in ("identity", "gzip;q=0", "zstd"):
        assert "Content-Encoding" not in client.get(path, headers={"Accept-Encoding": asked}).headers


@pytest.mark.parametrize("path", FILES)
def test_a_part_of_a_file_is_not_given_and_the_whole_is(app, client, path):
    put(app, *organisations())
    answer = client.get(path, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.headers["Accept-Ranges"]) == (200, "none")
    assert "Content-Range" not in answer.headers
    assert len(answer.data) > 10


@pytest.mark.parametrize("path", FILES)
def test_it_says_on_what_terms_it_may_be_used_and_what_its_columns_mean(app, client, path):
    put(app, *organisations()[:1])
    links = client.get(f"{path}?need=food").headers.getlist("Link")
    assert any('rel="license"' in link and "open-government-licence" in link for link in links)
    assert any('rel="describedby"' in link and "/data/datapackage.json?need=food>" in link for link in links)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "birmingham-offerings-2026-05-12.csv"),
        ("?need=food&near=B11+1AA", "birmingham-offerings-b11-1aa-food-2026-05-12.csv"),
        ("?q=%22%0d%0aSet-Cookie:x%22+Łódź", "birmingham-offerings-set-cookie-x-lodz-2026-05-12.csv"),
        (f"?q={'long+' * 50}", None),
    ],
)
def test_it_is_named_by_place_search_and_date(app, client, at, query, name):
    at(NOW)
    said = client.get(f"/data/offerings.csv{query}").headers["Content-Disposition"]
    assert len(said) < 140
    assert said.isascii()
    assert name is None or said == f'attachment; filename="{name}"'


def test_a_client_has_so_many_files_made_in_a_minute(make_app):
    app = make_app(files_a_minute="3")
    put(app, *organisations())
    client = app.test_client()
    first = client.get("/data/offerings.csv")
    assert [client.get(path).status_code for path in ("/data/services.csv", "/data/listings.xlsx")] == [200, 200]
    refused = client.get("/data/organisations.csv")
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    kept = client.get("/data/offerings.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert kept.status_code == 304  # who asks politely is not counted
    assert client.get("/data").status_code == 200
    other = client.get("/data/offerings.csv", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert other.status_code == 200


def test_a_reader_who_takes_too_long_is_let_go(monkeypatch):
    monkeypatch.setattr(spool, "CHUNK", 10)
    monkeypatch.setattr(spool, "IN_MEMORY", 10)
    monkeypatch.setattr(spool, "TAKEN_WITHIN_S", 60.0)
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    made = spool.spooled(["x" * 100])
    body = made.body()
    assert not isinstance(body, bytes)
    assert next(body) == b"x" * 10
    now[0] += 61
    with pytest.raises(TimeoutError):
        next(body)
    assert made.file.closed


def test_a_file_that_takes_too_long_to_make_is_given_up(app, client, monkeypatch):
    put(app, *organisations())
    monkeypatch.setattr(spool, "MADE_WITHIN_S", -1.0)
    answer = client.get("/data/offerings.csv")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_a_place_that_is_unknown_and_a_value_that_is_none_are_told(app, client):
    put(app, *organisations()[:1])
    for path in FILES:
        assert client.get(f"{path}?near=Narnia").status_code == 404
        assert client.get(f"{path}?need=unicorns").status_code == 400
    assert len(rows_of(client.get("/data/offerings.csv?near=B12+9QR"))) == 1
