"""The command ``directory`` by another clock: ``python -m tests.soak.shifted FILE serve``.

FILE holds the days that it is ahead of the machine's, and may be changed while it runs.

The wall clock is shifted for us (``infra.clock`` is its one reader) and for what reads ``time.time``; the monotonic one
stays, as it does when somebody sets a machine's clock. libfaketime would shift whole processes, but breaks the
``time.sleep`` of Python 3.11 and newer.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path

from directory.infra import clock

DAY_S = 86_400


def shift(file: Path) -> None:
    """Let this process, and those it forks, go by the clock of ``file``. To be done before anybody imports a reader."""
    seconds, now = time.time, clock.now  # noqa: TID251 - what is shifted

    def days() -> float:
        return float(file.read_text())

    time.time = lambda: seconds() + days() * DAY_S  # noqa: TID251 - as above
    clock.now = lambda: now() + timedelta(days=days())


if __name__ == "__main__":
    shift(Path(sys.argv.pop(1)))
    from directory.app import cli

    cli(prog_name="directory")
