"""A file of map tiles: what its head says. The format is PMTiles, version 3."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from directory.core.errors import Invalid
from directory.core.geo import Box

HEAD: Final = 127  # bytes
MAGIC: Final = b"PMTiles\x03"
VECTOR: Final = 1
_KINDS: Final = {0: "unknown", 1: "vector tiles", 2: "PNG", 3: "JPEG", 4: "WebP", 5: "AVIF"}
_SCALE: Final = 10_000_000  # of a degree


@dataclass(frozen=True, slots=True)
class TilesHead:
    """What a file of tiles holds: ``kind`` in words, how many tiles, from which zoom to which, and for where.

    ``size``: the bytes it has when all of it is there.
    """

    kind: str
    is_vector: bool
    tiles: int
    min_zoom: int
    max_zoom: int
    box: Box
    size: int

    @classmethod
    def parse(cls, head: bytes) -> Self:
        """The head of a file from its first HEAD bytes. Raises Invalid."""
        if len(head) < HEAD or head[: len(MAGIC)] != MAGIC:
            raise Invalid("file of map tiles", f"{len(head)} bytes that begin otherwise", "PMTiles, version 3")
        kind, low, high = struct.unpack_from("<BBB", head, 99)
        west, south, east, north = (number / _SCALE for number in struct.unpack_from("<4i", head, 102))
        *parts, tiles = struct.unpack_from("<9Q", head, len(MAGIC))  # each part by its first byte and its length
        size = max(first + length for first, length in zip(parts[::2], parts[1::2], strict=True))
        return cls(_KINDS.get(kind, "unknown"), kind == VECTOR, tiles, low, high, Box(west, south, east, north), size)


def read_head(file: Path) -> TilesHead:
    """The head of ``file``. Raises Invalid for another format, and OSError."""
    with file.open("rb") as opened:
        return TilesHead.parse(opened.read(HEAD))
