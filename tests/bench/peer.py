"""The same listings in an SQLite file for Datasette: one row an organisation, and an FTS5 table over its texts."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

TABLE: Final = "listings"
COLUMNS: Final = (
    *("name", "kind", "what_it_does", "services", "about_the_services", "needs"),
    *("email", "phone", "website", "venue", "address", "town", "postcode", "hours"),
)
SEARCHED: Final = ("name", "what_it_does", "services", "about_the_services", "needs")
MERGED: Final = {"services": "service", "about_the_services": "about the service", "needs": "needs"}


def database(folder: Path, listings: Path) -> Path:
    """The file, made from the imported rows unless it is there."""
    path = folder / "peer.db"
    if not path.is_file():
        making = path.with_suffix(".making")
        making.unlink(missing_ok=True)
        with closing(sqlite3.connect(making)) as connection, connection:
            _fill(connection, listings)
        making.rename(path)
    return path


def searched(words: str) -> str:
    """Datasette's page of a search for ``words``, with as many rows as ours has."""
    return f"/peer/{TABLE}?{urlencode({'_search': words, '_size': 20})}"


def words_of(path: str) -> str:
    """The words that one of our addresses searches for."""
    return parse_qs(urlsplit(path).query)["q"][0]


def _fill(connection: sqlite3.Connection, listings: Path) -> None:
    names = ", ".join(COLUMNS)
    texts = ", ".join(SEARCHED)
    connection.execute(f"CREATE TABLE {TABLE} (id INTEGER PRIMARY KEY, {names})")
    marks = ", ".join("?" * len(COLUMNS))
    connection.executemany(f"INSERT INTO {TABLE} ({names}) VALUES ({marks})", _rows(listings))
    connection.execute(f"CREATE VIRTUAL TABLE {TABLE}_fts USING fts5({texts}, content='{TABLE}', content_rowid='id')")
    connection.execute(f"INSERT INTO {TABLE}_fts (rowid, {texts}) SELECT id, {texts} FROM {TABLE}")
    connection.execute(f"INSERT INTO {TABLE}_fts ({TABLE}_fts) VALUES ('optimize')")


def _rows(listings: Path) -> Iterator[tuple[str, ...]]:
    with listings.open(encoding="utf-8", newline="") as file:
        for _, group in groupby(csv.DictReader(file), key=lambda row: row["id"]):
            rows = list(group)
            merged = {name: "; ".join(row[column] for row in rows) for name, column in MERGED.items()}
            yield tuple(merged.get(name) or rows[0].get(name.replace("_", " "), "") for name in COLUMNS)
