"""The map of a page of results for paper: outlines of areas, and a number where each result is.

It is drawn here, from what the list says, so that printing asks no tile of anybody and needs no script. The numbers
are the places of the results on their page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from markupsafe import escape

from directory.core.geo import Box, Point

WIDTH, HEIGHT = 680, 420  # px
ROOM: Final = 34.0  # px between a number and the edge
LEAST_M: Final = 600.0  # around a single place
HIGH: Final = 22.0  # px, of a number; numbers that would lie on each other share a label
_TOP: Final = 85.0  # degrees: where the web map ends


@dataclass(slots=True)
class Label:
    """Numbers at one spot, px."""

    x: float
    y: float
    numbers: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What stands on it."""
        return ", ".join(map(str, self.numbers))

    @property
    def width(self) -> float:
        """How wide it is, px."""
        return 14.0 + 8 * len(self.text)

    def covers(self, x: float, y: float) -> bool:
        """Whether a number at that spot would lie on it."""
        return abs(self.x - x) < self.width / 2 + HIGH and abs(self.y - y) < HIGH


class Sheet:
    """The part of the web map's plane that is shown, and where a point of it is on paper."""

    def __init__(self, points: Iterable[Point], whole: Box) -> None:
        """``whole``: what to show when there are no points."""
        found = list(points)
        held = [Box.around(point, LEAST_M) for point in found] or [whole]
        corners = [
            _plane(Point(lat, lon)) for box in held for lat, lon in ((box.south, box.west), (box.north, box.east))
        ]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        self._scale = min((WIDTH - 2 * ROOM) / (max(xs) - min(xs)), (HEIGHT - 2 * ROOM) / (max(ys) - min(ys)))
        self._x, self._y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2

    @property
    def box(self) -> Box:
        """What is shown, in degrees."""
        wide, high = WIDTH / 2 / self._scale, HEIGHT / 2 / self._scale
        west, east = math.degrees(self._x - wide), math.degrees(self._x + wide)
        return Box(max(-180.0, west), _latitude(self._y - high), min(180.0, east), _latitude(self._y + high))

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a point is on paper, px from its top left."""
        x, y = _plane(Point(lat, lon))
        return (x - self._x) * self._scale + WIDTH / 2, (self._y - y) * self._scale + HEIGHT / 2


def _plane(point: Point) -> tuple[float, float]:
    lat = math.radians(max(-_TOP, min(_TOP, point.lat)))
    return math.radians(point.lon), math.asinh(math.tan(lat))


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(y)))


def picture(sheet: Sheet, outlines: Sequence[dict[str, Any]], marks: Sequence[tuple[int, Point]], title: str) -> str:
    """An SVG picture: ``outlines`` are GeoJSON features with a label, ``marks`` numbers and where they go."""
    parts = [*_areas(sheet, outlines), *_names(sheet, outlines), *_marks(labels(sheet, marks))]
    frame = f'width="{WIDTH}" height="{HEIGHT}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {frame} viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">'
        f'<title>{escape(title)}</title><rect {frame} fill="#fff"/>{"".join(parts)}'
        f'<rect {frame} fill="none" stroke="#333" stroke-width="4"/></svg>'
    )


def labels(sheet: Sheet, marks: Sequence[tuple[int, Point]]) -> list[Label]:
    """The numbers on paper; those that would lie on each other share a label."""
    found: list[Label] = []
    for number, point in marks:
        x, y = sheet.place(point.lat, point.lon)
        near = next((label for label in found if label.covers(x, y)), None)
        if near is None:
            found.append(Label(x, y, [number]))
        elif number not in near.numbers:
            near.numbers.append(number)
    return found


def _marks(found: Iterable[Label]) -> Iterator[str]:
    for label in found:
        wide = label.width
        yield (
            f'<rect x="{label.x - wide / 2:.1f}" y="{label.y - 11:.1f}" width="{wide}" height="22" rx="11" fill="#fff"'
            f' stroke="#000" stroke-width="2"/><text x="{label.x:.1f}" y="{label.y + 5:.1f}" font-size="14"'
            f' font-weight="700" text-anchor="middle">{label.text}</text>'
        )


def _areas(sheet: Sheet, outlines: Iterable[dict[str, Any]]) -> Iterator[str]:
    for feature in outlines:
        shape = feature["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        rings = (_path(sheet, ring) for polygon in polygons for ring in polygon)
        yield f'<path d="{"".join(rings)}" fill="#f7f7f4" stroke="#777" stroke-width="1"/>'


def _path(sheet: Sheet, ring: Iterable[Sequence[float]]) -> str:
    spots = (sheet.place(lat, lon) for lon, lat, *_ in ring)
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in spots) + "Z"


def _names(sheet: Sheet, outlines: Iterable[dict[str, Any]]) -> Iterator[str]:
    for feature in outlines:
        told = feature["properties"]
        x, y = sheet.place(told["lat"], told["lon"])
        if 0 < x < WIDTH and 0 < y < HEIGHT:
            yield (
                f'<text x="{x:.0f}" y="{y:.0f}" font-size="12" fill="#555" text-anchor="middle">'
                f"{escape(told['label'])}</text>"
            )
