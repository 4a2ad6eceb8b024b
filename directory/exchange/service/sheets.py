"""Workbooks (XLSX) as Excel, LibreOffice and others save them: their first visible sheet as CSV, read as a stream.

Nothing that a file says makes us open, fetch or expand anything: no entity is known, no link to another file is
followed, and what a part would unpack to is asked before it is unpacked. Why it is our own: docs/adr.
"""

from __future__ import annotations

import csv
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final
from xml.etree.ElementTree import Element, ParseError
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

import defusedxml.ElementTree
import defusedxml.sax
from defusedxml import DefusedXmlException

from directory.core.errors import Invalid
from directory.exchange.rules.cells import LONGEST_CELL
from directory.exchange.rules.sheet_cells import LAST_ROW, Cell, Formats, Wrong, column_number, row_number

MOST_PARTS: Final = 2_000
LARGEST_PART: Final = 4 << 20  # bytes of what is read whole: lists of sheets, styles
LARGEST_SHEET: Final = 60 << 20  # bytes of what is read as a stream: a sheet of 20,000 rows has 30 MB
LARGEST_STRINGS: Final = 25 << 20
MOST_STRINGS: Final = 400_000
MOST_ROWS: Final = 50_000
MOST_MERGED: Final = 20_000
CHUNK: Final = 1 << 16  # bytes
SHOWN_WRONG: Final = 5  # cells that a message names
KEPT: Final = LONGEST_CELL + 1  # characters of a cell: enough to say that it is too long
_PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SAVE: Final = "a workbook that opens: open it in a spreadsheet program, and save it again as .xlsx or CSV"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read of a workbook: the name of the sheet, how many others it has, and the cells of the first row.

    ``hidden`` of its ``rows`` nobody sees who opens it, because they are filtered away, say.
    """

    name: str
    others: int
    columns: tuple[str, ...]
    rows: int
    hidden: int = 0


def sheet_to_csv(source: Path, target: IO[str], *, most_columns: int) -> Sheet:
    """Write the first visible sheet as CSV, a line for each row, so that rows keep their numbers.

    Raises Invalid, which names the row where there is one.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            return _converted(_checked(archive), target, most_columns)
    except DefusedXmlException:
        raise Invalid("file", source.name, "a workbook without a document type or entities in its XML") from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        KeyError,
        NotImplementedError,  # of zipfile: a way to pack that it does not know
        ParseError,
        SAXException,
        ValueError,
    ):
        raise Invalid("file", source.name, _SAVE) from None


def _checked(archive: zipfile.ZipFile) -> zipfile.ZipFile:
    """The archive, if it is a workbook that may be unpacked."""
    names = set(archive.namelist())
    if "mimetype" in names or "content.xml" in names:
        raise Invalid("file", "", "a workbook saved as .xlsx, or CSV; this is an OpenDocument file")
    if "[Content_Types].xml" not in names:
        raise Invalid("file", "", "a spreadsheet (.xlsx) or CSV; this is another kind of ZIP file: unpack it")
    if len(names) > MOST_PARTS:
        raise Invalid("file", f"{len(names):,} parts", f"a workbook of at most {MOST_PARTS:,} parts")
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise Invalid("file", "", "a workbook without a password")
    return archive


def _converted(archive: zipfile.ZipFile, target: IO[str], most_columns: int) -> Sheet:
    base = _base(archive)
    book = _tree(archive, base)
    related = _relations(archive, base)
    sheets = [
        (node.get("name", ""), part)
        for node in _all(book, "sheet")
        if node.get("state", "visible") == "visible" and (part := related.get(_relation_id(node), ("", ""))[1])
    ]
    if not sheets:
        raise Invalid("file", "", "a workbook with a sheet that is not hidden")
    by_kind = {kind.rpartition("/")[2]: part for kind, part in related.values()}
    formats = Formats.of(
        _tree(archive, by_kind["styles"]) if "styles" in by_kind else None,
        from_1904=any(node.get("date1904", "0") in {"1", "true"} for node in _all(book, "workbookPr")),
    )
    strings = _strings(archive, by_kind["sharedStrings"]) if "sharedStrings" in by_kind else []
    name, part = sheets[0]
    rows = _Rows(csv.writer(target, lineterminator="\n"), formats, strings, most_columns)
    rows.down = _down(archive, part)
    _stream(archive, part, rows, LARGEST_SHEET)
    rows.finish(name)
    return Sheet(name, len(sheets) - 1, rows.columns, rows.written, rows.hidden)


