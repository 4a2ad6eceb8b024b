"""A thank-you page means that it is stored, whatever happens to the server a moment later."""

from __future__ import annotations

import random
import threading
import time
from contextlib import contextmanager

import pytest

from tests.contribute.conftest import NEIGHBOURS
from tests.soak.reliability import Promise
from tests.soak.visitors import LOST, Visitor, add_group, complaint, report
from tests.support import replicas
from tests.support.apps import set_up
from tests.support.databases import KINDS

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]
SLUG = "talking-tables-english"
KILLS = 12
PEOPLE = 6
BACK_S = 10.0


class People:
    """Those who send something all the while, each form until they are thanked; and what they were thanked for."""

    def __init__(self, port) -> None:
        self.thanked: dict[str, str] = {}  # what was sent: the page of thanks
        self.wrong: list[str] = []
        self._port = port
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(PEOPLE)]

    @contextmanager
    def sending(self):
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def _send(self, number):
        nth = 0
        while not self._stop.is_set():
            nth += 1
            try:
                (self._report if number % 2 else self._add)(f"Sending {number}.{nth} of many")
            except Exception as error:  # noqa: BLE001 - a thread's failure fails the test
                self.wrong.append(repr(error))
                return

    def _report(self, what):
        visitor = Visitor(self._port)
        self._until_thanked(visitor, report(visitor, SLUG, what), what)

    def _add(self, what):
        visitor = Visitor(self._port)
        self._until_thanked(visitor, add_group(visitor, NEIGHBOURS, what), what)

    def _until_thanked(self, visitor, filled, what):
        answer = visitor.send_at_last(filled)
        assert answer.status == 303, (answer.status, complaint(answer))
        page = visitor.get_at_last(answer.leads_to)
        assert "Thank you" in page.text, page.text[:2000]
        self.thanked[what] = page.text


@pytest.fixture
def power(request, make_site, kind):
    """A site, and what ends and brings back a part of it: on PostgreSQL by turns the application and the database."""
    if kind == "sqlite":
        site = make_site(kind)
        yield site, site.end, site.start
        return
    with replicas.replicated(0) as (primary, _):
        set_up(primary.url, sample=True)
        site = make_site(kind, url=primary.url)
        turn = iter(range(10_000))
        ended = []

        def end():
            ended.append(primary if next(turn) % 2 else site.running)
            ended[-1].kill()

        yield site, end, lambda: ended[-1].start() if ended[-1] is primary else site.start(wait=False)
        site.end()


def first_answer_s(site, began):
    """Seconds since ``began`` until a page is answered whole."""
    while True:
        try:
            if Visitor(site.port).get("/search?q=food").status == 200:
                return time.monotonic() - began
        except LOST:
            pass
        time.sleep(0.05)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_was_thanked_for_is_lost_or_doubled_by_kill_9(kind, power, told):
    site, end, bring_back = power
    site.start()
    told.about(Promise.KILLED, kind)
    people, back = People(site.port), []
    with people.sending():
        for _ in range(KILLS):
            time.sleep(random.uniform(1.5, 4))  # pages answered, and forms under way
            end()
            began = time.monotonic()
            bring_back()
            back.append(first_answer_s(site, began))
    stored = [row[0] for row in site.ask("SELECT words FROM report UNION ALL SELECT summary FROM suggestion")]
    references = dict(
        tuple(row)
        for row in site.ask("SELECT words, reference FROM report UNION ALL SELECT summary, reference FROM suggestion")
    )
    lost = [what for what, page in people.thanked.items() if what not in stored or references[what] not in page]
    doubled = len(stored) - len(set(stored))
    told.measured = (
        f"{KILLS} kills among {PEOPLE} people, {len(people.thanked)} thanked: lost {len(lost)}, doubled {doubled},"
        f" back in {max(back):.1f} s at most"
    )
    assert people.wrong == []
    assert (lost, doubled) == ([], 0)
    assert len(people.thanked) > KILLS
    assert max(back) < BACK_S
