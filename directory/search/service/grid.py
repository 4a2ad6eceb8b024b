"""Which offerings of a board lie in a box, without a look at all of them."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from directory.core.geo import Box
from directory.search.service.positions import Places

CELLS_A_DEGREE: Final = 10  # a cell is 11 km high and in Britain 7 wide
_A_ROW: Final = 1_000 * CELLS_A_DEGREE  # more than there are columns in the world

Floats = npt.NDArray[np.float64]


class Grid:
    """The positions of points, by cells."""

    def __init__(self, lats: Floats, lons: Floats) -> None:
        """``lats`` and ``lons``: degrees, NaN without a point."""
        placed = np.flatnonzero(~np.isnan(lats))
        keys = _key(_cell(lats[placed]), _cell(lons[placed]))
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._places = placed[order].astype(np.int32)

    def within(self, box: Box) -> Places:
        """All in ``box``, and some around it, in the order of their positions."""
        south, north, west, east = _cell(np.array([box.south, box.north, box.west, box.east])).tolist()
        rows = np.arange(south, north + 1)
        starts = np.searchsorted(self._keys, _key(rows, np.intp(west))).tolist()
        ends = np.searchsorted(self._keys, _key(rows, np.intp(east)), side="right").tolist()
        found = [self._places[start:end] for start, end in zip(starts, ends, strict=True) if start < end]
        return np.sort(np.concatenate(found)).astype(np.intp) if found else np.array([], dtype=np.intp)


def _cell(degrees: Floats) -> Places:
    """The row or the column of each."""
    return np.floor(degrees * CELLS_A_DEGREE).astype(np.intp)


def _key(row: Places, column: Places | np.intp) -> Places:
    """What cells are ordered by: row by row from the south, in each from the west."""
    return row * _A_ROW + column
