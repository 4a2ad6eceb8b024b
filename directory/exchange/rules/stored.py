"""Everything that is stored of a listing beside its page: what files and lists of the API are copied from.

The columns are those of ``rules.tables`` and the fields those of ``rules.hsds``: ``tests/exchange`` holds what is
stored against what the stored page says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from directory.exchange.rules import csv_text
from directory.exchange.rules.columns import COLUMNS, OfferingRow, Page, Value, offering_rows
from directory.exchange.rules.hsds import organization_object, service_objects
from directory.exchange.rules.hsds_kit import View
from directory.exchange.rules.lines import offering_texts
from directory.exchange.rules.tables import LOCATIONS, ORGANISATIONS, SERVICES, Table, places_of
from directory.listings.rules.document import dumps
from directory.listings.rules.taxonomy import Terms
from directory.publishing.rules import TextKind, Texts

_TABLES: Final = {
    TextKind.ORGANISATIONS: ORGANISATIONS,
    TextKind.SERVICES: SERVICES,
    TextKind.LOCATIONS: LOCATIONS,
}
KIND_OF: Final = {table.name: kind for kind, table in _TABLES.items()}
_POSITIONS: Final = {id(column): at for at, column in enumerate([each for each in COLUMNS if each.value])}  # STORED
_NOWHERE: Final = View(terms=Terms(), place="", place_slug="")  # lists have nothing that goes by terms or place


class _Cell(NamedTuple):
    """How a cell of a table is made: taken from the offering's line (``at`` in STORED), or made of its value."""

    at: int | None
    value_of: Callable[[Any], Value]
    is_text: bool


def _plan(table: Table) -> list[_Cell]:
    return [
        _Cell(_POSITIONS.get(id(column)), column.value, column.kind in csv_text.TEXTS)
        for column in table.columns
        if column.value
    ]


_PLANS: Final = {kind: _plan(table) for kind, table in _TABLES.items()}
Made = tuple[OfferingRow, Sequence[str]]  # an offering, and the cells of its line; none where there is no offering


def stored(page: Page, ordinals: Sequence[int]) -> Texts:
    """What is stored of a page whose offerings with those ordinals can be found: in no file, where that is none."""
    made = [(row, *offering_texts(row)) for row in offering_rows(page, ordinals)]
    rows = [(row, cells) for row, cells, _, _ in made]
    return {
        TextKind.LINE: [line for _, _, line, _ in made],
        TextKind.FEATURE: [feature for _, _, _, feature in made],
        TextKind.ORGANISATIONS: _lines(TextKind.ORGANISATIONS, rows),
        TextKind.SERVICES: _lines(TextKind.SERVICES, rows),
        TextKind.LOCATIONS: _lines(TextKind.LOCATIONS, _places(page, rows) if rows else ()),
        TextKind.ORGANIZATION_OBJECT: [dumps(organization_object("organization", page, _NOWHERE))],
        TextKind.SERVICE_OBJECT: list(map(dumps, service_objects("service", page, _NOWHERE).values())),
    }


def _places(page: Page, rows: Sequence[Made]) -> list[Made]:
    """Every place of a listing: with the cells of an offering there, if there is one."""
    known = {row.location.get("id"): (row, cells) for row, cells in rows}
    return [known.get(row.location["id"]) or (row, ()) for row in places_of(page)]


def _lines(kind: TextKind, rows: Sequence[Made]) -> list[str]:
    """The rows of a table among offerings, each once: its cells with a comma after each."""
    plan, key_of = _PLANS[kind], _TABLES[kind].key_of
    found: dict[Any, str] = {}
    for row, cells in rows:
        key = key_of(row)
        if key is not None and key not in found:
            found[key] = "".join(
                [
                    f"{cells[at] if at is not None and cells else csv_text.cell(value_of(row), is_text=is_text)},"
                    for at, value_of, is_text in plan
                ]
            )
    return list(found.values())
