"""Sign-ins: how long they last, and that they end on the server."""

from datetime import timedelta

import pytest

from directory.accounts.rules import VISITOR, Role
from directory.accounts.service import people, sessions
from tests.support.people import there

STAFF, STEWARD = "moderator@example.org", "steward@example.org"


@pytest.fixture
def signed_in(kept, now):
    def made(email=STEWARD, roles=()):
        with kept() as session:
            person_id = people.add(session, email, roles, now)
            return sessions.start(session, person_id, browser="Firefox on Linux", now=now)

    return made


@pytest.fixture
def who(kept):
    seen = sessions.Seen()

    def asked(token, at, *, seen=seen):
        with kept() as session:
            return sessions.acting(session, token, seen, at)

    return asked


def test_a_steward_stays_for_thirty_days(signed_in, who, now):
    token = signed_in()
    assert who(token, now + timedelta(days=29, hours=23)).email == STEWARD
    assert who(token, now + timedelta(days=30)) == VISITOR


def test_staff_who_do_nothing_for_half_an_hour_are_out(signed_in, who, now):
    token = signed_in(STAFF, [Role.MODERATOR])
    assert who(token, now + timedelta(minutes=29)).steward
    assert who(token, now + timedelta(minutes=58)).steward
    assert who(token, now + timedelta(minutes=88)) == VISITOR


def test_staff_are_out_after_twelve_hours_whatever_they_do(signed_in, who, now):
    token = signed_in(STAFF, [Role.MODERATOR])
    for minutes in range(0, 719, 20):
        assert who(token, now + timedelta(minutes=minutes)).steward
    assert who(token, now + timedelta(hours=12)) == VISITOR


def test_reading_writes_nothing_and_another_process_learns_of_it(signed_in, kept, who, now, statements, engine):
    token, seen = signed_in(STAFF, [Role.MODERATOR]), sessions.Seen()
    with statements(engine) as sent:
        assert who(token, now + timedelta(minutes=25), seen=seen).steward
    assert [each[:6] for each in sent] == ["SELECT"]
    with kept() as session:
        seen.write(session)
    assert not seen.waiting
    assert who(token, now + timedelta(minutes=50), seen=sessions.Seen()).steward


def test_signing_out_ends_it_on_the_server(signed_in, kept, who, now):
    token = signed_in()
    with kept() as session:
        sessions.end(session, token, now)
    assert who(token, now) == VISITOR


def test_signing_out_everywhere_ends_every_one(signed_in, kept, who, now):
    first, second = signed_in(), signed_in()
    with kept() as session:
        sessions.end_all(session, sessions.acting(session, first, sessions.Seen(), now).known_id, now)
    assert who(first, now) == who(second, now) == VISITOR


def test_the_second_factor_brings_rights_and_a_new_token(signed_in, kept, who, now):
    token = signed_in(STAFF, [Role.MODERATOR])
    assert not who(token, now).may(Role.MODERATOR)
    with kept() as session:
        new = sessions.show_factor(session, token, now)
    assert who(token, now) == VISITOR
    assert who(new, now).may(Role.MODERATOR)
    assert not who(new, now).may(Role.ADMINISTRATOR)


def test_a_right_that_is_taken_away_is_gone_at_the_next_request(signed_in, kept, who, now):
    token = signed_in(STAFF, [Role.MODERATOR])
    with kept() as session:
        people.remove_roles(session, there(people.known(session, email=STAFF)).id, [Role.MODERATOR], now)
    assert who(token, now).roles == frozenset()


@pytest.mark.parametrize("jump", [timedelta(days=2), timedelta(days=-2)])
def test_a_clock_that_jumps_lets_no_staff_stay(jump, signed_in, who, now):
    assert who(signed_in(STAFF, [Role.MODERATOR]), now + jump) == VISITOR


def test_their_owner_sees_them_latest_first(signed_in, kept, now):
    signed_in()
    token = signed_in()
    with kept() as session:
        seen = sessions.Seen()
        person_id = sessions.acting(session, token, seen, now).known_id
        found = sessions.listed(session, person_id, token, seen)
    assert sorted(each.this_one for each in found) == [False, True]
    assert {each.browser for each in found} == {"Firefox on Linux"}
