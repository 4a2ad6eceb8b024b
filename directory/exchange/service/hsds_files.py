"""The rows of an HSDS package, as they are read: a ZIP file, a folder, or pages of an API as JSON."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, Protocol
from zipfile import BadZipFile, ZipFile, is_zipfile

from directory.core.errors import Invalid
from directory.core.text import from_spreadsheet
from directory.exchange.rules.hsds_package import DESCRIPTION
from directory.exchange.rules.hsds_rows import Row, canonical, rows_of, table_named

MOST_BYTES: Final = 4 << 30  # of everything, unpacked, unless a setting says otherwise
MOST_JSON: Final = 16 << 20  # bytes of a JSON document, which is held in memory; of lines, each
MOST_FILES: Final = 500
LONGEST_CELL: Final = 131_072  # characters
CELLS: Final = f"cells of at most {LONGEST_CELL:,} characters"
LONGEST_LINE: Final = 8 * 1024 * 1024  # characters
MOST_COLUMNS: Final = 1_000
CHUNK: Final = 1 << 20  # bytes
MOST_DEEP: Final = 60  # objects within objects; HSDS has six
SHOWN: Final = 80  # characters of a cell that is too long
UTF8: Final = "text in UTF-8"
SPLIT_JSON: Final = "write one object a line into a file called .ndjson"
JSONS: Final = frozenset({".json", ".jsonl", ".ndjson"})


class Source(Protocol):
    """A ZIP file or a folder: files by name."""

    def sizes(self) -> dict[str, int]:
        """The files in the order of their names, and how many bytes each has. Raises Invalid for too many."""

    def open(self, name: str) -> IO[bytes]:
        """One file, of which no more comes than its size says."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Files of a folder, or one file of it."""

    path: Path

    def sizes(self) -> dict[str, int]:
        """The files with their sizes."""
        if self.path.is_file():
            return {self.path.name: self.path.stat().st_size}
        files = sorted(each for each in self.path.iterdir() if each.is_file() and not each.is_symlink())
        return {each.name: each.stat().st_size for each in files}

    def open(self, name: str) -> IO[bytes]:
        """One file."""
        return (self.path if self.path.is_file() else self.path / name).open("rb")


@dataclass(frozen=True, slots=True)
class Zipped:
    """Files of a ZIP file, by their names without folders: what it calls its folders leads nowhere."""

    path: Path

    def sizes(self) -> dict[str, int]:
        """The files with the sizes that they say they have, beyond which zipfile reads none of them."""
        with ZipFile(self.path) as opened:
            entries = [each for each in opened.infolist() if not each.is_dir()]
        if len(entries) > MOST_FILES:
            raise Invalid(self.path.name, len(entries), f"at most {MOST_FILES} files")
        return {each.filename: each.file_size for each in sorted(entries, key=lambda each: each.filename)}

    def open(self, name: str) -> IO[bytes]:
        """One file."""
        with ZipFile(self.path) as opened:  # what is opened of it stays open without it
            return opened.open(name)


def digest(path: Path) -> str:
    """SHA-256 of a file, or of the files of a folder with their names."""
    found = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(each for each in path.iterdir() if each.is_file()):
        with file.open("rb") as opened:
            found.update(file.name.encode() + b"\0" + hashlib.file_digest(opened, "sha256").digest())
    return found.hexdigest()


def rows_in(path: Path, *, most: int = MOST_BYTES) -> Iterator[Row]:
    """Every row of the package at ``path``, which may have ``most`` bytes unpacked, as it is read.

    Raises Invalid, which names the file and what is wrong with it.
    """
    if not path.exists():
        raise Invalid(str(path), "nothing", "a ZIP file, a folder or a JSON file")
    source: Source = Zipped(path) if path.is_file() and is_zipfile(path) else Folder(path)
    try:
        yield from _rows(path, source, most)
    except (
        BadZipFile,
        NotImplementedError,
        RuntimeError,
        OSError,
        EOFError,
        zlib.error,
    ) as wrong:  # zipfile refuses a method or password so
        raise Invalid(path.name, type(wrong).__name__, "a ZIP file that opens, without a password") from None


