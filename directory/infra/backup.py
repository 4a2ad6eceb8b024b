"""A copy of the database before it is changed: SQLite's online backup, or ``pg_dump`` where there is one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy.engine import URL, make_url

from directory.core.errors import Unavailable

FOLDER: Final = "backups"
KEPT: Final = timedelta(days=35)  # what somebody had deleted is out of every backup by then
PAGES_AT_ONCE: Final = 2_000  # 8 MB, then writers get their turn
_STAMP: Final = "%Y%m%dT%H%M%SZ"


def back_up(
    url: str, instance: Path, *, now: datetime, progress: Callable[[int, int], None] | None = None
) -> Path | None:
    """Copy the database at ``url`` into ``instance/backups``, whole and consistent, while in use.

    Its file; None for PostgreSQL where no ``pg_dump`` is found. Backups older than 35 days are deleted.
    Raises Unavailable when the copy fails: then nothing must be changed.
    """
    address = make_url(url)
    folder = instance / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sqlite = address.get_backend_name() == "sqlite"
    name = Path(address.database or "directory").stem
    file = folder / f"{name}-{now.strftime(_STAMP)}.{'sqlite' if sqlite else 'dump'}"
    part = file.with_suffix(".part")
    try:
        if not copy_to(part, url, progress):
            return None
        part.replace(file)
    except OSError as error:
        raise Unavailable(f"The backup failed, so nothing was changed: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    _forget_old(folder, now)
    return file


def copy_to(file: Path, url: str, progress: Callable[[int, int], None] | None = None) -> bool:
    """Copy the database at ``url`` to ``file``, whole and consistent; False where no ``pg_dump`` is found.

    Raises Unavailable when the copy fails.
    """
    address = make_url(url)
    try:
        file.touch(mode=0o600)
        return _copy(address, file, progress) if address.get_backend_name() == "sqlite" else _dump(address, file)
    except (sqlite3.Error, OSError) as error:
        raise Unavailable(f"The backup failed, so nothing was changed: {error}") from error


def _copy(address: URL, to: Path, progress: Callable[[int, int], None] | None) -> bool:
    def told(_status: int, remaining: int, total: int) -> None:
        if progress:
            progress(total - remaining, total)

    origin = f"file:{quote(address.database or '')}?mode=ro"
    with closing(sqlite3.connect(origin, uri=True)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target, pages=PAGES_AT_ONCE, progress=told)
    return True


def _dump(address: URL, to: Path) -> bool:
    program = shutil.which("pg_dump")
    if program is None:
        return False
    wrong = tool([program, "--format=custom", f"--file={to}"], address)
    if wrong:
        raise Unavailable(f"The backup failed, so nothing was changed: pg_dump says {wrong}")
    return True


def fault_in(file: Path) -> str:
    """What SQLite finds wrong with a database file; "" for nothing."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as raw:
            (said,) = raw.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if said == "ok" else str(said)


def tool(command: Sequence[str], address: URL) -> str:
    """Run a program of PostgreSQL's on the database at ``address``; what it says when it fails, else ""."""
    # The password goes by the environment: what is on a command line, every user of the machine can read.
    plain = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environ = os.environ | ({"PGPASSWORD": str(address.password)} if address.password else {})
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's
        [*command, f"--dbname={plain}"], env=environ, capture_output=True, text=True, check=False
    )
    return done.stderr.strip() or f"nothing (exit status {done.returncode})" if done.returncode else ""


def _forget_old(folder: Path, now: datetime) -> None:
    oldest = (now - KEPT).strftime(_STAMP)
    for file in folder.iterdir():
        stamp = file.stem.rpartition("-")[2]
        if len(stamp) == len(oldest) and stamp < oldest:
            file.unlink()
