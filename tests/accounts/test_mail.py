"""Mail as it arrives: once, soon, whole, in the person's language; and what happens when its server is in a mood."""

from __future__ import annotations

import os
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.accounts import jobs
from directory.accounts.rules import PURPOSES, Purpose
from directory.accounts.service import people
from directory.infra import clock
from directory.infra.db import transaction
from directory.infra.mail import smtp
from directory.infra.outbox import LinkWanted, Outgoing, put
from directory.infra.outbox.models import OutgoingMail
from directory.infra.outbox.rules import State, Value
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.people import there
from tests.support.records import an_id

FROM = "Community Directory <directory@example.org>"
TO = "zara@example.org"


@pytest.fixture(params=KINDS)
def database(request, databases):
    return databases.copy_of(INSTALLED, request.param)


@pytest.fixture
def app(make_app, database, mail_server):
    return make_app(database, smtp_url=mail_server.url, mail_from=FROM, pseudo="1")


@pytest.fixture
def wait(app, database):
    """Puts a mail into the outbox."""

    def put_one(kind="new-sign-in", to=TO, language="", link=None, **more):
        values = {"at": "2026-05-04T12:00:00+00:00", "browser": "Firefox on Linux"}
        with transaction(database.engine) as session:
            return put(session, Outgoing(kind, to, language, values, link, **more), now=clock.now())

    return put_one


@pytest.fixture
def run(app):
    """Runs the job as if it were so much later; what it says."""

    def once(later_s=0.0):
        with app.app_context():
            return jobs.send_mail(clock.now() + timedelta(seconds=later_s))

    return once


@pytest.fixture
def row(database):
    def asked(mail_id):
        with transaction(database.engine) as session:
            return session.get(OutgoingMail, mail_id)

    return asked


def test_a_mail_arrives_once_in_text_and_html(wait, run, row, mail_server):
    mail_server.start()
    mail_id = wait()
    assert run() == "1 sent"
    assert run(9999) == "nothing waited"
    (mail,) = mail_server.box.mails
    assert (mail["From"], mail["To"], mail["Auto-Submitted"]) == (FROM, TO, "auto-generated")
    assert mail["Subject"] == "Somebody signed in as you"
    assert mail["Message-ID"] == f"<{mail_id}@example.org>"
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "on 4 May 2026, 13:00." in text  # by the clocks of Birmingham
    assert "Firefox on Linux" in html
    assert mail_server.box.senders == ["directory@example.org"]
    assert row(mail_id).said == {}


def test_what_people_wrote_is_text_in_both_parts(wait, run, database, mail_server):
    mail_server.start()
    nasty = "<b>Bold</b>\r\nBcc: x@example.org\n.\n\u202e 😀 \ufeff"
    with transaction(database.engine) as session:
        values = {"at": "2026-05-04T12:00:00+00:00", "browser": nasty}
        put(session, Outgoing("new-sign-in", TO, "", values), now=clock.now())
    assert run() == "1 sent"
    (mail,) = mail_server.box.mails
    assert mail["Bcc"] is None
    assert "&lt;b&gt;Bold&lt;/b&gt;" in mail.get_body(("html",)).get_content()
    assert "<b>Bold</b>" in mail.get_body(("plain",)).get_content()
    assert "If that was you" in mail.get_body(("plain",)).get_content()


def test_while_the_server_is_away_nothing_is_lost_and_soon_after_all_is_out(wait, run, mail_server, row):
    ids = [wait(to=f"person{number}@example.org") for number in range(5)]
    for later in (*range(0, 300, 20), *range(300, 3600, 150)):  # an hour without
        assert run(later) in {"1 away", "nothing waited"}
    mail_server.start()
    for later in (3610, 3620, 3630):
        run(later)
    assert len(mail_server.box.mails) == 5
    assert {row(mail_id).state for mail_id in ids} == {State.SENT}


def test_an_address_that_is_refused_for_good_is_noted_and_keeps_nobody_elses_mail(
    wait, run, row, database, mail_server
):
    mail_server.box.answers[f"RCPT {TO}"] = f"550 5.1.1 <{TO}> no such mailbox"
    mail_server.start()
    with transaction(database.engine) as session:
        people.person_for(session, TO, clock.now())
    bad, _good = wait(), wait(to="ok@example.org")
    assert run() == "1 sent, 1 refused"
    assert (row(bad).state, row(bad).address) == (State.REFUSED, "")
    assert row(bad).reply.startswith("550")
    assert TO not in row(bad).reply
    with transaction(database.engine) as session:
        assert there(people.known(session, email=TO)).bounced_at is not None
    assert run(9999) == "nothing waited"


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_mail_that_is_put_off_comes_later(step, wait, run, mail_server):
    mail_server.box.answers[step] = "451 greylisted"
    mail_server.start()
    wait()
    assert run() == "1 later"
    assert run() == "nothing waited"
    mail_server.box.answers.clear()
    assert run(31) == "1 sent"
    assert len(mail_server.box.mails) == 1


