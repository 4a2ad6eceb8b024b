"""Cells of a workbook as the texts that people see in them: numbers, dates, yes and no, and what cannot be used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

LAST_ROW: Final = 1_048_576  # of any sheet
LAST_COLUMN: Final = 16_384
# Formats of dates that have no text of their own in the file (ECMA-376, 18.8.30, and those of East Asia).
DATES: Final = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
DAY_0: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a day on a calendar; right from March 1900 on
DAY_0_OF_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001 - as above
LAST_DAY: Final = 2_958_466  # the first day of the year 10,000
WHOLE: Final = 1e15  # beyond it a number of the file is not exact
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]*)")
_NOT_OF_THE_FORMAT: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
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
    """Which styles are of dates, and from when days are counted."""

    dates: frozenset[int]
    day_0: datetime

    @classmethod
    def of(cls, styles: Any, *, from_1904: bool = False) -> Formats:
        """As the element ``styleSheet`` says; without one, no number is a date."""
        own: dict[str, str] = {}
        dates: list[int] = []
        for node in styles.iter() if styles is not None else ():
            name = node.tag.rpartition("}")[2]
            if name == "numFmt":
                own[node.get("numFmtId", "")] = node.get("formatCode", "")
            elif name == "cellXfs":
                dates += [at for at, style in enumerate(node) if _is_date(style.get("numFmtId", "0"), own)]
        return cls(frozenset(dates), DAY_0_OF_1904 if from_1904 else DAY_0)

    def text(self, raw: str, cell: Cell, strings: Sequence[str]) -> str:
        """What the cell says. Raises ValueError for a number that is none."""
        if cell.kind == "s":
            at = int(raw) if raw else -1
            return unescaped(strings[at]) if 0 <= at < len(strings) else ""
        if cell.kind == "n":
            return self._number(raw.strip(), is_date=cell.style in self.dates)
        if cell.kind == "b":
            return "yes" if raw.strip() in {"1", "true"} else "no"
        if cell.kind == "d":
            return raw.strip().removesuffix("T00:00:00").replace("T", " ")
        return unescaped(raw)

    def _number(self, raw: str, *, is_date: bool) -> str:
        if not raw:
            return ""
        number = float(raw)
        if is_date and 0 <= number < LAST_DAY:
            return _moment(number, self.day_0)
        return str(int(number)) if number.is_integer() and abs(number) < WHOLE else repr(number)


def _is_date(number: str, own: dict[str, str]) -> bool:
    code = own.get(number)
    if code is None:
        return number.isdecimal() and int(number) in DATES
    first = _NOT_OF_THE_FORMAT.sub("", code).split(";", maxsplit=1)[0].casefold()
    return "general" not in first and any(letter in first for letter in "dmyhs")


def _moment(number: float, day_0: datetime) -> str:
    """A day, a time, or both: "2026-05-04", "18:30", "2026-05-04 18:30"."""
    moment = day_0 + timedelta(minutes=round(number * 1440))
    if number < 1:
        return f"{moment:%H:%M}"
    return f"{moment:%Y-%m-%d}" if moment.time() == day_0.time() else f"{moment:%Y-%m-%d %H:%M}"


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


def column_letters(number: int) -> str:
    """The letters of a column, from 1."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
