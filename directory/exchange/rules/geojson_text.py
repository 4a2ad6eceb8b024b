"""RFC 7946 text: the same columns as the CSV, geometry null where there is no public point."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from directory.exchange.rules.about import About
from directory.exchange.rules.columns import Value

END = "]}"
NO_POINT: Final = "A feature whose geometry is null has no public point: its address is not published, or it has none."
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def start(about: About) -> str:
    """Everything before the first feature: what RFC 7946 calls foreign members say where it comes from."""
    moment = about.moment.isoformat() if about.moment else None
    members = {
        "type": "FeatureCollection",
        "title": about.title,
        "search": about.address,
        "moment": moment,
        "change": about.version,
        "licence": about.licence_url,
        "attribution": about.attribution,
        "note": NO_POINT,
    }
    return _JSON.encode(members)[:-1] + ',"features":['


def open_feature(values: Mapping[str, Value]) -> str:
    """The feature of a row, up to where more properties may follow. ``values``: those columns that have one."""
    properties = dict(values)
    lat, lon = properties.pop("latitude", None), properties.pop("longitude", None)
    geometry = None if lat is None or lon is None else {"type": "Point", "coordinates": [lon, lat]}
    feature = {"type": "Feature", "id": values["offering_id"], "geometry": geometry, "properties": properties}
    return _JSON.encode(feature)[:-2]


def text(value: str) -> str:
    """A string as JSON has it."""
    return _JSON.encode(value)
