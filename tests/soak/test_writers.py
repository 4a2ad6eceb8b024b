"""Dozens who write at once, two who change the same thing, and a lock that somebody else holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import psycopg
import pytest
from bs4 import BeautifulSoup
from sqlalchemy.engine import make_url

from directory.infra import clock
from directory.infra.db import transaction
from directory.moderation.rules.states import Kind
from directory.moderation.service import stewards
from directory.moderation.service.suggest import suggest
from directory.publishing.service import publish
from tests.moderation.cast import PERSON, STEWARD, sending
from tests.soak.crowds import LATE_S, SLUG, Answers, readers, stored, together
from tests.soak.reliability import Promise
from tests.soak.visitors import Answer, Visitor, report, reports
from tests.support.databases import KINDS
from tests.support.people import put_person, there
from tests.support.records import given_location, given_record

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]
WRITERS, EACH = 32, 4
PAIRS = 6


@pytest.fixture
def site(make_site, kind):
    made = make_site(kind)
    made.start()
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_refused_however_many_write_at_once(kind, site, told):
    told.about(Promise.WRITERS, kind)
    answers = Answers()

    def write(number):
        for nth in range(EACH):
            visitor = Visitor(site.port)
            filled = report(visitor, SLUG, f"Writer {number}.{nth} wrote this")
            answers.ask(partial(visitor.send, filled))

    with readers(site.port) as read:
        together([partial(write, number) for number in range(WRITERS)])
    kept = stored(site, "Writer ")
    refused = len(answers.lost) + sum(status != 303 for status in answers.statuses.elements())
    lost = WRITERS * EACH - len(set(kept))
    told.measured = (
        f"{WRITERS} writers with 3 readers, {len(answers.all)} forms: refused {refused}, lost {lost}, p99"
        f" {answers.p99_s:.2f} s; {len(read.all)} pages read, p99 {read.p99_s:.2f} s"
    )
    assert (refused, lost, len(kept)) == (0, 0, WRITERS * EACH)
    assert set(read.statuses) == {200}
    assert answers.p99_s < 3


def with_two_stewards(site):
    """A listing that two people speak for, and their browsers."""
    kitchen = given_record("Kitchen", given_location(), email="kitchen@example.org")
    kitchen = replace(kitchen, assured_at=clock.now() - timedelta(days=30))
    with site.inside() as client:
        around = client.application.extensions["directory"].around
        with transaction() as session:
            publish(session, [kitchen], actor=PERSON, around=around, now=clock.now())
        for name in ("steward", "other-steward"):
            with transaction() as session:
                engine = session.get_bind().engine
            person = put_person(engine, name, now=clock.now())
            with transaction() as session:
                stewards.appoint(session, person, kitchen.id, how="claimed", now=clock.now())
    return kitchen, site.signed_in("steward", "other-steward")


def typed_in(answer):
    """What the field of the telephone number holds."""
    return there(BeautifulSoup(answer.text, "html.parser").select_one("input[name=phone]"))["value"]


@pytest.mark.parametrize("kind", KINDS)
def test_of_two_who_save_one_form_the_second_is_told_and_keeps_what_was_typed(kind, site, told):
    told.about(Promise.LOST_UPDATE, kind)
    kitchen, people = with_two_stewards(site)
    url, outcomes, kept = f"/manage/{kitchen.id}/edit/reach", [], 0
    for pair in range(PAIRS):
        numbers = [f"0121 496 0{pair}{each}0" for each in (1, 2)]
        forms = [each.fill(url, {"phone": number}) for each, number in zip(people, numbers, strict=True)]
        answers: dict[int, Answer] = {}

        def save(at, answers=answers, forms=forms):
            answers[at] = people[at].send(forms[at])

        together([partial(save, at) for at in (0, 1)])
        outcomes.append(sorted(answer.status for answer in answers.values()))
        second = next((at for at, answer in answers.items() if answer.status == 409), None)
        published = Visitor(site.port).get(f"/listings/{kitchen.name.lower()}").text
        kept += second is not None and typed_in(answers[second]) == numbers[second]
        kept -= second is not None and numbers[second] in published
    told.measured = (
        f"{PAIRS} pairs at the same moment: 303 and 409 {outcomes.count([303, 409])} times, text kept {kept} times"
    )
    assert outcomes == [[303, 409]] * PAIRS
    assert kept == PAIRS
    decided_once(site, told)


def decided_once(site, told):
    """Two moderators accept one suggestion at the same moment."""
    group = given_record("Allotment", given_location("Allotment Hut"))
    with site.inside() as client, transaction() as session:
        around = client.application.extensions["directory"].around
        number = suggest(session, group, sending(Kind.NEW), acting=STEWARD, around=around, now=clock.now()).id
    moderators = site.signed_in("moderator", "other-moderator")
    found = []
    forms = [each.fill(f"/moderate/{number}", {}, sent_to="/accept") for each in moderators]

    def accept(at):
        found.append(moderators[at].send(forms[at]).status)

    together([partial(accept, at) for at in (0, 1)])
    told.measured += f"; of two moderators {sorted(found)}"
    assert sorted(found) == [303, 409]


@contextmanager
def outside_lock(site):
    """Somebody else holds what every writer needs."""
    if site.kind == "sqlite":
        with closing(sqlite3.connect(site.url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")
        return
    url = make_url(site.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE report, counted IN EXCLUSIVE MODE")  # as VACUUM FULL, or a migration, would
        yield
        other.rollback()


@pytest.mark.parametrize("kind", KINDS)
def test_while_somebody_else_holds_the_database_search_answers_and_nobody_is_thanked_falsely(kind, site, told):
    told.about(Promise.LOCKED, kind)
    forms = reports(site.port, SLUG, [f"Locked {number} out" for number in range(8)])
    during, after = Answers(), Answers()
    with readers(site.port) as read, outside_lock(site):
        held = len(read.all)
        together([partial(during.ask, partial(who.send, what)) for who, what in forms])
        held = len(read.all) - held
    refused = [answer for answer in during.all if answer.status == 503]
    false_thanks = during.statuses[303] - len(stored(site, "Locked "))
    together([partial(after.ask, partial(who.send, what)) for who, what in forms])
    kept = stored(site, "Locked ")
    told.measured = (
        f"{len(forms)} forms: {dict(during.statuses)}, false thanks {false_thanks}; {held} pages read meanwhile, the"
        f" slowest in {read.slowest_s:.1f} s; sent again: {dict(after.statuses)}, stored {len(kept)}"
    )
    assert set(during.statuses) <= {303, 503}
    assert all(answer.headers.get("Retry-After") for answer in refused)
    assert (false_thanks, during.lost) == (0, [])
    assert set(read.statuses) == {200}
    assert held > 10
    assert read.slowest_s < LATE_S
    assert (dict(after.statuses), len(kept), len(set(kept))) == ({303: 8}, 8, 8)
