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

    watch = Watch(refresh, lambda: None)
    watch.start()
    assert third.wait(10)
    watch.stop()
    watch._thread.join(10)
    assert not watch._thread.is_alive()


def test_values_are_fresh_before_the_first_second_is_over(monkeypatch):
    monkeypatch.setattr(background, "FRESH_S", 3600.0)
    at_once = threading.Event()
    watch = Watch(at_once.set, lambda: None)
    watch.start()
    assert at_once.wait(10)
    watch.stop()
    watch._thread.join(10)


def test_what_was_counted_is_written_now_and_then_and_at_the_end(monkeypatch):
    monkeypatch.setattr(background, "FRESH_S", 0.01)
    monkeypatch.setattr(background, "WRITE_S", 0.02)
    written, second = [], threading.Event()

    def write():
        written.append(1)
        if len(written) == 2:
            second.set()

    watch = Watch(lambda: None, write)
    watch.start()
    assert second.wait(10)
    monkeypatch.setattr(background, "WRITE_S", 1e9)
    watch._stop.set()
    watch._thread.join(10)
    before = len(written)
    watch.stop()
    assert len(written) == before + 1
