"""Files of everything, against what PostgreSQL's COPY gives of the same columns on the same machine."""

from __future__ import annotations

import csv
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from psycopg import sql

from tests.bench import postgres, procs
from tests.bench.client import PLAIN, Broken, Client
from tests.bench.servers import Served
from tests.support import machine

OFFERINGS: Final = "offerings.csv"
# What else is taken: its address, and whether it is a table that COPY can write too.
OTHERS: Final = {
    "organisations.csv": ("/data/organisations.csv", True),
    "services.csv": ("/data/services.csv", True),
    "locations.csv": ("/data/locations.csv", True),
    "listings.geojson": ("/data/listings.geojson", False),
    "hsds.zip": ("/data/hsds.zip", False),
    "API, ndjson of every service": ("/oruk/v3/services?format=ndjson", False),
    "API, ndjson with everything nested": ("/oruk/v3/services?format=ndjson&full=true", False),
}
SLOW_S: Final = 20.0  # what takes longer is taken once
TIMES: Final = 3
MEGABYTE: Final = 1_000_000
LOOK_S: Final = 0.1  # between two looks at the worker's memory
BLOCK: Final = 1 << 20
TABLE: Final = sql.Identifier("extract")


@dataclass(frozen=True, slots=True)
class Taken:
    """One download: its bytes, how long it took, and by how many bytes the worker grew meanwhile."""

    size: int
    seconds: float
    grew: int


def measured(served: Served, folder: Path) -> dict[str, dict[str, Any]]:
    """The figures of each file, in MB and seconds; or, under ``broken``, why there are none. Offerings come first."""
    with _server(folder / "copy") as server:
        return {
            name: _measured(name, address, served, folder / "extract", server if is_table else None)
            for name, (address, is_table) in {OFFERINGS: (f"/data/{OFFERINGS}", True), **OTHERS}.items()
        }


def _measured(name: str, address: str, served: Served, file: Path, server: postgres.Server | None) -> dict[str, Any]:
    print(f"Taking {name}", flush=True)
    try:
        return _speeds(address, served, file, server)
    except Broken as broken:
        print(f"{name}: {broken}", flush=True)
        return {"broken": str(broken)}


def _speeds(address: str, served: Served, file: Path, server: postgres.Server | None) -> dict[str, Any]:
    first = _take(address, served, file)
    ours, theirs = [first], []
    if server:
        _copy_in(server, file)
    for _ in range(TIMES if first.seconds < SLOW_S else 1):
        ours.append(_take(address, served, None))
        if server:
            theirs.append(_copy_speed(server))
    file.unlink()
    return {
        "megabytes": first.size / MEGABYTE,
        "seconds": median(taken.seconds for taken in ours[1:]),
        "speed": median(taken.size / MEGABYTE / taken.seconds for taken in ours[1:]),
        "grew": max(taken.grew for taken in ours) / MEGABYTE,
        "copy_speed": median(theirs) if theirs else None,
    }


@contextmanager
def _server(home: Path) -> Iterator[postgres.Server | None]:
    """A PostgreSQL for the rival, or None on a machine without one."""
    if machine.find_postgres() is None:
        yield None
        return
    with postgres.running(home) as server:
        yield server
    shutil.rmtree(home)


def _take(address: str, served: Served, keep: Path | None) -> Taken:
    """Download what is at ``address``, into a file or nowhere. Raises Broken."""
    size = 0
    before = most = procs.memory(served.pid).rss
    with Client(served.port, encoding=PLAIN) as client, (keep or Path("/dev/null")).open("wb") as file:
        began = looked = time.perf_counter()
        for part in client.stream(address):
            size += len(part)
            if keep:
                file.write(part)
            if time.perf_counter() - looked > LOOK_S:
                looked = time.perf_counter()
                most = max(most, procs.memory(served.pid).rss)
        seconds = time.perf_counter() - began
        most = max(most, procs.memory(served.pid).rss)
    if client.status != 200:
        raise Broken(f"it answered {client.status}")
    return Taken(size, seconds, most - before)


def _copy_in(server: postgres.Server, file: Path) -> None:
    """The same rows and columns in a table, all of them text, which is what COPY writes fastest."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        names = next(csv.reader(opened))
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in names)
    with server.connect("postgres") as connection:
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(TABLE))
        connection.execute(sql.SQL("CREATE TABLE {} ({})").format(TABLE, columns))
        statement = sql.SQL("COPY {} FROM STDIN (FORMAT csv, HEADER)").format(TABLE)
        with connection.cursor().copy(statement) as copy, file.open("rb") as opened_bytes:
            while block := opened_bytes.read(BLOCK):
                copy.write(block)


def _copy_speed(server: postgres.Server) -> float:
    """MB a second that COPY writes to a client."""
    size = 0
    with server.connect("postgres") as connection:
        began = time.perf_counter()
        with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT (FORMAT csv, HEADER)").format(TABLE)) as copy:
            for part in copy:
                size += len(part)
        return size / MEGABYTE / (time.perf_counter() - began)
