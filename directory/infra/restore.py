"""Bringing an installation back from a file of ``infra.archive``: all of it or nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from directory.core.errors import Conflict, Unavailable
from directory.infra import archive, backup, standing
from directory.infra.archive import DATABASE, About
from directory.infra.db import open_engine
from directory.infra.faults import told
from directory.infra.settings import Settings
from directory.infra.settings.load import FILE as SETTINGS
from directory.infra.settings.secret_key import NAME as KEY
from directory.infra.standing import Standing

BEFORE: Final = ".before-restore"  # the end of the name of what stood there
IN_USE: Final = "The directory is running. Stop it, and restore again."
_OTHERS: Final = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


def restore(
    file: Path, instance: Path, load: Callable[[], Settings], *, replace: bool, now: datetime
) -> tuple[About, list[str]]:
    """Put back what is in ``file``: what it is about, and what was done, a line each.

    ``load`` reads the settings once those of the file are in place. With ``replace`` it may take the place of what is
    there, which is kept: the database among the backups, files beside their new ones. Raises Invalid, Conflict or
    Unavailable with the reason, and then nothing was changed.
    """
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    with archive.unpacked(file, instance) as (about, found), _put(found, instance, replace=replace) as done:
        settings = load()
        _agrees(about, settings)
        if not standing.is_known(about.revision):
            raise Conflict("A newer version of the directory made this backup. Install that version.")
        there = _is_there(settings)
        if there and not replace:
            raise Conflict("There is a database already. To put the backup in its place: --replace")
        if there:
            done.append(_keep(settings, now))
        _replace(found[DATABASE], settings)
        done.append(f"database: as of {about.made_at}")
        done.append(f"Now run: directory {'init' if standing.is_head(about.revision) else 'upgrade'}")
    return about, done


def _agrees(about: About, settings: Settings) -> None:
    place = Path(settings.place).stem
    if about.place != place:
        raise Conflict(f"The backup is of the place {about.place}, and the settings name {place}.")
    kind = archive.kind_of(settings.database_url)
    if about.kind != kind:
        raise Conflict(f"The backup is of {about.kind}, and the settings name a database of {kind}.")


@contextmanager
def _put(found: Mapping[str, Path], instance: Path, *, replace: bool) -> Iterator[list[str]]:
    """Settings and key in their place, for as long as all goes well; what was done, to be added to."""
    wanted = [name for name in (SETTINGS, KEY) if name in found and _differs(instance / name, found[name])]
    there = [instance / name for name in wanted if (instance / name).exists()]
    if there and not replace:
        raise Conflict(f"{there[0]} is another than that of the backup. To put the backup in its place: --replace")
    done: list[str] = []
    try:
        for file in there:
            file.replace(_former(file))
            done.append(f"{file.name}: what was there is kept: {_former(file)}")
        for name in wanted:
            shutil.copyfile(found[name], instance / name)
            (instance / name).chmod(0o600)
            done.append(f"{name}: that of the backup")
        yield done
    except BaseException:
        for name in wanted:
            (instance / name).unlink(missing_ok=True)
        for file in there:
            _former(file).replace(file)
        raise


def _differs(file: Path, given: Path) -> bool:
    return not file.is_file() or file.read_bytes() != given.read_bytes()


def _former(file: Path) -> Path:
    return file.with_name(f"{file.name}{BEFORE}")


def _is_there(settings: Settings) -> bool:
    if settings.sqlite_file is not None:
        return settings.sqlite_file.is_file() and settings.sqlite_file.stat().st_size > 0
    engine = open_engine(settings.database_url)
    try:
        return standing.of_engine(engine) is not Standing.EMPTY
    except sa.exc.OperationalError as error:
        raise Unavailable(told(error)) from error
    finally:
        engine.dispose()


def _keep(settings: Settings, now: datetime) -> str:
    """Copy what is there, which nobody may be using; where the copy is. Raises Conflict or Unavailable."""
    try:
        _unused(settings)
    except sqlite3.DatabaseError:  # not one that is locked: no database at all, which a backup cannot be made of
        assert settings.sqlite_file is not None  # noqa: S101 - SQLite alone raises it
        kept = shutil.copyfile(settings.sqlite_file, _former(settings.sqlite_file))
        kept.chmod(0o600)
        return f"what was there is no database, and is kept: {kept}"
    copy = backup.back_up(settings.database_url, settings.instance, now=now)
    return f"what was there is kept: {copy}" if copy else "pg_dump is not installed: nothing was kept"


def _unused(settings: Settings) -> None:
    """Raise Conflict when somebody has the database open."""
    if settings.sqlite_file is None:
        engine = open_engine(settings.database_url)
        try:
            with engine.connect() as connection:
                others = connection.execute(sa.text(_OTHERS)).scalar_one()
        finally:
            engine.dispose()
        if others:
            raise Conflict(IN_USE)
        return
    # Only who has it alone may leave the mode with a log; that also writes the log into the file and takes it away.
    with closing(sqlite3.connect(settings.sqlite_file, timeout=1.0)) as raw:
        try:
            (mode,) = raw.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError as error:
            raise Conflict(IN_USE) from error
    if mode != "delete":
        raise Conflict(IN_USE)


def _replace(copy: Path, settings: Settings) -> None:
    if settings.sqlite_file is None:
        program = shutil.which("pg_restore")
        if program is None:
            raise Unavailable("pg_restore is not installed here (package postgresql-client).")
        command = [program, "--clean", "--if-exists", "--no-owner", "--single-transaction"]
        wrong = backup.tool([*command, str(copy)], make_url(settings.database_url))
        if wrong:
            raise Unavailable(f"Nothing was restored: pg_restore says {wrong}")
        return
    if fault := backup.fault_in(copy):
        raise Unavailable(f"Nothing was restored: the database in the backup is damaged ({fault}).")
    with copy.open("rb") as whole:
        os.fsync(whole.fileno())
    for end in ("-wal", "-shm"):  # of a database that was deleted by hand
        settings.sqlite_file.with_name(f"{settings.sqlite_file.name}{end}").unlink(missing_ok=True)
    copy.replace(settings.sqlite_file)
