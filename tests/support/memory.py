"""How much memory something takes at most, as the machine counts it: in a process that does nothing else.

``tracemalloc`` follows every object that is made, and what makes a million of them takes five times as long under
it. To ask the machine costs nothing, and its count is the stricter: also what libraries take beside Python, and
what lies free between two things, is in it.
"""

from __future__ import annotations

import ctypes
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

Most = Callable[..., int]


def measured(work: Callable[..., object], *given: object) -> int:
    """The most bytes that this process holds beyond what it holds now, until ``work(*given)`` is done."""
    ctypes.CDLL(None).malloc_trim(0)  # what lies free already would be taken without being seen
    Path("/proc/self/clear_refs").write_text("5")  # the highest mark so far
    before = _bytes("VmRSS")
    work(*given)
    return _bytes("VmHWM") - before


def _bytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) * 1024


@pytest.fixture(scope="module")
def most_memory(request: pytest.FixtureRequest) -> Iterator[Most]:
    """``measured`` in a process of its own, begun from one that has imported the test's module and nothing more.

    ``work`` and what it is given are sent to that process: a function of the module, and plain values.
    """
    context: Any = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([request.module.__name__])
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as processes:
        yield lambda work, *given: processes.submit(measured, work, *given).result()
