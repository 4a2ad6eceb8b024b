"""The data package: every table of HSDS 3.0 as CSV, with a description of all of them, in one ZIP file."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from directory.exchange.queries import oruk as queries
from directory.exchange.rules.about import About
from directory.exchange.rules.hsds_kit import Page
from directory.exchange.rules.hsds_lines import Tables
from directory.exchange.rules.hsds_package import DESCRIPTION, Member, datapackage
from directory.exchange.rules.hsds_rows import FILES, columns
from directory.exchange.service.oruk_terms import all_taxonomies, all_terms, view_in
from directory.exchange.service.spool import GZIP_LEVEL
from directory.listings import queries as listings
from directory.search.service import Process, Query

AT_ONCE: Final = 200  # listings in memory
IN_MEMORY_EACH: Final = 1 << 18  # bytes of a table before it lies on disk
CHUNK: Final = 1 << 18  # bytes packed at once
# What is made in ``spool.MADE_WITHIN_S`` by a third of a processor, and 500 MB, which TAKEN_WITHIN_S has at 5 Mbit/s.
MOST_ORGANIZATIONS: Final = 300_000
FLOWS: Final = "organization"  # the table that leaves while all are made: it grows with every organisation
LARGE: Final = 100_000  # organisations: of more, the table that flows may pass the 2 GB for which a ZIP needs no more


class TooManyOrganizations(Exception):
    """A package of more than MOST_ORGANIZATIONS was asked for."""


@dataclass(slots=True)
class _Sink:
    """The file that a ZIP is written into: it has what was not taken yet, and no way back."""

    waiting: list[bytes] = field(default_factory=list)

    def write(self, given: bytes) -> int:
        self.waiting.append(bytes(given))
        return len(given)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def taken(self) -> bytes:
        found = b"".join(self.waiting)
        self.waiting.clear()
        return found


class _Table:
    """A table of the package as CSV, and what its description says of it: how long it is, and its SHA-256."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self._file, self._digest, self.size = file, hashlib.sha256(), 0
        self.write((",".join(columns(name)) + "\r\n").encode())

    def write(self, given: bytes) -> None:
        self._file.write(given)
        self._digest.update(given)
        self.size += len(given)

    def chunks(self) -> Iterator[bytes]:
        """All that was written."""
        self._file.seek(0)
        while chunk := self._file.read(CHUNK):
            yield chunk

    def said(self) -> Member:
        return Member(self.size, self._digest.hexdigest())


def package(session: Session, here: Process, query: Query | None, about: About) -> Generator[bytes, None, None]:
    """The package of every organisation, or of those in which ``query`` finds something, in parts as it is made.

    One statement for everything, or for each AT_ONCE organisations of a search, and those of ``view_in`` and four more.
    It has no byte order mark: programs read it. Raises TooManyOrganizations when it is called.
    """
    found = None if query is None else _found(session, here, query)
    total = queries.counted(session, queries.ORGANIZATION) if found is None else len(found)
    if total > MOST_ORGANIZATIONS:
        raise TooManyOrganizations
    every = listings.every_page(session, at_once=AT_ONCE)
    return _zipped(session, here, every if found is None else _pages(session, found), about, is_large=total > LARGE)


def _found(session: Session, here: Process, query: Query) -> array[int]:
    """The integer ids of the organisations that a search finds, in their lasting order."""
    found = array("q")
    for match in here.index.matches(session, query):  # those of one organisation together
        if not found or found[-1] != match.organization_id:
            found.append(match.organization_id)
    return array("q", sorted(found))


def _pages(session: Session, found: array[int]) -> Iterator[Sequence[Page]]:
    for at in range(0, len(found), AT_ONCE):
        ids = found[at : at + AT_ONCE].tolist()
        pages = listings.pages(session, ids)
        yield [pages[number] for number in ids]


def _zipped(
    session: Session, here: Process, pages: Iterable[Sequence[Page]], about: About, *, is_large: bool
) -> Generator[bytes, None, None]:
    """The ZIP file: the table that FLOWS is packed as it is made, others wait on disk; last comes the description."""
    made, at = _Sink(), (about.moment or about.made).timetuple()[:6]  # as the data: made again, the file is the same
    with ExitStack() as files, ZipFile(cast("IO[bytes]", made), "w", ZIP_DEFLATED) as archive:  # it is only written
        tables = {
            name: _Table(name, files.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY_EACH)))
            for name in FILES
            if name != FLOWS
        }
        with archive.open(_entry(f"{FILES[FLOWS]}.csv", at), "w", force_zip64=is_large) as flowing:
            tables[FLOWS] = _Table(FLOWS, flowing)
            for lines in _lines(session, here, pages):
                for name, some in lines.items():
                    tables[name].write("".join(some).encode())
                yield made.taken()
        for name in FILES:
            if name != FLOWS:
                with archive.open(_entry(f"{FILES[name]}.csv", at, tables[name].size), "w") as entry:
                    for chunk in tables[name].chunks():
                        entry.write(chunk)
                        yield made.taken()
        members = {name: tables[name].said() for name in FILES}
        text = json.dumps(datapackage(about, members), indent=1, ensure_ascii=False)
        archive.writestr(_entry(DESCRIPTION, at), text)
    yield made.taken()


def _lines(session: Session, here: Process, pages: Iterable[Sequence[Page]]) -> Iterator[dict[str, list[str]]]:
    """The lines of every table, AT_ONCE organisations at a time."""
    tables = Tables(view_in(here, session))
    for name, objects in (("taxonomy", all_taxonomies(session)), ("taxonomy_term", all_terms(session))):
        for each in objects:
            tables.add_object(name, each)
    for some in pages:
        for page in some:
            tables.add(page)
        yield tables.taken()
    yield tables.taken()


def _entry(name: str, at: Any, size: int = 0) -> ZipInfo:
    """An entry of the archive; ``size``: bytes, where they are known, which says how many digits its size needs."""
    found = ZipInfo(name, at)
    found.compress_type, found.file_size = ZIP_DEFLATED, size
    found._compresslevel = GZIP_LEVEL  # type: ignore[attr-defined]  # noqa: SLF001 - nothing else sets it of an entry with a date
    return found
