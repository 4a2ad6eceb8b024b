"""What the site says of itself is what its settings do."""

from __future__ import annotations

import pytest

TILES = "https://tiles.example.org/{z}/{x}/{y}.png"


@pytest.mark.parametrize("path", ["/privacy", "/attributions"])
@pytest.mark.parametrize(
    ("settings", "said"),
    [({"tiles_attribution": "© Somebody's maps"}, "© Somebody's maps"), ({}, "tiles.example.org")],
    ids=["attributed", "unattributed"],
)
def test_it_says_whose_server_the_browser_asks_for_the_map(make_app, path, settings, said):
    client = make_app(tiles_url=TILES, **settings).test_client()
    client.tile_hosts = {"https://tiles.example.org"}
    assert said in client.page(path).text


@pytest.mark.parametrize("path", ["/privacy", "/attributions"])
def test_without_tiles_nobody_is_asked_and_nobody_named(client, path):
    text = client.page(path).text.casefold()
    assert "map background" not in text
    assert "background of the map" not in text
