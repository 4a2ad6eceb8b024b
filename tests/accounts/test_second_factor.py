"""Staff show a second factor: set up at the first sign-in, asked for at each, and never twice with one code."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest

from directory.accounts.service import factor, people
from directory.infra import clock
from tests.support.pages import soup_of
from tests.support.people import sign_in

WHO = "moderator@example.org"


@pytest.fixture
def moderator(kept, now, secret):
    """A moderator with a factor: their id, their app, and their codes on paper."""
    with kept() as session:
        person_id, salt = people.person_for(session, WHO, now), factor.new_salt()
        app = pyotp.TOTP(factor.secret_of(person_id, salt, secret=secret))
        before = now - timedelta(minutes=5)
        codes = factor.set_up(session, person_id, salt, app.at(before), secret=secret, now=before)
        return person_id, app, codes


@pytest.fixture
def show(kept, moderator, secret, now):
    def shown(code, at=now):
        with kept() as session:
            return factor.show(session, moderator[0], code, secret=secret, now=at)

    return shown


def test_the_code_of_the_app_is_right_once(show, moderator, now):
    code = moderator[1].at(now)
    assert show(f" {code[:3]} {code[3:]} ")
    assert not show(code)
    assert not show(code, at=now + timedelta(seconds=20))


@pytest.mark.parametrize(("seconds", "right"), [(-61, False), (-30, True), (30, True), (61, False)])
def test_clocks_may_differ_by_half_a_minute(seconds, right, show, moderator, now):
    assert show(moderator[1].at(now + timedelta(seconds=seconds))) is right


def test_each_code_on_paper_is_right_once(show, moderator):
    first, second, *rest = moderator[2]
    assert len({first, second, *rest}) == 10
    assert show(first.upper().replace("-", " "))
    assert not show(first)
    assert show(second)


@pytest.mark.parametrize("code", ["", "000000", "\u0660" * 6, "\x00", "\ud800", "-" * 999, "' OR 1=1 --"])
def test_any_other_text_is_wrong(code, show):
    assert not show(code)


def test_a_clock_that_was_a_day_ahead_keeps_nobody_out(show, moderator, now):
    ahead = now + timedelta(days=1)
    assert show(moderator[1].at(ahead), at=ahead)
    assert show(moderator[1].at(now))
    assert not show(moderator[1].at(now))


def test_the_database_alone_does_not_hold_the_factor(secret):
    person_id, salt = uuid4(), factor.new_salt()
    assert factor.secret_of(person_id, salt, secret=secret) != factor.secret_of(person_id, salt, secret="another key")
    assert len(factor.secret_of(person_id, salt, secret=secret)) == 32


def test_new_codes_end_the_old_ones(kept, show, moderator, secret):
    with kept() as session:
        factor.new_codes(session, moderator[0], secret=secret)
        assert factor.codes_left(session, moderator[0]) == 10
    assert not show(moderator[2][0])


# ---- As staff meet it ----


@pytest.fixture
def client(app):
    made = app.test_client()
    sign_in(made, "moderator", second_factor=False)
    return made


@pytest.fixture
def send(client):
    def sent(url, **typed):
        page = client.page(url)
        token = page.soup.select_one("input[name=csrf_token]")["value"]
        return client.post(url, data={"csrf_token": token, **typed})

    return sent


def set_up(client, send):
    """Goes through the page as a person does; the app, and the codes on paper."""
    page = client.page("/account/second-factor")
    app = pyotp.TOTP(page.soup.select_one(".code-key").get_text().replace(" ", ""))
    answer = send("/account/second-factor", code=app.at(clock.now() - timedelta(seconds=30)))
    assert answer.status_code == 200
    return app, [code.get_text() for code in soup_of(answer).select(".codes code")]


def test_staff_set_it_up_at_their_first_sign_in_and_then_are_staff(client, send):
    assert client.get("/sign-in/second-factor").headers["Location"] == "/account/second-factor"
    before = client.get_cookie("directory").value
    _, codes = set_up(client, send)
    assert len(codes) == 10
    assert client.get_cookie("directory").value != before
    page = client.page("/account")
    assert "You have 10 recovery codes left" in page.text


def test_the_picture_is_in_the_page_and_asks_nobody(client):
    page = client.page("/account/second-factor")
    assert page.soup.select_one("img.code-picture")["src"].startswith("data:image/png;base64,")


def test_looking_at_the_page_writes_nothing(client, statements):
    with statements() as seen:
        first = client.page("/account/second-factor").soup.select_one(".code-key").text
        assert client.page("/account/second-factor").soup.select_one(".code-key").text == first
    assert {sent.split()[0] for sent in seen} == {"SELECT"}


def test_a_wrong_code_is_told_and_ten_are_too_many(client, send):
    set_up(client, send)
    client.post("/sign-out")
    sign_in(client, "moderator", second_factor=False)
    answers = [send("/sign-in/second-factor", code="000000").status_code for _ in range(10)]
    assert answers == [200] * 9 + [429]  # one was counted when it was set up


def test_who_has_a_factor_and_did_not_show_it_cannot_replace_it(client, send):
    set_up(client, send)
    sign_in(client, "moderator", second_factor=False)
    assert client.get("/account/second-factor").status_code == 404
    assert client.post("/account/recovery-codes").status_code == 303  # to show it first


def test_a_code_on_paper_opens_what_was_wanted(client, send):
    _, codes = set_up(client, send)
    sign_in(client, "moderator", second_factor=False)
    answer = send("/sign-in/second-factor", code=codes[0], next="/about")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/about")
    assert "You have 9 recovery codes left" in client.page("/account").text


def test_a_steward_has_none_to_show(app):
    steward = app.test_client()
    sign_in(steward, "steward")
    assert steward.get("/sign-in/second-factor").headers["Location"] == "/account"
    assert steward.get("/account/second-factor").status_code == 404
