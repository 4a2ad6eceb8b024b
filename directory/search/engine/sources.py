"""The SELECT of all offerings that meet the conditions of a query: the part that every statement is made of."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from directory.core.geo import Box
from directory.search.rules.near import Here, cover
from directory.search.rules.query import serving
from directory.search.rules.word import Every

SQUARED: Final = """(o.latitude - :lat) * (o.latitude - :lat)
    + (o.longitude - :lon) * (o.longitude - :lon) * :narrow"""  # Flat.squared
WITHIN: Final = f"(o.latitude IS NULL OR {SQUARED} <= :reach)"  # without a point: one that serves; see ``tokens``
_BOUND: Final = re.compile(r":([a-z_]+)\b")
IN_BOX: Final = "o.latitude BETWEEN :south AND :north AND o.longitude BETWEEN :west AND :east"


class Columns(Enum):
    """What a part tells of each offering."""

    NUMBER = "number"
    MATCHED = "matched"  # the number alone, and not cut to the circle: who reads those knows where they are
    CANDIDATE = "candidate"  # see rules.arrange
    PLACED = "placed"  # the number and the point, for who reads everything
    NEAREST = "nearest"  # the number, and how far it is: for the database to order by


COLUMNS: Final = {
    Columns.NUMBER: "{number} AS number",
    Columns.MATCHED: "{number} AS number",
    Columns.CANDIDATE: "{number} AS number, o.latitude, o.longitude, o.name, o.service",
    Columns.PLACED: "{number} AS number, o.latitude, o.longitude",
    Columns.NEAREST: f"{{number}} AS number, {SQUARED} AS squared",
}
_AROUND: Final = {Columns.NUMBER, Columns.PLACED, Columns.NEAREST}
_BARE: Final = {Columns.NUMBER, Columns.MATCHED}  # the index has them itself


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
    values = {"lat": flat.lat, "lon": flat.lon, "narrow": flat.narrow}
    return values if here.radius_m is None else {**values, "reach": here.reach}


def edges(box: Box) -> dict[str, float]:
    """What IN_BOX is bound to."""
    return {"south": box.south, "north": box.north, "west": box.west, "east": box.east}


def tokens(every: Every, here: Here | None, box: Box | None = None) -> Every:
    """The conditions on tokens, with those that keep the search to the cells around ``here`` and in ``box``."""
    cells = here.cells() if here else []
    around = ((*cells, *serving(here)),) if here and cells else ()
    inside = (tuple(cover(box)),) if box else ()
    return (*every, *around, *inside)


class Sources(ABC):
    """Makes the parts in one database's SQL."""

    NUMBER = "w.number"
    WORDS = ""  # what has the tokens that are bound to :match, as w
    WHERE = "1 = 1"
    JOIN = "JOIN"

    @abstractmethod
    def match(self, every: Every) -> str:
        """``every`` as the value that is bound to :match."""

    @abstractmethod
    def around(self, here: Here, columns: Columns) -> Part:
        """Every offering within the radius of ``here`` (of Columns.NEAREST: at least), and those that serve it."""

    def part(
        self, every: Every, here: Here | None, columns: Columns = Columns.NUMBER, *, box: Box | None = None
    ) -> Part:
        """Every offering that meets the conditions.

        Only numbers are cut to the circle, the rest to the cells that cover it: who reads those has to know their
        distance anyway.
        """
        if not every and not box and here and here.radius_m is not None and columns in _AROUND:
            return self.around(here, columns)
        asked = tokens(every, here, box)
        cut = here is not None and here.radius_m is not None and columns is Columns.NUMBER
        where = [self.WHERE] if asked else []
        values: dict[str, Any] = {"match": self.match(asked)} if asked else {}
        if here and (cut or columns is Columns.NEAREST):
            values |= circle(here)
        if cut:
            where.append(WITHIN)
        if box:
            where.append(IN_BOX)
            values |= edges(box)
        chosen = COLUMNS[columns].format(number=self.NUMBER if asked else "o.number")
        source = self._source(joined=cut or bool(box) or columns not in _BARE, matched=bool(asked))
        return Part(f"SELECT {chosen} FROM {source} WHERE {' AND '.join(where) or '1 = 1'}", values)

    def told(self, numbers: Part) -> Part:
        """The candidates of a part that has their numbers."""
        chosen = COLUMNS[Columns.CANDIDATE].format(number="o.number")
        return Part(
            f"SELECT {chosen} FROM ({numbers.sql}) w {self.JOIN} search_offering o ON o.number = w.number",
            numbers.values,
        )

    def _source(self, *, joined: bool, matched: bool) -> str:
        if not matched:
            return "search_offering o"
        return f"{self.WORDS} {self.JOIN} search_offering o ON o.number = {self.NUMBER}" if joined else self.WORDS
