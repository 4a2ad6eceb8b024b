"""Many people at once, each in a thread; what they were answered, and what was stored."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

from tests.soak.sites import Site
from tests.soak.visitors import LOST, Answer, Visitor

PATHS = ("/", "/search?q=food", "/search?q=advice&near=B12+9QR", "/map/features?bbox=-1.95,52.4,-1.8,52.5&zoom=12")
SLUG = "talking-tables-english"
WARM = 3  # times each page is asked for before anybody counts: both processes have it then
LATE_S = 10.0  # no reader is made to wait so long, whatever happens to who writes


@dataclass
class Answers:
    """What people were answered."""

    all: list[Answer] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # no answer at all

    @property
    def statuses(self) -> Counter[int]:
        """How often each status came."""
        return Counter(answer.status for answer in self.all)

    @property
    def seconds(self) -> list[float]:
        """How long each took, the quickest first."""
        return sorted(answer.seconds for answer in self.all)

    @property
    def p99_s(self) -> float:
        """So long, or less, did 99 of 100 take."""
        return self.seconds[int(0.99 * (len(self.all) - 1))]

    @property
    def slowest_s(self) -> float:
        """How long the slowest took; 0 when nobody asked."""
        return self.seconds[-1] if self.all else 0.0

    def ask(self, what: Callable[[], Answer]) -> None:
        """Ask, and remember the answer, or that there was none."""
        try:
            self.all.append(what())
        except LOST as error:
            self.lost.append(type(error).__name__)


def together(tasks: Sequence[Callable[[], None]]) -> None:
    """Do all of it at once. Raises the first error of any."""
    wrong: list[BaseException] = []

    def run(task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - told below
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]


@contextmanager
def readers(port: int, *, number: int = 3, paths: Sequence[str] = PATHS, pause_s: float = 0.05) -> Iterator[Answers]:
    """People who read one page after another all the while, and what they are answered."""
    answers, stop = Answers(), threading.Event()

    def read(which: int) -> None:
        visitor = Visitor(port)
        for nth, path in enumerate(cycle(paths)):
            if stop.wait(pause_s):
                return
            if nth >= which:
                answers.ask(lambda path=path: visitor.get(path))  # type: ignore[misc] # a default, as loops want

    for path in [*paths] * WARM:  # what a new process makes at its first page is no one's waiting
        Visitor(port).get(path)
    threads = [threading.Thread(target=read, args=(which,)) for which in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def stored(site: Site, like: str) -> list[str]:
    """The words of the reports that begin so."""
    return [row[0] for row in site.ask("SELECT words FROM report WHERE words LIKE :like", like=f"{like}%")]
