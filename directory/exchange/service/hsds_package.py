"""The data package: every table of HSDS 3.0 as CSV, with a description of all of them, in one ZIP file."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from directory.core.errors import Unavailable
from directory.exchange.queries import oruk as queries
from directory.exchange.rules.about import About
from directory.exchange.rules.hsds_lines import Tables
from directory.exchange.rules.hsds_package import datapackage
from directory.exchange.rules.hsds_rows import FILES, columns
from directory.exchange.service.oruk_terms import all_taxonomies, all_terms, view_in
from directory.exchange.service.spool import GZIP_LEVEL, MADE_WITHIN_S, Spooled, written
from directory.listings import queries as listings
from directory.search.service import Process, Query

AT_ONCE: Final = 200  # listings in memory
IN_MEMORY_EACH: Final = 1 << 18  # bytes of a table before it lies on disk
# What is made in MADE_WITHIN_S by a third of this processor, and 500 MB, which TAKEN_WITHIN_S has at 5 Mbit/s.
MOST_ORGANIZATIONS: Final = 300_000
Files = dict[str, SpooledTemporaryFile[bytes]]


class TooManyOrganizations(Exception):
    """A package of more than MOST_ORGANIZATIONS was asked for."""


def package(session: Session, here: Process, query: Query | None, about: About) -> Spooled:
    """The package of every organisation, or of those in which ``query`` finds something, made whole.

    One statement for each AT_ONCE organisations, and as many as ``view_in`` and four more. It has no byte order mark:
    programs read it. Raises TooManyOrganizations before anything is made, and Unavailable when it takes too long.
    """
    until = time.monotonic() + MADE_WITHIN_S
    found = _ids(session, here, query)
    with ExitStack() as files:
        tables: Files = {name: files.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY_EACH)) for name in FILES}
        for name, file in tables.items():
            file.write((",".join(columns(name)) + "\r\n").encode())
        _fill(session, here, found, tables, until)
        return written(lambda made: _zip(made, tables, about, until))


def _fill(session: Session, here: Process, found: list[int], files: Files, until: float) -> None:
    """Write the rows of every table. Raises Unavailable."""
    tables = Tables(view_in(here, session))
    for name, objects in (("taxonomy", all_taxonomies(session)), ("taxonomy_term", all_terms(session))):
        for each in objects:
            tables.add_object(name, each)
    for ids in _cut(found):
        pages = listings.pages(session, ids)
        for number in ids:
            tables.add(pages[number])
        _write(tables, files)
        _in_time(until)
    _write(tables, files)


def _write(tables: Tables, files: Files) -> None:
    for name, lines in tables.taken().items():
        files[name].write("".join(lines).encode())


def _in_time(until: float) -> None:
    if time.monotonic() > until:
        raise Unavailable("The package took too long to make.")


def _ids(session: Session, here: Process, query: Query | None) -> list[int]:
    """The integer ids of the organisations in their lasting order. Raises TooManyOrganizations."""
    wanted = None
    if query is not None:
        wanted = {match.organization_id: None for match in here.index.matches(session, query)}
    total = queries.counted(session, queries.ORGANIZATION) if wanted is None else len(wanted)
    if total > MOST_ORGANIZATIONS:
        raise TooManyOrganizations
    return [item.owner_id for item in queries.organizations(session, wanted, offset=0, limit=None).items]


def _cut(found: list[int]) -> Iterator[list[int]]:
    rest = iter(found)
    while ids := list(islice(rest, AT_ONCE)):
        yield ids


def _zip(made: IO[bytes], tables: Files, about: About, until: float) -> None:
    at = (about.moment or about.made).timetuple()[:6]  # as the data: made again, the file is the same
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        text = json.dumps(datapackage(about), indent=1, ensure_ascii=False)
        packed.writestr(_entry("datapackage.json", at), text)
        for name, file in tables.items():
            file.seek(0)
            with packed.open(_entry(f"{FILES[name]}.csv", at), "w", force_zip64=True) as entry:
                copyfileobj(file, entry)
            _in_time(until)


def _entry(name: str, at: Any) -> ZipInfo:
    found = ZipInfo(name, at)
    found.compress_type = ZIP_DEFLATED
    found._compresslevel = GZIP_LEVEL  # type: ignore[attr-defined]  # noqa: SLF001 - nothing else sets it of an entry with a date
    return found
