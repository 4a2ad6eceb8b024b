"""What the kernel says of processes: CPU time and memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes: ``rss`` counts pages shared with others whole, ``pss`` in parts."""

    rss: int
    pss: int


def children(pid: int) -> list[int]:
    """The processes that ``pid`` started and that still run."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_s(pid: int) -> float:
    """Seconds of CPU that a process has used, in steps of a clock tick (10 ms)."""
    return sum(_ticks(pid)[:2]) / TICKS_A_SECOND


def family_cpu_s(pid: int) -> float:
    """As above, of a process and of all that it started, those that have ended too."""
    living = sum(sum(_ticks(child)[:2]) for child in children(pid))
    return (sum(_ticks(pid)) + living) / TICKS_A_SECOND


def _ticks(pid: int) -> list[int]:
    """User and system time, then those of the children that have ended; none when it has just ended itself."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return [0, 0, 0, 0]
    return [int(field) for field in fields[11:15]]


def memory(pid: int | str = "self") -> Memory:
    """The memory of a process."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    found = {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines)}
    return Memory(found["Rss"], found["Pss"])


def rss() -> int:
    """The bytes of this process that are in memory: a hundred times as quick as ``memory``."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
