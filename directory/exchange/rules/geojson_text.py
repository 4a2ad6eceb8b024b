"""RFC 7946 features of rows: the same columns as the CSV, geometry null where there is no public point."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from directory.exchange.rules.columns import Column, OfferingRow

START = '{"type":"FeatureCollection","features":['
END = "]}"


def features(columns: Sequence[Column], rows: Iterable[OfferingRow]) -> list[str]:
    """One feature a row, as text."""
    return [
        json.dumps(feature(columns, row), ensure_ascii=False, separators=(",", ":"), allow_nan=False) for row in rows
    ]


def feature(columns: Sequence[Column], row: OfferingRow) -> dict[str, Any]:
    """One row as a feature. Properties without a value are left out."""
    values = {column.name: column.value(row) for column in columns}
    lat, lon = values.pop("latitude"), values.pop("longitude")
    geometry = None if lat is None or lon is None else {"type": "Point", "coordinates": [lon, lat]}
    properties = {name: value for name, value in values.items() if value is not None and value != ""}
    return {"type": "Feature", "id": values["offering_id"], "geometry": geometry, "properties": properties}
