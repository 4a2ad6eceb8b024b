"""Connections to a server that may stop in the middle of an answer without saying so."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any, Final, TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from directory.infra.db import notice_hang_ups

RV = TypeVar("RV")
ASKED_S: Final = 0.1  # how often somebody who waits asks whether there is still hope
CONNECT_S: Final = 2  # the least that libpq waits
QUIET: Final = {  # a machine that vanished is noticed by the kernel, in seconds and not in hours
    "connect_timeout": CONNECT_S,
    "keepalives_idle": 5,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5_000,
}
Hopeless = Callable[[float], bool]  # told since when somebody waits (monotonic seconds)


class Impatient(psycopg.Connection[Any]):
    """A connection that is closed, with OperationalError, as soon as waiting on it is hopeless.

    A server's own limits end nothing when the server itself has stopped.
    """

    hopeless: Hopeless = staticmethod(lambda _since: False)

    def wait(self, gen: Generator[Any, Any, RV], interval: float = ASKED_S, timeout: float | None = None) -> RV:
        """As psycopg's, which wakes the generator every ``interval`` seconds while nothing comes."""
        return super().wait(self._hoping(gen), min(interval, ASKED_S), timeout)

    def _hoping(self, gen: Generator[Any, Any, RV]) -> Generator[Any, Any, RV]:
        since = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and self.hopeless(since):
                    self.close()
                    raise psycopg.OperationalError("the server has stopped answering")
                wanted = gen.send(ready)
        except StopIteration as end:
            answer: RV = end.value
            return answer


def open_impatient(url: str, hopeless: Hopeless, **options: Any) -> Engine:
    """An engine whose connections give up when ``hopeless`` says so; ``options`` are of ``create_engine``."""
    engine = sa.create_engine(url, **{"hide_parameters": True, **options})

    def connect(_dialect: object, _record: object, arguments: Any, named: Any) -> Impatient:
        made = Impatient.connect(*arguments, **(QUIET | named))
        made.hopeless = hopeless
        return made

    event.listen(engine, "do_connect", connect)
    notice_hang_ups(engine)
    return engine
