"""How a worker is set."""

from __future__ import annotations

import gc
from types import SimpleNamespace
from typing import Any

import pytest

from directory.infra import serving


@pytest.fixture
def collector():
    """The garbage collector, set as before when the test is over."""
    before = gc.get_threshold()
    yield gc
    gc.unfreeze()
    gc.set_threshold(*before)


def test_a_worker_is_started_and_what_it_is_made_of_is_not_looked_through_again(collector):
    said: list[str] = []

    def started(application):
        said.append(f"started {application}")
        return lambda: said.append("stopped")

    settings: Any = SimpleNamespace(host="127.0.0.1", port=8000, workers=1, threads=4)
    told = serving.options(settings, started, lambda: None)
    told["post_worker_init"](SimpleNamespace(wsgi="the site"))
    assert collector.get_freeze_count() > 0
    assert collector.get_threshold()[0] == serving.GARBAGE
    told["worker_exit"](None, None)
    assert said == ["started the site", "stopped"]