def test_a_server_that_does_not_like_the_sender_bounces_nobody(wait, run, row, mail_server):
    mail_server.box.answers["MAIL"] = "553 not from here"
    mail_server.start()
    mail_id = wait()
    assert run() == "1 away"
    assert row(mail_id).state == State.WAITING


def test_a_server_that_has_the_mail_and_does_not_answer_gets_it_twice_at_most(wait, run, row, mail_server, monkeypatch):
    monkeypatch.setattr(smtp.SmtpMailer.__init__, "__kwdefaults__", {"timeout_s": 0.3})
    mail_server.box.slow_s = 1.0
    mail_server.start()
    mail_id = wait()
    assert [run(later) for later in (0, 60, 600, 6000)] == ["1 unsure", "1 unsure", *["nothing waited"] * 2]
    assert len(mail_server.box.mails) == 2
    assert len({mail["Message-ID"] for mail in mail_server.box.mails}) == 1
    assert row(mail_id).state == State.GIVEN_UP


def test_a_server_that_is_slow_has_it_once(wait, run, mail_server):
    mail_server.box.slow_s = 1.5
    mail_server.start()
    wait()
    assert run() == "1 sent"
    assert run(999) == "nothing waited"
    assert len(mail_server.box.mails) == 1


def test_a_port_that_listens_and_says_nothing_keeps_mail_and_nothing_else(wait, run, mail_server, monkeypatch):
    monkeypatch.setattr(smtp.SmtpMailer.__init__, "__kwdefaults__", {"timeout_s": 0.2})
    wait()
    with socket.create_server(("127.0.0.1", mail_server.port)):
        began = time.monotonic()
        assert run() == "1 away"
        assert time.monotonic() - began < 5


def killed_in_the_middle(tmp_path, database, mail_server):
    """A real process that sends, and is killed when the server has the mail and has not said so."""
    settings = {"database_url": database.url, "smtp_url": mail_server.url, "mail_from": FROM, "tiles_url": ""}
    env = {name: value for name, value in os.environ.items() if not name.startswith("DIRECTORY_")}
    env |= {f"DIRECTORY_{name.upper()}": value for name, value in settings.items()}
    env["DIRECTORY_INSTANCE"] = str(tmp_path / "instance")
    started = threading.Event()

    def kill():
        assert started.wait(60)
        process.send_signal(signal.SIGKILL)
        process.wait()

    mail_server.box.on_data = kill
    script = "from directory.app import cli; cli(prog_name='directory')"
    process = subprocess.Popen([sys.executable, "-c", script, "jobs", "run", "mail"], env=env)
    started.set()
    assert process.wait(120) == -signal.SIGKILL
    mail_server.box.on_data = lambda: None


def test_killed_between_sending_and_noting_it_a_mail_comes_twice_at_most(
    wait, run, row, mail_server, database, tmp_path
):
    mail_server.start()
    mail_id = wait()
    killed_in_the_middle(tmp_path, database, mail_server)
    assert row(mail_id).state == State.SENDING
    assert run() == "nothing waited"  # whoever is sending it may be alive
    assert run(31) == "1 sent"
    assert run(999) == "nothing waited"
    assert len(mail_server.box.mails) == 2
    assert row(mail_id).state == State.SENT


def test_killed_twice_it_is_left_as_it_is(wait, run, row, mail_server, database, tmp_path):
    mail_server.start()
    mail_id = wait()
    for _ in range(2):
        killed_in_the_middle(tmp_path, database, mail_server)
        with transaction(database.engine) as session:  # as if half a minute had passed
            long_ago = clock.now() - timedelta(minutes=2)
            session.execute(sa.update(OutgoingMail).values(claimed_at=long_ago))
            session.execute(sa.text("UPDATE job SET holder = ''"))
    assert run(31) == "nothing waited"
    assert len(mail_server.box.mails) == 2
    assert row(mail_id).state == State.GIVEN_UP


def test_a_mail_that_cannot_be_written_keeps_no_other(wait, run, row, mail_server, caplog):
    mail_server.start()
    bad = wait(kind="nothing-like-it")
    wait()
    assert run() == "1 sent"
    assert "a mail could not be written" in caplog.text
    assert (row(bad).state, row(bad).tries, row(bad).unsure) == (State.WAITING, 1, 0)


def test_a_link_lives_from_when_it_is_sent_however_long_the_server_was_away(wait, run, database, mail_server):
    link = LinkWanted(Purpose.SIGN_IN, {})
    with transaction(database.engine) as session:
        people.person_for(session, TO, clock.now())
    wait("sign-in", link=link)
    run()
    mail_server.start()
    assert run(3600) == "1 sent"
    assert "It works once, for 60 minutes." in mail_server.box.mails[0].get_body(("plain",)).get_content()


