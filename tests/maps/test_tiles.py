"""``directory map tiles check`` says what is under the pins and whether it comes."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from directory.core.errors import Invalid
from directory.core.geo import Box
from directory.infra.settings import load
from directory.maps.cli import group
from directory.maps.service.tiles import TilesHead, read_head
from tests.support.tiles import BOX, write_tiles


@pytest.fixture
def said(make_app):
    """What the command says with these settings, and its exit code."""

    def run(**settings):
        app = make_app(**settings)
        with app.app_context():
            answer = app.test_cli_runner().invoke(group, ["tiles", "check"])
        return answer.output, answer.exit_code

    return run


def test_the_head_of_a_file_says_what_it_holds(tmp_path):
    file = write_tiles(tmp_path / "city.pmtiles")
    head, size = read_head(file), file.stat().st_size
    assert head.tiles > 100
    expected = TilesHead("vector tiles", is_vector=True, tiles=head.tiles, min_zoom=0, max_zoom=15, box=BOX, size=size)
    assert head == expected


def test_a_file_of_which_a_part_is_missing_is_told(said, tmp_path):
    file = write_tiles(tmp_path / "city.pmtiles")
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    output, code = said(tiles_file=str(file))
    assert code == 1
    assert f"It is not whole: its head tells of {len(whole)} bytes, and there are {len(whole) - 1}." in output


@pytest.mark.parametrize("head", [b"", b"PMTiles\x03", b"PMTiles\x02" + bytes(200), b"PNG" + bytes(200)])
def test_another_file_is_refused(head):
    with pytest.raises(Invalid):
        TilesHead.parse(head)


def test_a_wrong_file_is_told_at_the_start(tmp_path):
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    for name in ("picture.png", "nothing.pmtiles"):
        with pytest.raises(Invalid, match="TILES_FILE"):
            load({"DIRECTORY_TILES_FILE": str(tmp_path / name)}, tmp_path)


def test_without_tiles_it_says_what_is_the_map(said):
    assert said() == ("There are no tiles: the outlines and names of areas are the map.\n", 0)


def test_a_file_is_read(said, tmp_path):
    file = write_tiles(tmp_path / "city.pmtiles")
    output, code = said(tiles_file=str(file))
    assert code == 0
    assert f"{read_head(file).tiles} vector tiles, zoom 0 to 15, 0.0 MB" in output


@pytest.mark.parametrize(
    ("given", "told"),
    [({"kind": 2}, "it must hold vector tiles"), ({"box": Box(10, 50, 11, 51)}, "It holds nothing of Birmingham")],
)
def test_a_file_that_shows_nothing_here_is_told(said, tmp_path, given, told):
    output, code = said(tiles_file=str(write_tiles(tmp_path / "city.pmtiles", **given)))
    assert (code, told in output) == (1, True), output


@pytest.fixture
def server():
    """A server that has pictures below /good/, words below /words/, and nothing else."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            kinds = {"good": "image/png", "words": "text/html"}
            kind = kinds.get(self.path.split("/")[1])
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.end_headers()
            self.wfile.write(b"tile")

        def log_message(self, *_):
            pass

    httpd = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


@pytest.mark.parametrize(
    ("folder", "told", "code"),
    [("good", "answers: image/png, 4 bytes", 0), ("words", "and not with a picture", 1), ("none", "HTTP Error 404", 1)],
)
def test_an_address_is_asked_for_one_tile_of_the_place(said, server, folder, told, code):
    output, exit_code = said(tiles_url=f"{server}/{folder}/{{z}}/{{x}}/{{y}}.png")
    assert (exit_code, told in output) == (code, True), output
    assert f"{server}/{folder}/12/2026/" in output
