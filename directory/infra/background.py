"""What runs in a worker beside its requests: values kept fresh in every worker, jobs in the one that leads."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from directory.infra.jobs import Runner
from directory.infra.standbys import Standbys

FRESH_S: Final = 1.0  # how long a worker may answer with areas or terms that were replaced
WRITE_S: Final = 60.0  # how much of what it counted a worker may lose
REFRESH_FAILED: Final = "areas and terms could not be refreshed"
log = logging.getLogger(__name__)


class Watch:
    """Calls ``refresh`` at once and every second, ``write`` every minute, and runs ``parts``, until stopped."""

    def __init__(self, refresh: Callable[[], None], write: Callable[[], None], *parts: Runner | Standbys) -> None:
        self._refresh = refresh
        self._write = write
        self._parts = parts
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)

    def start(self) -> None:
        """Begin, in threads of their own."""
        self._thread.start()
        for part in self._parts:
            part.start()

    def stop(self) -> None:
        """End, write what was counted, and hand the lead of the jobs on."""
        self._stop.set()
        for part in self._parts:
            part.stop()
        self._try(self._write, "counts could not be written")

    def _watch(self) -> None:
        seconds = 0.0
        self._try(self._refresh, REFRESH_FAILED)
        while not self._stop.wait(FRESH_S):
            self._try(self._refresh, REFRESH_FAILED)
            seconds += FRESH_S
            if seconds >= WRITE_S:
                self._try(self._write, "counts could not be written")
                seconds = 0.0

    def _try(self, act: Callable[[], None], failed: str) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the database may be away: what is held serves meanwhile
            log.warning(failed, extra={"reason": type(error).__name__})
