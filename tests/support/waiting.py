"""Waiting for what happens beside a test: in a thread, a process or a database."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

PATIENCE_S: Final = 60.0  # a shared machine is slow at times


def until(true: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    """Wait until something is true; fail when it does not become so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
