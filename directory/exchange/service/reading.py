"""Foreign files opened as they are: their encoding, separator and quotes recognised, their rows one at a time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from directory.core.errors import Invalid
from directory.exchange.rules.cells import BROKEN, CONTROLS

LOOKED_AT: Final = 262_144  # bytes read to recognise a file
LONGEST_FIELD: Final = 16 * 1024 * 1024  # a longer cell is a quote that was never closed
MOST_COLUMNS: Final = 1_000
HEADER_LINES: Final = 200  # that the names of columns may take
SEPARATORS: Final = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}
ENCODINGS: Final = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16"}  # as people call them
_BINARY: Final = {
    b"PK\x03\x04": "a ZIP or spreadsheet file: unpack it, or save the sheet as CSV",
    b"\x1f\x8b": "a gzip file: unpack it first",
    b"%PDF": "a PDF: ask for the data as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel file: save the sheet as CSV",
    b"SQLite format 3\x00": "a database: save its table as CSV",
    b"PAR1\x15": "a Parquet file: save it as CSV",
    b"7z\xbc\xaf\x27\x1c": "a 7z file: unpack it",
    b"Rar!\x1a\x07": "a RAR file: unpack it",
    b"BZh91AY&SY": "a bzip2 file: unpack it",
    b"\xfd7zXZ\x00": "an xz file: unpack it",
    b"\x28\xb5\x2f\xfd": "a Zstandard file: unpack it",
    b"\x89PNG": "a picture: ask for the data as CSV",
    b"\xff\xd8\xff": "a picture: ask for the data as CSV",
    b"GIF87a": "a picture: ask for the data as CSV",
    b"GIF89a": "a picture: ask for the data as CSV",
    b"{\\rtf": "a document of a word processor: ask for the data as CSV",
    b"\x7fELF": "a program: ask for the data as CSV",
}
FEW_CONTROLS: Final = 10  # where a file was damaged, its rows say so


@dataclass(frozen=True, slots=True)
class Opened:
    """What was recognised of a file."""

    path: Path
    encoding: str
    format: str  # "csv" or "json"
    separator: str
    quoted: bool
    columns: tuple[str, ...]
    row_bytes: int  # about, for showing progress

    def __str__(self) -> str:
        shape = "JSON" if self.format == "json" else f"separated by {SEPARATORS[self.separator]}"
        return f"{self.path.name}: {shape}, {ENCODINGS[self.encoding]}, {len(self.columns)} columns"


def digest(path: Path) -> str:
    """SHA-256 of the file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def recognise(path: Path) -> Opened:
    """What kind of file it is. Raises Invalid with a sentence that says what to do."""
    if not path.is_file():
        raise Invalid("file", str(path), "the path of a file that exists")
    with path.open("rb") as file:
        start = file.read(LOOKED_AT)
    if not start.strip():
        raise Invalid("file", path.name, "a file with a header line and rows: this one is empty")
    for magic, advice in _BINARY.items():
        if start.startswith(magic):
            raise Invalid("file", path.name, f"text; this is {advice}")
    encoding = _encoding(path, start)
    if encoding != "utf-16" and _is_unmarked(start):
        raise Invalid("file", path.name, "text; this is UTF-16 without its mark: save it as UTF-8")
    text = start.decode(encoding, "replace").lstrip("﻿")
    if _is_no_text(text):  # before anything of it is said back
        raise Invalid("file", path.name, "text; this is no text: save the list as a CSV file")
    if text.lstrip()[:1] in {"[", "{"}:
        return _json_file(path, encoding)
    return _table_file(path, encoding, text)


def _is_unmarked(start: bytes) -> bool:
    """Whether it is mostly Latin letters of two bytes, of which one is zero, and does not say so as UTF-16 should."""
    first, second = start[:1000:2].count(0), start[1:1000:2].count(0)
    return min(first, second) == 0 and max(first, second) * 4 > len(start[:1000])


