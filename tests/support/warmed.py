"""The program ``directory`` begun as a copy of a process that has imported it: a start without its second of imports.

``python -m tests.support.warmed`` imports what the server serves with, and for each order that it reads (a line of
JSON) it forks; the copy becomes the program, in an environment and folder of its own. In a run of the tests templates
are compiled once for all copies. ``tests/app`` starts the program as it is installed.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import flask
from jinja2 import FileSystemBytecodeCache

from directory import app
from tests.support import runs

USED = ("directory.infra.cli.serve", "directory.app.steps", "directory.infra.schema")  # beside tables, pages and jobs


class Copy:
    """One running copy. The process it came from has seen to it that the system forgets it when it ends."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def runs(self) -> bool:
        """Whether it has not ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, 0)
            return True
        return False

    def stop(self, patience: float) -> None:
        """Ask it to end, and after ``patience`` seconds end it."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
            deadline = time.monotonic() + patience
            while self.runs() and time.monotonic() < deadline:
                time.sleep(0.02)


class Warmed:
    """The process that copies come from."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.support.warmed"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, *words: str, env: Mapping[str, str], folder: Path, log: Path) -> Copy:
        """A copy that runs ``directory`` with these words; what it says is written to ``log``."""
        order = {"words": words, "env": dict(env), "folder": str(folder), "log": str(log)}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Copy(int(self._process.stdout.readline()))

    def close(self) -> None:
        """No more copies; those that run go on."""
        self._process.communicate()


@cache
def program() -> Warmed:
    """The process that all servers of this worker are copies of."""
    made = Warmed()
    atexit.register(made.close)
    return made


def main() -> None:
    """Import everything, then make copies until nobody can order any more."""
    _import_everything()
    if runs.FOLDER in os.environ:
        _keep_compiled(runs.folder() / "templates")
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets copies that have ended by itself
    while line := sys.stdin.readline():
        order = json.loads(line)
        pid = os.fork()
        if not pid:
            _become(order["words"], order["env"], order["folder"], order["log"])
        print(pid, flush=True)


def _import_everything() -> None:
    app.fill()
    for name in (*app.PAGES, *app.JOBS, *USED):
        import_module(name)


def _keep_compiled(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    # Of every application that a copy makes; none of ours is to know of the tests.
    kept = {"bytecode_cache": FileSystemBytecodeCache(str(folder))}
    flask.Flask.jinja_options = flask.Flask.jinja_options | kept


def _become(words: Sequence[str], env: Mapping[str, str], folder: str, log: str) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for here, there in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(here, there)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    app.cli(list(words), prog_name="directory")
    raise SystemExit


if __name__ == "__main__":
    main()
