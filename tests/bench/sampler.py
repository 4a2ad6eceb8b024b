"""Where wall time goes: the stack of the main thread, looked at again and again.

Cheaper than a tracing profiler, which would make small functions look twice as dear as they are.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import CodeType, FrameType
from typing import Final

from directory.infra import files

EVERY_S: Final = 0.005
WORTH_TELLING: Final = 0.02  # of all time
TELLS_NOTHING: Final = 0.95  # what runs nearly all the time only holds the others


class Sampler:
    """Counts, for each function of ours, in how many samples it ran, and in how many nothing of ours ran below it."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        self._every_s = every_s
        self._within: Counter[str] = Counter()
        self._itself: Counter[str] = Counter()
        self._samples = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Sample while inside."""
        signal.signal(signal.SIGALRM, self._look)
        signal.siginterrupt(signal.SIGALRM, False)  # noqa: FBT003 - the function's own signature
        signal.setitimer(signal.ITIMER_REAL, self._every_s, self._every_s)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def _look(self, _signal: int, frame: FrameType | None) -> None:
        self._samples += 1
        seen: list[str] = []
        while frame is not None:
            if frame.f_code.co_filename.startswith(_OURS):
                seen.append(_name(frame.f_code))
            frame = frame.f_back
        if seen:
            self._itself[seen[0]] += 1
            self._within.update(set(seen))

    def lines(self) -> list[tuple[str, float, float]]:
        """(function, share with all that it calls, share of its own with what it calls of others), dearest first."""
        total = max(1, self._samples)
        return [
            (name, count / total, self._itself[name] / total)
            for name, count in self._within.most_common()
            if WORTH_TELLING <= count / total < TELLS_NOTHING
        ]


_OURS: Final = (f"{files.PACKAGE}/", f"{files.templates()}/")


@cache
def _name(code: CodeType) -> str:
    path = code.co_filename
    if path.startswith(_OURS[1]):
        return f"template {path.removeprefix(_OURS[1])}"
    module = path.removeprefix(_OURS[0]).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    return f"{module}.{code.co_qualname}"
