"""The rows of an HSDS package: a ZIP file, a folder, or pages of an API as JSON. Nothing is unpacked to disk."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, Protocol
from zipfile import BadZipFile, ZipFile, is_zipfile

from directory.core.errors import Invalid
from directory.core.text import from_spreadsheet
from directory.exchange.rules.hsds_rows import Row, canonical, rows_of, table_named

MOST_BYTES: Final = 64 * 1024 * 1024  # of everything, unpacked: rows are held in memory while they are put together
MOST_FILES: Final = 500
LONGEST_CELL: Final = 131_072  # characters
CELLS: Final = f"cells of at most {LONGEST_CELL:,} characters"
LONGEST_LINE: Final = 8 * 1024 * 1024  # characters
MOST_COLUMNS: Final = 1_000
CHUNK: Final = 1 << 20  # bytes
MOST_DEEP: Final = 60  # objects within objects; HSDS has six
DESCRIPTION: Final = "datapackage.json"
JSONS: Final = frozenset({".json", ".jsonl", ".ndjson"})


class Source(Protocol):
    """A ZIP file or a folder: files by name."""

    def names(self) -> list[str]:
        """The files, sorted."""

    def read(self, name: str) -> bytes:
        """One file. Raises Invalid for one that is not as large as it said."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Files of a folder, or one file of it."""

    path: Path

    def names(self) -> list[str]:
        """The files, sorted."""
        if self.path.is_file():
            return [self.path.name]
        return sorted(each.name for each in self.path.iterdir() if each.is_file() and not each.is_symlink())

    def read(self, name: str) -> bytes:
        """One file."""
        file = self.path if self.path.is_file() else self.path / name
        if file.stat().st_size > MOST_BYTES:
            raise _too_large(name)
        return file.read_bytes()


@dataclass(frozen=True, slots=True)
class Zipped:
    """Files of a ZIP file, by their names without folders: what it calls its folders leads nowhere."""

    path: Path

    def names(self) -> list[str]:
        """The files, sorted."""
        with ZipFile(self.path) as opened:
            entries = [each for each in opened.infolist() if not each.is_dir()]
        if len(entries) > MOST_FILES:
            raise Invalid(self.path.name, len(entries), f"at most {MOST_FILES} files")
        if sum(each.file_size for each in entries) > MOST_BYTES:
            raise _too_large(self.path.name)
        return sorted(each.filename for each in entries)

    def read(self, name: str) -> bytes:
        """One file. What it says of its size is not believed."""
        found = io.BytesIO()  # read at once, it would be held twice
        with ZipFile(self.path) as opened, opened.open(name) as entry:
            while chunk := entry.read(CHUNK):
                found.write(chunk)
                if found.tell() > MOST_BYTES:
                    raise _too_large(name)
        return found.getvalue()


def _too_large(name: str) -> Invalid:
    return Invalid(name, "a large file", f"at most {MOST_BYTES // 1024 // 1024} MB unpacked: split it by organisations")