def _down(archive: zipfile.ZipFile, part: str) -> dict[int, dict[int, range]]:
    """Cells that are one over several rows: by column and first row, which rows. A sheet says so after its rows."""
    with _opened(archive, part, LARGEST_SHEET) as file:
        before = b""
        while chunk := file.read(CHUNK):
            if b"mergeCell" in before + chunk:
                break
            before = chunk[-16:]
        else:
            return {}
    merged = _Merged()
    _stream(archive, part, merged, LARGEST_SHEET)
    return merged.down


def _base(archive: zipfile.ZipFile) -> str:
    """The part that lists the sheets."""
    for kind, part in _relations(archive, "").values():
        if kind.endswith("/officeDocument"):
            return part
    raise Invalid("file", "", _SAVE)


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What ``part`` names: id -> kind and part of this very file. What lies outside it is not looked at."""
    folder, name = posixpath.split(part)
    where = posixpath.join(folder, "_rels", f"{name}.rels")
    found = {}
    for node in _all(_tree(archive, where), "Relationship"):
        if node.get("TargetMode", "Internal") == "Internal":
            path = posixpath.normpath(posixpath.join("/", folder, node.get("Target", "")))
            found[node.get("Id", "")] = (node.get("Type", ""), path.lstrip("/"))
    return found


def _relation_id(node: Element) -> str:
    return next((value for name, value in node.attrib.items() if name.endswith("}id")), "")


def _all(tree: Element, name: str) -> list[Element]:
    """The elements of that name, whatever their namespace: the strict form of the format has others."""
    return [node for node in tree.iter() if node.tag.rpartition("}")[2] == name]


def _opened(archive: zipfile.ZipFile, part: str, most: int) -> IO[bytes]:
    """A part to read. zipfile gives no byte more than the part says that it has."""
    info = archive.getinfo(part)
    if info.file_size > most:
        raise Invalid("file", f"{info.file_size:,} bytes", f"a workbook whose parts unpack to less than {most:,} bytes")
    if info.compress_type not in _PACKED:
        raise Invalid("file", "", _SAVE)
    return archive.open(info)


def _tree(archive: zipfile.ZipFile, part: str) -> Element:
    with _opened(archive, part, LARGEST_PART) as file:
        found: Element | None = defusedxml.ElementTree.parse(file, forbid_dtd=True).getroot()
    if found is None:
        raise Invalid("file", part, _SAVE)
    return found


def _stream(archive: zipfile.ZipFile, part: str, handler: ContentHandler, most: int) -> None:
    with _opened(archive, part, most) as file:
        defusedxml.sax.parse(file, handler, forbid_dtd=True)


def _strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    handler = _Strings()
    _stream(archive, part, handler, LARGEST_STRINGS)
    return handler.found


class _Texts(ContentHandler):
    """Collects the text of chosen elements, never more than a cell may have."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._room = 0
        self._taking = False
        self._reading = False  # how a text is read aloud stands beside it, and is none of it

    def begin_text(self) -> None:
        """A new cell begins."""
        self.parts, self._room = [], KEPT

    def open(self, name: str, wanted: tuple[str, ...]) -> None:
        """An element begins."""
        if name == "rPh":
            self._reading = True
        self._taking = name in wanted and not self._reading

    def shut(self, name: str) -> None:
        """An element ends."""
        if name == "rPh":
            self._reading = False
        self._taking = False

    def characters(self, content: str) -> None:
        """Some text."""
        if self._taking and self._room > 0:
            self.parts.append(content[: self._room])
            self._room -= len(content)


