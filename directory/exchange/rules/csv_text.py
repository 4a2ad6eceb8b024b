"""RFC 4180 text of rows: quoted as ``csv.writer`` quotes, but faster, and safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from directory.core.text import spreadsheet_safe
from directory.exchange.rules.columns import Column, OfferingRow, Value

BOM = "\ufeff"  # without it Excel reads UTF-8 as Windows-1252
_SPECIAL = frozenset(',"\r\n')


def header(columns: Sequence[Column]) -> str:
    """The first line."""
    return BOM + ",".join(column.name for column in columns) + "\r\n"


def lines(columns: Sequence[Column], rows: Iterable[OfferingRow]) -> str:
    """One line a row. Only text cells are made safe: a longitude of -1.89 is a number and stays one."""
    texts = [(column.value, column.kind in {"text", "uri"}) for column in columns]
    return "".join(",".join(cell(value(row), is_text=is_text) for value, is_text in texts) + "\r\n" for row in rows)


def cell(value: Value, *, is_text: bool) -> str:
    """One cell as it stands in the file."""
    if value is None or value == "":
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    text = spreadsheet_safe(value) if is_text else value
    if _SPECIAL.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'
