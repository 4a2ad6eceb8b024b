"""The standbys of an installation, watched from each process that answers requests."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from itertools import count
from typing import Final

import sqlalchemy as sa

from directory.infra.standbys.rules import Positions
from directory.infra.standbys.server import Standby, ask, asker

LOOK_S: Final = 1.0  # between two questions to a server
log = logging.getLogger(__name__)


class Standbys:
    """Which standbys can be read. Each server is asked by a thread of its own: one that hangs holds up no other."""

    def __init__(self, primary_url: str, urls: Sequence[str], *, most_behind_s: float) -> None:
        self.all = tuple(Standby(url, number, most_behind_s=most_behind_s) for number, url in enumerate(urls, start=1))
        self.most_behind_s = most_behind_s
        self._primary = asker(primary_url)
        self._system: int | None = None
        self._positions = Positions()
        self._turns = count()
        self._stop = threading.Event()

    def choose(self, besides: Collection[int] = ()) -> Standby | None:
        """The next standby in turn that can be read and has none of these numbers; None: read the primary."""
        fit = [each for each in self.all if each.number not in besides and not each.why_not()]
        return fit[next(self._turns) % len(fit)] if fit else None

    def look(self) -> None:
        """Ask every server once."""
        self._look_at_primary()
        for each in self.all:
            self._look_at(each)

    def start(self) -> None:
        """Ask every server again and again, in threads."""
        looks: list[Callable[[], None]] = [self._look_at_primary, *(self._looking_at(each) for each in self.all)]
        for look in looks:
            threading.Thread(target=self._watch, args=(look,), name="standbys", daemon=True).start()

    def stop(self) -> None:
        """Ask no more."""
        self._stop.set()

    def close(self) -> None:
        """Close every connection."""
        for engine in (self._primary, *(each.asked for each in self.all), *(each.engine for each in self.all)):
            engine.dispose()

    def _watch(self, look: Callable[[], None]) -> None:
        while not self._stop.is_set():
            look()
            self._stop.wait(LOOK_S)

    def _looking_at(self, standby: Standby) -> Callable[[], None]:
        return lambda: self._look_at(standby)

    def _look_at(self, standby: Standby) -> None:
        standby.look(self._system, self._positions)

    def _look_at_primary(self) -> None:
        try:
            told = ask(self._primary)
        except sa.exc.SQLAlchemyError as error:
            # Nothing is new that could be missing: what has caught up goes on being read.
            log.debug("the primary does not answer", extra={"reason": type(error).__name__})
            return
        if not told.standby:
            self._system = told.system
            self._positions.note(told.position, time.monotonic())
