"""What runs in a worker beside its requests: values kept fresh in every worker, jobs in the one that leads."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from directory.infra.jobs import Runner

FRESH_S: Final = 1.0  # how long a worker may answer with areas or terms that were replaced
log = logging.getLogger(__name__)


class Watch:
    """Calls ``refresh`` every second, and runs ``runner`` if there is one, until stopped."""

    def __init__(self, refresh: Callable[[], None], runner: Runner | None) -> None:
        self._refresh = refresh
        self._runner = runner
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)

    def start(self) -> None:
        """Begin, in threads of their own."""
        self._thread.start()
        if self._runner:
            self._runner.start()

    def stop(self) -> None:
        """End, and hand the lead of the jobs on."""
        self._stop.set()
        if self._runner:
            self._runner.stop()

    def _watch(self) -> None:
        while not self._stop.wait(FRESH_S):
            try:
                self._refresh()
            except Exception as error:  # noqa: BLE001 - the database may be away: the old values serve meanwhile
                log.warning("areas and terms could not be refreshed", extra={"reason": type(error).__name__})
