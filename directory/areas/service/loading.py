"""Loading areas from a GeoJSON file: wards, boroughs, any named shapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from directory.areas import rules
from directory.areas.service import geojson, shapes, store
from directory.areas.service.store import Prepared
from directory.core.errors import Invalid
from directory.core.geo import Box
from directory.core.text import clean, shorten, squeeze

TOLERANCE_M: Final = 20.0  # of the outlines that are served: what "generalised" boundaries have anyway
Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Read:
    """One area as the file has it: its features' shapes joined."""

    code: str
    name: str
    shape: Any


def read_geojson(file: Path, *, kind: str, code_field: str, name_field: str, box: Box) -> Prepared:
    """The areas of a file, ready to be written: replacing those of the kind with the same code; others stay.

    ``code_field`` and ``name_field`` are properties of the features. Areas that do not touch ``box`` (the
    place's) are left out and counted in the notes; so are features that cannot be used, by number. Features
    with one code become one area. Shapes that cross themselves are mended.

    Raises Invalid when the file as a whole cannot be used: the message says what is wrong and what to do.
    """
    if not rules.is_kind(kind) or kind == rules.DISTRICT:
        raise Invalid("--kind", kind, f"small letters and hyphens, as in ward; not {rules.DISTRICT}, made by init")
    features = geojson.features_of(file)
    geojson.check_fields(features, {"--code-field": code_field, "--name-field": name_field})
    notes: list[str] = []
    read = list(_joined(_readable(features, code_field, name_field, notes), notes))
    geojson.check_position(np.array([area.shape for area in read], dtype=object), box, str(file.name))
    kept = _in_box(read, box, notes)
    drawn = shapes.draw(np.array([area.shape for area in kept], dtype=object), TOLERANCE_M)
    named = tuple(store.Named(area.code, area.name, area.name) for area in kept)
    return Prepared(kind, file.name, named, tuple(drawn), tuple(notes))


def _readable(features: list[Any], code_field: str, name_field: str, notes: list[str]) -> Iterator[_Read]:
    """Every feature that has a code, a name and a surface; the others are noted."""
    for number, feature in enumerate(features, 1):
        properties = geojson.properties_of(feature)
        code, name = _text(properties.get(code_field)), _text(properties.get(name_field))
        if not rules.is_code(code):
            wanted = f"letters, digits, hyphens, dots; at most {rules.LONGEST_CODE}"
            notes.append(f"feature {number}: {code_field} is {code!r}: left out ({wanted})")
            continue
        if not name:
            notes.append(f"feature {number} ({code}): no {name_field}; the code stands for it")
        shape = geojson.shape_of(feature)
        if shape is None:
            notes.append(f"feature {number} ({code}): not a polygon or multipolygon: left out")
            continue
        surface = shapes.polygons(shape)
        if shapely.is_empty(surface):
            notes.append(f"feature {number} ({code}): a shape without surface: left out")
            continue
        if not shapely.is_valid(shape):
            notes.append(f"feature {number} ({code}): its outline crosses itself: mended")
        yield _Read(code, shorten(name, rules.LONGEST_NAME) or code, surface)


def _joined(areas: Iterator[_Read], notes: list[str]) -> Iterator[_Read]:
    """One area for each code: some files have a feature for each island."""
    by_code = defaultdict[str, list[_Read]](list)
    for area in areas:
        by_code[area.code].append(area)
    for code, parts in by_code.items():
        if len(parts) == 1:
            yield parts[0]
            continue
        notes.append(f"{code}: {len(parts)} features, joined to one area called {parts[0].name}")
        yield _Read(code, parts[0].name, shapes.polygons(shapely.union_all([part.shape for part in parts])))


def _in_box(read: list[_Read], box: Box, notes: list[str]) -> list[_Read]:
    place = shapely.box(box.west, box.south, box.east, box.north)
    shapely.prepare(place)
    inside = [area for area in read if shapely.intersects(place, area.shape)]
    if len(inside) < len(read):
        notes.append(f"{len(read) - len(inside)} of {len(read)} areas are outside the place: left out")
    return inside


def _text(value: object) -> str:
    """A property as people read it; numbers as they are written, everything else is nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return squeeze(clean(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)))
