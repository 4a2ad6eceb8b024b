"""Fresh databases for tests, on SQLite and on PostgreSQL, and the statements that were sent to them.

A test that must hold on both takes ``database`` or ``engine`` (parametrised); one that needs a certain kind
takes ``databases["sqlite"]``. Each is a copy of a template that was made once for the whole run.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache

from directory.infra.db import open_engine, transaction
from directory.infra.schema import upgrade
from tests.support import cluster, machine, runs

KINDS = ("sqlite", "postgres")
STATEMENTS = 2_000  # kept compiled, of each kind of database


@dataclass(frozen=True, slots=True)
class Template:
    """What a test's database is a copy of: ``prepare`` makes it once in a run, at an empty database's URL."""

    name: str
    prepare: Callable[[str], None]


MIGRATED = Template("migrated", upgrade)


def compile_each_statement_once() -> None:
    """Have all databases of a kind share what SQLAlchemy compiles, as the connections of one engine do.

    Every test has databases of its own, and half of what it sent was compiled for it alone. All that have the
    same dialect speak to the same server or library, so that one's statements are the other's.
    """
    compiled: dict[type, LRUCache[Any, Any]] = {}

    def shared(self: Engine) -> LRUCache[Any, Any]:
        return compiled.setdefault(type(self.dialect), LRUCache(STATEMENTS))

    Engine._compiled_cache = property(shared, lambda _self, _own: None)  # type: ignore[assignment] # SQLAlchemy has no way to say so
    # What is compiled is kept beside its dialect, of which every engine has one of its own.
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign] # as above
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign] # as above


compile_each_statement_once()


@dataclass(frozen=True, slots=True)
class Database:
    """One database that nobody else uses; ``kind`` is "sqlite" or "postgres"."""

    kind: str
    url: str
    engine: Engine


class Databases:
    """The databases of one test: ``databases[kind]`` makes one when first asked, and keeps it."""

    def __init__(self, folder: Path, server: Callable[[], str]) -> None:
        self._folder = folder
        self._server = server
        self._made: dict[tuple[str, str], Database] = {}

    def __getitem__(self, kind: str) -> Database:
        """The test's migrated, empty database of ``kind``. Raises KeyError for a kind there is not."""
        return self.copy_of(MIGRATED, kind)

    def copy_of(self, template: Template, kind: str, *, also: str = "") -> Database:
        """The test's database of ``kind`` that began as ``template``; with ``also`` another one, by that name."""
        key = (template.name + also, kind)
        if key not in self._made:
            url = {"sqlite": self._sqlite, "postgres": self._postgres}[kind](template, also)
            self._made[key] = Database(kind, url, open_engine(url))
        return self._made[key]

    def close(self) -> None:
        """Close every connection and drop what was made."""
        for database in self._made.values():
            database.engine.dispose()
            if database.kind == "postgres":
                _command(database.url, f'DROP DATABASE "{make_url(database.url).database}" WITH (FORCE)')

    def _sqlite(self, template: Template, also: str) -> str:
        path = self._folder / f"{template.name}{also}.sqlite"
        shutil.copy(sqlite_template(template), path)
        path.chmod(0o600)  # as init makes it, before a log takes its mode from it
        return f"sqlite:///{path}"

    def _postgres(self, template: Template, _also: str) -> str:
        name, server = f"test_{uuid4().hex}", self._server()
        _postgres_template(server, template)
        _command(server, f'CREATE DATABASE "{name}" TEMPLATE "{template.name}" STRATEGY FILE_COPY')
        return f"{server}/{name}"


def _command(server: str, statement: str) -> None:
    """Run one statement that cannot stand in a transaction, on the server of a URL."""
    address = make_url(server).set(drivername="postgresql", database="postgres")
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(statement.encode())


def sqlite_template(template: Template) -> Path:
    """The file of a template, prepared once in a run, without a log beside it: copy it."""
    path = runs.folder() / f"{template.name}.sqlite"
    with runs.once(path.name):
        if not path.exists():
            making = path.with_suffix(".making")
            template.prepare(f"sqlite:///{making}")
            with closing(sqlite3.connect(making)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            making.rename(path)
    return path


def _postgres_template(server: str, template: Template) -> None:
    """A prepared database that nobody can connect to, so that it can be copied at any moment."""
    made = runs.folder() / f"{template.name}.postgres"
    with runs.once(made.name):
        if not made.exists():
            _command(server, f'CREATE DATABASE "{template.name}"')
            template.prepare(f"{server}/{template.name}")
            _command(server, f'ALTER DATABASE "{template.name}" IS_TEMPLATE true ALLOW_CONNECTIONS false')
            made.touch()


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of the run's PostgreSQL, without a database."""
    with runs.once("postgres"):
        ready = runs.folder() / cluster.READY
        try:
            return ready.read_text() if ready.exists() else cluster.start(runs.folder())
        except machine.Missing as missing:
            pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def databases(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Databases]:
    """The test's databases by kind, made when asked for."""

    def server() -> str:
        address: str = request.getfixturevalue("postgres_server")
        return address

    made = Databases(tmp_path, server)
    yield made
    made.close()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, databases: Databases) -> Database:
    """An empty migrated database: the test runs once on SQLite and once on PostgreSQL."""
    return databases[request.param]


@pytest.fixture
def engine(database: Database) -> Engine:
    """The engine of ``database``."""
    return database.engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on ``database`` whose work is thrown away."""
    with transaction(engine, keep=False) as opened:
        yield opened


class Statements(list[str]):
    """What was sent, in order. Printed one to a line, so that a wrong count explains itself."""

    def __repr__(self) -> str:
        return "".join(f"\n  {n}. {' '.join(sent.split())[:300]}" for n, sent in enumerate(self, 1)) or "nothing"


@contextmanager
def recorded(engine: Engine | None = None) -> Iterator[Statements]:
    """What ``engine``, or any engine, sends meanwhile; without BEGIN, which only one dialect shows."""
    seen = Statements()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    target = Engine if engine is None else engine
    event.listen(target, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(target, "before_cursor_execute", note)


@pytest.fixture
def statements() -> Callable[..., AbstractContextManager[Statements]]:
    """``recorded``, for a test that pins how many statements something takes."""
    return recorded
