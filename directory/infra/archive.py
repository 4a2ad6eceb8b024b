"""A whole installation in one file: the database, the settings and the secret key, and what they are.

A tar that is packed with gzip, readable by its owner alone. Everything in it is known by name and checked by its
digest, so that nothing else ever comes out of one.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy.engine import make_url

from directory.core.errors import Conflict, Invalid, Unavailable
from directory.infra import backup, standing
from directory.infra.db import open_engine
from directory.infra.settings import Settings
from directory.infra.settings.load import FILE as SETTINGS
from directory.infra.settings.secret_key import NAME as KEY

FORMAT: Final = 1
ABOUT: Final = "about.json"
DATABASE: Final = "database"
NAMES: Final = (DATABASE, SETTINGS, KEY)
_LARGEST_ABOUT: Final = 100_000  # bytes
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class About:
    """What a file holds: of which place, in which kind of database, at which migration. ``made_at``: ISO 8601."""

    format: int
    made_at: str
    place: str
    kind: str  # "sqlite" or "postgresql"
    revision: str
    digests: dict[str, str]  # SHA-256, hexadecimal, by name


def kind_of(url: str) -> str:
    """The kind of the database at ``url``."""
    return make_url(url).get_backend_name()


def pack(settings: Settings, file: Path, *, now: datetime, progress: Callable[[int, int], None] | None = None) -> About:
    """Write everything of the installation into ``file``, while it is in use.

    Raises Conflict when the file is there, and Unavailable when it cannot be written or PostgreSQL's ``pg_dump`` is not
    installed; then there is no file.
    """
    if file.exists():
        raise Conflict(f"{file} is there already. Name another file: nothing is overwritten.")
    part = file.with_name(f"{file.name}.part")
    try:
        with TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            found = _gathered(settings, Path(folder), progress)
            about = About(
                FORMAT,
                now.isoformat(timespec="seconds"),
                Path(settings.place).stem,
                kind_of(settings.database_url),
                _revision(settings.database_url),
                {name: _digest(path) for name, path in found.items()},
            )
            (Path(folder) / ABOUT).write_text(json.dumps(asdict(about), indent=2), encoding="utf-8")
            _write(part, {ABOUT: Path(folder) / ABOUT, **found})
        part.replace(file)
    except OSError as error:
        raise Unavailable(f"The backup failed: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return about


def _gathered(settings: Settings, folder: Path, progress: Callable[[int, int], None] | None) -> dict[str, Path]:
    found = {DATABASE: folder / DATABASE}
    if not backup.copy_to(found[DATABASE], settings.database_url, progress):
        raise Unavailable("pg_dump is not installed here (package postgresql-client), so no backup was made.")
    if kind_of(settings.database_url) == "sqlite" and (fault := backup.fault_in(found[DATABASE])):
        raise Unavailable(f"No backup was made: the database is damaged ({fault}).")
    return found | {name: settings.instance / name for name in (SETTINGS, KEY) if (settings.instance / name).is_file()}


def _revision(url: str) -> str:
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return standing.revision_of(connection) or ""
    finally:
        engine.dispose()


def _digest(file: Path) -> str:
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


def _write(part: Path, files: dict[str, Path]) -> None:
    handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        with tarfile.open(fileobj=out, mode="w:gz", compresslevel=3) as tar:
            for name, path in files.items():
                member = tarfile.TarInfo(name)
                member.size, member.mode = path.stat().st_size, 0o600
                with path.open("rb") as read:
                    tar.addfile(member, read)
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def unpacked(file: Path, beside: Path) -> Iterator[tuple[About, dict[str, Path]]]:
    """What ``file`` is about and the files in it, by name, in a folder in ``beside`` that goes again.

    Raises Invalid when it is none of ours, or not whole.
    """
    with TemporaryDirectory(dir=beside, prefix=".restore-") as folder:
        yield _taken_out(file, Path(folder))


def _taken_out(file: Path, folder: Path) -> tuple[About, dict[str, Path]]:
    if not file.is_file():
        raise Invalid("FILE", str(file), "a file that is there")
    try:
        with tarfile.open(file, mode="r:gz") as tar:
            about = _about(tar, file)
            return about, {name: _taken(tar, name, folder, about) for name in about.digests}
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Invalid("FILE", str(file), f"a file that `directory backup` made, whole ({error})") from error
    except OSError as error:
        raise Unavailable(f"{file} could not be read: {error}") from error


def _about(tar: tarfile.TarFile, file: Path) -> About:
    member = tar.next()
    body = tar.extractfile(member) if member and member.name == ABOUT and member.isreg() else None
    try:
        given = json.loads(body.read(_LARGEST_ABOUT) if body else b"")
        known = given["format"] == FORMAT
        about = About(**given) if known else None
    except (ValueError, TypeError, KeyError) as error:
        raise Invalid("FILE", str(file), "a file that `directory backup` made") from error
    if about is None:
        raise Invalid("FILE", str(file), f"a backup of format {FORMAT}: another version of the directory made this one")
    if DATABASE not in about.digests or not set(about.digests) <= set(NAMES):
        raise Invalid("FILE", str(file), f"a backup with {', '.join(NAMES)} in it and nothing else")
    return about


def _taken(tar: tarfile.TarFile, name: str, folder: Path, about: About) -> Path:
    member = tar.getmember(name) if name in tar.getnames() else None
    body = tar.extractfile(member) if member and member.isreg() else None
    if body is None:
        raise Invalid("FILE", str(tar.name), f"a whole backup: {name} is missing")
    out, seen = folder / name, hashlib.sha256()
    with os.fdopen(os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as written:
        while chunk := body.read(_CHUNK):
            seen.update(chunk)
            written.write(chunk)
    if seen.hexdigest() != about.digests[name]:
        raise Invalid("FILE", str(tar.name), f"a whole backup: {name} is damaged")
    return out
