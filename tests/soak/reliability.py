"""The promises of reliability, and what was measured of each: a line for each database in docs/reliability.md."""

from __future__ import annotations

import fcntl
from dataclasses import dataclass
from enum import Enum
from typing import Final

from directory.infra import clock
from tests.bench import machine
from tests.support import runs, written

PAGE: Final = "reliability.md"
COMMAND: Final = "make soak"
NAMES: Final = {"sqlite": "SQLite", "postgres": "PostgreSQL", "": "either"}
HEAD: Final = ("| promise | it passes when | database | measured | |", "|---|---|---|---|---|")


class Promise(Enum):
    """What is promised, and when its experiment passes."""

    KILLED = ("a thank-you page means that it is stored", "lost 0, doubled 0, back in 10 s")
    POWER_CUT = ("even after a power cut", "a sync between each post and its answer")
    WRITERS = ("many writers at once", "refused 0, lost 0, p99 under 3 s")
    LOST_UPDATE = ("no lost update", "the second gets 409, and keeps the text typed")
    LOCKED = ("the database is locked", "search answers; posts are stored, or 503 with Retry-After; no false thanks")
    DISK_FULL = ("the disk is full", "503 or 507 only; search answers; recovers by itself")
    GEOCODER = ("the geocoder is down, slow or talks rubbish", "pages under 2 s; nothing outside the place on the map")
    MAIL = ("the mail server is down", "every message out within 60 s, at most 2 copies")
    IMPORT = (
        "an import breaks late in a large file",
        "strict: nothing is in; else every other row is; the message names the row",
    )
    BODIES = ("several huge bodies at once", "413, memory + 100 MB at most")
    CLOCK = ("the clock jumps a day either way", "no 500; old links dead; limits end in real time")
    MIGRATION = ("a migration is killed, repeated, rolled back", "the same rows; readers get 200 or 503 only")
    BACKUP = ("a backup under 8 writers is restored", "every earlier acknowledgement is in it")
    WORKER = ("a worker dies", "out 5 s at most")
    LEVEL = ("thousands of mixed requests", "memory and open files level")
    MANY_ROWS = ("a file of a million rows is taken", "first bytes in 2 s, memory + 20 MB at most")

    @property
    def says(self) -> str:
        """The promise."""
        return str(self.value[0])

    @property
    def passes(self) -> str:
        """When it is kept."""
        return str(self.value[1])


@dataclass
class Line:
    """What an experiment found, written by the test before it asserts."""

    promise: Promise | None = None
    kind: str = ""
    measured: str = ""

    def about(self, promise: Promise, kind: str = "") -> None:
        """Begin: from now on a failure is told."""
        self.promise, self.kind, self.measured = promise, kind, "it broke off"

    def row(self, *, passed: bool) -> str:
        """The line of the table."""
        assert self.promise is not None
        cells = (self.promise.says, self.promise.passes, NAMES[self.kind], self.measured)
        return f"| {' | '.join(cells)} | {'pass' if passed else '**fail**'} |"


def keep(line: Line, *, passed: bool) -> None:
    """Put a line in the place of the last one about its promise and database."""
    row = line.row(passed=passed)
    with (runs.folder() / "reliability.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = {key_of(each): each for each in rows() if key_of(each) in ORDER} | {key_of(row): row}
        told = f"{clock.now().date().isoformat()}, {machine.hardware()}; load at the end: {machine.load()}."
        ordered = [kept[key] for key in ORDER if key in kept]
        written.keep(PAGE, COMMAND, "\n".join([told, "", *HEAD, *ordered]))
    print(f"\n{row}")


def rows() -> list[str]:
    """The lines of the table as it stands."""
    text = (written.DOCS / PAGE).read_text(encoding="utf-8")
    _, _, rest = text.partition(f"<!-- {COMMAND} writes from here -->")
    inside, _, _ = rest.partition(written.END)
    return [line for line in inside.splitlines() if line.startswith("| ") and line not in HEAD]


def key_of(row: str) -> tuple[str, str]:
    """What a line is about: the promise and the database, in words."""
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    return cells[0], cells[2]


ORDER: Final = [(promise.says, name) for promise in Promise for name in NAMES.values()]
