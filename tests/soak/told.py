"""What the soak with standbys was answered, as a table in docs/scaling.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from directory.infra import clock
from tests.bench import machine
from tests.support import written

HEAD: Final = (
    "| what happened | requests | failed | requests/s | p50 ms | p95 ms | longest ms |",
    "|---|---:|---:|---:|---:|---:|---:|",
)


def keep(rows: Sequence[str]) -> None:
    """Put the table into the page, in the place of the last one."""
    dated = f"{clock.now().date().isoformat()}, {machine.hardware()}; load at the end: {machine.load()}."
    written.keep("scaling.md", "make soak", "\n".join([dated, "", *HEAD, *rows]))
