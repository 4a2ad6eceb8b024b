"""A PMTiles file for tests: an invented quarter in the middle of Birmingham, as the Protomaps basemap would have it.

It is written from the two formats' descriptions. PMTiles 3 is a head of 127 bytes, one directory of varints, JSON, and
the tiles. A vector tile is a protocol buffer of layers, whose features have a shape in 4096ths of the tile and tags.
Layers and tags are those of Protomaps' basemap: earth, landuse, water, roads, buildings, boundaries, places.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from directory.core.geo import Box, Point, tile_of

EXTENT: Final = 4096
MARGIN: Final = 64 / 4096  # of a tile: lines go on a little beyond its edge
POINT, LINE, POLYGON = 1, 2, 3
BOX: Final = Box(-2.1, 52.3, -1.6, 52.7)
MIDDLE: Final = Point(52.48, -1.9)
DEEPEST: Final = 15


@dataclass(frozen=True, slots=True)
class Drawn:
    """One feature of a layer: a shape in degrees (longitude first), from which zoom it is there, and its tags."""

    layer: str
    shape: Any
    tags: Mapping[str, str]
    min_zoom: int = 0


def _box(west: float, south: float, east: float, north: float) -> Any:
    """A rectangle; thousandths of a degree from the middle."""
    sides = (MIDDLE.lon + west / 1000, MIDDLE.lat + south / 1000, MIDDLE.lon + east / 1000, MIDDLE.lat + north / 1000)
    return shapely.box(*sides)


def _line(*points: tuple[float, float]) -> Any:
    return shapely.linestrings([(MIDDLE.lon + x / 1000, MIDDLE.lat + y / 1000) for x, y in points])


def _point(x: float, y: float) -> Any:
    return shapely.points(MIDDLE.lon + x / 1000, MIDDLE.lat + y / 1000)


def quarter() -> list[Drawn]:
    """A park, a canal, streets with names, houses and a railway, around the middle."""
    return [
        Drawn("earth", shapely.box(BOX.west, BOX.south, BOX.east, BOX.north), {"kind": "earth"}),
        Drawn("landuse", _box(-9, 1, -2, 6), {"kind": "park", "name": "Invented Park"}),
        Drawn("landuse", _box(3, -6, 9, -2), {"kind": "industrial"}),  # no park: stays ground
        Drawn("water", _line((-40, -8), (-6, -3), (2, 4), (40, 9)).buffer(0.0006), {"kind": "canal"}),
        Drawn("roads", _line((-50, 0), (50, 0)), {"kind": "major_road", "name": "Mill Road"}, 6),
        Drawn("roads", _line((0, -30), (0, 30)), {"kind": "highway", "name": "Ring Way"}, 5),
        Drawn("roads", _line((-3, -20), (-3, 20)), {"kind": "minor_road", "name": "Lamp Street"}, 12),
        Drawn("roads", _line((3, -20), (3, 20)), {"kind": "minor_road", "name": "Loom Street"}, 12),
        Drawn("roads", _line((-9, 3.5), (-2, 3.5)), {"kind": "path"}, 13),
        Drawn("roads", _line((-50, -5), (50, -6)), {"kind": "rail"}, 9),
        *(
            Drawn("buildings", _box(x, y, x + 0.7, y + 0.4), {"kind": "building"}, 14)
            for x in (-2.5, -1.5, 0.6, 1.6)
            for y in (-2.0, -1.2, 0.6, 1.4)
        ),
        Drawn("boundaries", _line((-200, 3), (-20, 12), (200, 14)), {"kind": "county"}),
        Drawn("places", _point(0, 0), {"kind": "locality", "name": "Birmingham", "name:cy": "Dinas Birmingham"}),
        Drawn("places", _point(5, 3), {"kind": "neighbourhood", "name": "Inventtown"}, 11),
    ]


def varint(number: int) -> bytes:
    """A whole number as protocol buffers write it."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def _field(number: int, body: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(body)) + body


def _packed(numbers: Iterable[int]) -> bytes:
    return b"".join(varint(number) for number in numbers)


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else -number * 2 - 1


def _commands(parts: Iterable[Sequence[tuple[int, int]]], *, closed: bool) -> Iterator[int]:
    """Pen movements: each part from where the last one ended."""
    x = y = 0
    for part in parts:
        points = part[:-1] if closed else part
        for at, (to_x, to_y) in enumerate(points):
            if at < 2:
                yield 9 if at == 0 else (len(points) - 1) << 3 | 2
            yield from (_zigzag(to_x - x), _zigzag(to_y - y))
            x, y = to_x, to_y
        if closed:
            yield 15


def _parts(shape: Any) -> tuple[int, list[Any]]:
    """What kind of shape it is, and the rings, lines or points of it."""
    kinds = {"Point": POINT, "LineString": LINE, "Polygon": POLYGON}
    kind = max(kinds[one.geom_type] for one in shapely.get_parts(shape))  # where it only touches the edge it is less
    single = [one for one in shapely.get_parts(shape) if kinds[one.geom_type] == kind]
    if kind == POLYGON:
        return kind, [ring for one in single for ring in (one.exterior, *one.interiors)]
    return kind, single


