"""One folder for one run of pytest, shared by its workers and gone at its end.

The process that was started by hand holds a pipe open for as long as it lives. What a worker starts for the
whole run (the PostgreSQL cluster) listens on that pipe and ends when it closes, however the run ended.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = "TEST_RUN_FOLDER"  # in the environment, so that workers find it
LIFELINE = "lifeline"
RUNNING = ".running"  # the ending of a file that stands while something listens on the lifeline
END_S = 30.0
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - each run makes folders of its own in it, as in /tmp
ROOM = 4 << 30  # bytes free there, or the disk is used

_lifeline = pytest.StashKey[int]()


def folder() -> Path:
    """The folder of this run."""
    return Path(os.environ[FOLDER])


@contextmanager
def once(name: str) -> Iterator[None]:
    """Hold ``name`` against the other workers of this run."""
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder and hold its lifeline, in the process that was started by hand."""
    for name in [name for name in os.environ if name.startswith("DIRECTORY_")]:
        del os.environ[name]  # no test touches the installation of whoever runs it
    # Where it is set, every worker and every command that a test starts compiles the whole program anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if hasattr(config, "workerinput"):
        return
    _work_in_memory()
    path = Path(tempfile.mkdtemp(prefix="directory-tests-"))
    os.environ[FOLDER] = str(path)
    os.mkfifo(path / LIFELINE)
    config.stash[_lifeline] = os.open(path / LIFELINE, os.O_RDWR | os.O_CLOEXEC)


def _work_in_memory() -> None:
    """Have this run and all that it starts keep its files in memory: a third of its time went to waiting for a disk."""
    if "TMPDIR" not in os.environ and IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let go of the lifeline, wait for those who listen to it, and remove the folder."""
    if (lifeline := config.stash.get(_lifeline, None)) is None:
        return
    os.close(lifeline)
    deadline = time.monotonic() + END_S
    while list(folder().glob(f"*{RUNNING}")) and time.monotonic() < deadline:
        time.sleep(0.05)
    shutil.rmtree(folder(), ignore_errors=True)
