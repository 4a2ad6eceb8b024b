"""A draft is taken up again by the link that was mailed, in any browser and as often as wanted."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from directory.accounts import jobs
from directory.contribute.service import drafts
from directory.infra import clock
from directory.infra.db import transaction
from tests.contribute.conftest import NEIGHBOURS
from tests.support.filling import Filler
from tests.support.people import there


@pytest.fixture
def link(app, filler, say, tmp_path):
    """The path of the link that somebody had sent to themselves."""
    say({url: NEIGHBOURS[url] for url in list(NEIGHBOURS)[:2]})
    page = filler.send("/add/later", email="Otto@example.org")
    assert "otto@example.org" in page.text
    with app.app_context():
        jobs.send_mail(clock.now())
    (file,) = (tmp_path / "instance" / "outbox").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["To"] == "otto@example.org"
    text = there(mail.get_body(("plain",))).get_content()
    assert "Gravelly Lane Neighbours" in text
    (url,) = [word for word in text.split() if "/add/resume/" in word]
    return urlsplit(url).path


def test_another_browser_goes_on_where_the_first_one_stopped(app, link):
    other = Filler(app.test_client())
    other.client.reader = False
    page = other.client.page(link)
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "Gravelly" not in page.text, "a scanner that opens the link learns nothing"
    assert "Start now" in other.client.page("/add").links, "to open the link does nothing yet"
    for _ in range(2):
        page = other.send(link)
        assert page.response.request.path == "/add"
    name = there(other.client.page("/add/who").soup.select_one("[name=name]"))
    assert name["value"] == "Gravelly Lane Neighbours"


def test_a_wrong_link_and_one_to_what_is_gone_say_so(app, filler, link):
    assert filler.client.page("/add/resume/nonsense", status=404).h1 == "This link does not work any more"
    with app.app_context(), transaction() as session:
        assert drafts.forget_old(session, clock.now() + timedelta(days=61)) == 1
    assert filler.client.page(link, status=404).h1 == "This link does not work any more"


@pytest.fixture
def mailed_and_waiting(app, filler, link):
    """One link is mailed and one more waits; how many links, and mails with links, there are."""
    filler.send("/add/later", email="otto@example.org")

    def counted():
        with app.app_context(), transaction() as session:
            return tuple(
                session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in ("mailed_link", "outgoing_mail")
            )

    return counted


def test_a_link_that_was_asked_for_goes_with_its_draft_waiting_or_sent(filler, mailed_and_waiting):
    assert mailed_and_waiting() == (1, 2)
    filler.send("/add/delete")
    assert mailed_and_waiting() == (0, 0)


def test_one_mailbox_is_not_filled_by_strangers(app, filler, say):
    say({"/add/reach": NEIGHBOURS["/add/reach"]})
    statuses = [filler.send("/add/later", email="otto@example.org").status for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]


def test_an_address_that_is_none_is_refused(filler, say):
    say({"/add/reach": NEIGHBOURS["/add/reach"]})
    page = filler.send("/add/later", email="me@nowhere")
    assert "Enter an e-mail address like" in page.soup.select_one(".govuk-error-summary").get_text()
