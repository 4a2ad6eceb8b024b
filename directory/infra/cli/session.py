"""What a command works with: the settings, the place and the database, opened and closed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from flask import has_app_context

from directory.core.errors import Conflict, NotFound
from directory.infra import clock, logging, standing
from directory.infra.composition import Composition, Work
from directory.infra.db import db, open_engine
from directory.infra.place import load_place
from directory.infra.settings import Settings, load
from directory.infra.standing import Standing

REFUSED = {
    Standing.EMPTY: "There is no database yet. Run: directory init",
    Standing.OLDER: "The database is older than this version of the directory. Run: directory upgrade",
    Standing.NEWER: "A newer version of the directory made this database. Install that version.",
}


@contextmanager
def opened(settings: Settings) -> Iterator[Work]:
    """The place and the database of ``settings``, whatever state it is in."""
    place = load_place(settings.place)
    engine = open_engine(settings.database_url)
    try:
        yield Work(settings=settings, place=place, engine=engine, now=clock.now())
    finally:
        engine.dispose()


def require_there(settings: Settings) -> None:
    """Raise NotFound, naming the command, when there is no file of an SQLite database: to open it would make it."""
    if settings.sqlite_file is not None and not settings.sqlite_file.is_file():
        raise NotFound(REFUSED[Standing.EMPTY])


def require_current(settings: Settings) -> None:
    """Raise NotFound or Conflict, naming the command, unless the database is what the code wants."""
    require_there(settings)
    with opened(settings) as work:
        stands = standing.of_engine(work.engine)
    if stands in REFUSED:
        raise Conflict(REFUSED[stands])


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that runs in an application context, on a database that is what the code wants."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        if has_app_context():
            return command(*args, **options)
        composition: Composition = click.get_current_context().obj
        settings = load()
        logging.configure(settings.log_format)
        require_current(settings)
        with composition.app().app_context():
            try:
                return command(*args, **options)
            finally:
                db.engine.dispose()

    return run
