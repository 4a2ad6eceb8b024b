"""A tiny PMTiles file for tests: a few vector tiles of Birmingham, written from the two formats' descriptions.

PMTiles 3 is a head of 127 bytes, one directory of varints, JSON, and the tiles. A vector tile is a protocol buffer of
layers; here each layer has one square or one point that fills or centres the tile.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from directory.core.geo import Box, Point, tile_of

EXTENT: Final = 4096
POINT, POLYGON = 1, 3
SQUARE: Final = ((0, 0), (EXTENT, 0), (EXTENT, EXTENT), (0, EXTENT))
BOX: Final = Box(-2.1, 52.3, -1.6, 52.7)


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


def _drawn(points: Iterable[tuple[int, int]], *, closed: bool) -> list[int]:
    first, *rest = points
    steps = [9, _zigzag(first[0]), _zigzag(first[1])]
    if rest:
        steps.append(len(rest) << 3 | 2)
    x, y = first
    for to_x, to_y in rest:
        steps += [_zigzag(to_x - x), _zigzag(to_y - y)]
        x, y = to_x, to_y
    return [*steps, 15] if closed else steps


def layer(called: str, kind: str, **more: str) -> bytes:
    """One layer with one feature: a square, or a point for a layer of names."""
    tags = {"kind": kind, **more}
    shape = POINT if "name" in more else POLYGON
    points = ((EXTENT // 2, EXTENT // 2),) if shape == POINT else SQUARE
    feature = (
        _field(2, _packed(number for at in range(len(tags)) for number in (at, at)))
        + varint(3 << 3)
        + varint(shape)
        + _field(4, _packed(_drawn(points, closed=shape == POLYGON)))
    )
    keys = b"".join(_field(3, key.encode()) for key in tags)
    values = b"".join(_field(4, _field(1, value.encode())) for value in tags.values())
    head = varint(15 << 3) + varint(2) + _field(1, called.encode())
    return _field(3, head + _field(2, feature) + keys + values + varint(5 << 3) + varint(EXTENT))


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


def write_tiles(file: Path, *, kind: int = 1, box: Box = BOX) -> Path:
    """Write a file with the tiles over Birmingham at zooms 0 to 8; ``kind`` 1 is vector tiles. Returns ``file``."""
    drawn = gzip.compress(
        layer("earth", "earth") + layer("water", "water") + layer("places", "locality", name="Birmingham"), mtime=0
    )
    tiles = {tile_id(zoom, *tile_of(Point(52.48, -1.9), zoom)): drawn for zoom in range(9)}
    body = b"".join(tiles[one] for one in sorted(tiles))
    root = gzip.compress(_directory({one: len(tile) for one, tile in tiles.items()}), mtime=0)
    words = gzip.compress(json.dumps({"vector_layers": []}).encode(), mtime=0)
    start = 127 + len(root) + len(words)
    places = (
        127,
        len(root),
        127 + len(root),
        len(words),
        start,
        0,
        start,
        len(body),
        len(tiles),
        len(tiles),
        len(tiles),
    )
    head = b"PMTiles\x03" + struct.pack("<11Q", *places)
    edges = [round(degrees * 1e7) for degrees in (box.west, box.south, box.east, box.north)]
    head += struct.pack("<6B4iB2i", 1, 2, 2, kind, 0, 8, *edges, 8, round(-1.9e7), round(52.48e7))
    file.write_bytes(head + root + words + body)
    return file
