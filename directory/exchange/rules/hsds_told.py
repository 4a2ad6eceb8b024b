"""What is wrong with the rows of a foreign data package, told by file and row, and what of them is not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar
from uuid import UUID

from directory.core.errors import Invalid
from directory.core.text import clean
from directory.exchange.rules.hsds_rows import LINKS, Row

SHOWN: Final = 60  # characters of a value in a message
LONGEST: Final = 20_000  # characters of a cell
OLDER: Final = (
    "regular_schedule",
    "holiday_schedule",
    "eligibility",
    "payment_accepted",
    "required_document",
    "funding",
)
MODELLED: Final = frozenset({*LINKS, *OLDER})
UNKNOWN_TABLE: Final = "table "
MOST_FAULTS: Final = 20_000  # that are kept to be read; of more, how many
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell, or a row."""

    file: str
    row: int
    column: str
    value: str  # as it is shown
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, {self.column}: {self.value!r} - {self.remedy}"


@dataclass(slots=True)
class Told:
    """What was found out while rows were read: faults, and columns that were not kept, with how many cells each."""

    faults: list[Fault] = field(default_factory=list)
    more: int = 0  # faults beyond MOST_FAULTS
    left: Counter[str] = field(default_factory=Counter)
    skipped: int = 0  # rows of which nothing was taken

    @property
    def total(self) -> int:
        """How many faults there are."""
        return len(self.faults) + self.more

    def wrong(self, row: Row, column: str, remedy: str, *, skip: bool = False) -> None:
        """Note a fault of a cell; ``skip``: nothing of the row is taken."""
        self.skipped += skip
        if len(self.faults) == MOST_FAULTS:
            self.more += 1
            return
        value = row.cells.get(column, "")
        shown = value if len(value) <= SHOWN else f"{value[:SHOWN]}… ({len(value)} characters)"
        self.faults.append(Fault(row.file, row.number, column, shown, remedy))

    def text(self, row: Row, column: str) -> str:
        """A cell without what nobody typed; too long a one is left out, and told."""
        given = row.get(column)
        if len(given) > LONGEST:
            self.wrong(row, column, f"a cell may hold {LONGEST:,} characters; left out")
            return ""
        return clean(given).strip()

    def parsed(self, row: Row, column: str, parse: Callable[[str], Value], wanted: str) -> Value | None:
        """What ``parse`` makes of a cell; None when it is empty or wrong, which is told."""
        given = self.text(row, column)
        if not given:
            return None
        try:
            return parse(given)
        except (ValueError, Invalid):
            self.wrong(row, column, f"{wanted}; left out")
            return None

    def one_of(self, row: Row, column: str, choices: Sequence[str]) -> str:
        """A cell that has one of ``choices``: the first where it has none, or another, which is told."""
        given = self.text(row, column).lower()
        if given and given not in choices:
            self.wrong(row, column, f"one of {', '.join(choices)}; taken for {choices[0]}")
        return given if given in choices else choices[0]

    def leave(self, row: Row, column: str) -> None:
        """Note a cell that is not kept."""
        self.left[f"{row.file}: {column}"] += 1

    def rest(self, table: str, rows: Iterable[Row], size: int) -> None:
        """Note what nobody asked for of ``rows``, those of the ``size`` rows of a table of which something may be left.

        Nothing of a package goes in silence.
        """
        if table not in MODELLED:
            self.left[f"{UNKNOWN_TABLE}{table}"] += size
            return
        for row in rows:
            if not row.read:
                link = next((column for column in row.cells if column.endswith("_id")), "id")
                self.wrong(row, link, "nothing that is imported has it; the row is left out")
                continue
            for column in row.unread:
                self.leave(row, column)


def uuid_of(text: str) -> UUID | None:
    """The UUID that ``text`` is, or None."""
    try:
        return UUID(text.strip()) if len(text.strip()) == 36 else None
    except ValueError:
        return None
