"""Signing in by mail, as people and as those who would be somebody else do it."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from directory.accounts import jobs
from directory.accounts.cli import people
from directory.accounts.service import people as known
from directory.infra import clock
from directory.infra.db import db, reading, transaction
from tests.support.pages import PageClient
from tests.support.people import address_of, put_person, there

SENT = "/sign-in/sent"


def token_of(page):
    return page.soup.select_one("input[name=csrf_token]")["value"]


@pytest.fixture
def post(app):
    """Fills in the form of a page as a browser does, and sends it."""

    def sent(client, url, to="", **typed):
        page = client.page(url)
        return client.post(to or url, data={"csrf_token": token_of(page), **typed})

    return sent


@pytest.fixture
def mails(app, tmp_path):
    """Sends what waits, and what lies in the outbox by then, oldest first."""

    def sent() -> list[EmailMessage]:
        with app.app_context():
            jobs.send_mail(clock.now())
        files = sorted((tmp_path / "instance" / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return [message_from_bytes(file.read_bytes(), policy=default) for file in files]

    return sent


@pytest.fixture
def person(app):
    def put(name):
        with app.app_context():
            put_person(db.engine, name, now=clock.now())
        return address_of(name)

    return put


@pytest.fixture
def client(app):
    made = app.test_client()
    made.reader = False  # they press buttons
    return made


def link_in(mail, site="http://127.0.0.1:8000"):
    text = mail.get_body(("plain",)).get_content()
    return there(re.search(re.escape(site) + r"(/\S*sign-in/\S+)", text))[1]


def test_a_steward_signs_in_by_the_link_in_their_mail(client, post, mails, person):
    answer = post(client, "/sign-in?next=/about", email=f" {person('steward').upper()} ", next="/about")
    assert (answer.status_code, answer.headers["Location"]) == (303, SENT)
    (mail,) = mails()
    assert (mail["To"], mail["Subject"]) == ("steward@example.org", "Your link to sign in")
    link = link_in(mail)
    assert "You will be signed in as steward@example.org." in client.page(link).text
    assert client.page("/account").h1 == "Sign in"  # looking did nothing
    answer = post(client, link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/about")
    assert "steward@example.org" in client.page("/account").text
    assert "Your account" in client.page("/").links


def test_whoever_used_a_mailed_link_is_reached_again(client, post, mails, person, app):
    person("steward")
    with app.app_context(), transaction() as session:
        known.note_bounce(session, "steward@example.org", clock.now())
    post(client, "/sign-in", email="steward@example.org")
    (mail,) = mails()
    link = link_in(mail)
    client.page(link)
    with app.app_context(), reading() as session:
        assert there(known.known(session, email="steward@example.org")).bounced_at is not None
    post(client, link)
    with app.app_context(), reading() as session:
        assert there(known.known(session, email="steward@example.org")).bounced_at is None


def test_a_link_works_once_and_only_the_newest(client, post, mails, person):
    for _ in range(2):
        post(client, "/sign-in", email=person("steward"))
        (*_, last) = mails()
    first, second = (link_in(mail) for mail in mails())
    assert link_in(last) == second
    assert client.get(first).status_code == 410
    assert post(client, second).status_code == 303
    assert client.get(second).status_code == 410
    assert client.page("/sign-in/nonsense", status=410).h1 == "This link does not work any more"


def test_a_page_by_a_secret_link_is_kept_nowhere_and_tells_nobody(client, post, mails, person):
    post(client, "/sign-in", email=person("steward"))
    for path in (link_in(mails()[0]), "/sign-in/nonsense"):
        answer = client.get(path)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


def test_head_and_a_hundred_looks_use_nothing_up(client, post, mails, person):
    post(client, "/sign-in", email=person("steward"))
    link = link_in(mails()[0])
    for _ in range(3):
        client.head(link)
        client.get(link)
    assert post(client, link).status_code == 303


def test_known_and_unknown_addresses_have_one_answer_after_one_work(client, post, mails, person, statements):
    told = []
    for email in (person("steward"), "nobody@example.org", person("moderator")):
        page = client.page("/sign-in")
        with statements() as seen:
            answer = client.post("/sign-in", data={"csrf_token": token_of(page), "email": email})
        told.append(([sent.split()[0:3] for sent in seen], answer.status_code, answer.headers["Location"], answer.data))
    assert told[0] == told[1] == told[2]
    assert [words[0] for words in told[0][0]] == ["INSERT"] * 3  # two counts and one mail: nobody is looked up
    assert {mail["To"] for mail in mails()} == {"steward@example.org", "moderator@example.org"}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "evil.example."])
def test_a_link_is_made_from_the_site_address_whatever_host_was_asked(host, client, post, mails, person):
    token = token_of(client.page("/sign-in"))
    cookie = f"directory={client.get_cookie('directory').value}"
    headers = {"Host": host, "X-Forwarded-Host": host, "Forwarded": f"host={host}", "Cookie": cookie}
    plain = client.application.test_client(use_cookies=False)  # else the cookie is kept from a host that is not its own
    plain.post("/sign-in", data={"csrf_token": token, "email": person("steward")}, headers=headers)
    (mail,) = mails()
    assert "evil" not in mail.as_string()
    assert link_in(mail).startswith("/sign-in/")


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "/nowhere"])
def test_signing_in_leads_to_no_other_site(wanted, client, post, mails, person):
    post(client, "/sign-in", email=person("steward"), next=wanted)
    assert post(client, link_in(mails()[0])).headers["Location"] == "/account"


def test_nobody_signs_in_by_a_press_that_was_not_theirs(client, post, mails, person):
    post(client, "/sign-in", email=person("steward"))
    link = link_in(mails()[0])
    stranger = client.application.test_client()
    assert stranger.post(link).status_code == 200  # the button is shown again: the form had no token
    assert stranger.post(link, data={"csrf_token": "x"}).status_code == 200
    assert post(client, link).status_code == 303


@pytest.mark.parametrize("typed", ["", "zara", "zara@", "a@b@c", "\x00", "😀@example.org", "x" * 300 + "@example.org"])
def test_what_is_no_address_is_told_and_kept(typed, client, post, mails):
    answer = post(client, "/sign-in", email=typed)
    assert answer.status_code == 200
    assert "Error:" in answer.text
    assert mails() == []


def test_too_many_for_one_address_must_wait_and_the_newest_link_still_works(client, post, mails, person):
    for _ in range(5):
        assert post(client, "/sign-in", email=person("steward")).status_code == 303
    answer = post(client, "/sign-in", email=person("steward"))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert post(client, "/sign-in", email="nobody@example.org").status_code == 303
    links = [link_in(mail) for mail in mails()]
    assert [client.get(link).status_code for link in links] == [410] * 4 + [200]
    assert post(client, links[-1]).status_code == 303


def test_too_many_of_one_client_must_wait_whoever_they_ask_for(app, client, post):
    codes = [post(client, "/sign-in", email=f"person{number}@example.org").status_code for number in range(31)]
    assert codes == [303] * 30 + [429]
    elsewhere = PageClient(app, app.response_class)
    elsewhere.reader = False
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert post(elsewhere, "/sign-in", email="person@example.org").status_code == 303


def test_a_disabled_person_gets_no_mail(client, post, mails, person, app):
    email = person("moderator")
    with app.app_context():
        assert app.test_cli_runner().invoke(people, ["disable", email]).exit_code == 0
    post(client, "/sign-in", email=email)
    assert mails() == []


def test_signing_out_ends_it_on_the_server_for_a_cookie_that_was_copied(client, post, mails, person, app):
    post(client, "/sign-in", email=person("steward"))
    post(client, link_in(mails()[0]))
    copied = app.test_client()
    copied.reader = False
    cookie = client.get_cookie("directory")
    copied.set_cookie("directory", cookie.value)
    assert copied.page("/account").h1 == "Your account"
    assert post(client, "/account", to="/sign-out").headers["Location"] == "/signed-out"
    assert copied.page("/account").h1 == "Sign in"


def test_the_cookie_is_another_after_signing_in(client, post, mails, person):
    post(client, "/sign-in", email=person("steward"))
    link = link_in(mails()[0])
    before = client.get_cookie("directory").value
    post(client, link)
    after = client.get_cookie("directory")
    assert after.value != before
    assert (after.http_only, after.same_site) == (True, "Lax")
    assert token_of(client.page("/account")) not in before


def test_with_an_https_address_the_cookie_is_secure_and_of_this_host_alone(make_app):
    client = make_app(site_address="https://directory.example.org").test_client()
    client.reader = False
    header = client.get("/sign-in", base_url="https://directory.example.org").headers["Set-Cookie"]
    assert header.startswith("__Host-directory=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(header.split("; "))
    assert "Domain" not in header


def test_staff_are_told_of_each_sign_in_and_are_not_staff_yet(client, post, mails, person):
    post(client, "/sign-in?next=/about", email=person("moderator"), next="/about")
    (mail,) = mails()
    assert "It works once, for 10 minutes." in mail.get_body(("plain",)).get_content()
    answer = post(client, link_in(mail))
    assert answer.headers["Location"] == "/sign-in/second-factor?next=/about"
    told = mails()[-1]
    assert (told["To"], told["Subject"]) == ("moderator@example.org", "Somebody signed in as you")
    assert client.get("/account/recovery-codes").status_code == 405
    assert client.post("/account/recovery-codes").headers["Location"].startswith("/sign-in/second-factor")


def test_a_steward_is_not_told(client, post, mails, person):
    post(client, "/sign-in", email=person("steward"))
    post(client, link_in(mails()[0]))
    assert len(mails()) == 1


def test_a_page_that_a_browser_kept_is_another_after_signing_in(client, post, mails, person):
    def etag():
        return client.get("/about").headers["ETag"].strip('"')

    assert etag()[-1].isdigit()
    post(client, "/sign-in", email=person("steward"))
    assert etag().endswith("sign-in")
    kept = client.get("/about").headers["ETag"]
    post(client, link_in(mails()[0]))
    assert etag().endswith("account")
    assert client.get("/about", headers={"If-None-Match": kept}).status_code == 200


def test_a_reader_has_no_cookie_and_their_page_may_be_kept_by_everybody(app):
    reader = app.test_client()
    answer = reader.get("/about")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public")
    assert "/sign-in" not in answer.text


def test_who_has_signed_in_costs_a_public_page_no_statement(app, statements, client, post, mails, person):
    post(client, "/sign-in", email=person("steward"))
    post(client, link_in(mails()[0]))
    counts = []
    for visitor in (app.test_client(), client):
        visitor.get("/areas")
        with statements() as seen:
            assert visitor.get("/areas").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
