"""Pages on standbys: the application on a primary, and on copies of it that pretend to be its standbys."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import count, islice

import psycopg
import pytest
import sqlalchemy as sa
from flask import Response, session
from sqlalchemy import event
from sqlalchemy.engine import make_url

from directory.infra import clock
from directory.infra.cli.own import check_standbys
from directory.infra.composition import Trouble, Work
from directory.infra.db import db, transaction
from directory.infra.standbys import server
from directory.infra.standbys.server import Told
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import publish
from directory.web.access import Who, open_to
from directory.web.standbys import MORE_S, standbys_of
from tests.support.apps import INSTALLED
from tests.support.databases import _command, recorded
from tests.support.records import NOON, given_location, given_record

LISTING = "/listings/sparkbrook-kitchen"
LAG_S = 5


def put(app, *names):
    with app.app_context(), transaction(db.engine) as opened:
        records = [given_record(name, given_location(name)) for name in names]
        publish(opened, records, actor=Actor(ActorKind.JOB), around=app.extensions["directory"].around, now=NOON)


@pytest.fixture
def copies(databases):
    """Two copies of the primary's database, as it was before the test."""
    database = databases.copy_of(INSTALLED, "postgres")
    database.engine.dispose()
    primary = make_url(database.url)
    found = [primary.set(database=f"{primary.database}_{number}") for number in (1, 2)]
    for each in found:
        _command(database.url, f'CREATE DATABASE "{each.database}" TEMPLATE "{primary.database}"')
    yield [each.render_as_string(hide_password=False) for each in found]
    for each in found:
        _command(database.url, f'DROP DATABASE "{each.database}" WITH (FORCE)')


@pytest.fixture
def app(make_app, databases, copies, monkeypatch):
    """The application, whose standbys can be read and stay as they are."""
    names = [make_url(url).database for url in copies]
    monkeypatch.setattr(server, "ask", lambda engine: Told(1, standby=engine.url.database in names, position=100))
    monkeypatch.setattr("directory.infra.standbys.pool.ask", server.ask)
    made = make_app(databases.copy_of(INSTALLED, "postgres"), read_urls=" ".join(copies), read_lag=str(LAG_S))
    made.add_url_rule("/form", view_func=form)
    made.add_url_rule("/form", view_func=sent, methods=["POST"])
    (standbys,) = standbys_of(made)
    standbys.look()
    yield made
    standbys.close()


@open_to(Who.ANYONE)
def form():
    session["csrf_token"] = "signed"
    return Response("a form", mimetype="text/plain")


@open_to(Who.ANYONE)
def sent():
    return Response("thank you", mimetype="text/plain")


@contextmanager
def counted(app):
    """How many statements the primary and each standby were sent inside."""
    engines = engines_of(app)
    found: list[int] = []
    with ExitStack() as stack:
        seen = [stack.enter_context(recorded(engine)) for engine in engines]
        yield found
        found += map(len, seen)


def test_readers_are_answered_from_the_standbys_in_turn(app, client):
    with counted(app) as found:
        for _ in range(4):
            client.page("/search?q=food")
    assert found[0] == 0
    assert found[1] > 0
    assert found[2] > 0


def test_before_they_are_watched_readers_are_answered_from_the_primary(app, client):
    (standbys,) = standbys_of(app)
    for each in standbys.all:
        each._why_not = "not asked yet"
    with counted(app) as found:
        client.page("/search?q=food")
    assert found[0] > 0
    assert found[1:] == [0, 0]


def cut(connection):
    """The server ends the connection."""
    pid = connection.connection.driver_connection.info.backend_pid
    _command(connection.engine.url.render_as_string(hide_password=False), f"SELECT pg_terminate_backend({pid})")


def conflict(connection):
    """The server ends the query for what it replays."""
    raise sa.exc.OperationalError("", {}, psycopg.errors.SerializationFailure("conflict with recovery"))


@contextmanager
def breaking(how, *engines, nth=1):
    """Before the ``nth`` statement and each one after it, ``how`` happens to each of ``engines`` inside."""
    seen: Counter[str] = Counter()

    def instead(connection, *_rest):
        seen[connection.engine.url.database] += 1
        if seen[connection.engine.url.database] >= nth:
            how(connection)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", instead)
    yield
    for engine in engines:
        event.remove(engine, "before_cursor_execute", instead)


def engines_of(app):
    """The primary's, then those of the standbys."""
    (standbys,) = standbys_of(app)
    with app.app_context():
        return [db.engine, *(each.engine for each in standbys.all)]


MET = ("/search?q=food", LISTING, "/search.csv", "/map/features?bbox=-2,52,-1,53&zoom=9", "/ready")


