"""What an area is called and how areas are ordered. No shapes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from directory.core.geo import Box, Point

DISTRICT: Final = "district"  # the kind that ``directory init`` makes itself: postcode districts
LONGEST_CODE: Final = 40
LONGEST_NAME: Final = 200

_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?")
_KIND = re.compile(r"[a-z](?:[a-z-]{0,28}[a-z])?")
_NUMBERS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class AreaInfo:
    """An area without its shape.

    ``name`` is what people read ("B12 Balsall Heath, Highgate", "Acocks Green"), ``label`` the short text
    drawn on a map ("B12", "Acocks Green"), ``centre`` a point well inside, for the label.
    """

    code: str
    kind: str
    name: str
    label: str
    box: Box
    centre: Point


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a load: how many areas are new, changed, the same, removed; and what was left out or mended."""

    new: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0
    notes: tuple[str, ...] = ()  # plain sentences, each naming the feature or the code

    def __str__(self) -> str:
        counted = f"{self.new} new, {self.changed} changed, {self.same} the same, {self.removed} removed"
        return "\n".join((counted, *self.notes))

    @property
    def differs(self) -> bool:
        """Whether listings must learn their areas anew."""
        return bool(self.new or self.changed or self.removed)


def is_district(area: AreaInfo | None) -> bool:
    """Whether it is a postcode district."""
    return area is not None and area.kind == DISTRICT


def is_code(text: str) -> bool:
    """Whether ``text`` can be an area's code: it stands in addresses and in exports."""
    return len(text) <= LONGEST_CODE and _CODE.fullmatch(text) is not None


def is_kind(text: str) -> bool:
    """Whether ``text`` can be a kind of area: small letters and hyphens ("ward", "partnership-area")."""
    return _KIND.fullmatch(text) is not None


def order(kind: str, code: str, name: str) -> tuple[object, ...]:
    """What areas are sorted by: their kind; districts by number (B2 before B10), others by name."""
    by = code if kind == DISTRICT else name.casefold()
    parts = _NUMBERS.split(by)  # text, number, text ...: the same kind at the same place
    return kind, tuple(int(part) if at % 2 else part for at, part in enumerate(parts)), code


def district_name(code: str, names: tuple[str, ...]) -> str:
    """A postcode district as people read it: "B12 Balsall Heath, Highgate"."""
    return f"{code} {', '.join(names)}" if names else code