def _rows(path: Path, source: Source, most: int) -> Iterator[Row]:
    sizes = source.sizes()
    if sum(sizes.values()) > most:
        limit = f"at most {most // 1024 // 1024:,} MB unpacked (DIRECTORY_PACKAGE_MB): split it by organisations"
        raise Invalid(path.name, "a large file", limit)
    others: list[Row] = []
    is_empty = True
    for name, table in _files(source, sizes):
        if not table:
            bare = PurePosixPath(name).name
            others.append(Row(bare, bare, 1, {"id": bare}))  # so that it is told as a table that nobody knows
            continue
        read = _json_rows(source, name) if _suffix(name) in JSONS else _csv_rows(source, name, table)
        for row in read:
            is_empty = False
            yield row
    if is_empty:
        raise Invalid(path.name, "no rows", "tables of HSDS as CSV, or objects of its API as JSON")
    yield from others


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _files(source: Source, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each file with its table: as the description says, or as the file is called; "" for what is no table."""
    described: dict[str, str] = {}
    for name in names:
        if PurePosixPath(name).name == DESCRIPTION:
            described = _described(name, _document(source, name))
    for name in names:
        bare = PurePosixPath(name).name
        if bare == DESCRIPTION or bare.startswith(".") or "__MACOSX" in name:
            continue
        is_table = _suffix(name) == ".csv" or _suffix(name) in JSONS
        yield name, (described.get(bare) or table_named(PurePosixPath(bare).stem)) if is_table else ""


def _described(name: str, text: str) -> dict[str, str]:
    whole = parsed(name, text)
    resources = whole.get("resources", []) if isinstance(whole, dict) else []
    return {
        PurePosixPath(str(each["path"])).name: table_named(str(each["name"]))
        for each in resources
        if isinstance(each, dict) and isinstance(each.get("path"), str) and each.get("name")
    }


def _document(source: Source, name: str) -> str:
    """A file that has to be read at once."""
    with source.open(name) as file:
        given = file.read(MOST_JSON + 1)
    if len(given) > MOST_JSON:
        raise Invalid(name, "a large document", f"at most {MOST_JSON // 1024 // 1024} MB of JSON at once: {SPLIT_JSON}")
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _no_text(source, name) from None


def _no_text(source: Source, name: str) -> Invalid:
    """What to say of a file that is no UTF-8: the line on which it is not."""
    decoder, row = codecs.getincrementaldecoder("utf-8")(), 1
    with source.open(name) as file:
        while chunk := file.read(CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as wrong:
                found = wrong.object[wrong.start : wrong.start + 4]
                row += wrong.object.count(b"\n", 0, wrong.start)
                return Invalid(f"{name}, line {row}", found, UTF8)
            row += chunk.count(b"\n")
    return Invalid(f"{name}, line {row}", "its end", UTF8)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise csv.Error(f"a line of more than {LONGEST_LINE:,} characters")
        yield line


def _csv_rows(source: Source, name: str, table: str) -> Iterator[Row]:
    bare = PurePosixPath(name).name
    with io.TextIOWrapper(source.open(name), "utf-8-sig", newline="") as text:
        lines = csv.reader(_lines(text), strict=True)
        try:
            yield from _rows_of_lines(lines, bare, table)
        except csv.Error as wrong:
            where = f"{bare}, line {lines.line_num}"
            raise Invalid(where, str(wrong), f"CSV whose quotes are closed, with {CELLS}") from None
        except UnicodeDecodeError:
            raise _no_text(source, name) from None


def _rows_of_lines(lines: Any, bare: str, table: str) -> Iterator[Row]:
    named = (column.strip().strip("\ufeff").lower() for column in next(lines, []))
    header = [name or f"column {at}" for at, name in enumerate(named, start=1)]
    if len(header) > MOST_COLUMNS:
        raise Invalid(bare, len(header), f"at most {MOST_COLUMNS} columns")
    for number, line in enumerate(lines, start=2):
        if len(longest := max(line, key=len, default="")) > LONGEST_CELL:  # csv's own limit is the process's
            raise Invalid(f"{bare}, line {lines.line_num}", longest[:SHOWN], CELLS)
        names = [*header, *(f"column {at}" for at in range(len(header) + 1, len(line) + 1))]
        cells = {column: from_spreadsheet(cell) for column, cell in zip(names, line, strict=False)}
        cells = canonical(_moved(table), {**cells, **_more(table)} if any(cells.values()) else {})
        if cells:
            yield Row(table if table in SCHEDULES else _moved(table), bare, number, cells)


SCHEDULES: Final = frozenset({"regular_schedule", "holiday_schedule"})
_MOVED: Final = {"physical_address": ("address", "physical"), "postal_address": ("address", "postal")}


def _moved(table: str) -> str:
    return _MOVED[table][0] if table in _MOVED else table


def _more(table: str) -> dict[str, str]:
    return {"address_type": _MOVED[table][1]} if table in _MOVED else {}


def _json_rows(source: Source, name: str) -> Iterator[Row]:
    bare = PurePosixPath(name).name
    lines = _suffix(name) in {".jsonl", ".ndjson"}
    things = _json_lines(source, name) if lines else iter([parsed(bare, _document(source, name))])
    for number, (table, thing) in enumerate(_objects(things), start=1):
        for of, cells in rows_of(table, thing):
            if known := canonical(of, cells):
                yield Row(of, bare, number, known)


def _json_lines(source: Source, name: str) -> Iterator[Any]:
    bare = PurePosixPath(name).name
    with io.TextIOWrapper(source.open(name), "utf-8-sig") as text:
        try:
            for line in _lines(text):
                if line.strip():
                    yield parsed(bare, line)
        except csv.Error as wrong:
            raise Invalid(bare, str(wrong), f"lines of at most {LONGEST_LINE:,} characters") from None
        except UnicodeDecodeError:
            raise _no_text(source, name) from None


def parsed(name: str, text: str) -> Any:
    """What JSON says. Raises Invalid, which names the file, for what is none or lies too deep."""
    try:
        found = json.loads(text)
        _measure(name, found, MOST_DEEP)
    except (ValueError, RecursionError):
        raise Invalid(name, text[:40], f"JSON, not more than {MOST_DEEP} objects deep") from None
    return found


def _measure(name: str, value: Any, left: int) -> None:
    """Raise ValueError when objects lie too deep in each other: what takes them apart calls itself."""
    if left == 0:
        raise ValueError(name)
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _measure(name, each, left - 1)


def _objects(things: Iterable[Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of pages, lists, tables and single answers, each with the table that it is of."""
    for thing in things:
        if isinstance(thing, list):
            yield from _objects(thing)
        elif isinstance(thing, dict) and isinstance(thing.get("contents"), list):
            yield from _objects(thing["contents"])
        elif isinstance(thing, dict) and "id" in thing:
            yield _kind(thing), thing
        elif isinstance(thing, dict):
            for name, value in thing.items():
                for each in value if isinstance(value, list) else ():
                    if isinstance(each, dict):
                        yield table_named(name), each


def _kind(thing: Mapping[str, Any]) -> str:
    """What an object of the API is, which it does not say."""
    if "status" in thing:
        return "service"
    if "location_type" in thing:
        return "location"
    if thing.keys() & {"location", "service", "location_id"}:
        return "service_at_location"
    if thing.keys() & {"taxonomy", "taxonomy_detail", "parent_id", "term", "taxonomy_id", "code"}:
        return "taxonomy_term"
    return "taxonomy" if "version" in thing else "organization"
