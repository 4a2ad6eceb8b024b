"""Mailed links: stored hashed, used once, ended by a newer one, dead when old."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.accounts.models import MailedLink
from directory.accounts.rules import PURPOSES, Purpose
from directory.accounts.service import links
from directory.infra.db import transaction
from tests.support.people import there

WHO = "steward@example.org"


@pytest.fixture
def mailed(kept, now, secret):
    """Issues a link and makes its token, as the job does."""

    def issue(purpose=Purpose.SIGN_IN, *, payload=None, at=now, **more):
        with kept() as session:
            made = links.issue(session, purpose, email=WHO, payload=payload or {}, now=at, **more)
            return links.token(session, made, secret=secret, now=at)

    return issue


def test_a_link_works_once(mailed, kept, now):
    token = mailed(payload={"next": "/manage"})
    with kept() as session:
        assert there(links.consume(session, token, Purpose.SIGN_IN, now)).payload == {"next": "/manage"}
        assert links.consume(session, token, Purpose.SIGN_IN, now) is None
        assert links.peek(session, token, Purpose.SIGN_IN, now) is None


def test_looking_uses_nothing_up(mailed, kept, now, statements, engine):
    token = mailed()
    with kept() as session, statements(engine) as seen:
        for _ in range(3):
            assert there(links.peek(session, token, Purpose.SIGN_IN, now)).email == WHO
    assert len(seen) == 3
    assert all(sent.startswith("SELECT") for sent in seen)
    with kept() as session:
        assert links.consume(session, token, Purpose.SIGN_IN, now)


def test_of_many_at_once_one_uses_it(mailed, engine, now):
    token = mailed()

    def use(_):
        with transaction(engine) as session:
            return links.consume(session, token, Purpose.SIGN_IN, now)

    with ThreadPoolExecutor(6) as pool:
        assert sum(found is not None for found in pool.map(use, range(12))) == 1


@pytest.mark.parametrize("purpose", list(Purpose))
def test_each_link_dies_when_its_time_is_over(purpose, mailed, kept, now):
    token, lifetime = mailed(purpose), PURPOSES[purpose].lifetime
    with kept() as session:
        assert links.peek(session, token, purpose, now + lifetime - timedelta(seconds=1))
        assert links.peek(session, token, purpose, now + lifetime) is None
        assert links.consume(session, token, purpose, now + lifetime) is None


def test_staff_have_ten_minutes_and_stewards_an_hour(mailed, kept, now):
    theirs, ours = mailed(staff=True), mailed(payload={"other": "subject"})
    with kept() as session:
        late = now + timedelta(minutes=11)
        assert links.peek(session, theirs, Purpose.SIGN_IN, late) is None
        assert links.peek(session, ours, Purpose.SIGN_IN, late)


def test_the_newest_wins_of_the_same_purpose_address_and_subject(mailed, kept, now):
    first = mailed(payload={"next": "/manage"})
    other = mailed(Purpose.CLAIM, payload={"listing": "a"})
    second = mailed(payload={"next": "/account"})
    with kept() as session:
        assert links.peek(session, first, Purpose.SIGN_IN, now) is None
        assert links.peek(session, second, Purpose.SIGN_IN, now)
        assert links.peek(session, other, Purpose.CLAIM, now)


def test_what_may_be_used_again_stays(mailed, kept, now):
    token = mailed(Purpose.RESUME_DRAFT, payload={"draft": "1"})
    with kept() as session:
        assert links.consume(session, token, Purpose.RESUME_DRAFT, now)
        assert links.consume(session, token, Purpose.RESUME_DRAFT, now)


def test_a_link_of_one_purpose_is_none_of_another(mailed, kept, now):
    token = mailed(Purpose.PROVE_EMAIL)
    with kept() as session:
        assert links.consume(session, token, Purpose.SIGN_IN, now) is None


def test_no_token_is_in_the_database_and_it_has_256_bits(mailed, kept):
    token = mailed()
    assert len(token) == 43
    with kept() as session:
        row = session.scalars(sa.select(MailedLink)).one()
        assert token not in repr(vars(row))
        assert len(row.token_hash) == 64


def test_a_mail_that_is_sent_twice_has_the_same_link_and_a_new_life(kept, now, secret):
    later = now + timedelta(hours=3)
    with kept() as session:
        made = links.issue(session, Purpose.SIGN_IN, email=WHO, payload={}, now=now)
        first = there(links.token(session, made, secret=secret, now=now))
        assert links.token(session, made, secret=secret, now=later) == first
        assert links.peek(session, first, Purpose.SIGN_IN, later + timedelta(minutes=59))


def test_a_link_that_a_newer_one_ended_is_not_mailed(kept, now, secret):
    with kept() as session:
        old = links.issue(session, Purpose.SIGN_IN, email=WHO, payload={}, now=now)
        links.issue(session, Purpose.SIGN_IN, email=WHO, payload={}, now=now)
        assert links.token(session, old, secret=secret, now=now) is None


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_jumps_a_day_leaves_old_links_dead(jump, mailed, kept, now):
    token = mailed()
    with kept() as session:
        assert links.peek(session, token, Purpose.SIGN_IN, now + jump) is None


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "é" * 500])
def test_any_text_is_a_token_of_nothing(token, kept, now):
    with kept() as session:
        assert links.consume(session, token, Purpose.SIGN_IN, now) is None