def digest(path: Path) -> str:
    """SHA-256 of a file, or of the files of a folder with their names."""
    found = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(each for each in path.iterdir() if each.is_file()):
        found.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def rows_in(path: Path) -> list[Row]:
    """Every row of the package at ``path``. Raises Invalid, which names the file and what is wrong with it."""
    if not path.exists():
        raise Invalid(str(path), "nothing", "a ZIP file, a folder or a JSON file")
    source: Source = Zipped(path) if path.is_file() and is_zipfile(path) else Folder(path)
    try:
        found: list[Row] = []
        others: list[Row] = []
        size = 0
        for name, table in _files(source):
            if not table:
                bare = PurePosixPath(name).name
                others.append(Row(bare, bare, 1, {"id": bare}))  # so that it is told as a table that nobody knows
                continue
            given = source.read(name)
            size += len(given)
            if size > MOST_BYTES:
                raise _too_large(path.name)
            found += _json_rows(name, given) if _suffix(name) in JSONS else _csv_rows(name, table, given)
    except (
        BadZipFile,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as wrong:  # zipfile refuses a method or password so
        raise Invalid(path.name, type(wrong).__name__, "a ZIP file that opens, without a password") from None
    if not found:
        raise Invalid(path.name, "no rows", "tables of HSDS as CSV, or objects of its API as JSON")
    return [*found, *others]


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _files(source: Source) -> Iterator[tuple[str, str]]:
    """Each file with its table: as the description says, or as the file is called; "" for what is no table."""
    names = source.names()
    described: dict[str, str] = {}
    for name in names:
        if PurePosixPath(name).name == DESCRIPTION:
            described = _described(name, source.read(name))
    for name in names:
        bare = PurePosixPath(name).name
        if bare == DESCRIPTION or bare.startswith(".") or "__MACOSX" in name:
            continue
        is_table = _suffix(name) == ".csv" or _suffix(name) in JSONS
        yield name, (described.get(bare) or table_named(PurePosixPath(bare).stem)) if is_table else ""


def _described(name: str, given: bytes) -> dict[str, str]:
    whole = parsed(name, _text(name, given))
    resources = whole.get("resources", []) if isinstance(whole, dict) else []
    return {
        PurePosixPath(str(each["path"])).name: table_named(str(each["name"]))
        for each in resources
        if isinstance(each, dict) and isinstance(each.get("path"), str) and each.get("name")
    }


def _text(name: str, given: bytes) -> str:
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        row = given.count(b"\n", 0, wrong.start) + 1
        raise Invalid(f"{name}, line {row}", given[wrong.start : wrong.start + 4], "text in UTF-8") from None


def _check_text(name: str, given: bytes) -> None:
    """Raise Invalid for what is no UTF-8, before its first row is read; without holding all of it as text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(given), CHUNK):
            decoder.decode(given[at : at + CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        _text(name, given)  # which says where


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise csv.Error(f"a line of more than {LONGEST_LINE:,} characters")
        yield line


def _csv_rows(name: str, table: str, given: bytes) -> Iterator[Row]:
    _check_text(name, given)
    # Not StringIO, which takes four bytes for each letter.
    lines = csv.reader(_lines(io.TextIOWrapper(io.BytesIO(given), "utf-8-sig", newline="")), strict=True)
    bare = PurePosixPath(name).name
    try:
        named = (column.strip().strip("\ufeff").lower() for column in next(lines, []))
        header = [name or f"column {at}" for at, name in enumerate(named, start=1)]
        if len(header) > MOST_COLUMNS:
            raise Invalid(bare, len(header), f"at most {MOST_COLUMNS} columns")
        for number, line in enumerate(lines, start=2):
            if len(longest := max(line, key=len, default="")) > LONGEST_CELL:  # csv's own limit is the process's
                raise Invalid(f"{bare}, line {lines.line_num}", longest, CELLS)
            names = [*header, *(f"column {at}" for at in range(len(header) + 1, len(line) + 1))]
            cells = {column: from_spreadsheet(cell) for column, cell in zip(names, line, strict=False)}
            cells = canonical(_moved(table), {**cells, **_more(table)} if any(cells.values()) else {})
            if cells:
                yield Row(table if table in SCHEDULES else _moved(table), bare, number, cells)
    except csv.Error as wrong:
        raise Invalid(
            f"{bare}, line {lines.line_num}", str(wrong), f"CSV whose quotes are closed, with {CELLS}"
        ) from None


SCHEDULES: Final = frozenset({"regular_schedule", "holiday_schedule"})
_MOVED: Final = {"physical_address": ("address", "physical"), "postal_address": ("address", "postal")}


def _moved(table: str) -> str:
    return _MOVED[table][0] if table in _MOVED else table


def _more(table: str) -> dict[str, str]:
    return {"address_type": _MOVED[table][1]} if table in _MOVED else {}


def _json_rows(name: str, given: bytes) -> Iterator[Row]:
    bare, text = PurePosixPath(name).name, _text(name, given)
    lines = _suffix(name) in {".jsonl", ".ndjson"}
    things = [parsed(bare, line) for line in text.splitlines() if line.strip()] if lines else [parsed(bare, text)]
    for number, (table, thing) in enumerate(_objects(things), start=1):
        for of, cells in rows_of(table, thing):
            if known := canonical(of, cells):
                yield Row(of, bare, number, known)


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


def _objects(things: list[Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
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
