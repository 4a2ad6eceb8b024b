"""The command ``directory`` as an operator starts it: another process, with an instance of its own."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner, Result

from directory import app
from tests.support import postcodes
from tests.support.apps import INSTALLED
from tests.support.databases import Databases
from tests.support.waiting import until

T = TypeVar("T")
COMMAND = [sys.executable, "-c", "from directory.app import cli; cli(prog_name='directory')"]
START_S = 60.0  # a shared machine is slow at times


def environment(instance: Path, **given: str) -> dict[str, str]:
    """The environment of a command: nobody's settings but the test's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIRECTORY_")}
    chosen = {"instance": str(instance), "tiles_url": "", **given}
    return kept | {f"DIRECTORY_{name.upper()}": value for name, value in chosen.items()}


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An instance folder that has the postcode file, which takes seconds to make, and nothing else."""
    postcodes.put_into(tmp_path / "instance")
    return tmp_path / "instance"


def cut(file: Path) -> None:
    """Half of the postcode file in its place: the run's own, which others read, stays as it is."""
    half = file.read_bytes()[: file.stat().st_size // 2]
    file.unlink()
    file.write_bytes(half)


@pytest.fixture
def directory(instance: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command to its end: ``directory("init", "--if-needed", place="uk")``."""

    def run(*words: str, **given: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *words],
            env=environment(instance, **given),
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )

    return run


@pytest.fixture
def run(instance: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """A command in this process, on the test's own instance: ``run("init", place="uk")``. It may not end in a trace."""
    monkeypatch.setenv("DIRECTORY_INSTANCE", str(instance))

    def invoke(*words: str, **given: str) -> Result:
        env = {f"DIRECTORY_{name.upper()}": value for name, value in given.items()}
        return CliRunner().invoke(app.cli, words, env=env, catch_exceptions=False)

    return invoke


@dataclass
class Server:
    """A running ``directory serve``."""

    process: subprocess.Popen[str]
    address: str
    log: Path

    def status(self, path: str = "/health", *, timeout: float = 20, method: str = "GET") -> int:
        """The status of the answer to a request for ``path``."""
        try:
            with urlopen(Request(self.address + path, method=method), timeout=timeout) as answer:  # noqa: S310 - ours
                return int(answer.status)
        except HTTPError as error:
            return error.code

    def workers(self) -> list[int]:
        """The process ids of its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(number) for number in children.read_text().split()]

    def says(self) -> str:
        """Everything it has written."""
        return self.log.read_text()

    def kill(self) -> None:
        """End it, whatever it is doing, and its workers with it."""
        workers = self.workers() if self.process.poll() is None else []
        for number in [self.process.pid, *workers]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def start(
    instance: Path, log: Path, *, url: str, port: int = 0, command: Sequence[str] = COMMAND, **given: str
) -> Server:
    """Start a server on a set-up database, and wait until it listens."""
    port = port or free_port()
    env = environment(instance, database_url=url, port=str(port), **given)
    with log.open("w") as out:
        process = subprocess.Popen([*command, "serve"], env=env, stdout=out, stderr=out, text=True)
    server = Server(process, f"http://127.0.0.1:{port}", log)
    until(lambda: "is served at" in server.says() or process.poll() is not None)
    assert process.poll() is None, server.says()
    return server


@pytest.fixture
def serve(instance: Path, databases: Databases, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts a server of the test's own, settings by their names: ``serve(workers="1")``."""
    started: list[Server] = []

    def serving(**given: Any) -> Server:
        url = given.pop("database_url", "") or databases.copy_of(INSTALLED, "sqlite").url
        started.append(start(instance, tmp_path / f"{len(started)}.log", url=url, **given))
        return started[-1]

    yield serving
    for server in started:
        server.kill()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that the tests of a module share, with its log as JSON: for those that leave it as it was."""
    folder = tmp_path_factory.mktemp("running")
    postcodes.put_into(folder / "instance")
    made = Databases(folder, lambda: pytest.fail("this server is on SQLite"))
    server = start(folder / "instance", folder / "log", url=made.copy_of(INSTALLED, "sqlite").url, log_format="json")
    until(lambda: server.status() == 200)
    yield server
    server.kill()
    made.close()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_seconds(run: Callable[[], T]) -> tuple[float, T]:
    """What the processes that ``run`` starts and waits for spend, and its answer. A busy machine counts less so."""

    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before = spent()
    answer = run()
    return spent() - before, answer
