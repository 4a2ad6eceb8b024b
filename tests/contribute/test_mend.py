"""What a moderator refused is mended by the link in the mail that says why, on any device, and sent again."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import pytest

from directory.accounts import jobs
from directory.contribute.service import drafts
from directory.infra import clock
from directory.infra.db import transaction
from directory.moderation.jobs import forget_suggestions
from directory.moderation.rules.states import Reason
from tests.contribute.conftest import NEIGHBOURS
from tests.support.filling import Filler
from tests.support.people import there

NAME = "Gravelly Lane Neighbours"
WORDS = "Who does the <b>shopping</b>?"
SAID = "Too little was said to know what it is."


@pytest.fixture
def mails(app, tmp_path):
    """Sends what waits; the plain text of the newest mail of a kind, "" when there is none."""

    def newest(kind):
        with app.app_context():
            jobs.send_mail(clock.now())
        found = (tmp_path / "instance" / "outbox").glob(f"*-{kind}-*.eml")
        files = sorted(found, key=lambda file: file.stat().st_mtime_ns)
        mail = message_from_bytes(files[-1].read_bytes(), policy=default) if files else None
        return there(mail.get_body(("plain",))).get_content() if mail else ""

    return newest


def path_in(mail, beginning):
    """Where the link in a mail leads."""
    (url,) = [word for word in mail.split() if beginning in word]
    return urlsplit(url).path


@pytest.fixture
def moderator(as_person):
    return as_person("moderator")


@pytest.fixture
def send(filler, mails):
    """Sends the draft of a browser, and proves its address."""

    def sent(browser=filler, *, again=False):
        page = browser.send("/add/check")
        assert page.h1 == "Thank you: it is sent"
        assert ("press the link in it" in page.text) == (not again)
        if not again:
            assert Filler(browser.client).send(path_in(mails("suggestion-proof"), "/prove/")).status == 200
        assert "press the link in it" not in browser.client.page("/add/sent").text

    return sent


@pytest.fixture
def refuse(moderator):
    """Lets the moderator refuse what waits; the address of the suggestion."""

    def refused(reason=Reason.UNCLEAR, words=WORDS):
        url = moderator.page("/moderate").links[NAME]
        form = there(moderator.page(url).soup.select_one("form[action$='/refuse']"))
        data = {str(each["name"]): str(each.get("value", "")) for each in form.select("input[type=hidden]")}
        data |= {"refuse-reason": reason.value, "refuse-words": words}
        assert moderator.post(str(form["action"]), data=data).status_code == 303
        return url

    return refused


@pytest.fixture
def elsewhere(app):
    """Somebody's other browser."""
    other = app.test_client()
    other.reader = False
    return Filler(other)


@pytest.fixture
def link(say, send, refuse, mails):
    """The path of the link in the mail that says why it was refused."""
    say(NEIGHBOURS)
    send()
    refuse()
    return path_in(mails("suggestion-refused"), "/add/mend/")


def test_it_is_mended_on_another_device_and_the_second_sending_tells_of_the_first(
    link, elsewhere, send, moderator, mails
):
    page = elsewhere.client.page(link)
    assert page.h1 == "Change what you sent"
    assert (SAID in page.text, WORDS in page.text) == (True, True)
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert page.response.headers["Cache-Control"] == "no-store"
    page = elsewhere.send(link)
    assert (page.response.request.path, page.h1) == ("/add", "Add your group")
    notice = there(page.soup.select_one("main .notice--problem")).get_text(" ")
    assert (SAID in notice, WORDS in notice) == (True, True)
    elsewhere.send("/add/what", about="Our twelve volunteers shop for whoever cannot.")
    assert SAID in elsewhere.client.page("/add").text, "as long as it is being mended"
    send(elsewhere, again=True)
    assert SAID not in elsewhere.client.page("/add").text
    queue = moderator.page("/moderate")
    assert "sent again after a refusal" in queue.text
    page = moderator.page(queue.links[NAME])
    assert "Sent again after a refusal" in page.text
    assert "Too little is said to know what it is: Who does the <b>shopping</b>?" in page.text
    assert "twelve volunteers" in page.text
    (former,) = [url for words, url in page.links.items() if words.startswith("What was refused")]
    before = moderator.page(former)
    assert ("Refused" in before.text, "Sent again" in before.text) == (True, False)
    assert "Too little is said to know what it is" in before.text


