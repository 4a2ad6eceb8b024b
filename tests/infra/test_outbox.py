"""The outbox: written with its cause, sent at most twice whatever is killed, and wiped when it is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from directory.infra.db import transaction
from directory.infra.outbox import LinkWanted, Outgoing, put, service
from directory.infra.outbox.models import OutgoingMail
from directory.infra.outbox.rules import AWAY_WAIT, DEAD_AFTER, GIVEN_UP_AFTER, State, wait_after

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MAIL = Outgoing(
    "receipt", "zara@example.org", values={"name": "Art club"}, link=LinkWanted("prove-email", {"suggestion": "7"})
)


@pytest.fixture
def step(engine):
    """Takes one step in a transaction of its own: ``step(service.sent, mail_id, NOW)``."""

    def taken(what, *arguments, **more):
        with transaction(engine) as session:
            return what(session, *arguments, **more)

    return taken


def state_of(step, mail_id):
    return step(lambda session: session.get(OutgoingMail, mail_id))


def due(step, at=NOW):
    return step(service.due, at, limit=10)


def test_a_mail_whose_cause_is_rolled_back_is_none(engine, step):
    with transaction(engine, keep=False) as session:
        put(session, MAIL, now=NOW)
    assert due(step) == []


def test_the_same_key_is_put_once(step):
    told = Outgoing("receipt", "zara@example.org", key="receipt 7")
    assert step(put, told, now=NOW) == step(put, told, now=NOW)
    assert step(put, MAIL, now=NOW) != step(put, MAIL, now=NOW)
    assert len(due(step)) == 3


def test_what_was_sent_is_wiped_and_not_sent_again(step):
    mail_id = step(put, MAIL, now=NOW)
    claimed = step(service.claim, mail_id, NOW)
    assert (claimed.to, claimed.values, claimed.payload) == (MAIL.to, MAIL.values, {"suggestion": "7"})
    step(service.sent, mail_id, NOW)
    row = state_of(step, mail_id)
    assert (row.state, row.address, row.said, row.payload) == (State.SENT, "", {}, {})
    assert due(step, NOW + timedelta(days=1)) == []


def test_two_processes_do_not_send_one_mail(step):
    mail_id = step(put, MAIL, now=NOW)
    assert step(service.claim, mail_id, NOW)
    assert step(service.claim, mail_id, NOW) is None
    assert due(step) == []


def test_whoever_is_killed_while_sending_leaves_at_most_one_copy_more(step):
    mail_id = step(put, MAIL, now=NOW)
    at, copies = NOW, 0
    for _ in range(6):  # each time the process is killed after it claimed
        copies += step(service.claim, mail_id, at) is not None
        at += DEAD_AFTER
    assert copies == 2
    assert state_of(step, mail_id).state == State.GIVEN_UP


def test_a_server_that_is_away_uses_up_no_copy_and_is_asked_soon_again(step):
    mail_id, at = step(put, MAIL, now=NOW), NOW
    for _ in range(50):
        assert due(step, at) == [mail_id]
        assert step(service.claim, mail_id, at)
        step(service.unreachable, mail_id, "", at)
        at += AWAY_WAIT
    assert state_of(step, mail_id).unsure == 0


def test_a_mail_that_is_put_off_waits_longer_each_time(step):
    mail_id, at = step(put, MAIL, now=NOW), NOW
    for tries in range(1, 9):
        assert step(service.claim, mail_id, at)
        step(service.put_off, mail_id, "451 later", at)
        assert due(step, at + wait_after(tries) - timedelta(seconds=1)) == []
        at += wait_after(tries)
        assert due(step, at) == [mail_id]


def test_after_four_days_it_is_given_up_and_wiped(step):
    mail_id = step(put, MAIL, now=NOW)
    late = NOW + GIVEN_UP_AFTER + timedelta(minutes=1)
    assert step(service.claim, mail_id, late) is None
    row = state_of(step, mail_id)
    assert (row.state, row.address) == (State.GIVEN_UP, "")


def test_what_is_refused_for_good_says_why(step):
    mail_id = step(put, MAIL, now=NOW)
    step(service.claim, mail_id, NOW)
    step(service.refused, mail_id, "550 no such mailbox", NOW)
    row = state_of(step, mail_id)
    assert (row.state, row.reply, row.address) == (State.REFUSED, "550 no such mailbox", "")
    assert step(service.forget_finished, NOW + timedelta(days=30)) == 1


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_jumps_keeps_no_mail_back(jump, step):
    mail_id = step(put, MAIL, now=NOW + jump)
    assert due(step, NOW + max(jump, timedelta())) == [mail_id]
    if jump > timedelta():  # it was written by a clock that was a day ahead: it goes when that is plain
        step(service.claim, mail_id, NOW + jump)
        assert due(step, NOW) == [mail_id]  # whoever claimed it tomorrow is not at work now


@pytest.mark.parametrize("to", ["", "a b@example.org", "zara@example.org\nBcc: x@example.org", "<zara@example.org>"])
def test_a_mail_goes_to_one_plain_address(to):
    with pytest.raises(ValueError, match="plain address"):
        Outgoing("receipt", to)


def test_the_oldest_goes_first(step):
    second, first = step(put, MAIL, now=NOW), step(put, MAIL, now=NOW - timedelta(minutes=1))
    assert due(step) == [first, second]


def test_asking_what_is_due_takes_one_statement(step, statements, engine):
    for _ in range(20):
        step(put, MAIL, now=NOW)
    with statements(engine) as seen:
        due(step)
    assert len(seen) == 1


def test_no_value_is_in_the_row_once_it_is_finished(step):
    mail_id = step(put, MAIL, now=NOW)
    step(service.claim, mail_id, NOW)
    step(service.sent, mail_id, NOW)
    row = step(lambda session: session.execute(sa.text("SELECT * FROM outgoing_mail")).one())
    assert "Art club" not in repr(row)
    assert "zara" not in repr(row)
