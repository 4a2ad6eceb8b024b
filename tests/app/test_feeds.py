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
def settings(request, databases):
    return {"database_url": databases.copy_of(INSTALLED, request.param).url, "feeds_allow": "127.0.0.1"}


def test_what_a_killed_process_kept_is_not_asked_for_again(settings, instance, run):
    """Another process is killed; this one goes on."""
    foreign, reached, go_on = Foreign([foreign_service(name) for name in NAMES]), threading.Event(), threading.Event()
    stops = [4]  # requests before the one at which the process is killed

    def answer(path):
        if stops and len(site.asked) > stops[0]:
            reached.set()
            go_on.wait(60)
        return foreign.answer(path)

    with canned(answer) as site:
        theirs = (f"{site.url}/v3", "--title", "Theirs", "--licence", "CC0", "--name", "theirs")
        added = run("feeds", "add", *theirs, **settings)
        assert added.exit_code == 0, added.output
        with subprocess.Popen([*COMMAND, "feeds", "run"], env=environment(instance, **settings)) as process:
            assert reached.wait(60)
            process.kill()
        stops.clear()
        go_on.set()
        assert "under way at services, page 2" in run("feeds", "list", **settings).output
        assert "theirs: 5 new" in run("feeds", "run", **settings).output
        asked = [path for path, _ in site.asked]
    assert len(set(asked)) == 7
    assert [path for path in set(asked) if asked.count(path) > 1] == [asked[4]]  # the one that nobody read