def _is_no_text(text: str) -> bool:
    """Whether there are control characters in the names of the columns, or in more than a hundredth of the rest."""
    if CONTROLS.search(re.split(r"[\r\n]", text, maxsplit=1)[0]):
        return True
    return len(CONTROLS.findall(text)) > max(FEW_CONTROLS, len(text) // 100)


def rows(opened: Opened) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its number, as a spreadsheet counts: the header is row 1. ``BROKEN`` in it says what is wrong."""
    with opened.path.open(encoding=opened.encoding, errors="replace", newline="") as file:
        if opened.format == "json":
            yield from enumerate(map(_texts, _objects(file)), start=2)
        else:
            yield from _table_rows(file, opened)


def _encoding(path: Path, start: bytes) -> str:
    """UTF-8 (with or without BOM), UTF-16 with a BOM, or Windows-1252. The whole file is read once to be sure."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    with path.open("rb") as file:
        whole = io.TextIOWrapper(file, encoding="utf-8", errors="strict", newline="")
        try:
            while whole.read(1024 * 1024):
                pass
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _json_file(path: Path, encoding: str) -> Opened:
    with path.open(encoding=encoding, errors="replace") as file:
        first = next(_objects(file), None)
    if not first:
        raise Invalid("file", path.name, "a JSON list of objects with at least one in it")
    return Opened(path, encoding, "json", "", quoted=True, columns=tuple(first), row_bytes=len(json.dumps(first)) + 2)


def _objects(file: IO[str]) -> Iterator[dict[str, Any]]:
    """The objects of a JSON list, read piece by piece: a register is hundreds of megabytes."""
    decoder = json.JSONDecoder()
    text, began = "", False
    while True:
        piece = file.read(1024 * 1024)
        text += piece
        position = 0
        while True:
            while position < len(text) and (text[position] in " \t\r\n,﻿" or (text[position] == "[" and not began)):
                began = began or text[position] == "["
                position += 1
            try:
                found, position = decoder.raw_decode(text, position)
            except json.JSONDecodeError:
                break
            if not isinstance(found, dict):
                raise Invalid("file", str(found)[:60], "a JSON list of objects")
            yield found
        text = text[position:]
        if not piece:
            if text.strip() not in {"]", ""}:
                raise Invalid("file", text[:60], "JSON that ends where it should")
            return
        if len(text) > LONGEST_FIELD:
            raise Invalid("file", text[:60], "a JSON list of small objects")


def _texts(found: dict[str, Any]) -> dict[str, str]:
    return {key: "" if value is None else str(value) for key, value in found.items()}


def _table_file(path: Path, encoding: str, text: str) -> Opened:
    lines = text.splitlines()
    header = _header(lines)
    separator = max(SEPARATORS, key=header.count)
    if not header.count(separator):
        raise Invalid("file", header, "a header line with commas, tabs or semicolons between the columns")
    # Registers publish tabs without quotes, where a stray one would swallow the lines that follow.
    # Excel's "Unicode text" is tabs in UTF-16, and has quotes where they are needed.
    quoted = separator != "\t" or header.startswith('"') or encoding == "utf-16"
    columns = _names(text if quoted else header, separator)
    if len(columns) > MOST_COLUMNS:
        raise Invalid("file", f"{len(columns)} columns", f"at most {MOST_COLUMNS}")
    if len(lines) == 1 and len(text) < LOOKED_AT // 4:
        raise Invalid("file", path.name, "a file with rows below its header line: this one has none")
    repeated = {name for name in columns if name and columns.count(name) > 1}
    if repeated:
        raise Invalid("file", ", ".join(sorted(repeated)), "columns with different names")
    each = len(text.encode()) // max(1, len(lines))
    return Opened(path, encoding, "csv", separator, quoted, columns, row_bytes=max(1, each))


def _header(lines: Sequence[str]) -> str:
    """The first row, which may have names on several lines."""
    for count in range(1, min(len(lines), HEADER_LINES) + 1):
        header = "\n".join(lines[:count])
        if header.count('"') % 2 == 0:
            return header
    return lines[0] if lines else ""


def _names(text: str, separator: str) -> tuple[str, ...]:
    """The names in the first row, each on one line: in a spreadsheet they are often written on two."""
    try:
        first = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise Invalid("row 1", str(error), "names of columns whose quotes are closed") from None
    return tuple(" ".join(name.split()) for name in first)


@dataclass(slots=True)
class _Lines:
    """The lines of a file, with how many of them the row that is being read has had, and whether there are more.

    ``whole``: whether the last one has its end. A file that was cut off has not; nor have some that people wrote.
    """

    file: IO[str]
    taken: int = 0
    ended: bool = False
    whole: bool = True

    def __iter__(self) -> Iterator[str]:
        for line in self.file:
            self.taken += 1
            self.whole = line.endswith(("\n", "\r"))
            yield line
        self.ended = True


def _table_rows(file: IO[str], opened: Opened) -> Iterator[tuple[int, dict[str, str]]]:
    csv.field_size_limit(LONGEST_FIELD)
    lines = _Lines(file)
    if opened.quoted:
        reader = csv.reader(lines, delimiter=opened.separator)
    else:
        reader = csv.reader(lines, delimiter=opened.separator, quoting=csv.QUOTE_NONE)
    next(reader)
    number = 1
    try:
        lines.taken = 0
        for number, cells in enumerate(reader, start=2):
            if any(cells):
                yield number, _row(opened, cells, lines)
            lines.taken = 0
    except csv.Error as error:
        remedy = "a file whose quotes are closed; look at the quotes near that row"
        raise Invalid(f"row {number + 1}", str(error), remedy) from None


def _row(opened: Opened, cells: list[str], lines: _Lines) -> dict[str, str]:
    row = dict(zip(opened.columns, cells, strict=False))
    width = len(opened.columns)
    if lines.ended:  # a row that is whole comes with its last line, before the reader knows that it was the last one
        row[BROKEN] = _unclosed(lines.taken - 1)
    elif len(cells) < width and not lines.whole:
        row[BROKEN] = f"the file ends in the middle of it, after {len(cells)} of {width} cells: take the file once more"
    elif any(cells[width:]):
        row[BROKEN] = f"{len(cells)} cells where the header has {width}: name each column, or put texts in quotes"
    return row


def _unclosed(swallowed: int) -> str:
    """What is to be done about a quote after which so many lines were read to the end of the file."""
    remedy = "close the quote that begins in it"
    if not swallowed:
        return remedy
    lines = "1 more line was" if swallowed == 1 else f"{swallowed} more lines were"
    return f"{remedy}: {lines} read as a part of it"
