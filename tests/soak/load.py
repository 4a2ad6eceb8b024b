"""Readers who ask a running server without a pause, and what they were answered."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from statistics import median

from tests.bench.client import Broken, Client


@dataclass
class Phase:
    """What happened while something was done to the servers. ``said``: how often each status came."""

    name: str
    said: Counter[int | str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0

    def row(self) -> str:
        """A row of a table: requests, those that failed, requests a second, p50, p95 and the longest in ms."""
        ordered = sorted(self.seconds) or [0.0]
        times = (median(ordered), ordered[int(0.95 * (len(ordered) - 1))], ordered[-1])
        rate = len(self.seconds) / (self.ended - self.began)
        return (
            f"| {self.name} | {len(self.seconds):,} | {len(self.seconds) - self.said[200]} | {rate:,.0f} | "
            + " | ".join(f"{1000 * each:,.0f}" for each in times)
            + " |"
        )


class Load:
    """So many readers at once, each with a connection kept alive."""

    def __init__(self, port: int, paths: Sequence[str], readers: int) -> None:
        self.phases: list[Phase] = []
        self._phase = Phase("warming up")
        self._port = port
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=(islice(cycle(paths), number, None),)) for number in range(readers)
        ]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Readers read inside."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    @contextmanager
    def phase(self, name: str) -> Iterator[Phase]:
        """What is answered inside is counted under ``name``."""
        self._phase = phase = Phase(name)
        self.phases.append(phase)
        yield phase
        phase.ended = time.monotonic()
        self._phase = Phase("between")

    def _read(self, paths: Iterator[str]) -> None:
        client: Client | None = None
        while not self._stop.is_set():
            phase, began = self._phase, time.perf_counter()
            try:
                client = client or Client(self._port)
                said: int | str = client.get(next(paths)).status
            except (OSError, Broken) as error:
                said, client = type(error).__name__, None
            phase.said[said] += 1
            phase.seconds.append(time.perf_counter() - began)
        if client:
            client.close()
