"""What runs in a worker beside its requests."""

from __future__ import annotations

import threading

from directory.infra import background
from directory.infra.background import Watch


def test_values_are_refreshed_again_and_again_even_after_an_error(monkeypatch):
    monkeypatch.setattr(background, "FRESH_S", 0.01)
    calls, third = [], threading.Event()

    def refresh():
        calls.append(1)
        if len(calls) == 3:
            third.set()
        if len(calls) == 1:
            raise OSError("the database is away")

    watch = Watch(refresh, None)
    watch.start()
    assert third.wait(10)
    watch.stop()
    watch._thread.join(10)
    assert not watch._thread.is_alive()
