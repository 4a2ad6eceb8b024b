"""The measuring: rounds in which every page has its turn, in another order each time.

A page's turn is one client alone, for its time and the server's CPU, then four at once, for requests a second.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import cycle
from random import Random
from statistics import median
from typing import Any, Final

from tests.bench.client import Client
from tests.bench.questions import Page
from tests.bench.servers import Served

ROUNDS: Final = 5
ALONE_S: Final = 0.5  # long enough for fifty ticks of the clock that CPU is counted by
LEAST: Final = 12  # requests in a turn, however long they take
TOGETHER: Final = 4  # clients at once
TOGETHER_S: Final = 0.5


@dataclass(slots=True)
class Turns:
    """What the turns of one page gave."""

    page: Page
    served: Served
    seconds: list[float] = field(default_factory=list)  # of every request of a client alone
    cpu_s: list[float] = field(default_factory=list)  # per request, of each turn
    beside_s: list[float] = field(default_factory=list)  # as above, of the database server
    rate: list[float] = field(default_factory=list)  # requests a second, of each turn
    wire: int = 0  # bytes of the last answer as it came

    def figures(self) -> dict[str, Any]:
        """Milliseconds, requests a second and bytes, as the report keeps them."""
        ordered = sorted(self.seconds)
        return {
            "p50": 1000 * median(ordered),
            "p95": 1000 * ordered[int(0.95 * (len(ordered) - 1))],
            "longest": 1000 * max(self.page.slowest_s, ordered[-1]),
            "cpu": 1000 * median(self.cpu_s),
            "beside": 1000 * median(self.beside_s),
            "rate": median(self.rate),
            "requests": len(ordered),
            "different": len(self.page.paths),
            "tried": self.page.tried,
            "size": self.page.size,
            "wire": self.wire,
        }


def measured(pages: Sequence[tuple[Page, Served]], *, rounds: int = ROUNDS) -> dict[str, dict[str, Any]]:
    """The figures of each page that is there, by its name."""
    turns = [Turns(page, served) for page, served in pages if page.paths]
    asked = {turn.page.name: cycle(turn.page.paths) for turn in turns}
    order = Random(7)
    for number in range(rounds):
        print(f"Round {number + 1} of {rounds}", flush=True)
        for turn in order.sample(turns, len(turns)):
            _alone(turn, asked[turn.page.name])
            _together(turn, asked[turn.page.name])
    return {turn.page.name: turn.figures() for turn in turns}


def _alone(turn: Turns, paths: Iterator[str]) -> None:
    with Client(turn.served.port) as client:
        client.get(next(paths))  # the connection is made, and the thread that has it is awake
        cpu, beside = turn.served.cpu_s()
        began = time.perf_counter()
        done = 0
        while done < LEAST or time.perf_counter() - began < ALONE_S:
            answer = client.get(path := next(paths))
            if answer.status != HTTPStatus.OK:  # an error costs little, and would flatter
                raise SystemExit(f"{path} was answered with {answer.status} while it was measured")
            turn.seconds.append(answer.seconds)
            done += 1
        cpu_after, beside_after = turn.served.cpu_s()
        turn.wire = len(answer.body)
    turn.cpu_s.append((cpu_after - cpu) / done)
    turn.beside_s.append((beside_after - beside) / done)


def _together(turn: Turns, paths: Iterator[str]) -> None:
    """Clients that each ask again as soon as they are answered."""
    counts = [0] * TOGETHER
    lock = threading.Lock()
    with_all = threading.Barrier(TOGETHER + 1)
    end = 0.0

    def run(number: int) -> None:
        with Client(turn.served.port) as client:
            with_all.wait()
            while counts[number] < LEAST // TOGETHER or time.perf_counter() < end:
                with lock:
                    path = next(paths)
                client.get(path)
                counts[number] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(TOGETHER)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    end = began + TOGETHER_S
    with_all.wait()
    for thread in threads:
        thread.join()
    turn.rate.append(sum(counts) / (time.perf_counter() - began))
