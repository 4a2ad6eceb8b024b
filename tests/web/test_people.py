"""Who is asking: readers cost nothing, staff show their second factor, and links lead to this site alone."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from flask import Blueprint, session

from directory.core.people import VISITOR, Acting, Role
from directory.web import people
from directory.web.access import Who, open_to

PEOPLE = {
    "steward": Acting(person_id=uuid4(), email="steward@example.org", steward=True),
    "half": Acting(person_id=uuid4(), roles=frozenset({Role.MODERATOR}), steward=True),
    "moderator": Acting(person_id=uuid4(), roles=frozenset({Role.MODERATOR}), second_factor=True, steward=True),
    "exporter": Acting(person_id=uuid4(), roles=frozenset({Role.EXPORTER}), second_factor=True, steward=True),
}
accounts = Blueprint("accounts", "accounts")


@accounts.get("/sign-in")
@open_to(Who.ANYONE)
def sign_in() -> str:
    return "sign in"


@accounts.get("/sign-in/second-factor")
@open_to(Who.ANYONE)
def second_factor() -> str:
    return "code"


@accounts.get("/manage")
@open_to(Who.STEWARD)
def manage() -> str:
    return f"{people.acting().email} {people.acting().email}"


@pytest.fixture
def asked():
    return []


@pytest.fixture
def client(make_app, asked):
    def ask(_session, token, now):
        assert now > datetime(2026, 1, 1, tzinfo=UTC)
        asked.append(token)
        return PEOPLE.get(token, VISITOR)

    app = make_app(ask=ask, DATABASE_URL="sqlite:////tmp/unused.sqlite")
    app.register_blueprint(accounts)
    return app.test_client()


@pytest.fixture
def as_(client, monkeypatch):
    """The client of somebody; no database is opened for them here."""
    monkeypatch.setattr(people, "reading", nullcontext)

    def signed_in(name):
        with client.session_transaction() as cookie:
            cookie[people.TOKEN] = name
        return client

    return signed_in


def test_nobody_asks_who_a_reader_is(client, asked):
    assert client.get("/").status_code == 200
    assert client.get("/staff").status_code == 404
    assert asked == []


def test_a_page_for_everybody_asks_nobody_even_with_a_cookie(as_, asked):
    assert as_("steward").get("/").status_code == 200
    assert asked == []


def test_a_request_asks_once(as_, asked):
    assert as_("steward").get("/manage").text == "steward@example.org steward@example.org"
    assert asked == ["steward"]


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("steward", "/staff", 404),
        ("exporter", "/staff", 404),
        ("moderator", "/staff", 200),
        ("moderator", "/manage", 200),
        ("nobody any more", "/manage", 303),
        ("nobody any more", "/staff", 303),
    ],
)
def test_who_comes_in(as_, who, path, status):
    assert as_(who).get(path).status_code == status


def test_staff_without_their_second_factor_are_asked_for_it(as_):
    answer = as_("half").get("/staff?page=2")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in/second-factor?next=/staff?page%3D2")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_visitor_is_asked_to_sign_in_where_everybody_may(client):
    assert client.get("/manage").headers["Location"] == "/sign-in?next=/manage"
    assert client.get("/cy/manage").headers["Location"] == "/cy/sign-in?next=/cy/manage"


@pytest.mark.parametrize("path", ["/manage", "/cy/manage", "/manage?page=2", "/things/art-club#services", "/"])
def test_a_link_may_lead_to_a_page_of_this_site(client, path):
    with client.application.test_request_context("/"):
        assert people.may_follow(path) == path


@pytest.mark.parametrize(
    "path",
    [
        *(
            "",
            "manage",
            "//example.com/manage",
            "https://example.com/",
            "/\\example.com",
            "/\t/example.com",
            "/nowhere",
        ),
        *("javascript:alert(1)", "/send", "/manage\r\nX: y", "/" + "a" * 600, "///example.com", "http:/manage"),
    ],
)
def test_and_to_nothing_else(client, path):
    with client.application.test_request_context("/"):
        assert people.may_follow(path) == ""


def test_what_was_known_before_signing_in_is_worth_nothing_after(client):
    with client.application.test_request_context("/"):
        session["csrf_token"] = "old"
        people.remember("token")
        assert session == {"who": "token", "_permanent": True}
        people.forget()
        assert not session
