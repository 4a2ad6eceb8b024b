"""What was promised to be forgotten is."""

from datetime import timedelta

import sqlalchemy as sa

from directory.accounts import jobs
from directory.accounts.models import Counted, MailedLink, SecurityEvent, SignIn
from directory.accounts.rules import Purpose
from directory.accounts.service import limits, links, people, sessions
from directory.infra import clock
from directory.infra.db import db, transaction
from directory.infra.outbox import Outgoing, put
from directory.infra.outbox import service as outbox
from directory.infra.outbox.models import OutgoingMail

TABLES = (Counted, MailedLink, SecurityEvent, SignIn, OutgoingMail)


def left(engine):
    with transaction(engine) as session:
        return {table.__name__ for table in TABLES if session.scalar(sa.select(sa.func.count()).select_from(table))}


def test_the_job_forgets_each_thing_when_its_time_is_over(app):
    now = clock.now()
    with app.app_context():
        engine = db.engine
        with transaction() as session:
            person_id = people.person_for(session, "zara@example.org", now)
            sessions.start(session, person_id, browser="", now=now)
            links.issue(session, Purpose.SIGN_IN, email="zara@example.org", payload={}, now=now)
            limits.count(session, "x", most=1, window_s=60, secret="x" * 32, now=now)
            mail_id = put(session, Outgoing("new-sign-in", "zara@example.org"), now=now)
            outbox.claim(session, mail_id, now)
            outbox.sent(session, mail_id, now)
        assert jobs.forget(now) == "nothing was old"
        assert left(engine) == {table.__name__ for table in TABLES}
        for after, gone in [
            (timedelta(hours=2), "Counted"),
            (timedelta(hours=26), "MailedLink"),
            (timedelta(days=31), "SignIn"),
            (timedelta(days=91), "SecurityEvent"),
        ]:
            jobs.forget(now + after)
            assert gone not in left(engine)
        assert left(engine) == set()


def test_mails_can_be_stopped_by_a_program_without_a_cookie(app, statements):
    now = clock.now()
    with app.app_context(), transaction() as session:
        made = links.issue(session, Purpose.STOP_MAILS, email="zara@example.org", payload={}, now=now)
        token = links.token(session, made, secret=app.config["SECRET_KEY"], now=now)
    client = app.test_client(use_cookies=False)
    with statements() as seen:
        assert client.page(f"/stop-mails/{token}").h1 == "Stop these mails?"
    assert {sent.split()[0] for sent in seen} == {"SELECT"}
    answer = client.post(f"/stop-mails/{token}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    with app.app_context(), transaction() as session:
        found = people.known(session, email="zara@example.org")
    assert found is not None
    assert found.fewer_mails
    assert client.post("/stop-mails/x").status_code == 410