def test_opening_the_link_does_nothing_and_its_button_works_once(link, elsewhere):
    for _ in range(2):  # programs that look at mails
        assert elsewhere.client.page(link).h1 == "Change what you sent"
    assert "Start now" in elsewhere.client.page("/add").links
    elsewhere.send(link)
    page = elsewhere.client.page(link, status=410)
    assert page.h1 == "This link does not work any more"
    assert "in the browser in which you did" in page.text


def test_a_newer_refusal_ends_the_older_link(link, filler, send, refuse, mails, elsewhere):
    filler.send("/add")
    assert elsewhere.client.page(link).h1 == "Change what you sent"
    send(again=True)
    assert elsewhere.client.get(link).status_code == 410, "there is nothing to mend before it is decided"
    refuse(Reason.OTHER, "Still too little.")
    newer = path_in(mails("suggestion-refused"), "/add/mend/")
    assert "Still too little." in elsewhere.client.page(newer).text
    assert elsewhere.client.get(link).status_code == 410


def test_in_the_browser_that_sent_it_the_reason_stands_where_it_can_be_mended(link, filler):
    page = filler.client.page("/add")
    assert (SAID in page.text, WORDS in page.text) == (True, True)
    page = filler.send("/add")
    assert SAID in page.text
    assert "Check and send" in page.links


def test_an_address_is_proved_once_in_the_life_of_a_draft_and_another_one_again(
    link, filler, send, refuse, mails, app, moderator
):
    with app.app_context():
        assert "1 refused" in forget_suggestions(clock.now() + timedelta(days=31)), "the draft lives longer"
    filler.send("/add")
    send(again=True)
    refuse()
    filler.send("/add")
    filler.send("/add/you", email="vera@example.org")
    send()
    filler.send("/add")
    filler.send("/add/you", email="otto@example.org")
    send()


def test_whoever_gets_the_draft_of_another_proves_nothing_by_it(say, send, elsewhere, mails):
    say(NEIGHBOURS)
    send()
    for url, typed in NEIGHBOURS.items():
        elsewhere.send(url, **typed)
    assert "press the link in it" in elsewhere.send("/add/check").text, "that draft has proved nothing"


def test_of_spam_nobody_is_told(say, send, refuse, mails, filler, moderator):
    say(NEIGHBOURS)
    send()
    refuse(Reason.SPAM, "An advertisement.")
    assert mails("suggestion-refused") == ""
    page = filler.client.page("/add")
    assert "A moderator looks at it before anybody else can see it." in page.text
    assert "could not accept" not in page.text
    filler.send("/add")
    send(again=True)
    page = moderator.page(moderator.page("/moderate").links[NAME])
    assert "It is spam: nobody is told: An advertisement." in page.text


def test_where_the_draft_is_gone_the_mail_has_no_link(say, send, refuse, mails, filler):
    say(NEIGHBOURS)
    send()
    filler.send("/add/delete")
    refuse()
    mail = mails("suggestion-refused")
    assert WORDS in mail
    assert "/add/" not in mail


@pytest.mark.parametrize("how", ["deleted", "forgotten"])
def test_a_link_dies_with_its_draft(how, link, filler, elsewhere, app):
    if how == "deleted":
        filler.send("/add/delete")
    else:
        with app.app_context(), transaction() as session:
            assert drafts.forget_old(session, clock.now() + timedelta(days=61)) == 1
    assert elsewhere.client.page(link, status=410).h1 == "This link does not work any more"
    assert elsewhere.client.post(link).status_code in {400, 410}


def test_whoever_is_at_something_else_is_told_before_it_is_put_aside(link, elsewhere):
    elsewhere.send("/add/reach", phone="0121 496 0042")
    assert "something else is begun" in elsewhere.client.page(link).text
    elsewhere.send(link)
    assert "0121 496 0007" in str(elsewhere.client.page("/add/reach").soup)


def test_a_link_that_nobody_sent_is_told_kindly(elsewhere):
    assert elsewhere.client.page("/add/mend/nonsense", status=410).h1 == "This link does not work any more"
