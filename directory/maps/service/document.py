"""The map document: Folium writes it once, and it is served as a script of this site.

Folium is told the place and the tiles, and nothing else: a listing's text in a popup, a tooltip or an icon would be
written into a script. Leaflet itself comes with our own assets, and the pins from our own endpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from directory.core.geo import Box
from directory.maps.rules import DEEPEST

ELEMENT = "directory_map"  # the element's id, and the name of the map in the page's script
MIN_ZOOM, MAX_ZOOM = 4, DEEPEST


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under the pins: where the map opens, and the tiles (``tiles_url`` "" for none)."""

    box: Box
    tiles_url: str
    tiles_attribution: str


def script(ground: Ground) -> str:
    """The script that makes ``window.directory_map`` in the element with that id. Takes 0.3 s the first time."""
    import folium  # noqa: PLC0415 - 0.3 s and 25 MB, for one script per process

    class _Named(folium.Map):
        """A map whose variable has a name that can be known before it is made."""

    drawn = _Named(
        tiles=None,
        zoom_control=True,
        min_zoom=MIN_ZOOM,
        max_zoom=MAX_ZOOM,
        minZoom=MIN_ZOOM,
        maxZoom=MAX_ZOOM,
    )
    kind, _, number = ELEMENT.partition("_")
    drawn._name, drawn._id = kind, number  # noqa: SLF001 - branca has no public way to name an element
    drawn.default_js, drawn.default_css = [], []  # they are ten files on other people's servers
    if ground.tiles_url:
        folium.TileLayer(
            tiles=ground.tiles_url, attr=ground.tiles_attribution, max_zoom=MAX_ZOOM, name="ground"
        ).add_to(drawn)
    box = ground.box
    drawn.fit_bounds([[box.south, box.west], [box.north, box.east]])
    root: Any = drawn.get_root()
    root.render()
    return str(root.script.render())
