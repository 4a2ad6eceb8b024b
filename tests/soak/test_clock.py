"""A clock that jumps a day either way while the server runs."""

from __future__ import annotations

import re
import sys
import time
from email import message_from_bytes
from email.policy import default
from itertools import count

import pytest

from directory.infra import clock
from directory.infra.db import db
from tests.soak.crowds import SLUG
from tests.soak.reliability import Promise
from tests.soak.test_machine import MIXED
from tests.soak.visitors import Visitor, report
from tests.support.databases import KINDS
from tests.support.people import address_of, put_person, there
from tests.support.waiting import until

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]
REPORTS = 15  # of one client in an hour
READS = 40  # of one client in a minute
MAILED_S = 70.0  # the lead of the jobs may have to be taken over from a clock that was wrong


class Clock:
    """The clock of a server: days from the machine's."""

    def __init__(self, file) -> None:
        self._file = file
        self.command = (sys.executable, "-m", "tests.soak.shifted", str(file))
        self.jump(0)

    def jump(self, days):
        made = self._file.with_suffix(".new")
        made.write_text(str(days))
        made.replace(self._file)


class Walk:
    """People at a server with a clock: what they were answered, all of it."""

    def __init__(self, site) -> None:
        self.site = site
        self.statuses: list[int] = []

    def get(self, path, visitor=None):
        answer = (visitor or Visitor(self.site.port)).get(path)
        self.statuses.append(answer.status)
        return answer

    def send(self, visitor, filled):
        answer = visitor.send(filled)
        self.statuses.append(answer.status)
        return answer

    def pages(self):
        for path in MIXED:
            self.get(path)
        visitor = Visitor(self.site.port)
        assert self.send(visitor, report(visitor, SLUG, "Whatever the clock says")).status == 303

    def link(self):
        """The path of a link to sign in, which the steward asks for now."""
        known = set(self._mails())
        visitor = Visitor(self.site.port)
        assert self.send(visitor, visitor.fill("/sign-in", {"email": address_of("steward")})).status == 303
        until(lambda: set(self._mails()) - known != set(), MAILED_S)
        (new,) = set(self._mails()) - known
        text = there(message_from_bytes(new.read_bytes(), policy=default).get_body(("plain",))).get_content()
        return there(re.search(r"http://[^/\s]+(/sign-in/\S+)", text))[1]

    def _mails(self):
        return (self.site.instance / "outbox").glob("*-sign-in-*.eml")

    def is_dead(self, link):
        return self.get(link).status == 410

    def sign_in(self, link):
        """Somebody who uses a link."""
        visitor = Visitor(self.site.port)
        answer = self.send(visitor, visitor.fill(link, {}))
        assert answer.status == 303, answer.status
        return visitor

    def is_in(self, visitor):
        return self.get("/manage", visitor).status == 200

    def exhaust_reports(self):
        """Somebody who has reported as often as one may."""
        visitor = Visitor(self.site.port)
        filled = report(visitor, SLUG, f"Report of the clock {next(NUMBERS)}")
        answers = [self.send(visitor, filled).status for _ in range(REPORTS + 1)]
        assert answers == [303] * REPORTS + [429], answers
        return visitor, filled

    def exhaust_reads(self):
        """Somebody who has read as much as one may in a minute, and how long they are told to wait, s."""
        visitor = Visitor(self.site.port)
        answer = self.get("/search?q=food", visitor)
        while answer.status != 429:
            answer = self.get("/search?q=food", visitor)
        return visitor, int(answer.headers["Retry-After"])


NUMBERS = count(1)


@pytest.mark.parametrize("kind", KINDS)
def test_no_jump_of_the_clock_breaks_a_page_or_revives_a_link_or_locks_anybody_out(kind, make_site, tmp_path, told):
    told.about(Promise.CLOCK, kind)
    hands = Clock(tmp_path / "time")
    site = make_site(kind, workers="1", reads_a_minute=str(READS))
    site.command = hands.command
    site.start()
    with site.inside():
        put_person(db.engine, "steward", now=clock.now())
    walk = Walk(site)
    walk.pages()
    today, unused = walk.sign_in(walk.link()), walk.link()
    limited = walk.exhaust_reports()
    waiting, wait_s = walk.exhaust_reads()
    began = time.monotonic()
    hands.jump(+1)
    dead, tomorrow, later, limited = a_day_ahead(walk, unused, limited)
    hands.jump(-1)
    dead += a_day_behind(walk, tomorrow, later, limited)
    time.sleep(max(0, wait_s - (time.monotonic() - began)))
    assert walk.get("/search?q=food", waiting).status == 200, "the minute was not a real one"
    hands.jump(0)
    walk.pages()
    assert walk.is_in(today)
    told.measured = (
        f"+1, -1 and back while it ran: {len(walk.statuses)} requests, 5xx"
        f" {sum(status >= 500 for status in walk.statuses)}; links and a sign-in of the other day dead {sum(dead)} of"
        f" {len(dead)}; limits ended by the real minute and hour; mail went on"
    )
    assert [status for status in walk.statuses if status >= 500] == []
    assert dead == [True] * 3
    assert "Traceback" not in site.running.says()


def a_day_ahead(walk, unused, limited):
    """What was limited is free, a link of yesterday is dead, and new ones work."""
    walk.pages()
    dead = [walk.is_dead(unused)]
    assert walk.send(*limited).status == 303, "a limit outlived its hour"
    tomorrow, later = walk.sign_in(walk.link()), walk.link()
    assert walk.is_in(tomorrow)
    return dead, tomorrow, later, walk.exhaust_reports()


def a_day_behind(walk, tomorrow, later, limited):
    """Links and sign-ins of a time that has not come are dead, and its limits keep nobody out."""
    walk.pages()
    visitor, filled = limited
    assert "out of date" in walk.send(visitor, filled).text  # a cookie of tomorrow: it is asked for again, and kept
    assert walk.send(visitor, report(visitor, SLUG, "Again")).status == 303, "a wrong clock's limit locks somebody out"
    assert walk.is_in(walk.sign_in(walk.link()))
    return [walk.is_dead(later), not walk.is_in(tomorrow)]
