"""A row as it is stored when its listing is published, and what is put to it when somebody reads it.

Only the last two columns depend on the reader: how far it is from where they searched, and how they call this site.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from directory.exchange.rules import csv_text, geojson_text
from directory.exchange.rules.columns import COLUMNS, OfferingRow, Page, Value, offering_rows

STORED: Final = [(column.name, column.value, column.kind in csv_text.TEXTS) for column in COLUMNS if column.value]
_SLUG: Final = "-"  # stands for any slug: letters, digits and hyphens need no quoting


def lines(page: Page, ordinals: Sequence[int]) -> list[tuple[str, str]]:
    """For each of a page's offerings: its cells with a comma after each, and its feature without an end."""
    return [offering_texts(row)[1:] for row in offering_rows(page, ordinals)]


def offering_texts(row: OfferingRow) -> tuple[list[str], str, str]:
    """The cells of an offering by STORED, its line, and its feature without an end."""
    cells: list[str] = []
    values: dict[str, Value] = {}
    for name, value_of, is_text in STORED:
        value = value_of(row)
        if value is None or value == "":
            cells.append("")
        else:
            values[name] = value
            cells.append(csv_text.cell(value, is_text=is_text))
    return cells, ",".join(cells) + ",", geojson_text.open_feature(values)


@dataclass(frozen=True, slots=True)
class Ending:
    """What follows a stored text: the distance, if there is one, then ``link`` with the slug inside."""

    distance: str  # with {} for metres
    before_slug: str
    after_slug: str

    def whole(self, slug: str, text: str, distance_m: float | None) -> str:
        """The stored ``text`` of the listing at ``slug``, as the file has it."""
        if distance_m is None:
            return f"{text}{self.before_slug}{slug}{self.after_slug}"
        return f"{text}{self.distance.format(round(distance_m))}{self.before_slug}{slug}{self.after_slug}"


def csv_ending(url_of: Callable[[str], str]) -> Ending:
    """Of a line. ``url_of``: a slug to the full address of its listing."""
    before, after = _around(csv_text.cell(url_of(_SLUG), is_text=True))
    return Ending("{}", f",{before}", f"{after}\r\n")


def row_ending(url_of: Callable[[str], str]) -> Ending:
    """Of a row of another table, which has no distance. ``url_of`` as above."""
    before, after = _around(csv_text.cell(url_of(_SLUG), is_text=True))
    return Ending("", before, f"{after}\r\n")


def feature_ending(url_of: Callable[[str], str]) -> Ending:
    """Of a feature. ``url_of`` as above."""
    before, after = _around(geojson_text.text(url_of(_SLUG)))
    return Ending(',"distance":{}', f',"listing":{before}', f"{after}}}}}")


def _around(cell: str) -> tuple[str, str]:
    before, _slug, after = cell.rpartition(_SLUG)
    return before, after