def _tile(zoom: int, x: int, y: int, drawn: Iterable[Drawn]) -> bytes:
    """The vector tile of what lies in it; b"" for nothing."""
    window = shapely.box(-MARGIN, -MARGIN, 1 + MARGIN, 1 + MARGIN)
    layers: dict[str, list[tuple[Any, Mapping[str, str]]]] = {}
    for one in drawn:
        inside = shapely.intersection(shapely.transform(one.shape, lambda at: _within(at, zoom, x, y)), window)
        if one.min_zoom <= zoom and not inside.is_empty:
            layers.setdefault(one.layer, []).append((inside, one.tags))
    return b"".join(_layer(called, found) for called, found in layers.items())


def _within(degrees: Any, zoom: int, x: int, y: int) -> Any:
    """Degrees as parts of the tile, from its north-west corner."""
    across = 1 << zoom
    east = (degrees[:, 0] + 180) / 360 * across - x
    south = (1 - np.arcsinh(np.tan(np.radians(degrees[:, 1]))) / np.pi) / 2 * across - y
    return np.column_stack((east, south))


def _layer(called: str, found: Iterable[tuple[Any, Mapping[str, str]]]) -> bytes:
    keys: dict[str, int] = {}
    values: dict[str, int] = {}
    features = b""
    for shape, tags in found:
        kind, parts = _parts(shape)
        points = [[(round(x * EXTENT), round(y * EXTENT)) for x, y in part.coords] for part in parts]
        told = [(keys.setdefault(key, len(keys)), values.setdefault(said, len(values))) for key, said in tags.items()]
        features += _field(
            2,
            _field(2, _packed(number for pair in told for number in pair))
            + varint(3 << 3)
            + varint(kind)
            + _field(4, _packed(_commands(points, closed=kind == POLYGON))),
        )
    names = b"".join(_field(3, key.encode()) for key in keys)
    said = b"".join(_field(4, _field(1, value.encode())) for value in values)
    head = varint(15 << 3) + varint(2) + _field(1, called.encode())
    return _field(3, head + features + names + said + varint(5 << 3) + varint(EXTENT))


def tile_id(zoom: int, x: int, y: int) -> int:
    """The number of a tile along the Hilbert curves of all zooms, as PMTiles counts."""
    found, across, half = ((1 << 2 * zoom) - 1) // 3, 1 << zoom, 1 << zoom >> 1
    while half:
        right, low = int(bool(x & half)), int(bool(y & half))
        found += half * half * ((3 * right) ^ low)
        if not low:
            x, y = (across - 1 - y, across - 1 - x) if right else (y, x)
        half >>= 1
    return found


def _directory(sizes: Mapping[int, int]) -> bytes:
    ids = sorted(sizes)
    steps = [one - before for before, one in zip([0, *ids], ids, strict=False)]
    offsets = [1, *[0] * (len(ids) - 1)]  # each behind the one before
    return _packed([len(ids), *steps, *[1] * len(ids), *(sizes[one] for one in ids), *offsets])


def _around(zoom: int) -> Iterator[tuple[int, int]]:
    """The tiles beside the middle: what a map of the quarter shows."""
    x, y = tile_of(MIDDLE, zoom)
    reach = range(-2, 3)
    for across in reach:
        for down in reach:
            if 0 <= x + across < 1 << zoom and 0 <= y + down < 1 << zoom:
                yield x + across, y + down


def write_tiles(file: Path, *, kind: int = 1, box: Box = BOX) -> Path:
    """Write a file with the tiles around the middle of Birmingham; ``kind`` 1 is vector tiles. Returns ``file``."""
    drawn = quarter()
    made = {
        tile_id(zoom, x, y): gzip.compress(tile, mtime=0)
        for zoom in range(DEEPEST + 1)
        for x, y in _around(zoom)
        if (tile := _tile(zoom, x, y, drawn))
    }
    body = b"".join(made[one] for one in sorted(made))
    root = gzip.compress(_directory({one: len(tile) for one, tile in made.items()}), mtime=0)
    words = gzip.compress(json.dumps({"vector_layers": [{"id": each} for each in _layers(drawn)]}).encode(), mtime=0)
    start = 127 + len(root) + len(words)
    counts = (len(made),) * 3
    places = (127, len(root), 127 + len(root), len(words), start, 0, start, len(body), *counts)
    head = b"PMTiles\x03" + struct.pack("<11Q", *places)
    edges = [round(degrees * 1e7) for degrees in (box.west, box.south, box.east, box.north)]
    middle = (round(MIDDLE.lon * 1e7), round(MIDDLE.lat * 1e7))
    head += struct.pack("<6B4iB2i", 1, 2, 2, kind, 0, DEEPEST, *edges, 12, *middle)
    file.write_bytes(head + root + words + body)
    return file


def _layers(drawn: Iterable[Drawn]) -> list[str]:
    return list(dict.fromkeys(one.layer for one in drawn))
