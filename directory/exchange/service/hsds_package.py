"""The data package: every table of HSDS 3.0 as CSV, with a description of all of them, in one ZIP file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from directory.exchange.queries import oruk as queries
from directory.exchange.rules import csv_text, hsds
from directory.exchange.rules.about import About
from directory.exchange.rules.hsds_kit import Page, View
from directory.exchange.rules.hsds_package import datapackage
from directory.exchange.rules.hsds_rows import FILES, Cells, columns, rows_of
from directory.exchange.service.oruk_terms import all_taxonomies, all_terms, view_in
from directory.exchange.service.spool import IN_MEMORY, Spooled
from directory.listings import queries as listings
from directory.search.service import Process, Query

AT_ONCE: Final = 200  # listings in memory
IN_MEMORY_EACH: Final = 1 << 18  # bytes of a table before it lies on disk
CODES: Final = frozenset({"byday", "bymonthday"})  # -1FR is the last Friday, and runs nowhere
TEXTS: Final = {
    (table, field.name)
    for table in FILES
    for field in hsds.OBJECTS[table]
    if field.kind == "text" and field.name not in CODES
}


@dataclass(slots=True)
class _Table:
    """One table as it is written."""

    name: str
    columns: list[str]
    file: SpooledTemporaryFile[bytes]

    def add(self, cells: Cells) -> None:
        texts = [csv_text.cell(cells.get(column, ""), is_text=(self.name, column) in TEXTS) for column in self.columns]
        self.file.write((",".join(texts) + "\r\n").encode())


def package(session: Session, here: Process, query: Query | None, about: About) -> Spooled:
    """The package of every organisation, or of those in which ``query`` finds something, made whole.

    One statement for each AT_ONCE organisations, and a few. It has no byte order mark: programs read it.
    """
    view = view_in(here, session)
    with ExitStack() as files:
        tables = {
            name: _Table(name, columns(name), files.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY_EACH)))
            for name in FILES
        }
        for table in tables.values():
            table.add(dict(zip(table.columns, table.columns, strict=True)))
        terms = {term["id"] for term in _fill(session, tables)}
        for ids in _ids(session, here, query):
            pages = listings.pages(session, ids)
            for number in ids:
                _put(tables, _rows(pages[number], view, terms), terms)
        return _zipped(tables, about)


def _fill(session: Session, tables: dict[str, _Table]) -> list[dict[str, Any]]:
    terms = all_terms(session)
    for name, objects in (("taxonomy", all_taxonomies(session)), ("taxonomy_term", terms)):
        for each in objects:
            tables[name].add(each)
    return terms


def _rows(page: Page, view: View, terms: set[str]) -> Iterable[tuple[str, Cells]]:
    """The rows of one organisation: with terms only if it has some that were not written yet, which few have."""
    rows = rows_of("organization", hsds.organization_tables(page, view))
    if all(cells["taxonomy_term_id"] in terms for name, cells in rows if name == "attribute"):
        return rows
    return rows_of("organization", hsds.organization_object("organization_full_services", page, view))


def _put(tables: dict[str, _Table], rows: Iterable[tuple[str, Cells]], terms: set[str]) -> None:
    """Write the rows of one organisation, each once: its places stand with it and with their services."""
    seen: set[tuple[str, str]] = set()
    for name, cells in rows:
        key = name, cells["id"]
        if key in seen or (name == "taxonomy_term" and cells["id"] in terms):
            continue
        seen.add(key)
        if name == "taxonomy_term":
            terms.add(cells["id"])
        tables[name].add(cells)


def _ids(session: Session, here: Process, query: Query | None) -> Iterator[list[int]]:
    """The integer ids of the organisations in their lasting order, AT_ONCE at a time."""
    found = None
    if query is not None:
        found = {match.organization_id: None for match in here.index.matches(session, query)}
    some = queries.organizations(session, found, offset=0, limit=None)
    rest = iter([item.owner_id for item in some.items])
    while ids := list(islice(rest, AT_ONCE)):
        yield ids


def _zipped(tables: dict[str, _Table], about: About) -> Spooled:
    made: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it outlives this
    at = (about.moment or about.made).timetuple()[:6]  # as the data: made again, the file is the same
    try:
        with ZipFile(made, "w", ZIP_DEFLATED) as packed:
            text = json.dumps(datapackage(about), indent=1, ensure_ascii=False)
            packed.writestr(_entry("datapackage.json", at), text)
            for name, table in tables.items():
                table.file.seek(0)
                with packed.open(_entry(f"{FILES[name]}.csv", at), "w", force_zip64=True) as entry:
                    copyfileobj(table.file, entry)
        size = made.tell()
        made.seek(0)
    except BaseException:
        made.close()
        raise
    return Spooled(made, size)


def _entry(name: str, at: Any) -> ZipInfo:
    found = ZipInfo(name, at)
    found.compress_type = ZIP_DEFLATED
    return found
