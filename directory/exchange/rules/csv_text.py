"""RFC 4180 text: quoted as ``csv.writer`` quotes, but faster, and safe to open in a spreadsheet."""

from __future__ import annotations

from directory.core.text import spreadsheet_safe
from directory.exchange.rules.columns import COLUMNS, Value

BOM = "\ufeff"  # without it Excel reads UTF-8 as Windows-1252
_SPECIAL = frozenset(',"\r\n')


def header() -> str:
    """The first line."""
    return BOM + ",".join(column.name for column in COLUMNS) + "\r\n"


def cell(value: Value, *, is_text: bool) -> str:
    """One cell as it stands in the file. Text alone is made safe: a longitude of -1.89 is a number and stays one."""
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
