"""Cells of a foreign file: checked, mended, and every problem told with its remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from directory.core.errors import Invalid
from directory.core.text import Named, clean, sensible_case, sentence_case, squeeze

LONGEST_CELL = 20_000  # characters; the longest real description of a charity has 3,000
SHOWN = 60  # characters of a value in a message
BROKEN = "\x00"  # the column, which no file has, in which the reader says why a row is not what its file means
CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")  # no text has them; those that space lines out are not here

Value = TypeVar("Value")
Row = Mapping[str, str]


class Outcome(StrEnum):
    """What comes of a cell with which something is wrong."""

    SKIPPED = "row skipped"
    LEFT_OUT = "value left out"
    OFF_THE_MAP = "kept, without a place on the map"
    ROUGHLY = "kept, shown by the part of it that is known"
    KEPT = "kept as it is"


LOST: Final = frozenset({Outcome.SKIPPED, Outcome.LEFT_OUT})  # something of the file is not imported


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, and what would be right."""

    row: int  # as a spreadsheet counts: the header is row 1
    column: str
    value: str
    remedy: str
    outcome: Outcome

    @property
    def fatal(self) -> bool:
        """Whether the row cannot be imported."""
        return self.outcome is Outcome.SKIPPED

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= SHOWN else f"{self.value[:SHOWN]}… ({len(self.value)} characters)"
        return f"row {self.row}, {self.column}: {shown!r} - {self.remedy} ({self.outcome})"


@dataclass(frozen=True, slots=True)
class PostcodeCell:
    """A cell with a well-formed postcode, and the location that was made of its row."""

    row: int
    column: str
    value: str  # as it is written
    postcode: str
    location: UUID


@dataclass(slots=True)
class Cells:
    """One row being read: the problems found so far are in ``problems``. ``places`` are names that keep their case."""

    number: int
    row: Row
    places: Named = field(default_factory=Named)
    problems: list[Problem] = field(default_factory=list)

    @property
    def broken(self) -> bool:
        """Whether the row cannot be imported."""
        return any(problem.fatal for problem in self.problems)

    def wrong(self, column: str, value: str, remedy: str, *, fatal: bool) -> None:
        """Note a problem."""
        outcome = Outcome.SKIPPED if fatal else Outcome.LEFT_OUT
        self.problems.append(Problem(self.number, column, value, remedy, outcome))

    def text(self, column: str, case: str = "") -> str:
        """The cell as one line of text, its case mended as the mapping says."""
        raw = self.row.get(column)
        if not raw:
            return ""
        if len(raw) > LONGEST_CELL:
            self.wrong(column, raw, f"a cell may hold {LONGEST_CELL:,} characters: shorten it", fatal=True)
            return ""
        if "\x00" in raw:
            self.wrong(column, raw, "the cell holds NUL characters: save the file again as text", fatal=True)
            return ""
        text = squeeze(clean(raw))
        if case == "title":
            return sensible_case(text, self.places)
        return sentence_case(text, self.places) if case == "sentence" else text

    def note_broken(self, name: str) -> None:
        """Note what the reader says of the row as a whole. ``name``: which row it is, for whoever looks for it."""
        if remedy := self.row.get(BROKEN):
            self.wrong("the row", name, remedy, fatal=True)

    def parsed(self, column: str, parse: Callable[[str], Value], remedy: str, *, fatal: bool = False) -> Value | None:
        """What ``parse`` makes of the cell; None when it is empty, or wrong (which is noted)."""
        text = self.text(column)
        if not text:
            return None
        try:
            return parse(text)
        except (Invalid, ValueError):
            self.wrong(column, text, remedy, fatal=fatal)
            return None

    def words(self, column: str) -> list[str]:
        """The parts of a cell with semicolons."""
        text = self.text(column)
        return [part for part in map(squeeze, text.split(";")) if part] if text else []


def seen(value: str) -> str:
    """``value`` for a page or a file: a mark stands where it has a control character."""
    return CONTROLS.sub("\ufffd", value)


def yes_or_no(text: str) -> bool:
    """True or False for the words people use. Raises ValueError."""
    word = text.casefold()
    if word in {"yes", "y", "true", "1", "free"}:
        return True
    if word in {"no", "n", "false", "0", "paid"}:
        return False
    raise ValueError(text)


def year(text: str) -> int:
    """The year of a date that begins or ends with it ("1990-08-02", "02/08/1990", "1990"). Raises ValueError."""
    for part in (text[:4], text[-4:]):
        if part.isdecimal() and 1000 <= int(part) <= 2999:
            return int(part)
    raise ValueError(text)


def known_slugs(given: Iterable[str], known: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """``given`` slugs or names as slugs, and those that nobody knows. ``known``: folded slug or name -> slug."""
    found, unknown = [], []
    for word in given:
        slug = known.get(word.casefold())
        if slug is None:
            unknown.append(word)
        elif slug not in found:
            found.append(slug)
    return found, unknown
