"""The map drawn from a file of this site, in the browser, under the strict policy."""

import pytest

from tests.e2e import site
from tests.support.apps import put_instance
from tests.support.browsers import axe, serving, wait_until
from tests.support.tiles import write_tiles

VIEW = "/map#map=15/52.48000/-1.90000"  # the invented quarter of tests/support/tiles.py
# What is where, in thousandths of a degree east and north of the middle, and its colour in the pale style.
COLOURS = {
    "ground": ([(4.5, -3.0)], "244,241,232"),
    "park": ([(-5.5, 4.4)], "223,234,219"),
    "canal": ([(-4.0, -1.25)], "195,219,230"),
    "house": ([(-2.2, -1.85)], "230,225,211"),
    "street": ([(0.0, north / 10) for north in range(-40, -10)], "255,255,255"),  # but for its name
}
COLOUR = """
([lng, lat]) => {
  const { x, y } = directory_map.latLngToContainerPoint([lat, lng]);
  const frame = document.getElementById("directory_map").getBoundingClientRect();
  for (const canvas of document.querySelectorAll("canvas.leaflet-tile-loaded")) {
    const box = canvas.getBoundingClientRect();
    const [across, down] = [x + frame.left - box.left, y + frame.top - box.top];
    if (across < 0 || down < 0 || across >= box.width || down >= box.height) continue;
    const [left, top] = [across * canvas.width / box.width, down * canvas.height / box.height];
    return [...canvas.getContext("2d").getImageData(left, top, 1, 1).data].slice(0, 3).join();
  }
  return "";
}
"""


def is_drawn(page, what):
    """Whether the colour of ``what`` is where it should be."""
    places, colour = COLOURS[what]
    found = [page.evaluate(COLOUR, [-1.9 + east / 1000, 52.48 + north / 1000]) for east, north in places]
    return colour in found


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
    page.goto(VIEW)
    wait_until(page, "document.querySelector('#directory_map[data-ground=file] canvas.leaflet-tile-loaded')")
    wait_until(page, f"({COLOUR})([-1.9055, 52.4844]) !== ''")
    assert [what for what in COLOURS if not is_drawn(page, what)] == []
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
