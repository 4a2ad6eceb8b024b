"""The file of map tiles leaves in parts, bounded, and the pages draw it instead of asking anybody else."""

import os

import pytest

from directory.browse.routes import tiles as route
from tests.support.tiles import write_tiles

PATH = "/map/tiles.pmtiles"


@pytest.fixture
def file(tmp_path):
    return write_tiles(tmp_path / "city.pmtiles")


@pytest.fixture
def reader(make_app, file):
    return make_app(tiles_file=str(file)).test_client()


@pytest.mark.parametrize(
    ("asked", "first", "beyond"),
    [("bytes=0-126", 0, 127), ("bytes=10-10", 10, 11), ("bytes=100-", 100, None), ("bytes=-50", -50, None)],
)
def test_a_part_is_that_part_and_says_which(reader, file, asked, first, beyond):
    whole = file.read_bytes()
    answer = reader.get(PATH, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.data == whole[first:beyond]
    start = first if first >= 0 else len(whole) + first
    assert answer.headers["Content-Range"] == f"bytes {start}-{start + len(answer.data) - 1}/{len(whole)}"
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=0-1,5-9", "bytes=9-2", "lines=0-5", "bytes=x"])
def test_a_part_that_is_not_there_is_refused_or_ignored(reader, file, asked):
    answer = reader.get(PATH, headers={"Range": asked, "Accept-Encoding": "br"})
    assert answer.status_code in {200, 416}
    if answer.status_code == 416:
        assert answer.headers["Content-Range"] == f"bytes */{file.stat().st_size}"
        assert answer.data == b""
    else:
        assert answer.data == file.read_bytes()


def test_parts_and_wholes_are_bounded(reader, file, monkeypatch):
    monkeypatch.setattr(route, "MOST", 200)
    assert reader.get(PATH, headers={"Range": "bytes=0-200"}).status_code == 416
    assert reader.get(PATH, headers={"Range": "bytes=0-199"}).status_code == 206
    assert reader.get(PATH).status_code == 400
    head = reader.head(PATH)
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(file.stat().st_size))


def test_a_part_of_an_older_file_is_not_sent(reader, file):
    whole = reader.get(PATH)
    tag = whole.headers["ETag"]
    assert reader.get(PATH, headers={"Range": "bytes=0-9", "If-Range": tag}).status_code == 206
    os.utime(file, ns=(1, 1))
    stale = reader.get(PATH, headers={"Range": "bytes=0-9", "If-Range": tag})
    assert (stale.status_code, stale.data) == (200, file.read_bytes())
    assert stale.headers["ETag"] != tag


def test_a_page_draws_the_file_and_may_ask_nobody_else(reader, client):
    page = reader.page("/map")
    frame = page.soup.select_one("#directory_map")
    assert frame["data-tiles-file"].startswith(f"{PATH}?v=")
    assert frame["data-tiles-thanks"] == "© OpenStreetMap contributors"
    assert any("/static/tiles-" in script["src"] for script in page.soup.select("script[src]"))
    assert "tileLayer" not in reader.get("/map/document.js").text
    assert "Map background: © OpenStreetMap contributors" in reader.page("/attributions").text
    without = client.page("/map")
    assert not any("/static/tiles-" in script["src"] for script in without.soup.select("script[src]"))
    assert client.get(PATH).status_code == 404


def test_a_file_that_went_away_leaves_the_outlines(reader, file):
    file.unlink()
    assert "data-tiles-file" not in reader.page("/map").soup.select_one("#directory_map").attrs
    assert reader.get(PATH).status_code == 404
