"""What a sender reaches by mail: the button that proves an address, the question, and words in every mail."""

import re

import pytest

from directory.accounts import jobs
from directory.core.people import VISITOR
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.moderation.queries import queue
from directory.moderation.queries import suggestions as queries
from directory.moderation.rules.states import Reason, State
from directory.moderation.service import decide
from directory.moderation.service.suggest import suggest
from tests.moderation.cast import MODERATOR, sending
from tests.support.records import given_location, given_record

NAME = "Kitchen <b>& friends"
KITCHEN = given_record(NAME, given_location())


@pytest.fixture
def post(app, tmp_path):
    """Sends the mail that waits; the newest mail of a kind, as text."""
    folder = tmp_path / "instance" / "outbox"

    def newest(kind):
        with app.app_context():
            jobs.send_mail(clock.now())
        files = sorted(folder.glob(f"*-{kind}-*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return files[-1].read_text() if files else ""

    return newest


@pytest.fixture
def receipt(app):
    with app.app_context(), transaction() as session:
        around = app.extensions["directory"].around
        return suggest(session, KITCHEN, sending(), acting=VISITOR, around=around, now=clock.now())


SAID = {
    Reason.NOT_HERE: "serves people in Birmingham",
    Reason.NOT_A_GROUP: "something else",
    Reason.DUPLICATE: "in the directory already",
    Reason.UNCLEAR: "Too little was said",
    Reason.UNSAFE: "at risk",
    Reason.NOT_YOURS: "speak for the group",
    Reason.OTHER: "<i>Sorry.",
}


def link_in(mail, path):
    return re.findall(rf"http://[^\s\"<]+(/{path}/[\w-]+)", mail)[0]


def send(client, path, **values):
    """Press the button of a page, a moment later than a program would."""
    page = client.page(path)
    data = {str(field["name"]): str(field.get("value", "")) for field in page.soup.select("form input[name]")}
    return client.post(path, data=data | values)


@pytest.fixture(autouse=True)
def slow(monkeypatch):
    monkeypatch.setattr("directory.web.forms.QUICKEST_S", 0)


def test_opening_the_link_does_nothing_and_pressing_the_button_does(app, client, post, receipt):
    path = link_in(post("suggestion-proof"), "prove")
    for _ in range(2):  # a program that looks at mails
        page = client.page(path)
        assert page.h1 == "Is this your e-mail address?"
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    with app.app_context(), reading() as session:
        assert queries.suggestion(session, receipt.id).state is State.UNPROVED
    answer = send(client, path)
    assert answer.status_code == 303
    assert receipt.reference in client.page(answer.headers["Location"]).text
    with app.app_context(), reading() as session:
        assert [row.id for row in queue.waiting(session, now=clock.now())] == [receipt.id]
    assert "does not work any more" in client.page(path, status=410).text


def test_a_question_is_answered_by_its_link(app, client, post, receipt):
    send(client, link_in(post("suggestion-proof"), "prove"))
    seen = decide.AsSeen(State.WAITING, 0)
    with app.app_context(), transaction() as session:
        decide.ask(session, receipt.id, as_seen=seen, words="Which <hall>?", acting=MODERATOR, now=clock.now())
    mail = post("suggestion-question")
    assert "Which <hall>?" in mail
    path = link_in(mail, "answer")
    assert "Which <hall>?" in client.page(path).text
    wrong = send(client, path, words="")
    assert wrong.status_code == 400
    assert "Enter your answer" in wrong.text
    assert send(client, path, words="St Agatha's").status_code == 303
    with app.app_context(), reading() as session:
        assert [said.words for said in queries.messages(session, receipt.id)] == ["Which <hall>?", "St Agatha's"]
        assert queries.suggestion(session, receipt.id).state is State.WAITING
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.SPAM])
def test_each_refusal_says_why_in_words(app, client, post, receipt, reason):
    send(client, link_in(post("suggestion-proof"), "prove"))
    seen = decide.AsSeen(State.WAITING, 0)
    with app.app_context(), transaction() as session:
        decide.refuse(
            session, receipt.id, as_seen=seen, reason=reason, words="<i>Sorry.", acting=MODERATOR, now=clock.now()
        )
    mail = post("suggestion-refused")
    assert "could not accept it" in mail
    assert "<i>Sorry." in mail  # in the plain text
    assert "&lt;i&gt;Sorry." in mail  # and in HTML as it was typed
    assert SAID[reason] in mail.replace("\n", " ")


def test_what_was_accepted_is_told_with_its_address(app, client, post, receipt):
    send(client, link_in(post("suggestion-proof"), "prove"))
    around = app.extensions["directory"].around
    with app.app_context(), transaction() as session:
        seen = decide.AsSeen(State.WAITING, 0)
        decide.accept(session, receipt.id, as_seen=seen, acting=MODERATOR, around=around, now=clock.now())
    mail = post("suggestion-accepted")
    assert "/listings/kitchen-b-friends" in mail
    assert "&lt;b&gt;" in mail
    assert "<b>&amp;" not in mail


def test_a_link_that_nobody_sent_is_told_kindly(client):
    assert client.get("/prove/nonsense").status_code == 410
    assert client.get("/answer/nonsense").status_code == 410
