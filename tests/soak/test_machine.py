"""What the machine does to a server: processes that die, bodies too large, hours of requests."""

from __future__ import annotations

import os
import random
import signal
import socket
import time
from contextlib import suppress
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.bench import procs
from tests.soak.crowds import SLUG, readers, together
from tests.soak.reliability import Promise
from tests.soak.visitors import LOST, Visitor
from tests.support.databases import KINDS

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]
MEGABYTE = 1_000_000
DEATHS = 6
BACK_S = 10  # as after the whole server was killed
BODIES, BODY_BYTES = 8, 100 * MEGABYTE
MORE_BYTES = 100 * MEGABYTE
REQUESTS, SETTLED = 6_000, 2_000
LEVEL_BYTES = 16 * MEGABYTE  # what a process may still gain in its next 4,000 requests
MIXED = (
    "/",
    "/search?q=food",
    "/search?q=advise&near=B12+9QR&open=now",
    "/search?near=B11+1AA&within=10&page=2",
    "/search?q=%F0%9F%98%80",
    f"/listings/{SLUG}",
    "/listings/nobody-here",
    "/map/features?bbox=-1.95,52.4,-1.8,52.5&zoom=12",
    "/needs/food",
    "/areas/B11",
    "/search.csv?q=food",
    "/search.geojson?need=food",
    "/oruk/v3/services?page=2",
    "/add/who",
    f"/listings/{SLUG}/report",
    "/data",
    "/health",
    "/nowhere",
)


@pytest.mark.parametrize("kind", KINDS)
def test_when_workers_die_the_site_is_out_for_seconds_at_most(kind, make_site, told):
    told.about(Promise.WORKER, kind)
    site = make_site(kind)
    server = site.start()
    outages: dict[int, list[float]] = {1: [], 2: []}
    visitor = Visitor(site.port)
    for nth in range(DEATHS):
        until_two(server)
        dying = server.workers()[: 1 + nth % 2]  # by turns one, and both
        for pid in dying:
            os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        while not answered(visitor):
            time.sleep(0.02)
        outages[len(dying)].append(time.monotonic() - began)
    until_two(server)
    told.measured = (
        f"{DEATHS // 2} times one worker killed (kill -9): out {max(outages[1]):.1f} s at most; {DEATHS // 2} times"
        f" both at once: {max(outages[2]):.1f} s"
    )
    assert max(outages[1]) <= 5
    assert max(outages[2]) <= BACK_S


def until_two(server):
    deadline = time.monotonic() + 30
    while len(server.workers()) != 2 and time.monotonic() < deadline:
        time.sleep(0.05)


def answered(visitor):
    """Whether ten pages in a row are answered: both workers are asked."""
    try:
        return all(visitor.get("/search?q=food", timeout=10).status == 200 for _ in range(10))
    except LOST:
        return False


def size_of(server):
    """Bytes that a server's processes hold together."""
    return sum(procs.memory(pid).pss for pid in (server.process.pid, *server.workers()))


def huge(port, path, known):
    """Send a body of a hundred megabytes, as far as it is taken; the status of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        with suppress(OSError):  # whoever does not want it may hang up
            line.sendall(f"{head}Content-Length: {BODY_BYTES}\r\n\r\n".encode())
            for _ in range(BODY_BYTES // MEGABYTE):
                line.sendall(b"a" * MEGABYTE)
        with suppress(OSError):
            known.append(int(line.recv(64).split()[1]))


def test_several_huge_bodies_at_once_are_refused_and_held_by_nobody(make_site, told):
    told.about(Promise.BODIES)
    site = make_site("sqlite")
    server = site.start()
    for path in MIXED * 3:
        Visitor(site.port).get(path)
    before, most = size_of(server), [0]
    statuses: list[int] = []
    paths = ("/add/who", f"/listings/{SLUG}/report", "/sign-in", "/search", "/moderate/imports", "/nowhere")

    def watch():
        while len(statuses) < BODIES and time.monotonic() < deadline:
            most[0] = max(most[0], size_of(server))
            time.sleep(0.05)

    deadline = time.monotonic() + 60
    bodies = [partial(huge, site.port, path, statuses) for path in islice(cycle(paths), BODIES)]
    with readers(site.port) as read:
        together([*bodies, watch])
    grown = max(0, most[0] - before)
    told.measured = (
        f"{BODIES} of {BODY_BYTES / MEGABYTE:.0f} MB: {sorted(set(statuses))}, memory + {grown / MEGABYTE:.1f} MB of"
        f" {before / MEGABYTE:.0f} MB; pages meanwhile in {read.slowest_s:.1f} s at most"
    )
    assert len(statuses) == BODIES
    assert set(statuses) == {413}
    assert grown <= MORE_BYTES
    assert set(read.statuses) == {200}


def files_of(server):
    """How many files and connections each process of a server has open."""
    return [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in server.workers()]


def memory_of(server):
    """Bytes of each process of a server."""
    return [procs.memory(pid).pss for pid in server.workers()]


@pytest.mark.parametrize("kind", KINDS)
def test_memory_and_open_files_are_level_after_thousands_of_requests(kind, make_site, told):
    told.about(Promise.LEVEL, kind)
    site = make_site(kind, files_a_minute="0")
    server = site.start()
    chance, statuses = random.Random(1), set()
    measured = []

    def ask(number):
        visitor = Visitor(site.port)
        for _ in range(number):
            statuses.add(visitor.get(chance.choice(MIXED)).status)

    for number in (SETTLED, REQUESTS - SETTLED):
        together([partial(ask, number // 8)] * 8)
        time.sleep(3)  # connections that were closed are noticed
        measured.append((memory_of(server), files_of(server)))
    (memory, files), (memory_after, files_after) = measured
    told.measured = (
        f"after {SETTLED:,} and after {REQUESTS:,}: memory of the workers {mb(memory)} and {mb(memory_after)} MB, open"
        f" files {files} and {files_after}"
    )
    assert statuses == {200, 404}
    assert all(after - before < LEVEL_BYTES for before, after in zip(memory, memory_after, strict=True))
    assert all(after <= before + 4 for before, after in zip(files, files_after, strict=True))


def mb(sizes):
    return " + ".join(f"{size / MEGABYTE:.0f}" for size in sizes)
