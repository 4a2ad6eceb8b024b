"""The real import command, run in a process of its own and watched from inside.

``python -m tests.bench.importing MEASURED.json FILE MAPPING [quietly]``: without a profile, which takes some time.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from directory.app import cli
from directory.exchange.cli import importing
from directory.infra import db, sqlite_files
from tests.bench import procs
from tests.bench.sampler import Sampler

TEMPLATE: Final = "template"
QUIETLY: Final = "quietly"


class Watched:
    """Stands in for ``transaction`` of the import: how long each one took, and the memory after it.

    ``held``: how long each turn to write was held, on SQLite: a transaction, or the log being shortened.
    """

    def __init__(self) -> None:
        self.began = 0.0  # when the first one did: before it the application was made
        self.seconds: list[float] = []
        self.held: list[float] = []
        self.memory: list[int] = []
        self._transaction = db.transaction
        self._turn = sqlite_files._turn

    @contextmanager
    def transaction(self, **options: Any) -> Iterator[Session]:
        """As the real one, timed from asking for the turn to write until the commit is on the disk."""
        began = time.perf_counter()
        self.began = self.began or began
        with self._transaction(**options) as session:
            yield session
        self.seconds.append(time.perf_counter() - began)
        self.memory.append(procs.rss())

    @contextmanager
    def turn(self, path: Path) -> Iterator[None]:
        """As the real one, timed from when it was had."""
        with self._turn(path):
            began = time.perf_counter()
            yield
        self.held.append(time.perf_counter() - began)


def main(measured: Path, file: Path, mapping: str, *, profiled: bool) -> None:
    """Import ``file`` by ``mapping`` and write what was measured."""
    watched = Watched()
    vars(importing)["transaction"] = watched.transaction
    vars(sqlite_files)["_turn"] = watched.turn
    sampler = Sampler()
    with sampler.running() if profiled else nullcontext():
        try:
            cli(["import", "csv", str(file), "--mapping", mapping], standalone_mode=False)
        except SystemExit as ended:
            if ended.code and mapping == TEMPLATE:  # a register has rows with something wrong, as in life
                raise
    seconds = time.perf_counter() - watched.began
    fifth = watched.memory[len(watched.memory) // 5]
    facts = {
        "seconds": seconds,
        "longest_transaction_s": max(watched.held or watched.seconds),
        "transactions": len(watched.seconds),
        "peak_rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "rss_after_a_fifth": fifth,
        "rss_at_the_end": watched.memory[-1],
        "profile": sampler.lines(),
    }
    measured.write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], profiled=QUIETLY not in sys.argv)
