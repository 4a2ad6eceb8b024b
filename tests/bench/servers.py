"""Servers in processes of their own, with one worker each: ours and the peer's."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench import procs
from tests.bench.client import Client
from tests.bench.installation import ROOT, Installation

START_S: Final = 60.0
END_S: Final = 20.0
SERVE: Final = [sys.executable, "-m", "tests.bench.command", "serve"]


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers. ``pid``: the process that does; ``beside``: the first process of its database."""

    port: int
    pid: int
    beside: int | None = None

    def cpu_s(self) -> tuple[float, float]:
        """Seconds of CPU used so far: by the worker, by the processes of its database server."""
        return procs.cpu_s(self.pid), procs.family_cpu_s(self.beside) if self.beside else 0.0


@contextmanager
def ours(installation: Installation) -> Iterator[Served]:
    """``directory serve`` with one worker."""
    port = _free_port()
    environ = installation.environ | {"DIRECTORY_PORT": str(port)}
    log = installation.folder / "serve.log"
    with _running(SERVE, environ, port, "/ready", log) as pid:  # as a proxy would: a country takes some seconds
        yield Served(port, procs.children(pid)[0], installation.server.pid if installation.server else None)


@contextmanager
def datasette(file: Path) -> Iterator[Served]:
    """Datasette as it comes, on a file that it is told will not change, which is when it is fastest."""
    port = _free_port()
    command = [sys.executable, "-m", "datasette", "serve", "--immutable", str(file), "--port", str(port)]
    with _running(command, os.environ, port, "/-/versions.json", file.with_suffix(".log")) as pid:
        yield Served(port, pid)


@contextmanager
def _running(command: list[str], environ: Mapping[str, str], port: int, ready: str, log: Path) -> Iterator[int]:
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environ),
            stdout=said,
            stderr=said,
            start_new_session=True,  # Ctrl+C is for the bench, which then stops the server
        )
    try:
        _wait(process, command, port, ready, log)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], command: list[str], port: int, ready: str, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with Client(port) as client:
                if client.get(ready).status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"It did not start: {' '.join(command)}\n{log.read_text()[-4_000:]}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
