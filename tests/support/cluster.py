"""A throwaway PostgreSQL cluster for one run of the tests.

``python -m tests.support.cluster FOLDER`` returns when the server answers and leaves a keeper behind, which
ends the server and removes its data as soon as the run's lifeline closes: also when the run was killed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psycopg

from tests.support import machine, runs

READY = f"postgres{runs.RUNNING}"  # holds the server's address
LOG = "postgres.log"
SUPERUSER = "directory"
START_S = 60.0
STOP_S = 20.0
TRIES = 3  # another process may take the free port before the server does
UNPRIVILEGED = ("postgres", "nobody")  # PostgreSQL refuses to run as root
LOCALES = ("C.UTF-8", "en_GB.UTF-8", "en_US.UTF-8")  # plain C would not know that É is a capital é
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "fsync": "off",  # the data is thrown away; what the app demands of a server is synchronous_commit
    "full_page_writes": "off",
    "synchronous_commit": "on",
    "timezone": "Pacific/Chatham",  # nothing of ours may depend on the server's clock face
}


class Account(NamedTuple):
    """Whom a server runs as; None: as whoever runs the tests."""

    user: int | None
    group: int | None


def start(folder: Path) -> str:
    """Start the cluster of the run in ``folder``; its address, without a database. Raises machine.Missing."""
    command = [sys.executable, "-m", "tests.support.cluster", str(folder)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise machine.Missing(done.stderr.strip())
    return (folder / READY).read_text()


def main(folder: Path) -> int:
    """Make the cluster, leave a keeper with it, and say when it is ready; the exit status."""
    programs = machine.POSTGRES.found()
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        with os.fdopen(reader) as pipe:
            said = pipe.read()
        if (folder / READY).exists():
            return 0
        print(said or (folder / LOG).read_text(), file=sys.stderr)
        return 1
    os.setsid()  # Ctrl-C is for pytest; the keeper waits for the lifeline
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (0, 1, 2):  # whoever waits for our output must not wait for the keeper's
        os.dup2(log, stream)
    _keep(folder, programs, writer)
    return 0


def _keep(folder: Path, programs: Path, writer: int) -> None:
    """Run the server until the lifeline closes; ``writer`` takes what goes wrong before it is ready."""
    home = Path(tempfile.mkdtemp(prefix="directory-postgres-"))
    try:
        account = _account(home)
        _initialise(programs, home / "data", account)
        server, port = _serve(programs, home / "data", account, folder / LOG)
        (folder / READY).write_text(f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{port}")
        os.close(writer)
        _wait_for_the_end(folder)
        _stop(server)
    except machine.Missing as missing:
        os.write(writer, str(missing).encode())
    finally:
        shutil.rmtree(home, ignore_errors=True)
        (folder / READY).unlink(missing_ok=True)


def _account(home: Path) -> Account:
    """The account the server runs under; ``home`` becomes its own."""
    if os.geteuid() != 0:
        return Account(None, None)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next((known[name] for name in UNPRIVILEGED if name in known), None)
    if entry is None:
        raise machine.Missing("PostgreSQL does not run as root: add an account named postgres to the machine.")
    os.chown(home, entry.pw_uid, entry.pw_gid)
    return Account(entry.pw_uid, entry.pw_gid)


def _initialise(programs: Path, data: Path, account: Account) -> None:
    """Make the cluster's files, in the first locale that the machine has."""
    said = ""
    for locale in LOCALES:
        done = subprocess.run(
            [
                str(programs / "initdb"),
                *("--pgdata", str(data), "--username", SUPERUSER, "--auth", "trust"),
                *("--encoding", "UTF8", "--locale", locale, "--no-sync", "--no-instructions"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=data.parent,
            user=account.user,
            group=account.group,
        )
        if done.returncode == 0:
            return
        said = done.stderr.strip()
    raise machine.Missing(f"PostgreSQL's initdb failed: {said}")


def _serve(programs: Path, data: Path, account: Account, log: Path) -> tuple[subprocess.Popen[bytes], int]:
    """The running server and its port."""
    for _ in range(TRIES):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        settings = [f"--{name}={value}" for name, value in {**SETTINGS, "port": port}.items()]
        command = [str(programs / "postgres"), "-D", str(data), *settings]
        server = subprocess.Popen(command, cwd=data.parent, user=account.user, group=account.group)
        if _answers(server, port):
            return server, port
        _stop(server)
    raise machine.Missing(f"PostgreSQL did not start: {log.read_text()[-2_000:]}")


def _answers(server: subprocess.Popen[bytes], port: int) -> bool:
    """Wait for the server; False when it ended instead. Raises machine.Missing if it lacks pg_trgm."""
    deadline = time.monotonic() + START_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with psycopg.connect(
                host="127.0.0.1", port=port, user=SUPERUSER, dbname="template1", autocommit=True
            ) as connection:
                connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")  # every database made later has it
                return True
        except psycopg.errors.UndefinedFile:
            raise machine.Missing(
                "The tests need PostgreSQL's pg_trgm: install the package postgresql-contrib."
            ) from None
        except psycopg.OperationalError:
            time.sleep(0.05)
    return False


def _wait_for_the_end(folder: Path) -> None:
    """Return when the last one who holds the lifeline has gone."""
    lifeline = os.open(folder / runs.LIFELINE, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(lifeline, True)
    os.read(lifeline, 1)  # nobody writes: it returns at the end


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the server at once, connections or not."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