class _Strings(_Texts):
    """The texts that cells refer to by number."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: ARG002, N802 - as SAX calls it
        """Begin a text, or a run of it."""
        name = name.rpartition(":")[2]
        if name == "si":
            self.begin_text()
            if len(self.found) >= MOST_STRINGS:
                raise Invalid("file", "", f"a workbook with at most {MOST_STRINGS:,} different texts")
        self.open(name, ("t",))

    def endElement(self, name: str) -> None:  # noqa: N802 - as SAX calls it
        """End it."""
        name = name.rpartition(":")[2]
        self.shut(name)
        if name == "si":
            self.found.append("".join(self.parts))


class _Merged(ContentHandler):
    """Which cells of a sheet are one over several rows."""

    def __init__(self) -> None:
        super().__init__()
        self.down: dict[int, dict[int, range]] = {}
        self._found = 0

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - as SAX calls it
        """Note one."""
        if name.rpartition(":")[2] != "mergeCell":
            return
        self._found += 1
        if self._found > MOST_MERGED:
            raise Invalid("file", "", f"a sheet with at most {MOST_MERGED:,} merged cells: unmerge them")
        first, _, last = attrs.get("ref", "").partition(":")
        rows = range(row_number(first), row_number(last) + 1)
        if len(rows) > 1:
            self.down.setdefault(column_number(first), {})[rows.start] = rows


class _Rows(_Texts):
    """The rows of a sheet, each written when it ends. Empty ones are written when another follows."""

    def __init__(self, writer: Any, formats: Formats, strings: list[str], most_columns: int) -> None:
        super().__init__()
        self._writer, self._formats, self._strings, self._most = writer, formats, strings, most_columns
        self._row = self._column = self._blank = 0
        self._cells: dict[int, str] = {}
        self._cell = Cell()
        self._wrong: list[Wrong] = []
        self._is_hidden = False
        self._above: dict[int, tuple[range, str]] = {}  # by column, what one cell says for several rows
        self.down: dict[int, dict[int, range]] = {}
        self.columns: tuple[str, ...] = ()
        self.written = self.hidden = 0

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - as SAX calls it
        """Begin a row, a cell, or what is in it."""
        name = name.rpartition(":")[2]
        if name == "row":
            self._begin_row(attrs.get("r", ""))
            self._is_hidden = attrs.get("hidden", "0") in {"1", "true"}
        elif name == "c":
            self._column = column_number(attrs.get("r", "")) or self._column + 1
            self._cell = Cell(attrs.get("t", "n"), int(attrs.get("s", "0")))
            self.begin_text()
        elif name == "f":
            self._cell.formula = True
        elif name == "v":
            self._cell.has_value = True
        self.open(name, ("v", "t"))

    def endElement(self, name: str) -> None:  # noqa: N802 - as SAX calls it
        """End it."""
        name = name.rpartition(":")[2]
        self.shut(name)
        if name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()

    def _begin_row(self, number: str) -> None:
        last, self._row = self._row, int(number) if number else self._row + 1
        if not last < self._row <= LAST_ROW:
            raise Invalid(f"row {last + 1}", number[:20], "rows in the order of their numbers")
        self._blank += self._row - last - 1
        self._column, self._cells = 0, {}

    def _end_cell(self) -> None:
        text = self._formats.text("".join(self.parts), self._cell, self._strings)
        if fault := self._cell.fault(text):
            self._wrong.append(Wrong(self._row, self._column, fault))
        elif text and self._column > self._most:
            raise Invalid(f"row {self._row}", f"a cell in column {self._column:,}", f"at most {self._most} columns")
        elif text:
            self._cells[self._column] = text
        if len(self._wrong) >= SHOWN_WRONG:
            raise self._told()

    def _fill(self) -> None:
        """Say in each row what one merged cell says for several."""
        for column, several in self.down.items():
            if column in self._cells:
                if rows := several.get(self._row):
                    self._above[column] = rows, self._cells[column]
            elif column in self._above and self._row in self._above[column][0]:
                self._cells[column] = self._above[column][1]

    def _end_row(self) -> None:
        if self._row > 1:  # names of columns are not told twice
            self._fill()
        texts = [self._cells.get(at, "") for at in range(1, max(self._cells, default=0) + 1)]
        if self._row == 1:
            self.columns = tuple(" ".join(text.split()) for text in texts)
        if not texts:
            self._blank += 1
            return
        if self.written > MOST_ROWS:  # the header is one more
            raise Invalid(f"row {self._row}", "", f"a sheet of at most {MOST_ROWS:,} rows: make several of it")
        for _ in range(self._blank):
            self._writer.writerow(())
        self._writer.writerow(texts)
        self._blank = 0
        self.written += 1
        self.hidden += self._is_hidden

    def finish(self, name: str) -> None:
        """Raise Invalid when what was read is no table."""
        if self._wrong:
            raise self._told()
        if not self.columns:
            raise Invalid("row 1", name, "the names of the columns in the first row of the first sheet")
        if self.written < 2:
            raise Invalid("file", name, "rows below the names of the columns: this sheet has none")

    def _told(self) -> Invalid:
        first = self._wrong[0]
        return Invalid(f"row {first.row}", "", "; ".join(str(wrong) for wrong in self._wrong))
