"""Services of others that are down, slow, or talk rubbish: a geocoder in every mood, and a mail server that refuses."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest

from directory.core.geo import Point
from directory.infra import clock
from directory.infra.db import transaction
from directory.infra.place import load_place
from directory.listings.rules.record import Address
from directory.publishing.jobs import retry_unknown_places
from directory.publishing.service import publish
from tests.contribute.conftest import NEIGHBOURS
from tests.geocoding.false_nominatim import ANSWERS, FalseNominatim
from tests.moderation.cast import PERSON
from tests.soak.crowds import PATHS, readers, together
from tests.soak.reliability import Promise
from tests.soak.visitors import Visitor, add_group
from tests.support.databases import KINDS
from tests.support.records import an_id, given_location, given_record
from tests.support.waiting import until

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]
BOX = load_place("birmingham").box
MOODS = (*ANSWERS, "redirect", "cut", "silent", "drip")
PEOPLE = 12
OUT_S = 60.0


@contextmanager
def unplaced(site):
    """Publishes one listing whose place nobody knows, and runs the job that asks for it; what that says."""
    address = Address(id=an_id("nowhere"), address_1="12 Example Road", city="Birmingham")
    hall = given_location("Nowhere Hall", point=None, precision_m=None, found=None, addresses=(address,))
    record = given_record("Nowhere Kitchen", hall)
    versions = iter(range(10_000))
    with site.inside() as client:
        around = client.application.extensions["directory"].around

        def put(*, ask=True):
            site.tell("DELETE FROM geocoder_pace")
            site.tell("DELETE FROM geocoded_answer")
            again = replace(record, description=f"Neighbours, {next(versions)} of them.")
            with transaction() as session:
                publish(session, [again], actor=PERSON, around=around, now=clock.now())
            return retry_unknown_places(clock.now()) if ask else ""

        yield put


def outside(site):
    """The published points that are not in the place."""
    points = site.ask("SELECT latitude, longitude FROM location WHERE latitude IS NOT NULL")
    return [(lat, lon) for lat, lon in points if not BOX.contains(Point(lat, lon))]


@pytest.mark.parametrize("kind", KINDS)
def test_a_geocoder_in_any_mood_slows_no_page_and_puts_nothing_outside(kind, make_site, told):
    told.about(Promise.GEOCODER, kind)
    nominatim = FalseNominatim()
    site = make_site(kind, nominatim_url=nominatim.url, nominatim_contact="directory@example.org")
    site.start()
    said: Counter[str] = Counter()
    wrong: list[object] = []
    with unplaced(site) as put, readers(site.port, paths=(*PATHS, "/listings/nowhere-kitchen")) as read:
        with nominatim:
            for mood in MOODS:
                nominatim.mood = mood
                asked = len(nominatim.asked)
                said[put()] += 1
                assert len(nominatim.asked) > asked, f"{mood}: it was not asked"
                wrong += outside(site)
            by_itself(site, nominatim, put)
        said[put()] += 1  # nobody listens there any more
        wrong += outside(site)
    told.measured = (
        f"{len(MOODS)} moods, and down: {said.total()} questions, points outside the place {len(wrong)};"
        f" {len(read.all)} pages meanwhile, p99 {read.p99_s:.2f} s, the slowest in {read.slowest_s:.2f} s"
    )
    assert wrong == []
    assert set(read.statuses) <= {200, 404}  # the listing is not there before the first mood
    assert read.slowest_s < 2


def by_itself(site, nominatim, put):
    """The server's own job asks one that never answers."""
    nominatim.mood = "silent"
    put(ask=False)
    asked = len(nominatim.asked)
    site.tell("UPDATE job SET next_run_at = last_finished WHERE name = 'retry-unknown-places'")
    until(lambda: len(nominatim.asked) > asked)
    time.sleep(3)


@pytest.mark.parametrize("kind", KINDS)
def test_while_the_mail_server_is_away_and_the_app_is_killed_no_message_is_lost(kind, make_site, mail_server, told):
    told.about(Promise.MAIL, kind)
    site = make_site(kind, smtp_url=mail_server.url, mail_from="Directory <directory@example.org>")
    site.start()
    wanted = {f"person{number}@example.org" for number in range(PEOPLE)}

    def add(number):
        visitor = Visitor(site.port)
        you = {"/add/you": {"email": f"person{number}@example.org", "agreed": "1"}}
        filled = add_group(visitor, {**NEIGHBOURS, **you}, f"Group of person {number}")
        assert visitor.send_at_last(filled).status == 303

    together([partial(add, number) for number in range(PEOPLE)])
    assert waiting(site) == PEOPLE
    kill_and_start(site)
    mail_server.box.answers["MAIL"] = "421 not now"
    mail_server.start()
    time.sleep(20)
    assert mail_server.box.mails == []
    kills = iter([None])  # the first message that it takes ends the application, which has not heard so yet
    mail_server.box.on_data = lambda: [site.running.kill() for _ in kills]
    began = time.monotonic()
    mail_server.box.answers.clear()
    until(lambda: site.running.process.poll() is not None)
    site.start()
    until(lambda: {mail["To"] for mail in mail_server.box.mails} >= wanted and not waiting(site), 180)
    took = time.monotonic() - began
    copies = Counter(mail["Message-ID"] for mail in mail_server.box.mails)
    told.measured = (
        f"{PEOPLE} messages, server refusing, app killed twice (once between a message and its note): all out"
        f" {took:.0f} s after the server was back, at most {max(copies.values())} copies"
    )
    assert len(copies) == PEOPLE
    assert max(copies.values()) <= 2
    assert took <= OUT_S


def waiting(site):
    """How many messages are not out."""
    return site.ask("SELECT count(*) FROM outgoing_mail WHERE state IN ('waiting', 'sending')")[0][0]


def kill_and_start(site):
    site.running.kill()
    site.start()
