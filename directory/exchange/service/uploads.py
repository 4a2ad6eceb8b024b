"""Files that staff send to be imported: kept in the instance folder, readable by its owner alone, and not for long."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.accounts.service import audit
from directory.core.errors import Conflict, Invalid, NotFound
from directory.core.people import Acting, Role
from directory.core.text import shorten
from directory.exchange.models import Upload
from directory.exchange.queries import uploads as queries
from directory.exchange.rules.uploads import BEFORE, DROPS, MOST_COLUMNS, WITH_FILE, Chosen, State, before
from directory.exchange.service.reading import Opened, recognise
from directory.exchange.service.sheets import sheet_to_csv
from directory.publishing.service import imports

MOST_BYTES: Final = 10 * 1024 * 1024  # 30,000 rows of the template
KEPT: Final = timedelta(days=7)  # a file that nobody imports
REMEMBERED: Final = timedelta(days=730)  # that there was one, as other things that staff did
LONGEST_NAME: Final = 120  # characters
_CHUNK: Final = 1 << 20
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was taken in: what was recognised of it, and of a workbook which sheet was read."""

    id: UUID
    file_name: str
    opened: Opened
    sheet: str = ""
    others: int = 0  # sheets that were not read
    hidden: int = 0  # rows that were read, and that nobody sees who opens the file


def folder(instance: Path) -> Path:
    """Where the files lie."""
    return instance / "uploads"


def rows_file(instance: Path, number: UUID) -> Path:
    """The rows of a file: as it came, or of a workbook its sheet as CSV."""
    return folder(instance) / f"{number}.rows"


def report_file(instance: Path, number: UUID) -> Path:
    """What the last check of a file found."""
    return folder(instance) / f"{number}.json"


def private(path: Path) -> IO[bytes]:
    """A new file that nobody else can read; one that was there is gone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def receive(instance: Path, stream: IO[bytes], name: str) -> Received:
    """Take a file in, and look what it is. Raises Invalid, and keeps nothing, when it cannot be used."""
    number = uuid4()
    path = rows_file(instance, number)
    try:
        _store(path, stream)
        received = _recognised(number, path, _shown_name(name))
        _check_columns(received.opened.columns)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return received


def _check_columns(columns: Sequence[str]) -> None:
    if len(columns) > MOST_COLUMNS:
        raise Invalid("row 1", f"{len(columns):,} columns", f"at most {MOST_COLUMNS} columns: delete some")
    if not any(columns):
        raise Invalid("row 1", "", "the names of the columns in the first row")


def _store(path: Path, stream: IO[bytes]) -> None:
    size = 0
    with private(path) as file:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > MOST_BYTES:
                raise Invalid("file", f"{size:,} bytes", f"a file of at most {MOST_BYTES // 1024 // 1024} MB")
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())  # whoever is told that it is here must find it after a power cut


def _recognised(number: UUID, path: Path, name: str) -> Received:
    with path.open("rb") as file:
        is_zip = file.read(len(_ZIP)) == _ZIP
    if not is_zip:
        return Received(number, name, recognise(path))
    made = path.with_suffix(".making")
    try:
        with private(made) as binary, _as_text(binary) as text:
            sheet = sheet_to_csv(path, text, most_columns=MOST_COLUMNS)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
    repeated = sorted({column for column in sheet.columns if column and sheet.columns.count(column) > 1})
    if repeated:
        raise Invalid("row 1", ", ".join(repeated), "columns with different names")
    each = max(1, path.stat().st_size // max(1, sheet.rows))
    opened = Opened(path, "utf-8-sig", "csv", ",", quoted=True, columns=sheet.columns, row_bytes=each)
    return Received(number, name, opened, sheet.name, sheet.others, sheet.hidden)


def _as_text(file: IO[bytes]) -> Any:
    return os.fdopen(os.dup(file.fileno()), "w", encoding="utf-8", newline="")


def _shown_name(name: str) -> str:
    """What people call the file: its last part, without what nobody can see."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    return shorten(" ".join(seen.split()), LONGEST_NAME) or "?"


def remember(session: Session, received: Received, *, acting: Acting, now: datetime) -> None:
    """Write down that a file is here. Raises Forbidden."""
    acting.require(Role.MODERATOR)
    opened = received.opened
    facts = {
        "encoding": opened.encoding,
        "format": opened.format,
        "separator": opened.separator,
        "quoted": opened.quoted,
        "columns": list(opened.columns),
        "row_bytes": opened.row_bytes,
        "sheet": received.sheet,
        "others": received.others,
        "hidden": received.hidden,
    }
    session.add(
        Upload(
            id=received.id,
            at=now,
            person_id=acting.known_id,
            file_name=received.file_name,
            opened=facts,
            chosen={},
            state=State.COLUMNS,
            changed_at=now,
            done=0,
            counts={},
            run_id=None,
            fault="",
        )
    )
    session.flush()


def opened_of(upload: Upload, instance: Path) -> Opened:
    """The file as it was recognised. Raises NotFound when it is gone."""
    path = rows_file(instance, upload.id)
    if not path.is_file():
        raise NotFound(f"the rows of {upload.id} are not here")
    facts = upload.opened
    return Opened(
        path,
        facts["encoding"],
        facts["format"],
        facts["separator"],
        quoted=facts["quoted"],
        columns=tuple(facts["columns"]),
        row_bytes=facts["row_bytes"],
    )


