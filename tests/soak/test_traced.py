"""After a power cut what was thanked for is there: the system calls of a server say that it was written to the disk."""

from __future__ import annotations

import re
import signal
import subprocess
from contextlib import contextmanager

import pytest

from tests.soak.crowds import SLUG
from tests.soak.reliability import Promise
from tests.soak.visitors import reports
from tests.support import machine, replicas
from tests.support.apps import set_up
from tests.support.databases import KINDS
from tests.support.waiting import until

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]
POSTS = 8
CALLS = "recvfrom,recv,read,sendto,send,sendmsg,fsync,fdatasync"
AT = re.compile(r"^(?:\[pid +)?(\d+)\]? +(\d+\.\d+) (.*)$")


@contextmanager
def traced(pid, file):
    """Write down what a process, and whatever it begins meanwhile, asks of the kernel."""
    command = [
        str(machine.STRACE.found()),
        "-f",
        "-ttt",
        "-y",
        "-s",
        "40",
        "-e",
        f"trace={CALLS}",
        "-o",
        str(file),
        "-p",
        str(pid),
    ]
    said = file.with_suffix(".said")
    with said.open("w") as out, subprocess.Popen(command, stderr=out) as strace:
        until(lambda: "attached" in said.read_text() or strace.poll() is not None)
        if strace.poll() is not None:
            pytest.fail(f"The system calls cannot be traced: {said.read_text()}", pytrace=False)
        try:
            yield
        finally:
            strace.send_signal(signal.SIGINT)
            strace.wait(30)


def calls(file):
    """Moment and text of each call, in their order; one that another interrupted counts when it ended."""
    lines = (AT.match(line) for line in file.read_text(errors="replace").splitlines())
    return sorted((float(found[2]), found[3]) for found in lines if found)


def synced(found, where):
    """The moments of the syncs of a file that succeeded."""
    named = re.compile(rf"f(?:data)?sync\(\d+<[^>]*{where}")
    begun, done = [], []
    for at, call in found:
        if named.match(call) and call.rstrip().endswith("= 0"):
            done.append(at)
        elif named.match(call) and "unfinished" in call:
            begun.append(at)
        elif begun and re.match(r"<\.\.\. f(?:data)?sync resumed>\) += 0", call):
            done.append(begun.pop(0))
    return done


def spans(found):
    """From when to when each post was being answered."""
    begun, done = None, []
    for at, call in found:
        if '"POST /' in call:
            begun = at
        elif begun is not None and '"HTTP/1.1 303' in call:
            done.append((begun, at))
            begun = None
    return done


@pytest.fixture
def place(kind, make_site):
    """A site that nothing writes to but its one worker; whose calls, and which file, tell that it is on the disk."""
    settings = {"workers": "1", "jobs": "0"}
    if kind == "sqlite":
        site = make_site(kind, **settings)
        site.start()
        yield site, None, "-wal"
        return
    with replicas.replicated(0, fsync="on") as (primary, _):
        set_up(primary.url, sample=True)
        site = make_site(kind, url=primary.url, **settings)
        site.start()
        yield site, primary, "pg_wal/"
        site.end()


@pytest.mark.parametrize("kind", KINDS)
def test_between_each_post_and_its_answer_it_is_written_to_the_disk(kind, place, tmp_path, told):
    told.about(Promise.POWER_CUT, kind)
    site, primary, where = place
    forms = reports(site.port, SLUG, [f"Traced {nth}" for nth in range(POSTS)])
    app, database = tmp_path / "app.trace", tmp_path / "database.trace"
    with traced(site.running.workers()[0], app):
        if primary:  # those of its processes that begin from now on: the connections of a pool made anew
            primary.ask(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            with traced(primary.pid, database):
                statuses = [who.send(what).status for who, what in forms]
        else:
            statuses = [who.send(what).status for who, what in forms]
    posts = spans(calls(app))
    syncs = synced(calls(database if primary else app), where)
    within = [any(begun < at < done for at in syncs) for begun, done in posts]
    told.measured = f"{len(posts)} posts traced by strace: a sync of {where} before {sum(within)} of their answers"
    assert statuses == [303] * POSTS
    assert within == [True] * POSTS
