"""The workbook: every table as a sheet, the dictionary, and where it comes from. Written row by row to the disk."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from typing import IO, Any, Final

from directory.core.errors import Unavailable
from directory.exchange.rules.about import About
from directory.exchange.rules.columns import Column, Value
from directory.exchange.rules.tables import LISTED, LOCATIONS, OFFERINGS, Table, places_of, rows_of
from directory.exchange.service.extract import Hit, known_of
from directory.exchange.service.spool import MADE_WITHIN_S

MOST_ROWS: Final = 50_000  # offerings: more take a minute to write, and longer to open
LONGEST_CELL: Final = 32_767  # characters: Excel's own limit
CUT: Final = " [...]"
WIDTHS: Final = {"text": 22, "uri": 30, "number": 11, "integer": 11, "boolean": 9, "date": 12, "date-time": 18}
WIDE: Final = {"description": 50, "organisation": 34, "service": 30, "address": 34, "hours": 30}
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
DICTIONARY: Final = ("table", "name", "type", "unit", "meaning", "hsds", "example")


class TooManyRows(Exception):
    """More offerings than a workbook takes."""


class _Sheet:
    """A sheet with a frozen header, to which rows are added from top to bottom."""

    def __init__(self, book: Any, name: str, columns: Sequence[Column], formats: dict[str, Any]) -> None:
        self._sheet: Any = book.add_worksheet(name)
        self._columns, self._formats, self._next = columns, formats, 1
        self._sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            self._sheet.set_column(at, at, WIDE.get(column.name, WIDTHS[column.kind]))
            self._sheet.write_string(0, at, column.name, formats["head"])

    def add(self, row: Any, known: Callable[[str], Value]) -> None:
        """Write ``row``; ``known`` tells the columns that it does not know."""
        for at, column in enumerate(self._columns):
            value = column.value(row) if column.value else known(column.name)
            if value is not None and value != "":
                put(self._sheet, self._next, at, value, column.kind, self._formats)
        self._next += 1

    def close(self) -> None:
        """Put filters on what was written."""
        self._sheet.autofilter(0, 0, max(self._next - 1, 1), len(self._columns) - 1)


def put(sheet: Any, row: int, at: int, value: Value, kind: str, formats: dict[str, Any]) -> None:
    """A cell of its kind: text stays text, whatever it begins with, and dates are dates (UTC)."""
    if kind == "date-time":
        moment = datetime.fromisoformat(str(value)).astimezone(UTC).replace(tzinfo=None)
        sheet.write_datetime(row, at, moment, formats["moment"])
    elif kind == "date":
        sheet.write_datetime(row, at, date.fromisoformat(str(value)), formats["date"])
    elif isinstance(value, bool):
        sheet.write_boolean(row, at, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, at, value)
    else:
        text = str(value)
        if len(text) > LONGEST_CELL:
            text = text[: LONGEST_CELL - len(CUT)] + CUT
        # A string is no formula. The quote keeps it one when somebody opens the cell and leaves it again.
        sheet.write_string(row, at, text, formats["quoted"] if text.startswith(RISKY) else None)


def write_workbook(
    file: IO[bytes],
    hits: Iterable[list[Hit]],
    about: About,
    *,
    url_of: Callable[[str], str],
    every_place: bool,
    extra: Sequence[tuple[str, str]] = (),
) -> None:
    """The workbook of ``hits`` (``extract.listings_of``). ``extra``: more facts of the sheet about it.

    Raises TooManyRows, and Unavailable when it takes longer than MADE_WITHIN_S.
    """
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    until, rows = time.monotonic() + MADE_WITHIN_S, 0
    with closing(xlsxwriter.Workbook(file, options)) as book:
        book.set_properties({"title": about.title, "author": about.publisher, "comments": about.citation})
        formats = _formats(book)
        sheets = {table.name: _Sheet(book, table.name, table.columns, formats) for table in LISTED}
        for listing in hits:
            rows += len(listing)
            if rows > MOST_ROWS:
                raise TooManyRows
            if time.monotonic() > until:
                raise Unavailable("The workbook took too long to make.")
            _add(sheets, listing, url_of, every_place=every_place)
        for sheet in sheets.values():
            sheet.close()
        _texts(book, "dictionary", DICTIONARY, dictionary(LISTED), formats)
        _texts(book, "about", ("fact", "value"), [*facts(about), *extra], formats)


def _add(sheets: dict[str, _Sheet], listing: list[Hit], url_of: Callable[[str], str], *, every_place: bool) -> None:
    page = listing[0][0].page
    offerings = [row for row, _ in listing]
    for table in LISTED:
        if table is OFFERINGS:
            for row, distance in listing:
                sheets[table.name].add(row, known_of(page["slug"], url_of, distance))
            continue
        source = places_of(page) if every_place and table is LOCATIONS else offerings
        for row in rows_of(table, source):
            sheets[table.name].add(row, known_of(page["slug"], url_of))


def dictionary(tables: Iterable[Table]) -> Iterator[tuple[str, ...]]:
    """A line for each column, as DICTIONARY has them."""
    for table in tables:
        for column in table.columns:
            yield table.name, column.name, column.kind, column.unit, column.meaning, column.hsds, column.example


def facts(about: About) -> list[tuple[str, str]]:
    """What a reader must know to prove where a figure came from."""
    return [
        ("title", about.title),
        ("search", about.query or "everything that is public"),
        ("address", about.address),
        ("data of", about.moment.isoformat() if about.moment else ""),
        ("change", str(about.version)),
        ("made at", about.made.isoformat()),
        ("publisher", about.publisher),
        ("licence", f"{about.licence_name} ({about.licence_url})"),
        ("attribution", about.attribution),
        ("how to cite", about.citation),
        ("times", "All times are UTC."),
    ]


def _texts(book: Any, name: str, head: Sequence[str], rows: Iterable[Sequence[str]], formats: dict[str, Any]) -> None:
    sheet: Any = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(head) - 1, 24)
    for at, text in enumerate(head):
        sheet.write_string(0, at, text, formats["head"])
    last = 0
    for last, row in enumerate(rows, start=1):
        for at, text in enumerate(row):
            put(sheet, last, at, text, "text", formats)
    sheet.autofilter(0, 0, max(last, 1), len(head) - 1)


def _formats(book: Any) -> dict[str, Any]:
    return {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "quoted": book.add_format({"quote_prefix": True}),
    }
