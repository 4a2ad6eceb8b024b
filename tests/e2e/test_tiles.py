"""The map drawn from a file of this site, in the browser, under the strict policy."""

import pytest

from tests.e2e import site
from tests.support.apps import put_instance
from tests.support.browsers import axe, serving, wait_until
from tests.support.tiles import write_tiles

WATER = [195, 219, 230]  # of the pale style: the test's tiles are water all over
COLOURS = """
() => [...document.querySelectorAll("canvas.leaflet-tile")].map((canvas) =>
  [...canvas.getContext("2d").getImageData(40, 40, 1, 1).data].slice(0, 3).join())
"""


@pytest.fixture(scope="module")
def drawn_server(tmp_path_factory):
    """The real server with a file of tiles."""
    folder = tmp_path_factory.mktemp("drawn")
    file = write_tiles(folder / "city.pmtiles")
    with serving(put_instance(folder / "instance"), tiles_file=str(file)) as server:
        yield server, file


@pytest.mark.parametrize("size", site.SIZES)
def test_the_map_is_drawn_from_the_file_and_asks_nobody_else(size, drawn_server, open_page):
    server, _file = drawn_server
    page = open_page(server, **site.SIZES[size])
    parts = []
    page.on("response", lambda answer: parts.append(answer.status) if "pmtiles" in answer.url else None)
    page.goto("/map")
    wait_until(page, "document.querySelector('#directory_map[data-ground=file] canvas.leaflet-tile-loaded')")
    wait_until(page, f"({COLOURS})().includes('{','.join(map(str, WATER))}')")
    assert parts
    assert set(parts) == {206}
    assert "OpenStreetMap contributors" in page.locator(".leaflet-control-attribution").inner_text()
    assert page.locator("path.outline").count() == 0
    page.get_by_role("button", name="Outlines of areas").click()
    page.locator("path.outline").first.wait_for(state="attached")
    axe(page)


def test_the_outlines_are_the_map_when_the_file_is_spoiled(drawn_server, open_page, complaints):
    server, file = drawn_server
    whole = file.read_bytes()
    file.write_bytes(whole[:8] + b"\xff" * (len(whole) - 8))
    try:
        page = open_page(server, **site.WIDE)
        page.goto("/map")
        page.locator("path.outline").first.wait_for(state="attached")
    finally:
        file.write_bytes(whole)
    complaints.clear()  # the browser tells what it could not read
