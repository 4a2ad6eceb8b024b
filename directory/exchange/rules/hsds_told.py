"""Rows of a foreign data package by what they hang on, and what is wrong with them, told by file and row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar
from uuid import UUID

from directory.core.errors import Invalid
from directory.core.identifiers import stable_uuid
from directory.core.text import clean
from directory.exchange.rules.hsds_rows import LINKS, Row, modern

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
REFERRED: Final = frozenset({*LINKS, "program", "unit"})
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell, or a row."""

    file: str
    row: int
    column: str
    value: str
    remedy: str

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= SHOWN else f"{self.value[:SHOWN]}… ({len(self.value)} characters)"
        return f"{self.file}, row {self.row}, {self.column}: {shown!r} - {self.remedy}"


@dataclass(slots=True)
class Told:
    """What was found out while rows were read: faults, and columns that were not kept, with how many cells each."""

    faults: list[Fault] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    skipped: int = 0  # rows of which nothing was taken

    def wrong(self, row: Row, column: str, remedy: str, *, skip: bool = False) -> None:
        """Note a fault of a cell; ``skip``: nothing of the row is taken."""
        self.skipped += skip
        self.faults.append(Fault(row.file, row.number, column, row.cells.get(column, ""), remedy))

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

    def rest(self, table: str, rows: Iterable[Row]) -> None:
        """Note what nobody asked for of the rows of a table: nothing of a package goes in silence."""
        if table not in MODELLED:
            self.left[f"{UNKNOWN_TABLE}{table}"] += len(list(rows))
            return
        for row in rows:
            if not row.read:
                link = next((column for column in row.cells if column.endswith("_id")), "id")
                self.wrong(row, link, "nothing that is imported has it; the row is left out")
                continue
            for column in row.unread:
                self.leave(row, column)


class Tables:
    """Every row, found by its id, and by each column that refers to another."""

    def __init__(self, rows: Iterable[Row], source: str) -> None:
        self.source = source
        self._by_id: dict[tuple[str, str], Row] = {}
        self._of: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        self.of_table: dict[str, list[Row]] = defaultdict(list)
        self.repeated: list[tuple[Row, Row]] = []  # a row, and a former one of its file that says something else
        for row in rows:
            self._add(modern(row))

    def _add(self, row: Row) -> None:
        known = self._by_id.get((row.table, row.id)) if row.id else None
        if known is not None:  # nested objects come more than once: what one lacks, another may have
            new = {name: value for name, value in row.cells.items() if name not in known.cells}
            if row.file == known.file and any(
                known.cells.get(name, value) != value for name, value in row.cells.items()
            ):
                self.repeated.append((row, known))
            known.cells.update(new)
            row, cells = known, new
        else:
            cells = dict(row.cells)
            self._by_id[row.table, row.id] = row
            self.of_table[row.table].append(row)
        for column, value in cells.items():
            if column.endswith("_id"):
                self._of[row.table, column, value.strip().lower()].append(row)

    @property
    def sizes(self) -> Counter[str]:
        """How many rows each table has; one that came more than once is one."""
        return Counter({table: len(rows) for table, rows in self.of_table.items()})

    def one(self, table: str, identifier: str) -> Row | None:
        """The row with that id."""
        return self._by_id.get((table, identifier.strip().lower()))

    def of(self, table: str, column: str, identifier: str) -> list[Row]:
        """The rows whose ``column`` refers to that id, in their order."""
        return self._of.get((table, column, identifier.strip().lower()), [])

    def uuid(self, row: Row) -> UUID:
        """The identifier of a row: its own, or a lasting new one for one that is no UUID."""
        return uuid_of(row.get("id")) or stable_uuid("hsds", self.source, row.table, row.get("id") or _said(row))

    def repeats(self, told: Told) -> None:
        """Tell every row that has the identifier of another one, and says something else."""
        for row, known in self.repeated:
            column = next(name for name, value in row.cells.items() if known.cells.get(name) != value)
            told.wrong(row, column, f"row {known.number} has the same id: that one holds, this value is left out")

    def dangling(self, told: Told, known: Container[str]) -> None:
        """Tell every reference to a row that is neither there nor ``known`` here."""
        for (table, column, identifier), rows in self._of.items():
            wanted = table if column == "parent_id" else column.removesuffix("_id").removeprefix("parent_")
            if wanted not in REFERRED or identifier in known or self.one(wanted, identifier):
                continue
            for row in rows:
                told.wrong(row, column, f"there is no {wanted.replace('_', ' ')} with this id; the link is left out")


def uuid_of(text: str) -> UUID | None:
    """The UUID that ``text`` is, or None."""
    try:
        return UUID(text.strip()) if len(text.strip()) == 36 else None
    except ValueError:
        return None


def _said(row: Row) -> str:
    return "|".join(f"{name}={value}" for name, value in sorted(row.cells.items()))
