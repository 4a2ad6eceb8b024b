"""Cells of a workbook as the texts that people see in them: numbers, dates, yes and no, and what cannot be used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from directory.exchange.rules.sheet_formats import DAY_0, DAY_0_OF_1904, PLAIN, Format, format_of

LAST_ROW: Final = 1_048_576  # of any sheet
LAST_COLUMN: Final = 16_384
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]*)")
_ESCAPED: Final = re.compile("_x(00[01][0-9A-Fa-f]|005[Ff])_")


@dataclass(slots=True)
class Cell:
    """A cell as the file has it: its type there, the number of its style, whether it is a formula and has a value."""

    kind: str = "n"
    style: int = 0
    formula: bool = False
    has_value: bool = False

    def fault(self, text: str) -> str:
        """Why its value cannot be used; "" when it can."""
        if self.kind == "e":
            return f"says {text}: mend the formula"
        if self.formula and not self.has_value:
            return "is a formula without a value: open the file in a spreadsheet program, and save it"
        return ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that cannot be used, and why."""

    row: int
    column: int
    why: str

    def __str__(self) -> str:
        return f"{column_letters(self.column)}{self.row} {self.why}"


@dataclass(frozen=True, slots=True)
class Formats:
    """How the numbers of each style are shown, and from when days are counted."""

    styles: Sequence[Format]
    day_0: datetime

    @classmethod
    def of(cls, styles: Any, *, from_1904: bool = False) -> Formats:
        """As the element ``styleSheet`` says; without one, a number is a number."""
        own: dict[str, str] = {}
        found: list[Format] = []
        for node in styles.iter() if styles is not None else ():
            name = node.tag.rpartition("}")[2]
            if name == "numFmt":
                own[node.get("numFmtId", "")] = node.get("formatCode", "")
            elif name == "cellXfs":
                numbers = [style.get("numFmtId", "0") for style in node]
                found += [format_of(int(number), own.get(number)) for number in numbers]
        return cls(tuple(found), DAY_0_OF_1904 if from_1904 else DAY_0)

    def text(self, raw: str, cell: Cell, strings: Sequence[str]) -> str:
        """What the cell says. Raises ValueError for a number that is none."""
        if cell.kind == "s":
            at = int(raw) if raw else -1
            return unescaped(strings[at]) if 0 <= at < len(strings) else ""
        if cell.kind == "n":
            shown = self.styles[cell.style] if cell.style < len(self.styles) else PLAIN
            return shown.text(float(raw), self.day_0) if raw.strip() else ""
        if cell.kind == "b":
            return "yes" if raw.strip() in {"1", "true"} else "no"
        if cell.kind == "d":
            return raw.strip().removesuffix("T00:00:00").replace("T", " ")
        return unescaped(raw)


def unescaped(text: str) -> str:
    """Control characters, which XML may not hold and workbooks write as ``_x000D_``, as they are."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def column_number(reference: str) -> int:
    """The column of a reference such as "AB12", from 1; 0 for none. Raises ValueError for one beyond the last."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return 0
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    if number > LAST_COLUMN:
        raise ValueError(reference)
    return number


def row_number(reference: str) -> int:
    """The row of a reference such as "AB12", from 1; 0 for none."""
    found = _REFERENCE.fullmatch(reference)
    return int(found[2]) if found and found[2] else 0


def column_letters(number: int) -> str:
    """The letters of a column, from 1."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
