"""RFC 4180 text: quoted as ``csv.writer`` quotes, but faster, and safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

from directory.core.text import spreadsheet_safe
from directory.exchange.rules.columns import COLUMNS, Column, Value

BOM = "\ufeff"  # without it Excel reads UTF-8 as Windows-1252
SHORT: Final = 60  # characters of what many rows say: a kind, a need, a town
TEXTS: Final = frozenset({"text", "uri"})  # kinds that people write
REMEMBERED: Final = 4_096
_SPECIAL = frozenset(',"\r\n')


def header(columns: Iterable[Column] = COLUMNS) -> str:
    """The first line."""
    return BOM + ",".join(column.name for column in columns) + "\r\n"


def liner(columns: Iterable[Column]) -> Callable[[Any, Callable[[str], Value]], str]:
    """Makes the line of a row: of the row, and of what tells the value of a column that its row does not know."""
    cells = [(column.name, column.value, column.kind in TEXTS) for column in columns]

    def line(row: Any, known: Callable[[str], Value]) -> str:
        texts = [cell(value(row) if value else known(name), is_text=is_text) for name, value, is_text in cells]
        return ",".join(texts) + "\r\n"

    return line


def cell(value: Value, *, is_text: bool) -> str:
    """One cell as it stands in the file. Text alone is made safe: a longitude of -1.89 is a number and stays one."""
    if value is None or value == "":
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    return _short(value, is_text) if len(value) <= SHORT else _quoted(value, is_text)


def _quoted(value: str, is_text: bool) -> str:  # noqa: FBT001 - remembered by both
    text = spreadsheet_safe(value) if is_text else value
    if _SPECIAL.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'


_short: Final = lru_cache(maxsize=REMEMBERED)(_quoted)