def test_mails_can_be_stopped_at_one_click(wait, run, mail_server):
    mail_server.start()
    wait(stop=True)
    run()
    (mail,) = mail_server.box.mails
    assert mail["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/stop-mails/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip("<>") in mail.get_body(("plain",)).get_content()


def test_an_unencrypted_server_elsewhere_is_not_used(make_app):
    with pytest.raises(smtplib.SMTPNotSupportedError):
        smtp._require_here("mail.example.org")
    for here in ("127.0.0.1", "::1", "localhost"):
        smtp._require_here(here)


ABOUT_LISTINGS = {
    "steward-invited": Purpose.INVITE,
    "steward-handed-over": Purpose.HAND_OVER,
    "claim": Purpose.CLAIM,
    "suggestion-refused": Purpose.MEND_DRAFT,
}


@pytest.mark.parametrize("kind", ["steward-joined", "listing-taken-off", "still-right", *ABOUT_LISTINGS])
@pytest.mark.parametrize(("code", "direction"), [("en-XA", "ltr"), ("ar-XB", "rtl")])
def test_every_word_of_a_mail_about_listings_is_in_the_persons_language(
    kind, code, direction, run, mail_server, database
):
    mail_server.start()
    purpose = {**ABOUT_LISTINGS, "still-right": Purpose.CONFIRM_RIGHT}.get(kind)
    values: dict[str, Value] = {"name": "Choir", "who": "ann@example.org", "names": ["Choir", "Art club"], "is_last": 1}
    values["ids"] = [str(an_id("organisation", name)) for name in ("Choir", "Art club")]
    values |= {"reason": "unclear", "reference": "7KQ4-M2XB", "id": str(an_id("organisation", "Choir"))}
    with transaction(database.engine) as session:
        people.person_for(session, TO, clock.now(), language=code)
        link = LinkWanted(purpose, {}) if purpose else None
        put(session, Outgoing(kind, TO, "", values, link, stop=kind == "still-right"), now=clock.now())
    assert run() == "1 sent"
    (mail,) = mail_server.box.mails
    html, text = (mail.get_body((part,)).get_content() for part in ("html", "plain"))
    assert f'lang="{code}" dir="{direction}"' in html
    assert ("Choir" in html, "Choir" in text) == (True, True)
    mark = "[" if code == "en-XA" else "\u202e"
    words = [
        line for line in (mail["Subject"], *text.splitlines()) if line.strip() and not line.startswith(("-", "http"))
    ]
    assert [line for line in words if mark not in line] == []
    assert (f"/{code}/" in text) == (purpose is not None or "http" in text)


@pytest.mark.parametrize("kind", ["sign-in", "new-sign-in"])
@pytest.mark.parametrize(("code", "direction"), [("en-XA", "ltr"), ("ar-XB", "rtl")])
def test_every_word_of_a_mail_is_in_the_persons_language(kind, code, direction, wait, run, mail_server, database):
    mail_server.start()
    with transaction(database.engine) as session:
        people.person_for(session, TO, clock.now(), language=code)
    wait(kind, link=LinkWanted(Purpose.SIGN_IN, {}) if kind == "sign-in" else None, stop=True)
    assert run() == "1 sent"
    (mail,) = mail_server.box.mails
    assert f'lang="{code}" dir="{direction}"' in mail.get_body(("html",)).get_content()
    mark = "[" if code == "en-XA" else "\u202e"
    lines = [mail["Subject"], *mail.get_body(("plain",)).get_content().splitlines()]
    words = [line for line in lines if line.strip() and line != "-- " and not line.startswith("http")]
    assert words
    assert [line for line in words if mark not in line] == []
    assert f"/{code}/" in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize("names", [["Choir"], ["Choir", "Art club"]])
def test_the_reminder_leads_to_the_pages_by_which_each_listing_is_changed(names, wait, run, mail_server, database):
    mail_server.start()
    ids = [str(an_id("organisation", name)) for name in names]
    values: dict[str, Value] = {"names": names, "ids": ids, "is_last": 0}
    with transaction(database.engine) as session:
        put(session, Outgoing("still-right", TO, "", values, LinkWanted(Purpose.CONFIRM_RIGHT, {})), now=clock.now())
    assert run() == "1 sent"
    (mail,) = mail_server.box.mails
    html, text = (mail.get_body((part,)).get_content() for part in ("html", "plain"))
    for each in ids:
        assert f'"http://127.0.0.1:8000/manage/{each}"' in html
        assert f"http://127.0.0.1:8000/manage/{each}" in text.splitlines()
    assert [f"Change {name}:" in text for name in names] == [len(names) > 1] * len(names)


def test_every_purpose_has_a_path_with_room_for_the_token():
    assert set(PURPOSES) == set(Purpose)
    assert all(terms.path.count("{token}") == 1 and terms.path.startswith("/") for terms in PURPOSES.values())
