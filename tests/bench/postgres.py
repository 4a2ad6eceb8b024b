"""A PostgreSQL for benches: durable as in life, with its data kept beside the installation's."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support import cluster, machine

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "512MB",  # the rest is what the packages ship: an operator changes little more
    "max_wal_size": "2GB",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. ``pid``: its first process, whose children serve."""

    pid: int
    port: int

    @property
    def version(self) -> str:
        """As it calls itself."""
        with self.connect("postgres") as connection:
            return str(connection.info.parameter_status("server_version"))

    def connect(self, name: str) -> psycopg.Connection:
        """A connection to the database ``name``."""
        return psycopg.connect(host="127.0.0.1", port=self.port, user=cluster.SUPERUSER, dbname=name, autocommit=True)

    def size(self, name: str) -> int:
        """Bytes of the database ``name``, indexes and all."""
        with self.connect("postgres") as connection:
            row = connection.execute("SELECT pg_database_size(%s)", [name]).fetchone()
            return int(row[0]) if row else 0

    def database(self, name: str) -> str:
        """The URL of the database ``name``, made if it is not there."""
        with self.connect("postgres") as connection:
            there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if there is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgresql+psycopg://{cluster.SUPERUSER}@127.0.0.1:{self.port}/{name}"


@contextmanager
def running(home: Path) -> Iterator[Server]:
    """A server on the data in ``home``, made if there is none. Raises machine.Missing without PostgreSQL."""
    programs = machine.POSTGRES.found()
    if not (home / "data" / "PG_VERSION").is_file():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        cluster._initialise(programs, home / "data", cluster._account(home))
    account = cluster._account(home)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = [f"--{name}={value}" for name, value in {**SETTINGS, "port": str(port)}.items()]
    with (home.parent / "postgres.log").open("ab") as log:
        server = subprocess.Popen(
            [str(programs / "postgres"), "-D", str(home / "data"), *settings],
            cwd=home,
            user=account.user,
            group=account.group,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl+C is for the bench, which then stops the server
        )
    try:
        if not cluster._answers(server, port):
            raise machine.Missing(f"PostgreSQL did not start: see {home.parent / 'postgres.log'}")
        yield Server(server.pid, port)
    finally:
        os.kill(server.pid, signal.SIGINT)
        server.wait(cluster.STOP_S)


__all__ = ["Server", "running"]