def found(session: Session, number: UUID, *, acting: Acting, own: bool = False) -> Upload:
    """A file that somebody sent; with ``own`` only to who sent it. Raises NotFound and Forbidden."""
    acting.require(Role.MODERATOR)
    upload = session.get(Upload, number)
    if upload is None or (own and upload.person_id != acting.person_id):
        raise NotFound(f"there is no file {number}")
    return upload


def of_job(session: Session, number: UUID) -> Upload:
    """A file that the directory is at work with. Raises NotFound."""
    upload = session.get(Upload, number)
    if upload is None:
        raise NotFound(f"there is no file {number}")
    return upload


def choose(session: Session, number: UUID, chosen: Chosen, *, acting: Acting, now: datetime) -> None:
    """Say what the columns become; the file is checked next. Raises Invalid, NotFound and Conflict."""
    upload = found(session, number, acting=acting, own=True)
    chosen.mapping(upload.opened.get("columns", ()))
    moved(session, number, State.CHECKING, now=now, chosen=chosen.encoded(), counts={}, fault="", done=0)


def go(session: Session, number: UUID, *, acting: Acting, now: datetime) -> None:
    """Import what was checked. Raises NotFound and Conflict."""
    found(session, number, acting=acting, own=True)
    moved(session, number, State.IMPORTING, now=now, done=0)
    audit.note(session, "import", acting=acting, subject=number, now=now)


def take_out(session: Session, run_id: int, many: int, *, acting: Acting, now: datetime) -> UUID:
    """Let what an import found gone be taken out: ``many`` listings. Whoever asks twice is led to the first.

    Raises Forbidden and NotFound.
    """
    acting.require(Role.MODERATOR)
    asked = [one.id for one in queries.at_work(session) if one.state == State.IMPORTING and drops(one) == run_id]
    if asked:
        return asked[0]
    made = Upload(
        id=uuid4(),
        at=now,
        person_id=acting.known_id,
        file_name=_shown_name(imports.run(session, run_id).file_name),
        opened={},
        chosen={DROPS: run_id},
        state=State.IMPORTING,
        changed_at=now,
        done=0,
        counts={"listings": many},
        run_id=None,
        fault="",
    )
    session.add(made)
    session.flush()
    audit.note(session, "drop-import", acting=acting, subject=made.id, now=now)
    return made.id


def drops(upload: Upload) -> int | None:
    """The import of which is taken out what it found gone, for what is no file."""
    found: int | None = upload.chosen.get(DROPS)
    return found


def undo(session: Session, number: UUID, *, acting: Acting, now: datetime) -> None:
    """Take an import back: any moderator may. Raises NotFound and Conflict."""
    found(session, number, acting=acting)
    moved(session, number, State.UNDOING, now=now, done=0)
    audit.note(session, "undo-import", acting=acting, subject=number, now=now)


def drop(session: Session, number: UUID, *, acting: Acting) -> None:
    """Forget a file of which nothing was imported. Raises NotFound and Conflict. ``remove`` its files afterwards."""
    found(session, number, acting=acting, own=True)
    gone: Any = session.execute(sa.delete(Upload).where(Upload.id == number, Upload.state.in_(BEFORE)))
    if not gone.rowcount:
        raise Conflict(f"{number} is at work, or was imported")


def moved(session: Session, number: UUID, to: State, *, now: datetime, **values: Any) -> None:
    """Let a file be in another state. Raises Conflict when it is in none from which it may come there.

    One statement, so that of two who press the same button one is told.
    """
    query = sa.update(Upload).where(Upload.id == number, Upload.state.in_(before(to)))
    done: Any = session.execute(query.values(state=to, changed_at=now, **values))
    if not done.rowcount:
        raise Conflict(f"{number} cannot become {to.value} now")


def told(session: Session, number: UUID, **values: Any) -> None:
    """Write down how far the work is, or by which import it is done."""
    session.execute(sa.update(Upload).where(Upload.id == number).values(**values))


def remove(instance: Path, number: UUID) -> None:
    """Delete what lies in the instance folder of a file."""
    for path in (rows_file(instance, number), report_file(instance, number)):
        path.unlink(missing_ok=True)


def forget_old(session: Session, now: datetime) -> list[UUID]:
    """Forget files that nobody imported, and after two years that there were others. ``remove`` these."""
    idle = [state for state in WITH_FILE if state is not State.IMPORTING]
    old = sa.or_(sa.and_(Upload.state.in_(idle), Upload.changed_at < now - KEPT), Upload.at < now - REMEMBERED)
    gone = list(session.scalars(sa.select(Upload.id).where(old)))
    session.execute(sa.delete(Upload).where(Upload.id.in_(gone)))
    return gone


def strays(session: Session, instance: Path, now: datetime) -> list[Path]:
    """Files that no row knows, a day after they were written: a process ended before it could say so."""
    known = {str(number) for number in session.scalars(sa.select(Upload.id).where(Upload.state.in_(WITH_FILE)))}
    since = (now - timedelta(days=1)).timestamp()
    return [path for path in folder(instance).glob("*") if path.name[:36] not in known and path.stat().st_mtime < since]
