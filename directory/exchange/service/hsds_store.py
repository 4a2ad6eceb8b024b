"""The rows of a large package, and the records that were made of them, in a database that lies on disk and has no name.

SQLite deletes it when it is let go of; a small one never leaves its memory, which is at most CACHE_KB.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, overload
from uuid import UUID

from directory.exchange.rules.hsds_rows import Row, modern
from directory.exchange.rules.hsds_tables import Tables, contradicts, key, merged, references
from directory.listings.rules.codec import decode, encode
from directory.listings.rules.record import Record

CACHE_KB: Final = 24_000
AT_ONCE: Final = 500  # rows written at once
MOST_LIVE: Final = 5_000  # rows in memory, before those that nobody reads just now are let go of
MOST_SAID: Final = 4_000_000  # characters of rows that are written at once, or in memory
_SCHEMA: Final = """
PRAGMA cache_size = -{cache};
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE row (
  n INTEGER PRIMARY KEY, tbl TEXT, id TEXT, file TEXT, number INTEGER, cells TEXT, marks TEXT, settled INTEGER DEFAULT 0
);
CREATE TABLE link (tbl TEXT, col TEXT, value TEXT, n INTEGER);
CREATE TABLE repeated (tbl TEXT, file TEXT, number INTEGER, cells TEXT, known INTEGER);
CREATE TABLE claimed (uuid BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE record (n INTEGER PRIMARY KEY, said BLOB);
"""
_INDEXES: Final = (
    "CREATE INDEX row_id ON row (tbl, id, n)",
    "CREATE INDEX row_left ON row (tbl, n) WHERE NOT settled",
    "CREATE INDEX link_value ON link (tbl, col, value, n)",
    "CREATE INDEX link_n ON link (n)",
)
_TWICE: Final = "CREATE TABLE twice AS SELECT tbl, id FROM row WHERE id <> '' GROUP BY tbl, id HAVING count(*) > 1"
_BROKEN: Final = """
SELECT l.value, l.n FROM link l
WHERE l.tbl = ? AND l.col = ? AND NOT EXISTS (SELECT 1 FROM row r WHERE r.tbl = ? AND r.id = l.value) ORDER BY l.n
"""


class Store:
    """The database, which lives as long as somebody holds this."""

    def __init__(self) -> None:
        self.sql = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self.sql.executescript(_SCHEMA.format(cache=CACHE_KB))
        self.sql.execute("BEGIN")


class Stored(Tables):
    """Rows on disk."""

    def __init__(self, rows: Iterable[Row], source: str, store: Store) -> None:
        super().__init__(source)
        self._sql = store.sql
        self._live: dict[int, tuple[Row, int]] = {}  # rows that were given, each with how many marks it had
        self._said = 0  # characters of them
        for some in _cut(map(modern, rows)):
            self._put(some)
        for statement in _INDEXES:
            self._sql.execute(statement)
        self._merge()
        counted = self._sql.execute("SELECT tbl, count(*) FROM row GROUP BY tbl ORDER BY min(n)")
        self._sizes: Counter[str] = Counter(dict(counted.fetchall()))

    def _put(self, rows: Sequence[Row]) -> None:
        (last,) = self._sql.execute("SELECT coalesce(max(n), 0) FROM row").fetchone()
        numbered = list(enumerate(rows, start=last + 1))
        self._sql.executemany(
            "INSERT INTO row (n, tbl, id, file, number, cells, marks) VALUES (?, ?, ?, ?, ?, ?, '[]')",
            [
                (n, _written(row.table), _written(key(row.id)), _written(row.file), row.number, json.dumps(row.cells))
                for n, row in numbered
            ],
        )
        self._link((n, row.table, row.cells) for n, row in numbered)

    def _link(self, rows: Iterable[tuple[int, str, dict[str, str]]]) -> None:
        links = [
            (_written(table), _written(column), _written(to), n)
            for n, table, cells in rows
            for column, to in references(cells)
        ]
        self._sql.executemany("INSERT INTO link VALUES (?, ?, ?, ?)", links)

    def _merge(self) -> None:
        """Let rows of one table with one id be the first of them, with what the others have more."""
        self._sql.execute(_TWICE)
        for table, identifier in self._sql.execute("SELECT tbl, id FROM twice"):
            found = self._numbers("SELECT n FROM row WHERE tbl = ? AND id = ? ORDER BY n", table, identifier)
            first = self._read(found[0])
            for n in found[1:]:
                again = self._read(n)
                if contradicts(again, first):
                    values = (table, again.file, again.number, json.dumps(again.cells), found[0])
                    self._sql.execute("INSERT INTO repeated VALUES (?, ?, ?, ?, ?)", values)
                self._sql.execute("DELETE FROM link WHERE n = ?", (n,))
                self._sql.execute("DELETE FROM row WHERE n = ?", (n,))
                self._link([(found[0], table, merged(first, again))])
            self._sql.execute("UPDATE row SET cells = ? WHERE n = ?", (json.dumps(first.cells), found[0]))

    @property
    def sizes(self) -> Counter[str]:
        """How many rows each table has."""
        return self._sizes

    def all(self, table: str) -> Iterator[Row]:
        """The rows of a table."""
        return self._each("SELECT n FROM row WHERE tbl = ? AND n > ? ORDER BY n LIMIT ?", table)

    def left(self, table: str) -> Iterator[Row]:
        """Those of which something may be left."""
        return self._each("SELECT n FROM row WHERE tbl = ? AND n > ? AND NOT settled ORDER BY n LIMIT ?", table)

    def _each(self, query: str, table: str) -> Iterator[Row]:
        last = 0
        while numbers := self._numbers(query, table, last, AT_ONCE):
            for last in numbers:
                if len(self._live) > MOST_LIVE or self._said > MOST_SAID:
                    self._remember()
                yield self._row(last)
        self._remember()

    def one(self, table: str, identifier: str) -> Row | None:
        """The row with that id."""
        wanted = key(identifier)
        found = self._numbers("SELECT n FROM row WHERE tbl = ? AND id = ?", table, wanted) if wanted else ()
        return self._row(found[0]) if found else None

    def of(self, table: str, column: str, identifier: str) -> list[Row]:
        """The rows that refer to that id."""
        query = "SELECT n FROM link WHERE tbl = ? AND col = ? AND value = ? ORDER BY n"
        return [self._row(n) for n in self._numbers(query, table, column, key(identifier))]

    def repeated(self) -> Iterator[tuple[Row, Row]]:
        """Rows that contradict former ones."""
        for table, file, number, cells, known in self._sql.execute("SELECT * FROM repeated ORDER BY rowid"):
            yield Row(table, file, number, json.loads(cells)), self._read(known)

    def links(self) -> list[tuple[str, str]]:
        """The columns that refer to others."""
        return self._sql.execute("SELECT DISTINCT tbl, col FROM link ORDER BY tbl, col").fetchall()

    def broken(self, table: str, column: str, wanted: str) -> Iterator[tuple[str, Row]]:
        """The links of a column that lead nowhere."""
        for identifier, n in self._sql.execute(_BROKEN, (table, column, wanted)):
            yield identifier, self._read(n)

    def claim(self, identifier: UUID) -> bool:
        """Take an identifier."""
        made = self._sql.execute("INSERT OR IGNORE INTO claimed VALUES (?)", (identifier.bytes,))
        return made.rowcount == 1

    def _numbers(self, query: str, *values: Any) -> list[int]:
        said = [_written(value) if isinstance(value, str) else value for value in values]
        return [n for (n,) in self._sql.execute(query, said)]

    def _row(self, n: int) -> Row:
        """The row, as the one object that it is until marks are written."""
        if (known := self._live.get(n)) is not None:
            return known[0]
        row = self._read(n)
        self._live[n] = row, len(row.read)
        self._said += sum(map(len, row.cells.values()))
        return row

    def _read(self, n: int) -> Row:
        query = "SELECT tbl, file, number, cells, marks FROM row WHERE n = ?"
        table, file, number, cells, marks = self._sql.execute(query, (n,)).fetchone()
        return Row(table, file, number, json.loads(cells), json.loads(marks))

    def _remember(self) -> None:
        """Write which columns of the rows that were given have been asked for, and let go of the rows."""
        marked = [(row, n) for n, (row, before) in self._live.items() if len(row.read) != before]
        self._sql.executemany(
            "UPDATE row SET marks = ?, settled = ? WHERE n = ?",
            [(json.dumps(sorted(set(row.read))), not row.unread, n) for row, n in marked],
        )
        self._live.clear()
        self._said = 0


def _written(text: str) -> str:
    """A text as SQLite takes it: letters that are none, which JSON may have, are spelt."""
    return text.encode("utf-8", "backslashreplace").decode()


def _cut(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows, AT_ONCE of them at a time, or fewer that say as much as MOST_SAID."""
    some: list[Row] = []
    said = 0
    for row in rows:
        some.append(row)
        said += sum(map(len, row.cells.values()))
        if len(some) >= AT_ONCE or said > MOST_SAID:
            yield some
            some, said = [], 0
    if some:
        yield some


class Records(Sequence[Record]):
    """Records on disk, in the order in which they were added."""

    def __init__(self, store: Store) -> None:
        self._sql, self._size = store.sql, 0

    def add(self, record: Record) -> None:
        """Put one at the end."""
        self._size += 1
        said = json.dumps(encode(record), ensure_ascii=False)
        self._sql.execute("INSERT INTO record VALUES (?, ?)", (self._size, said.encode("utf-8", "surrogatepass")))

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> list[Record]: ...
    def __getitem__(self, at: int | slice) -> Record | list[Record]:
        if isinstance(at, slice):
            return [self[each] for each in range(self._size)[at]]
        query = "SELECT said FROM record WHERE n = ?"
        (said,) = self._sql.execute(query, (range(self._size)[at] + 1,)).fetchone()
        return decode(Record, json.loads(said.decode("utf-8", "surrogatepass")))
