"""The rows of a foreign data package by what they hang on, wherever they lie: in memory, or (a service) on disk."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from typing import Final
from uuid import UUID

from directory.core.identifiers import stable_uuid
from directory.exchange.rules.hsds_rows import LINKS, Row, modern
from directory.exchange.rules.hsds_told import Told, uuid_of

REFERRED: Final = frozenset({*LINKS, "program", "unit"})


class Tables(ABC):
    """Every row, found by its id and by each column that refers to another.

    A row that was given is one object until the next row of ``all`` or ``left`` is taken: its marks are kept.
    """

    def __init__(self, source: str) -> None:
        self.source = source

    @property
    @abstractmethod
    def sizes(self) -> Counter[str]:
        """How many rows each table has; one that came more than once is one."""

    @abstractmethod
    def all(self, table: str) -> Iterator[Row]:
        """The rows of a table in their order."""

    @abstractmethod
    def left(self, table: str) -> Iterator[Row]:
        """Those of them of which something may not have been asked for."""

    @abstractmethod
    def one(self, table: str, identifier: str) -> Row | None:
        """The row with that id; None for none, as for no id."""

    @abstractmethod
    def of(self, table: str, column: str, identifier: str) -> list[Row]:
        """The rows whose ``column`` refers to that id, in their order."""

    @abstractmethod
    def repeated(self) -> Iterator[tuple[Row, Row]]:
        """Each row that says something else than a former one of its file with its id, and that one."""

    @abstractmethod
    def links(self) -> list[tuple[str, str]]:
        """The columns that refer to other rows: table and column."""

    @abstractmethod
    def broken(self, table: str, column: str, wanted: str) -> Iterator[tuple[str, Row]]:
        """The ids in a column that no row of the table ``wanted`` has, with their rows."""

    @abstractmethod
    def claim(self, identifier: UUID) -> bool:
        """Take an identifier for oneself; False when somebody has it."""

    def uuid(self, row: Row) -> UUID:
        """The identifier of a row: its own, or a lasting new one for one that is no UUID."""
        return uuid_of(row.get("id")) or stable_uuid("hsds", self.source, row.table, row.get("id") or _said(row))

    def repeats(self, told: Told) -> None:
        """Tell every row that has the identifier of another one, and says something else."""
        for row, known in self.repeated():
            column = next(name for name, value in row.cells.items() if known.cells.get(name) != value)
            told.wrong(row, column, f"row {known.number} has the same id: that one holds, this value is left out")

    def dangling(self, told: Told, known: Container[str]) -> None:
        """Tell every reference to a row that is neither there nor ``known`` here."""
        for table, column in self.links():
            wanted = table if column == "parent_id" else column.removesuffix("_id").removeprefix("parent_")
            if wanted not in REFERRED:
                continue
            for identifier, row in self.broken(table, column, wanted):
                if identifier not in known:
                    told.wrong(
                        row, column, f"there is no {wanted.replace('_', ' ')} with this id; the link is left out"
                    )


class Held(Tables):
    """Rows in memory: those of a few organisations."""

    def __init__(self, rows: Iterable[Row], source: str) -> None:
        super().__init__(source)
        self._by_id: dict[tuple[str, str], Row] = {}
        self._of: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        self._of_table: dict[str, list[Row]] = defaultdict(list)
        self._repeated: list[tuple[Row, Row]] = []
        self._claimed: set[UUID] = set()
        self._place: dict[int, int] = {}  # of each row in their order, by what Python knows it by
        for row in rows:
            self._add(modern(row))

    def _add(self, row: Row) -> None:
        known = self.one(row.table, row.id)
        if known is None:
            cells = row.cells
            self._of_table[row.table].append(row)
            self._place[id(row)] = len(self._place)
            if row.id:
                self._by_id[row.table, key(row.id)] = row
        else:
            if contradicts(row, known):
                self._repeated.append((row, known))
            cells = merged(known, row)
            row = known
        for column, identifier in references(cells):
            found = self._of[row.table, column][identifier]
            found.append(row)
            if known is not None:  # it stands where it was first met
                found.sort(key=lambda each: self._place[id(each)])

    @property
    def sizes(self) -> Counter[str]:
        """How many rows each table has."""
        return Counter({table: len(rows) for table, rows in self._of_table.items()})

    def all(self, table: str) -> Iterator[Row]:
        """The rows of a table."""
        yield from self._of_table.get(table, ())

    def left(self, table: str) -> Iterator[Row]:
        """Those of which something may be left."""
        return self.all(table)

    def one(self, table: str, identifier: str) -> Row | None:
        """The row with that id."""
        return self._by_id.get((table, key(identifier)))

    def of(self, table: str, column: str, identifier: str) -> list[Row]:
        """The rows that refer to that id."""
        return self._of[table, column].get(key(identifier), []) if (table, column) in self._of else []

    def repeated(self) -> Iterator[tuple[Row, Row]]:
        """Rows that contradict former ones."""
        return iter(self._repeated)

    def links(self) -> list[tuple[str, str]]:
        """The columns that refer to others."""
        return list(self._of)

    def broken(self, table: str, column: str, wanted: str) -> Iterator[tuple[str, Row]]:
        """The links of a column that lead nowhere."""
        for identifier, rows in self._of[table, column].items():
            if self.one(wanted, identifier) is None:
                yield from ((identifier, row) for row in rows)

    def claim(self, identifier: UUID) -> bool:
        """Take an identifier."""
        is_free = identifier not in self._claimed
        self._claimed.add(identifier)
        return is_free


def key(identifier: str) -> str:
    """An identifier as rows are found by it."""
    return identifier.strip().lower()


def contradicts(row: Row, known: Row) -> bool:
    """Whether a row of the same file says something else than the one with its id that came before."""
    return row.file == known.file and any(known.cells.get(name, value) != value for name, value in row.cells.items())


def merged(known: Row, row: Row) -> dict[str, str]:
    """The cells that ``known`` lacked and has from now on: nested objects come more than once, and not always whole."""
    new = {name: value for name, value in row.cells.items() if name not in known.cells}
    known.cells.update(new)
    return new


def references(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The columns that refer to other rows, each with the id that it has."""
    return ((column, key(value)) for column, value in cells.items() if column.endswith("_id"))


def _said(row: Row) -> str:
    return "|".join(f"{name}={value}" for name, value in sorted(row.cells.items()))
