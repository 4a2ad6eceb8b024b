"""``python -m tests.docs.dictionary`` writes the dictionary of docs/data.md, of the tables of columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from directory.exchange.rules.columns import Column
from directory.exchange.rules.private import PRIVATE
from directory.exchange.rules.tables import TABLES
from tests.support.written import keep

COMMAND: Final = "python -m tests.docs.dictionary"
HEAD: Final = "| column | type | unit | meaning | HSDS 3.0 | example |\n|---|---|---|---|---|---|"


def dictionary() -> str:
    """Every column of every table, in Markdown."""
    parts = []
    for table in TABLES:
        parts += [f"### {table.name}.csv", f"{table.row} Key: `{table.key}`.", "\n".join(_rows(table.columns))]
    parts += ["### Columns that are not public", "For exporters, one by one.", "\n".join(_rows(PRIVATE))]
    return "\n\n".join(parts)


def _rows(columns: tuple[Column, ...]) -> Iterator[str]:
    yield HEAD
    for each in columns:
        hsds = f"`{each.hsds}`" if each.hsds else ""
        yield f"| `{each.name}` | {each.kind} | {each.unit} | {each.meaning} | {hsds} | {each.example} |"


if __name__ == "__main__":
    keep("data.md", COMMAND, dictionary())
