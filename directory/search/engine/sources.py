"""The SELECT of all offerings that meet the conditions of a query: the part that every statement is made of."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Final

from directory.core.geo import Box
from directory.search.rules.near import Here, cover
from directory.search.rules.query import Every, serving

FIELDS: Final = "o.name, o.service"
POINT: Final = "o.latitude, o.longitude"
NO_DISTANCE: Final = "CAST(NULL AS DOUBLE PRECISION)"
SQUARED: Final = """(:north * (o.latitude - :lat)) * (:north * (o.latitude - :lat))
    + ((o.longitude - :lon) * (:east - :turn * (o.latitude - :lat)))
    * ((o.longitude - :lon) * (:east - :turn * (o.latitude - :lat)))"""
WITHIN: Final = f"(o.latitude IS NULL OR {SQUARED} <= :reach)"  # without a point: one that serves; see ``tokens``
_BOUND: Final = re.compile(r":([a-z_]+)\b")
IN_BOX: Final = "o.latitude BETWEEN :south AND :north_edge AND o.longitude BETWEEN :west AND :east_edge"


@dataclass(frozen=True, slots=True)
class Part:
    """A SELECT and the values bound in it."""

    sql: str
    values: dict[str, Any]

    def apart(self, tag: object) -> Part:
        """The same with other names for its values, to stand beside others in one statement."""
        renamed = {f"{name}_{tag}": value for name, value in self.values.items()}
        return Part(_BOUND.sub(rf":\1_{tag}", self.sql), renamed)


def circle(here: Here) -> dict[str, float]:
    """What SQUARED and WITHIN are bound to."""
    flat = here.flat
    values = {"lat": flat.lat, "lon": flat.lon, "north": flat.north, "east": flat.east, "turn": flat.turn}
    return values if here.radius_m is None else {**values, "reach": here.radius_m * here.radius_m}


def edges(box: Box) -> dict[str, float]:
    """What IN_BOX is bound to."""
    return {"south": box.south, "north_edge": box.north, "west": box.west, "east_edge": box.east}


def tokens(every: Every, here: Here | None, box: Box | None = None) -> Every:
    """The conditions on tokens, with those that keep the search to the cells around ``here`` and in ``box``."""
    cells = here.cells() if here else []
    around = ((*cells, *serving(here)),) if here and cells else ()
    inside = (tuple(cover(box)),) if box else ()
    return (*every, *around, *inside)


class Sources(ABC):
    """Makes the parts in one database's SQL."""

    NUMBER = "w.number"
    WORDS = "search_words w"
    JOIN = "JOIN"
    MATCHES = ""
    FENCE = ""  # at the end of a part: what stands around it may not change how it is read

    @abstractmethod
    def match(self, every: Every) -> str:
        """``every`` as the value that MATCHES is bound to."""

    @abstractmethod
    def around(self, here: Here, fields: str) -> Part:
        """Every offering within the radius of ``here``, and those without a point that serve it."""

    def part(self, every: Every, here: Here | None, fields: str = "", *, box: Box | None = None) -> Part:
        """Every offering that meets the conditions, by its number.

        With ``fields``, columns of ``search_offering o``, also those, after the square of its distance from ``here``
        in metres (or NULL).
        """
        if not every and here and here.radius_m is not None and fields in {"", FIELDS}:
            return self.around(here, fields)
        asked = tokens(every, here, box)
        where: list[str] = []
        values: dict[str, Any] = {}
        if asked:
            where.append(self.MATCHES)
            values["match"] = self.match(asked)
        if here:
            where += [WITHIN] if here.radius_m is not None else []
            values |= circle(here)
        if box:
            where.append(IN_BOX)
            values |= edges(box)
        joined = bool(box or fields or (here and here.radius_m is not None))
        columns = self.NUMBER if asked else "o.number"
        if fields:
            columns += f" AS number, {SQUARED if here else NO_DISTANCE} AS squared, {fields}"
        else:
            columns += " AS number"
        source = self._source(joined=joined, matched=bool(asked))
        return Part(f"SELECT {columns} FROM {source} WHERE {' AND '.join(where) or '1 = 1'}{self.FENCE}", values)

    def _source(self, *, joined: bool, matched: bool) -> str:
        if not matched:
            return "search_offering o"
        return f"{self.WORDS} {self.JOIN} search_offering o ON o.number = {self.NUMBER}" if joined else self.WORDS
