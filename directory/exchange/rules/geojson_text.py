"""RFC 7946 text: the same columns as the CSV, geometry null where there is no public point."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from directory.exchange.rules.columns import Value

START = '{"type":"FeatureCollection","features":['
END = "]}"
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


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
