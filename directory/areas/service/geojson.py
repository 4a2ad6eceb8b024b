"""Reading GeoJSON files as they come: what is wrong with one, said so that an operator can put it right."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import shapely

from directory.areas.service.shapes import Shapes
from directory.core.errors import Invalid
from directory.core.geo import Box

MOST_BYTES: Final = 512 * 1024 * 1024
SURFACES: Final = {"Polygon", "MultiPolygon", "GeometryCollection"}
WGS84: Final = ("CRS84", "EPSG::4326", "EPSG:4326")
CONVERT: Final = "for example with: ogr2ogr -t_srs EPSG:4326 new.geojson"


def features_of(file: Path) -> list[Any]:
    """The features of a GeoJSON file in WGS 84. Raises Invalid for anything else, saying what it seems to be."""
    wanted = "a GeoJSON FeatureCollection"
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Invalid("file", file.name, f"{wanted} of at most {MOST_BYTES >> 20} MB")
        said = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Invalid("file", str(file), f"a file that can be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise Invalid("file", file.name, f"{wanted} in UTF-8; this is not text, or text in another code") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Invalid("file", file.name, f"{wanted}; this is no JSON from {where} on ({error.msg})") from None
    except RecursionError:
        raise Invalid("file", file.name, f"{wanted}; this one is nested without end") from None
    if not isinstance(said, dict) or said.get("type") != "FeatureCollection":
        raise Invalid("file", file.name, f"{wanted}; {_seems(said)}")
    _check_system(said.get("crs"), file.name)
    features = said.get("features")
    if not isinstance(features, list) or not features:
        raise Invalid("file", file.name, f"{wanted} with at least one feature")
    return features


def properties_of(feature: object) -> Mapping[str, Any]:
    """The properties of a feature; none when it is not one."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def check_fields(features: list[Any], fields: Mapping[str, str]) -> None:
    """Raise Invalid for a field that no feature has, naming those there are."""
    there = {name: None for feature in features for name in properties_of(feature)}  # in the order of the file
    for option, field in fields.items():
        if field not in there:
            raise Invalid(option, field, f"one of the file's properties: {', '.join(there) or 'there are none'}")


def shape_of(feature: object) -> Any | None:
    """The shape of a feature, or None when it has no polygon that can be read."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") not in SURFACES:
        return None
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(geometry, allow_nan=False)))
    except (shapely.GEOSException, ValueError, RecursionError):
        return None
    return shape if all(map(math.isfinite, shapely.bounds(shape))) else None


def check_position(shapes: Shapes, box: Box, name: str) -> None:
    """Raise Invalid when shapes are not in degrees, longitude first, or none is near the place."""
    if not len(shapes):
        raise Invalid("file", name, "at least one area with a code, a name and a polygon")
    west, south, east, north = map(float, shapely.total_bounds(shapes))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Invalid(
            "coordinates", (west, south), f"degrees (WGS 84); these look like metres: convert them, {CONVERT}"
        )
    if Box(west, south, east, north).touches(box):
        return
    if west >= -90 and east <= 90 and Box(south, west, north, east).touches(box):
        raise Invalid("coordinates", (west, south), "longitude before latitude; these are the other way round")
    raise Invalid("coordinates", (west, south), f"areas in the place ({box}); none of the file's is")


def _check_system(said: object, name: str) -> None:
    """The old ``crs`` member: nothing, or WGS 84."""
    if said is None:
        return
    properties = said.get("properties") if isinstance(said, dict) else None
    system = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if system and not system.upper().endswith(WGS84):
        raise Invalid("file", name, f"coordinates in WGS 84; these are in {system}: convert them, {CONVERT}")


def _seems(said: object) -> str:
    """What a JSON file that is no FeatureCollection is."""
    if not isinstance(said, dict):
        return "this is other JSON"
    if said.get("type") == "Topology":
        return "this is TopoJSON: export it as GeoJSON"
    if "geometryType" in said or "spatialReference" in said:
        return "this is Esri's own JSON: ask for f=geojson instead"
    if said.get("type") == "Feature" or said.get("type") in SURFACES:
        return "this is a single shape: put it into a FeatureCollection"
    return "this is other JSON"
