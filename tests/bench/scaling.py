"""``python -m tests.bench.scaling --listings N``: requests a second by processes, database and standby.

Written into docs/scaling.md. Readers, servers and databases share this machine's cores: a second machine would take
some of that away, so CPU per request is told too, by which a larger installation can be reckoned.
"""

from __future__ import annotations

import argparse
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain, cycle, islice
from statistics import median
from typing import Final

from directory.infra import clock
from tests.bench import machine, postgres, procs, questions, servers
from tests.bench.client import Client
from tests.bench.installation import Installation, installed
from tests.support import cluster, replicas, written

WORKERS: Final = (1, 2, 4)
READERS: Final = 8
WARM_S: Final = 3.0
MEASURED_S: Final = 6.0
IDLE: Final = 0.25  # of a core: what a site uses less of that has begun, and is asked nothing
BEGIN_S: Final = 90.0
ROUNDS: Final = 2
HEAD: Final = (
    "| database | processes | requests/s | the site's CPU ms | the database's CPU ms |",
    "|---|---:|---:|---:|---:|",
)


@dataclass(slots=True)
class Setup:
    """One way to run the site, and what was measured of it, a figure each round."""

    name: str
    installation: Installation
    workers: int
    standby: replicas.Standby | None
    paths: Sequence[str]
    rates: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)  # per request
    beside_s: list[float] = field(default_factory=list)  # as above, of all database servers

    def row(self) -> str:
        """Its row in the table."""
        cpu, beside = 1000 * median(self.cpu_s), 1000 * median(self.beside_s)
        return f"| {self.name} | {self.workers} | {median(self.rates):,.0f} | {cpu:.1f} | {beside:.1f} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every setup in turn, some times over, and write the table; the exit status."""
    parser = argparse.ArgumentParser(prog="make scaling", description=__doc__)
    parser.add_argument("--listings", type=int, required=True)
    asked = parser.parse_args(arguments)
    load = machine.load()
    with ExitStack() as stack:
        setups = _setups(stack, asked.listings)
        for number in range(ROUNDS):
            print(f"Round {number + 1} of {ROUNDS}", flush=True)
            for setup in setups:
                _measure(setup)
    dated = (
        f"{clock.now().date().isoformat()}, {machine.hardware()}, {asked.listings:,} listings, {READERS} readers at"
        f" once; load of the machine by others before: {load}, at the end: {machine.load()}."
    )
    text = "\n".join([dated, "", *HEAD, *(setup.row() for setup in setups)])
    written.keep("scaling.md", "make scaling", text)
    print(text)
    return 0


def _setups(stack: ExitStack, listings: int) -> list[Setup]:
    sqlite = stack.enter_context(installed(listings, "sqlite"))
    served = stack.enter_context(installed(listings, "postgres"))
    standby = stack.enter_context(_following(served))
    paths = _paths(sqlite)
    kinds = (("SQLite", sqlite, None), ("PostgreSQL", served, None), ("PostgreSQL and a standby", served, standby))
    return [Setup(name, on, workers, beside, paths) for name, on, beside in kinds for workers in WORKERS]


@contextmanager
def _following(installation: Installation) -> Iterator[replicas.Standby]:
    """A standby of the installation's database."""
    if installation.server is None:
        raise ValueError("a standby needs PostgreSQL")
    home = installation.folder / "standby"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    account = cluster._account(home)
    standby = replicas.Standby(home / "data", account, installation.server, **postgres.SETTINGS)
    try:
        standby.follow()
        yield standby
    finally:
        standby.end()
        shutil.rmtree(home, ignore_errors=True)


def _paths(installation: Installation) -> list[str]:
    """Addresses of every kind of page but files, one of each kind after the other."""
    with servers.ours(installation) as served:
        pages = questions.pages(questions.Asker(installation), served.port)
    kinds = [page.paths for page in pages if page.name != questions.NEAR_JSON]
    most = max(map(len, kinds))
    return list(chain.from_iterable(zip(*(islice(cycle(paths), most) for paths in kinds), strict=True)))


def _measure(setup: Setup) -> None:
    with _serving(setup) as (port, pid):
        _wait_until_idle(pid)
        _read(port, setup.paths, WARM_S)
        watched = [server.pid for server in (setup.installation.server, setup.standby) if server]
        before, beside = procs.family_cpu_s(pid), sum(map(procs.family_cpu_s, watched))
        began = time.perf_counter()
        done = _read(port, setup.paths, MEASURED_S)
        took = time.perf_counter() - began
        setup.rates.append(done / took)
        setup.cpu_s.append((procs.family_cpu_s(pid) - before) / done)
        setup.beside_s.append((sum(map(procs.family_cpu_s, watched)) - beside) / done)
    print(f"{setup.name}, {setup.workers}: {setup.rates[-1]:.0f} a second", flush=True)


@contextmanager
def _serving(setup: Setup) -> Iterator[tuple[int, int]]:
    """``directory serve`` as the setup says: its port and its first process."""
    port = servers._free_port()
    environ = setup.installation.environ | {
        "DIRECTORY_PORT": str(port),
        "DIRECTORY_WORKERS": str(setup.workers),
        "DIRECTORY_READ_URLS": setup.standby.url if setup.standby else "",
    }
    log = setup.installation.folder / "scaling.log"
    with servers._running(servers.SERVE, environ, port, "/health", log) as pid:
        yield port, pid


def _wait_until_idle(pid: int) -> None:
    """Return when every process has begun; one that still begins would be measured with the others."""
    deadline = time.monotonic() + BEGIN_S
    used, before = 1.0, procs.family_cpu_s(pid)
    while used > IDLE and time.monotonic() < deadline:
        time.sleep(1)
        now = procs.family_cpu_s(pid)
        used, before = now - before, now


def _read(port: int, paths: Sequence[str], seconds: float) -> int:
    """How many pages so many readers got in ``seconds``. Raises SystemExit for an answer that is no page."""
    counts = [0] * READERS
    ends = time.perf_counter() + seconds

    def run(number: int) -> None:
        with Client(port) as client:
            for path in islice(cycle(paths), number * len(paths) // READERS, None):
                if time.perf_counter() > ends:
                    return
                if client.get(path).status != 200:
                    raise SystemExit(f"{path} was not answered")
                counts[number] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


if __name__ == "__main__":
    raise SystemExit(main())
