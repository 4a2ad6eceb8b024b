"""The ground of postcode districts: to each postcode what is nearest to it (Voronoi), joined by district.

Neighbours' postcodes count too, so that borders lie where people would draw them. Scraps inside other
districts, where a sorting office stands, go to those; what lies far from any postcode is cut off.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from directory.areas.service.shapes import Numbers, Plane, Shapes
from directory.core.postcode import Partial
from directory.geocoding.service import PostcodeIndex

MARGIN_DEG: Final = 0.05  # how far around the place the neighbours' postcodes count
STRAY_SHARE: Final = 0.5  # per cent of postcodes at either end that may be anywhere in Britain
FINE_M: Final = 50.0  # where districts meet, the postcodes in one square of this size count as one
COARSE_TIMES: Final = 8  # so many times larger are the squares elsewhere
MANY: Final = 300  # districts; a place of more is drawn with squares
MANY_TIMES: Final = 5  # ... so many times larger: Britain's 2,800 take half a minute
SCRAP: Final = 0.1  # a part smaller than this share of a district's largest part is a scrap
FEWEST_POINTS: Final = 10  # different ones; a district of fewer is post-office boxes, or a Scottish island
EDGE_M: Final = 600.0  # how far ground may lie from the outermost postcodes
LOOSE: Final = 0.5  # of the hull: 0 follows every bay, 1 is convex

_ROWS: Final = 1 << 22  # more squares than fit between the equator and the pole
_DISTRICTS: Final = 1 << 12

Whole = npt.NDArray[np.int64]
Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Points:
    """Postcodes as columns: metres east and north, and the number of the district."""

    x: Numbers
    y: Numbers
    district: Whole

    def __len__(self) -> int:
        return len(self.x)

    def where(self, chosen: Chosen | Whole) -> _Points:
        return _Points(self.x[chosen], self.y[chosen], self.district[chosen])

    def geometries(self) -> Shapes:
        return np.asarray(shapely.points(self.x, self.y))


def ground_of(codes: Collection[str], index: PostcodeIndex) -> dict[str, Any]:
    """The ground of the districts with these codes, in degrees; those without ground of their own are missing.

    One second for a city. A district without ground is one of post-office boxes, or no longer used.
    """
    numbers = {number: code for number, code in enumerate(index.districts) if code in codes}
    if not numbers:
        return {}
    points, plane = _postcodes(numbers, index)
    points = _thinned(points, FINE_M * (MANY_TIMES if len(numbers) > MANY else 1))
    points = points.where(~_in_scraps(points, _joined(points)))
    ground = {number: shape for number, shape in _joined(points).items() if number in numbers}
    cut = shapely.transform(_cut(ground, points), plane.degrees)
    return {numbers[number]: shape for number, shape in zip(ground, cut, strict=True)}


def _postcodes(numbers: Collection[int], index: PostcodeIndex) -> tuple[_Points, Plane]:
    """The postcodes in and around the districts ``numbers``, in metres."""
    first, position = index.columns
    degrees = np.frombuffer(position, dtype=np.int32).reshape(-1, 2)[:, ::-1] / 1e6
    starts = np.frombuffer(first, dtype=np.uint32)
    district = np.repeat(np.arange(len(starts) - 1), starts[1:] - starts[:-1])
    own = degrees[np.isin(district, list(numbers))]
    low, high = np.percentile(own, [STRAY_SHARE, 100 - STRAY_SHARE], axis=0)
    near = ((degrees >= low - MARGIN_DEG) & (degrees <= high + MARGIN_DEG)).all(axis=1)
    near &= ~np.isin(district, _only_boxes(index))
    plane = Plane(float(low[1] + high[1]) / 2)
    x, y = plane.metres(degrees[near]).T
    return _Points(x, y, district[near]), plane


def _only_boxes(index: PostcodeIndex) -> list[int]:
    """The districts whose postcodes stand in a few places: post-office boxes and large users, without ground."""
    spots = (index.part(Partial(code)) for code in index.districts)
    return [number for number, spot in enumerate(spots) if spot is None or spot.points < FEWEST_POINTS]


def _thinned(points: _Points, fine_m: float) -> _Points:
    """One point for each square: small squares where districts meet, large ones elsewhere."""
    large = _squares(points, fine_m * COARSE_TIMES)
    border = _contested(large, points.district)
    inside = _one_each(points.where(~border), large[~border])
    meeting = _one_each(points.where(border), _squares(points.where(border), fine_m))
    return _Points(*(np.concatenate(pair) for pair in zip(_columns(inside), _columns(meeting), strict=True)))


def _columns(points: _Points) -> tuple[Numbers, Numbers, Whole]:
    return points.x, points.y, points.district


def _squares(points: _Points, size_m: float) -> Whole:
    """The number of the square that each point lies in."""
    column, row = (np.floor(metres / size_m).astype(np.int64) for metres in (points.x, points.y))
    return column * _ROWS + row


def _contested(square: Whole, district: Whole) -> Chosen:
    """Which points lie in a square where districts meet, or beside one of another district."""
    order = np.argsort(square, kind="stable")
    squares, starts = np.unique(square[order], return_index=True)
    lowest = np.minimum.reduceat(district[order], starts)
    only = np.where(lowest == np.maximum.reduceat(district[order], starts), lowest, -1)
    border = only == -1
    for across in (-1, 0, 1):
        for up in (-1, 0, 1):
            neighbour = squares + across * _ROWS + up
            at = np.minimum(np.searchsorted(squares, neighbour), len(squares) - 1)
            border |= (squares[at] == neighbour) & (only[at] != only)
    chosen: Chosen = border[np.searchsorted(squares, square)]
    return chosen


def _one_each(points: _Points, square: Whole) -> _Points:
    """For each square the mean of the points of the district that has most there."""
    key = square * _DISTRICTS + points.district
    order = np.argsort(key, kind="stable")
    groups, starts, count = np.unique(key[order], return_index=True, return_counts=True)
    if not len(groups):
        return points
    x, y = (np.add.reduceat(metres[order], starts) / count for metres in (points.x, points.y))
    where, district = groups // _DISTRICTS, groups % _DISTRICTS
    most = np.lexsort((district, -count, where))
    first = most[np.unique(where[most], return_index=True)[1]]
    return _Points(x[first], y[first], district[first])


def _joined(points: _Points) -> dict[int, Any]:
    """The ground of each district: the cells of its points as one shape."""
    if len(points) < 2:  # one point has no border
        return {}
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points.geometries()), ordered=True))
    order = np.argsort(points.district, kind="stable")
    districts, starts = np.unique(points.district[order], return_index=True)
    ground = np.split(cells[order], starts[1:])
    return {int(district): _union(own) for district, own in zip(districts, ground, strict=True)}


def _union(cells: Shapes) -> Any:
    try:
        return shapely.coverage_union_all(cells)
    except shapely.GEOSException:  # corners that should be the same differ in the last digit
        return shapely.union_all(cells, grid_size=0.01)


def _in_scraps(points: _Points, ground: dict[int, Any]) -> Chosen:
    """Which points lie in a part of their district that is small beside its largest part."""
    scraps = np.zeros(len(points), dtype=bool)
    geometries = points.geometries()
    for district, shape in ground.items():
        parts = shapely.get_parts(shape)
        sizes = shapely.area(parts)
        small = shapely.union_all(parts[sizes < SCRAP * sizes.max()])
        if not shapely.is_empty(small):
            own = np.flatnonzero(points.district == district)
            scraps[own] = shapely.intersects(small, geometries[own])
    return scraps


def _cut(ground: dict[int, Any], points: _Points) -> Shapes:
    """Each district's ground as far as it lies near a postcode. Parks and lakes between districts are kept."""
    geometries = points.geometries()
    hulls = [
        shapely.concave_hull(shapely.multipoints(geometries[points.district == district]), ratio=LOOSE)
        for district in ground
    ]
    near = shapely.union_all(shapely.buffer(np.array(hulls), EDGE_M, quad_segs=4))
    filled = shapely.union_all([shapely.polygons(part.exterior) for part in shapely.get_parts(near)])
    shapely.prepare(filled)
    shapes = np.array(list(ground.values()))
    edge = ~shapely.contains_properly(filled, shapes)
    shapes[edge] = shapely.intersection(shapes[edge], filled)
    return shapes
