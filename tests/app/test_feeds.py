"""``directory feeds`` as it is installed: a harvest that is killed goes on where it was, in another process."""

from __future__ import annotations

import subprocess
import threading

import pytest

from tests.app.conftest import COMMAND, environment
from tests.exchange.feed_site import Foreign, canned, foreign_service
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS

NAMES = ("Advice", "Bread", "Choir", "Dance", "Eggs")


@pytest.fixture(params=KINDS)
def env(request, instance, databases):
    return environment(instance, database_url=databases.copy_of(INSTALLED, request.param).url, feeds_allow="127.0.0.1")


def run(env, *words):
    return subprocess.run(
        [*COMMAND, "feeds", *words], env=env, capture_output=True, text=True, check=False, timeout=120
    )


def test_what_a_killed_process_kept_is_not_asked_for_again(env):
    foreign, reached, go_on = Foreign([foreign_service(name) for name in NAMES]), threading.Event(), threading.Event()
    stops = [4]  # requests before the one at which the process is killed

    def answer(path):
        if stops and len(site.asked) > stops[0]:
            reached.set()
            go_on.wait(60)
        return foreign.answer(path)

    with canned(answer) as site:
        added = run(env, "add", f"{site.url}/v3", "--title", "Theirs", "--licence", "CC0", "--name", "theirs")
        assert added.returncode == 0, added.stderr
        with subprocess.Popen([*COMMAND, "feeds", "run"], env=env) as process:
            assert reached.wait(60)
            process.kill()
        stops.clear()
        go_on.set()
        assert "under way at services, page 2" in run(env, "list").stdout
        assert "theirs: 5 new" in run(env, "run").stdout
        asked = [path for path, _ in site.asked]
    assert len(set(asked)) == 7
    assert [path for path in set(asked) if asked.count(path) > 1] == [asked[4]]  # the one that nobody read
