"""What a browser may keep, what a cache in front of the site may answer with, and what nobody may keep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import session

from directory.infra import clock
from directory.web.access import Who, open_to
from directory.web.conditional import SLICE_S, not_modified

NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)
HELD = {"changes": 7}


@open_to(Who.ANYONE)
def page():
    not_modified(HELD, clock.now())
    return "a page"


@open_to(Who.ANYONE)
def form():
    not_modified(HELD, clock.now())
    session["csrf_token"] = "signed"
    return "a page with a form"


@pytest.fixture
def at(monkeypatch):
    """Sets the clock so many seconds after noon."""

    def later(seconds):
        monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(seconds=seconds))

    later(0)
    return later


@pytest.fixture
def client(app, at):
    app.add_url_rule("/page", view_func=page)
    app.add_url_rule("/form", view_func=form)
    return app.test_client()


@pytest.mark.parametrize(
    ("seconds", "shared"),
    [(0, SLICE_S), (1, SLICE_S - 1), (SLICE_S - 20, 20), (SLICE_S - 1, 1), (SLICE_S, SLICE_S)],
)
def test_a_shared_cache_answers_until_the_minute_is_over_that_the_page_is_true_for(client, at, seconds, shared):
    at(seconds)
    answer = client.get("/page")
    assert answer.headers["Cache-Control"] == f"public, max-age=0, s-maxage={shared}"
    assert answer.headers["Vary"] == "Accept-Encoding"
    again = client.get("/page", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.headers["Cache-Control"]) == (304, answer.headers["Cache-Control"])


def test_the_page_of_somebody_with_a_cookie_is_kept_by_no_shared_cache(client):
    client.get("/form")
    answer = client.get("/page")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert client.get("/page", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_an_answer_that_gives_a_cookie_is_kept_by_nobody(client):
    answer = client.get("/form")
    assert "Set-Cookie" in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_another_cookie_is_none_of_ours(client):
    assert client.get("/page", headers={"Cookie": "theirs=1"}).headers["Cache-Control"].startswith("public")
