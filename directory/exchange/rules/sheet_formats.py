"""How the number of a cell is shown, as far as that says more than the number: dates, times, per cent, money, codes.

What a format only rounds or groups is read in full: nobody wants half of a latitude.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

# Formats that have no text of their own in the file (ECMA-376, 18.8.30, and those of East Asia).
DATES: Final = frozenset([14, 15, 16, 17, *range(27, 32), 36, *range(50, 55), 57, 58])
TIMES: Final = frozenset([18, 19, 20, 21, *range(32, 36), 45, 47, 55, 56])
OWN: Final = {9: "0%", 10: "0.00%", 22: "d/m/yyyy h:mm", 46: "[h]:mm:ss"}
DAY_0: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a day on a calendar; right from March 1900 on
MARCH_1900: Final = 61  # Excel has a 29 February 1900: before it, each day has a number less
DAY_0_OF_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001 - as above
LAST_DAY: Final = 2_958_466  # the first day of the year 10,000
WHOLE: Final = 1e15  # beyond it a number of the file is not exact
_SAID: Final = re.compile(r'"([^"]*)"|\[\$([^\]-]*)[^\]]*\]|\[(?![hms]+\])[^\]]*\]|\\(.)|_.|\*.', re.IGNORECASE)
_ELAPSED: Final = re.compile(r"\[[hms]+\]")  # hours that go beyond 24
_CODE: Final = re.compile(r"[0 ()+./-]*0{2}[0 ()+/-]*")  # digits that are always shown: 00000, 0000 000 0000
_MONEY: Final = frozenset("£€$¥")
Kind = Literal["date", "time", "moment", "elapsed", "percent", "money", "code", "number"]


@dataclass(frozen=True, slots=True)
class Format:
    """What a format makes of a number; ``sign`` of money, ``places`` after the point, ``shape`` of a code."""

    kind: Kind = "number"
    places: int = 0
    sign: str = ""
    shape: str = ""

    def text(self, number: float, day_0: datetime) -> str:
        """``number`` as people see it."""
        if self.kind in {"date", "time", "moment"} and 0 <= number < LAST_DAY:
            return _moment(number, day_0, self.kind)
        if self.kind == "elapsed" and number >= 0:
            hours, minutes = divmod(round(number * 1440), 60)
            return f"{hours:02d}:{minutes:02d}"
        if self.kind == "percent":
            return f"{_plain(round(number * 100, self.places))}%"
        if self.kind == "money":
            return f"{'-' if number < 0 else ''}{self.sign}{abs(number):,.{self.places}f}"
        if self.kind == "code" and number.is_integer() and 0 <= number < WHOLE:
            return _coded(int(number), self.shape)
        return _plain(number)


PLAIN: Final = Format()


def format_of(number: int, code: str | None) -> Format:
    """The format with this number, and its text where it has one."""
    if code is None and number in DATES | TIMES:
        return Format("date" if number in DATES else "time")
    first = (code or OWN.get(number, "General")).split(";", maxsplit=1)[0]
    bare = _SAID.sub("", first).casefold()
    if "general" in bare:
        return PLAIN
    found = _of_time(bare)
    return Format(found) if found else _of_number(first, bare)


def _of_number(first: str, bare: str) -> Format:
    """A format that is not of time, as it stands and without what is said in it."""
    places = len(re.sub(r"[^0#?]", "", bare.partition(".")[2]))
    if "%" in bare:
        return Format("percent", places)
    said = "".join(quoted or sign or escaped for quoted, sign, escaped in _SAID.findall(first))
    sign = next((letter for letter in said + bare if letter in _MONEY), "")
    if sign:
        return Format("money", places, sign)
    shape = re.sub(r"\\(.)|\"([^\"]*)\"", lambda found: found[1] or found[2] or "", first)
    shape = shape.lstrip("#").replace("#", "0")  # behind a digit that is always shown, each is
    return Format("code", shape=shape) if _CODE.fullmatch(shape) and "." not in shape else PLAIN


def _of_time(bare: str) -> Kind | None:
    """What of a moment a format shows; ``m`` is a month, or beside hours or seconds minutes."""
    if _ELAPSED.search(bare):
        return "elapsed"
    has_day = any(letter in bare for letter in "dy") or ("m" in bare and not any(letter in bare for letter in "hs"))
    has_time = any(letter in bare for letter in "hs")
    return ("moment" if has_time else "date") if has_day else "time" if has_time else None


def _moment(number: float, day_0: datetime, kind: Kind) -> str:
    """A day, a time, or both: "2026-05-04", "18:30", "2026-05-04 18:30"."""
    if day_0 == DAY_0 and 1 <= number < MARCH_1900 - 1:
        number += 1
    moment = day_0 + timedelta(minutes=round(number * 1440))
    if kind == "time" or number < 1:
        return f"{moment:%H:%M}"
    is_day = kind == "date" or moment.time() == day_0.time()
    return f"{moment:%Y-%m-%d}" if is_day else f"{moment:%Y-%m-%d %H:%M}"


def _coded(number: int, shape: str) -> str:
    """A number in a shape such as 00000 000000: its digits from the right, and zeros before them."""
    digits = str(number).rjust(shape.count("0"), "0")
    rest = list(digits)
    found = ["" if letter == "0" else letter for letter in shape]
    for at in range(len(shape) - 1, -1, -1):
        if shape[at] == "0":
            found[at] = rest.pop()
    return "".join(rest) + "".join(found)


def _plain(number: float) -> str:
    """A number as it is: no more digits than a spreadsheet keeps, and no exponent."""
    if abs(number) >= WHOLE:
        return str(int(number)) if number.is_integer() else repr(number)
    if number.is_integer():
        return str(int(number))
    return format(Decimal(f"{number:.15g}"), "f")
