"""Who there is, what rights they have, and how those end."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.accounts.models import SecurityEvent, SignIn
from directory.accounts.rules import VISITOR, Purpose, Role
from directory.accounts.service import audit, links, people, sessions
from directory.core.errors import Invalid, NotFound
from tests.support.people import there

WHO = "moderator@example.org"


def test_one_address_is_one_person_however_it_is_typed(kept, now):
    with kept() as session:
        first = people.person_for(session, "Zara.Lowe@Example.org ", now)
        assert people.person_for(session, "zara.lowe@example.ORG", now) == first
        assert there(people.known(session, email="zara.lowe@example.org")).id == first


@pytest.mark.parametrize(
    "typed", ["", "zara", "zara@", "@example.org", "a@b", "a b@example.org", "a@example.org\nBcc: x"]
)
def test_what_mail_cannot_reach_is_no_address(typed, kept, now):
    with kept() as session, pytest.raises(Invalid):
        people.person_for(session, typed, now)


def test_rights_are_added_and_taken_away(kept, now):
    with kept() as session:
        person_id = people.add(session, WHO, [Role.MODERATOR], now)
        assert people.add(session, WHO, [Role.EXPORTER, Role.MODERATOR], now) == person_id
        assert there(people.known(session, email=WHO)).roles == {Role.MODERATOR, Role.EXPORTER}
        people.remove_roles(session, person_id, [Role.MODERATOR], now)
        assert there(people.known(session, person_id=person_id)).roles == {Role.EXPORTER}


def test_whoever_is_disabled_is_out_at_once(kept, now, secret):
    seen = sessions.Seen()
    with kept() as session:
        person_id = people.add(session, WHO, [Role.MODERATOR], now)
        token = sessions.start(session, person_id, browser="", now=now)
        link = links.issue(session, Purpose.SIGN_IN, email=WHO, person_id=person_id, payload={}, now=now)
        mailed = there(links.token(session, link, secret=secret, now=now))
    with kept() as session:
        people.disable(session, WHO, now)
        assert sessions.acting(session, token, seen, now) == VISITOR
        assert links.consume(session, mailed, Purpose.SIGN_IN, now) is None


def test_a_factor_that_is_reset_ends_every_sign_in(kept, now):
    with kept() as session:
        person_id = people.add(session, WHO, [Role.MODERATOR], now)
        sessions.start(session, person_id, browser="", now=now)
        people.reset_factor(session, WHO, now)
        assert session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 0


@pytest.mark.parametrize("act", [people.disable, people.reset_factor])
def test_nobody_is_not_found(act, kept, now):
    with kept() as session, pytest.raises(NotFound):
        act(session, "nobody@example.org", now)


def test_the_list_takes_one_statement_however_long(kept, now, statements, engine):
    with kept() as session:
        for number in range(20):
            people.add(session, f"person{number}@example.org", list(Role), now)
    with kept() as session, statements(engine) as seen:
        assert len(people.everybody(session, staff=True)) == 20
    assert len(seen) == 1


def test_deeds_are_kept_by_ids_and_as_long_as_promised(kept, now):
    with kept() as session:
        person_id = people.add(session, WHO, [Role.MODERATOR], now)
        acting = sessions.acting(session, sessions.start(session, person_id, browser="", now=now), sessions.Seen(), now)
        audit.note(session, "read-confidential", acting=acting, subject=person_id, now=now)
        assert all("@" not in repr(vars(row)) for row in session.scalars(sa.select(SecurityEvent)))
        audit.forget_old(session, now + timedelta(days=91))
        assert session.scalars(sa.select(SecurityEvent.what)).all() == ["read-confidential"]
        audit.forget_old(session, now + timedelta(days=731))
        assert session.scalars(sa.select(SecurityEvent.what)).all() == []