# A file is read through a cursor of the server's, which went with the connection and cannot be closed.
@pytest.mark.filterwarnings("ignore:Exception ignored in.*ServerCursor:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("how", [cut, conflict])
def test_a_standby_that_fails_in_the_middle_of_a_page_is_not_noticed(app, client, how):
    put(app, "Sparkbrook Kitchen")
    (standbys,) = standbys_of(app)
    _, *engines = engines_of(app)
    for path in MET:
        for nth in islice(count(1), 9):
            standbys.look()
            assert standbys.choose()
            with breaking(how, *engines, nth=nth), counted(app) as found:
                answer = client.get(path)
            assert answer.status_code == (200 if found[0] or path != LISTING else 404), (path, nth)
            if not found[0]:  # the page has fewer statements; and its copy does not have the listing
                break
        assert nth > 1, path


def test_a_standby_that_is_lost_is_left_out_until_it_answers(app, client):
    (standbys,) = standbys_of(app)
    with breaking(cut, engines_of(app)[1]):
        for _ in range(2):
            assert client.get("/").status_code == 200
    assert [bool(each.why_not()) for each in standbys.all] == [True, False]
    standbys.look()
    assert [bool(each.why_not()) for each in standbys.all] == [False, False]


def test_an_error_after_a_second_try_has_its_page(app, client):
    with breaking(cut, *engines_of(app)[1:]):
        client.page("/listings/nobody-here", status=404)


def test_a_page_is_read_again_once_for_each_server_and_no_more(app, client):
    with counted(app) as found, breaking(conflict, *engines_of(app)):
        client.page("/", status=503)
    assert found == [1, 1, 1]


def test_a_standby_that_is_behind_never_says_that_nothing_changed(app, client, monkeypatch):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)  # a search says another thing in another minute
    (standbys,) = standbys_of(app)
    old = client.get("/search").headers["ETag"]
    put(app, "Sparkbrook Kitchen")
    for each in standbys.all:
        each._why_not = "left out"
    new = client.get("/search").headers["ETag"]
    assert new != old
    standbys.look()
    answer = client.get("/search", headers={"If-None-Match": new})
    assert (answer.status_code, answer.headers["ETag"]) == (200, old)
    assert client.get("/search", headers={"If-None-Match": old}).status_code == 304


def test_who_has_just_sent_something_sees_it_and_others_a_moment_later(app, client, monkeypatch):
    poster = app.test_client()
    poster.reader = False  # who sends a form has a cookie
    poster.get("/form")
    assert poster.get(LISTING).status_code == 404
    assert poster.post("/form").status_code == 200
    put(app, "Sparkbrook Kitchen")
    assert poster.get(LISTING).status_code == 200
    assert client.get(LISTING).status_code == 404
    now = clock.now() + timedelta(seconds=LAG_S + MORE_S + 1)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert poster.get(LISTING).status_code == 404  # by now a standby would have it, or be left out


def test_who_sends_without_a_cookie_gets_none(client):
    assert "Set-Cookie" not in client.post("/form").headers


def test_a_request_that_failed_is_nothing_to_wait_for(app):
    poster = app.test_client()
    poster.reader = False
    poster.get("/form")
    assert "Set-Cookie" not in poster.post("/nowhere").headers


def test_it_is_ready_without_its_primary(app, client):
    assert client.get("/ready").json["standbys"] == "2 of 2"
    (standbys,) = standbys_of(app)
    with breaking(cut, engines_of(app)[0]):
        assert client.get("/ready").status_code == 200
        for each in standbys.all:
            each._why_not = "left out"
        answer = client.get("/ready")
    assert (answer.status_code, answer.json["standbys"]) == (503, "0 of 2")


def test_what_jobs_and_commands_read_is_the_primary(app):
    from directory.publishing.jobs import JOBS  # noqa: PLC0415 - registered by the application

    with counted(app) as found, app.app_context():
        for job in JOBS:
            job.run(NOON)
    assert found[0] > 0
    assert found[1:] == [0, 0]


def test_the_doctor_names_the_standby_that_cannot_be_read_and_why(app, monkeypatch):
    running = app.extensions["directory"]
    work = Work(settings=running.settings, place=running.place, engine=engines_of(app)[0], now=NOON)
    assert check_standbys(work) == "2 can be read"
    lost = make_url(running.settings.read_urls[1]).database
    monkeypatch.setattr(server, "ask", lambda engine: Told(1, standby=engine.url.database != lost, position=100))
    with pytest.raises(Trouble, match=r"^standby 2: it is no standby$"):
        check_standbys(work)


def test_nothing_that_pages_ask_needs_to_write(app, client):
    (standbys,) = standbys_of(app)
    with standbys.all[0].reading() as opened, pytest.raises(sa.exc.InternalError, match="read-only"):
        opened.execute(sa.text("UPDATE version SET number = 1"))
