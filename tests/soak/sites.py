"""An installation of a test's own: its database, and the real server, which can be killed and started again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from directory.app import create_app
from directory.infra.db import db, open_engine
from directory.infra.settings import Settings
from tests.app.conftest import COMMAND, Server, free_port, start
from tests.soak.visitors import Visitor
from tests.support.apps import settings_for
from tests.support.pages import PageClient
from tests.support.people import sign_in
from tests.support.waiting import until

WORKERS = 2  # as an installation has that says nothing


@dataclass
class Site:
    """A database at ``url`` and its server on one port, however often that is started."""

    instance: Path
    url: str
    settings: Mapping[str, str]
    port: int = field(default_factory=free_port)
    command: Sequence[str] = tuple(COMMAND)
    server: Server | None = None
    starts: int = 0
    kept: Engine | None = None

    @property
    def kind(self) -> str:
        """The kind of its database, one of KINDS."""
        return "sqlite" if self.url.startswith("sqlite") else "postgres"

    @property
    def given(self) -> dict[str, str]:
        """The settings of its server: behind a proxy, so that each visitor has an address, and without limit."""
        return {"trusted_proxies": "1", "reads_a_minute": "0", **self.settings}

    @property
    def read_settings(self) -> Settings:
        """As its server reads them."""
        return settings_for(self.url, self.instance, port=str(self.port), **self.given)

    def start(self, *, wait: bool = True) -> Server:
        """Start the server; with ``wait`` until it answers."""
        self.starts += 1
        log = self.instance.parent / f"{self.instance.name}-{self.starts}.log"
        self.server = start(self.instance, log, url=self.url, port=self.port, command=self.command, **self.given)
        if wait:
            until(self.answers)
        return self.server

    @property
    def running(self) -> Server:
        """The server, which was started."""
        assert self.server is not None
        return self.server

    def answers(self) -> bool:
        """Whether the server is there."""
        try:
            return self.running.status() == 200
        except OSError:
            return False

    def end(self) -> None:
        """End the server, if it runs."""
        if self.server is not None:
            self.server.kill()

    def ask(self, sql: str, **values: Any) -> list[Any]:
        """The rows that the database answers."""
        if self.kept is not None:
            with self.kept.connect() as connection:
                return list(connection.execute(sa.text(sql), values))
        with self.kept_open():
            return self.ask(sql, **values)

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Keep one connection for ``ask``: a server without a disk may take no new one."""
        self.kept = open_engine(self.url)
        try:
            self.ask("SELECT 1")
            yield
        finally:
            self.kept.dispose()
            self.kept = None

    def tell(self, sql: str, **values: Any) -> None:
        """Change something in the database, behind the server's back."""
        engine = open_engine(self.url)
        try:
            with engine.begin() as connection:
                connection.execute(sa.text(sql), values)
        finally:
            engine.dispose()

    @contextmanager
    def inside(self) -> Iterator[PageClient]:
        """A client of the same application in this process, in its context, to put something into the database."""
        app = create_app(self.read_settings)
        app.test_client_class = PageClient
        with app.app_context():
            client = app.test_client()
            assert isinstance(client, PageClient)
            try:
                yield client
            finally:
                db.engine.dispose()

    def signed_in(self, *names: str) -> Sequence[Visitor]:
        """Browsers in which each of the cast has signed in."""
        found = []
        with self.inside() as client:
            for name in names:
                browser = client.application.test_client()
                assert isinstance(browser, PageClient)
                sign_in(browser, name)
                cookie = browser.get_cookie("directory")
                assert cookie is not None
                found.append(Visitor(self.port, cookies={"directory": cookie.value}))
        return found


def port_of(server: Server) -> int:
    """Where a server listens."""
    port = urlsplit(server.address).port
    assert port is not None
    return port
