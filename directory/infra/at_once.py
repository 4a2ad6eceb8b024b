"""Whether the database was ever made, found out without loading SQLAlchemy: ``init --if-needed`` is quick."""

from __future__ import annotations

from typing import Final

from directory.infra.settings import Settings

_LONGEST_S: Final = 5  # seconds; a server that does not answer is told by what comes after


def is_made(settings: Settings) -> bool:
    """Whether ``init`` once came to its place in this database. False also when the database does not answer."""
    if settings.sqlite_file is not None:
        return settings.sqlite_file.is_file()
    import psycopg  # noqa: PLC0415 - takes a tenth of a second, and those on SQLite do without

    url = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        with psycopg.connect(url, connect_timeout=_LONGEST_S) as connection:
            return connection.execute("SELECT 1 FROM fact WHERE name = 'place'").fetchone() is not None
    except psycopg.Error:  # no server, no database, no table: init says which
        return False
