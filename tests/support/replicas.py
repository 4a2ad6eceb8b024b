"""A real primary and its streaming standbys, each of which can be killed, frozen, held back and started again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg

from tests.bench.procs import children
from tests.support import cluster, machine

DATABASE: Final = "directory"
START_S: Final = 60.0


class Followed(Protocol):
    """What a standby needs of its primary."""

    @property
    def port(self) -> int:
        """Where it listens on the loopback."""


class Server:
    """One PostgreSQL server on the loopback, with its data in ``data``."""

    def __init__(self, data: Path, account: cluster.Account, **settings: str) -> None:
        self.data = data
        self._account = account
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = int(free.getsockname()[1])
        self._settings = {**cluster.SETTINGS, **settings, "port": str(self._port)}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """Where it listens on the loopback."""
        return self._port

    @property
    def url(self) -> str:
        """Its database, for the application."""
        return f"postgresql+psycopg://{cluster.SUPERUSER}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def pid(self) -> int:
        """Its first process, whose children serve."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers."""
        program = machine.POSTGRES.found() / "postgres"
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        with (self.data.parent / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(program), "-D", str(self.data), *settings],
                cwd=self.data.parent,
                user=self._account.user,
                group=self._account.group,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, (self.data.parent / "postgres.log").read_text()[-2_000:]
            assert time.monotonic() < deadline, "PostgreSQL did not start in time"
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut would: no goodbye to anybody."""
        self._signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait()
        self._process = None

    def freeze(self) -> None:
        """Stop it without closing anything: it takes connections and questions, and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def end(self) -> None:
        """End it if it runs."""
        if self._process is not None:
            self.thaw()
            self.kill()

    def ask(self, sql: str, database: str = DATABASE) -> Any:
        """The first value of the answer to a statement."""
        with closing(self._connected(database)) as connection:
            found = connection.execute(sql.encode())
            row = found.fetchone() if found.description else None
            return row[0] if row else None

    def readings(self) -> int:
        """How many transactions its database has had: a page is one."""
        return int(self.ask(f"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{DATABASE}'"))

    def _connected(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=cluster.SUPERUSER, dbname=database, autocommit=True
        )

    def _answers(self) -> bool:
        try:
            return bool(self.ask("SELECT true", "template1"))
        except psycopg.OperationalError:
            return False

    def _signal(self, number: signal.Signals) -> None:
        for pid in [self.pid, *children(self.pid)]:
            with contextlib.suppress(ProcessLookupError):  # what was to end has ended
                os.kill(pid, number)


@contextmanager
def replicated(standbys: int, **settings: str) -> Iterator[tuple[Server, list[Standby]]]:
    """A running primary with an empty database, and places for so many standbys: ``follow`` starts one."""
    home = Path(tempfile.mkdtemp(prefix="directory-replicas-"))
    account = cluster._account(home)
    cluster._initialise(machine.POSTGRES.found(), home / "primary", account)
    primary = Server(home / "primary", account, **settings)
    followers = [Standby(home / f"standby-{number}", account, primary, **settings) for number in range(standbys)]
    try:
        primary.start()
        primary.ask("CREATE EXTENSION pg_trgm", "template1")
        primary.ask(f"CREATE DATABASE {DATABASE}", "template1")
        yield primary, followers
    finally:
        for server in (*followers, primary):
            server.end()
        shutil.rmtree(home, ignore_errors=True)


class Standby(Server):
    """A server that repeats what ``primary`` does."""

    def __init__(self, data: Path, account: cluster.Account, primary: Followed, **settings: str) -> None:
        super().__init__(data, account, **settings)
        self._primary = primary

    def follow(self) -> None:
        """Copy the primary as it is, and start."""
        subprocess.run(
            [
                str(machine.POSTGRES.found() / "pg_basebackup"),
                *("--host", "127.0.0.1", "--port", str(self._primary.port), "--username", cluster.SUPERUSER),
                *("--pgdata", str(self.data), "--write-recovery-conf", "--checkpoint", "fast", "--no-sync"),
            ],
            check=True,
            cwd=self.data.parent,
            user=self._account.user,
            group=self._account.group,
            capture_output=True,
        )
        self.start()
