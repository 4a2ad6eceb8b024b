"""Columns that are not public: an exporter chooses them one by one, for a table of theirs, and says what for.

They are of the organisation, and stand in each row of its services and places too.

An address that is kept secret is none of them. Whoever may read one reads it on its own page, which writes that down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from directory.exchange.rules.columns import Column, OfferingRow, joined
from directory.exchange.rules.tables import LOCATIONS, ORGANISATIONS, SERVICES, Table

MOST_PURPOSE: Final = 500  # characters
LEAST_PURPOSE: Final = 10  # "A report" is no purpose


@dataclass(frozen=True, slots=True)
class PrivateRow:
    """A row of a table with what only staff know: the addresses of its stewards, and how the file is marked."""

    row: OfferingRow
    stewards: Sequence[str]
    mark: str


def _source(row: PrivateRow) -> Any:
    return row.row.record["source"]


PRIVATE: Final = (
    Column("source_name", "text", "", "Which register, feed or file it came from.", "",
           "ccew", lambda row: _source(row).get("name"), "exporter"),
    Column("source_id", "text", "", "Its identifier there.", "",
           "1000003", lambda row: _source(row).get("id"), "exporter"),
    Column("fetched", "date-time", "UTC", "When it was last read from there.", "",
           "2026-05-12T12:00:00+00:00", lambda row: _source(row).get("fetched_at"), "exporter"),
    Column("review_due", "date-time", "UTC", "When its stewards are to be asked again whether it is right.", "",
           "2026-11-12T12:00:00+00:00", lambda row: row.row.record.get("review_due_at"), "exporter"),
    Column("version", "integer", "", "How often it was published.", "",
           "3", lambda row: row.row.page["version"], "exporter"),
    Column("stewards", "integer", "people", "How many people may change it.", "",
           "1", lambda row: len(row.stewards), "exporter"),
    Column("steward_emails", "text", "", "Private e-mail addresses of those people.", "",
           "organiser@example.org", lambda row: joined(row.stewards), "exporter"),
)  # fmt: skip
_MARK: Final = Column("not_public", "text", "", "That this is not for publication: what for, and which extract.", "",
                      "Not public. Extract 5d3f6a0e: to invite groups to a meeting",
                      lambda row: row.mark, "exporter")  # fmt: skip


def _of_row(column: Column) -> Column:
    """A public column, of a row that has more."""
    value = column.value
    if value is None:
        return column
    return Column(column.name, column.kind, column.unit, column.meaning, column.hsds, column.example,
                  lambda row: value(row.row), column.who)  # fmt: skip


TAKEN: Final = {table.name: table for table in (ORGANISATIONS, SERVICES, LOCATIONS)}


def columns_with(table: Table, chosen: Sequence[str]) -> tuple[Column, ...]:
    """The columns of an extract: the mark, the public ones of the table, then those of PRIVATE that were ``chosen``."""
    public = [_of_row(column) for column in table.columns]
    return (_MARK, *public, *(column for column in PRIVATE if column.name in chosen))
