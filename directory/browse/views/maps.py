"""Where a page's map gets what it shows; see ``components/map.html``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from json import dumps
from json.encoder import encode_basestring as _quoted
from typing import Any, Final
from urllib.parse import quote, urlencode

from directory.browse.views.carried import carry
from directory.browse.views.listing import ListingPage
from directory.core.geo import Box
from directory.geocoding.rules import Located
from directory.listings.rules.codes import code_of
from directory.maps.rules import MICRO, Cluster, Pin
from directory.search.rules.near import circle_m
from directory.search.rules.request import SearchRequest
from directory.web.addresses import address

MARGIN: Final = 1.05  # of the circle that a search reaches
SMALL_M: Final = 500.0  # around a listing's only pin
PLACE: Final = frozenset({"near", "within", "area", "page"})  # what "search this area" puts another place for
DIGITS: Final = 6  # of a degree: a tenth of a metre


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFrame:
    """One map on a page."""

    document_url: str
    features_url: str = ""
    features: str = ""
    outlines_url: str = ""
    outline_url: str = ""
    names_url: str = ""
    box: tuple[float, float, float, float] | None = None
    here: tuple[float, float] | None = None
    within_m: float = 0.0
    size: str = ""
    pins_url: str = ""
    area_url: str = ""
    locked: bool = False


def whole(asked: SearchRequest, near: Located | None = None, box: Box | None = None) -> MapFrame:
    """The map of everything, or of a search, alone on its page."""
    frame = beside_list(asked, near, box)
    return replace(frame, size="whole", area_url=area_url(asked, address("browse.map_page")))


def area_url(asked: SearchRequest, path: str) -> str:
    """The page at ``path`` with the search but for its place: the script adds what the map shows as another."""
    return carry(_with(path, [pair for pair in asked.args() if pair[0] not in PLACE]))


def beside_list(asked: SearchRequest, near: Located | None, box: Box | None) -> MapFrame:
    """The map of the same search as the list. ``box`` is the area that was asked for."""
    pairs = [(name, value) for name, value in asked.args() if name not in {"page", "sort"}]
    near_pair = [(name, value) for name, value in pairs if name == "near"]
    within_m = circle_m(asked.within_m, near.width_m if near else 0.0)
    outline_url = address("browse.outline", code=asked.area) if box else ""
    if near and within_m:
        box = Box.around(near.point, within_m * MARGIN)
    return MapFrame(
        document_url=address("browse.map_script"),
        features_url=_with(address("browse.map_features"), pairs),
        outlines_url=address("browse.outlines"),
        names_url=address("browse.map_names"),
        outline_url=outline_url,
        box=_sides(box),
        here=(near.point.lat, near.point.lon) if near else None,
        within_m=within_m,
        pins_url=_with(address("browse.map_pins"), near_pair),
        area_url=area_url(asked, address("browse.search")),
    )


def of_listing(page: ListingPage) -> MapFrame | None:
    """The small map of an organisation's own places; None when it has no public point."""
    features = [_feature(page, where) for where in page.pins]
    if not features:
        return None
    points = [where.point for where in page.pins if where.point]
    box = Box.holding(points) if len(set(points)) > 1 else Box.around(points[0], SMALL_M)
    return MapFrame(
        document_url=address("browse.map_script"),
        features=dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False),
        outlines_url=address("browse.outlines"),
        names_url=address("browse.map_names"),
        box=_sides(box),
        size="small",
    )


def _feature(page: ListingPage, where: Any) -> dict[str, Any]:
    need = next((tag.icon for service in page.services for tag in service.needs), "")
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [where.point.lon, where.point.lat]},
        "properties": {
            "id": code_of(page.id),
            "name": page.name,
            "url": "#main",
            "need": need,
            "where": where.name or ", ".join(where.lines),
            "approximate": where.is_approximate,
        },
    }


def _sides(box: Box | None) -> tuple[float, float, float, float] | None:
    return (box.west, box.south, box.east, box.north) if box else None


def _with(path: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path


def feature_collection(shown: Sequence[Cluster | Pin]) -> str:
    """GeoJSON of clusters and pins; texts stay values, never markup."""
    prefix = address("browse.listing", slug="-").removesuffix("-")
    # Written out and kept, because a viewport has hundreds and a map is looked at again and again: what a feature says
    # follows from its value.
    features = ",".join(
        [_cluster_feature(found) if isinstance(found, Cluster) else _pin_feature(found, prefix) for found in shown]
    )
    return f'{{"type":"FeatureCollection","features":[{features}]}}'


@lru_cache(maxsize=16384)  # 7 MB
def _cluster_feature(found: Cluster) -> str:
    n, lat, lon, (west, south, east, north) = found
    box = f"[{west:.{DIGITS}f},{south:.{DIGITS}f},{east:.{DIGITS}f},{north:.{DIGITS}f}]"
    return _at(lat, lon, f'"n":{n},"box":{box}')


@lru_cache(maxsize=8192)  # 5 MB
def _pin_feature(found: Pin, prefix: str) -> str:
    return _at(
        found.lat / MICRO,
        found.lon / MICRO,
        f'"id":"{code_of(found.uuid)}","at":{found.n},"name":{_quoted(found.name)}'
        f',"url":{_quoted(prefix + quote(found.slug))},"need":{_quoted(found.need)},"where":{_quoted(found.place)}'
        f',"approximate":{"true" if found.approximate else "false"}',
    )


def _at(lat: float, lon: float, properties: str) -> str:
    point = f'{{"type":"Point","coordinates":[{lon:.{DIGITS}f},{lat:.{DIGITS}f}]}}'
    return f'{{"type":"Feature","geometry":{point},"properties":{{{properties}}}}}'
