"""Which areas hold a point: all of them in memory, for whoever publishes."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any, Self

from sqlalchemy.orm import Session

from directory.areas import queries, rules
from directory.areas.rules import AreaInfo
from directory.core.geo import Point
from directory.infra import versions

NAME = "areas"  # of the number in ``infra.versions`` that every load raises


class AreaIndex:
    """The areas of an installation as they were at ``version``. A value: load another when the version rises.

    Readers' workers only use the names. The shapes cost 16 MB of shapely, once something is published.
    """

    def __init__(self, found: Iterable[tuple[AreaInfo, bytes]], version: int = 0) -> None:
        ordered = sorted(found, key=lambda pair: rules.order(pair[0].kind, pair[0].code, pair[0].name))
        self.version = version
        self._areas = {area.code: area for area, _ in ordered}
        self._codes = tuple(self._areas)
        self._ranks = {code: rank for rank, code in enumerate(self._codes)}
        self._districts = frozenset(area.code for area, _ in ordered if area.kind == rules.DISTRICT)
        self._wkb = [shape for _, shape in ordered]
        self._grown: tuple[Any, Any] | None = None  # the shapes, and the tree of their boxes
        self._growing = threading.Lock()

    @classmethod
    def load(cls, session: Session) -> Self:
        """Every area there is. Two statements."""
        version = versions.current(session).get(NAME, 0)
        return cls(queries.shapes(session), version)

    def __reduce__(self) -> tuple[Any, ...]:
        """What it was made of: shapes are grown again by the process that is asked for a point."""
        return type(self), (list(zip(self._areas.values(), self._wkb, strict=True)), self.version)

    def codes_at(self, point: Point, outward: str = "") -> tuple[str, ...]:
        """The codes of all areas that hold ``point``, ordered by kind. About 10 microseconds.

        ``outward`` is the first half of the address's postcode, if it has one: the outlines of districts
        are computed, and near their borders what the address says is right.
        """
        found = self._at(point)
        if outward not in self._districts:
            return found
        others = (code for code in found if code not in self._districts)
        return tuple(sorted((*others, outward), key=self._ranks.__getitem__))

    def get(self, code: str) -> AreaInfo | None:
        """The area with this code, or None."""
        return self._areas.get(code)

    def all(self) -> tuple[AreaInfo, ...]:
        """Every area, in the order people expect."""
        return tuple(self._areas.values())

    def __contains__(self, code: object) -> bool:
        return code in self._areas

    def __len__(self) -> int:
        return len(self._areas)

    def _at(self, point: Point) -> tuple[str, ...]:
        if not self._codes:
            return ()
        import shapely  # noqa: PLC0415 - 0.2 s and 16 MB that readers' workers need not pay

        if self._grown is None:
            with self._growing:
                if self._grown is None:
                    shapes = shapely.from_wkb(self._wkb)
                    shapely.prepare(shapes)  # asked again and again: three times as fast
                    self._grown = shapes, shapely.STRtree(shapes)
        shapes, tree = self._grown
        near = tree.query(shapely.points(point.lon, point.lat))
        hits = near[shapely.intersects_xy(shapes[near], point.lon, point.lat)]
        return tuple(self._codes[hit] for hit in sorted(hits.tolist()))
