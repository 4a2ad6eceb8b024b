"""Long answers leave while they are made, from one snapshot; nobody takes a broken one for whole, or holds one up."""

from __future__ import annotations

import io
import logging
import time
import tracemalloc
import zipfile
from contextlib import ExitStack
from dataclasses import replace
from threading import Event
from typing import Any, cast

import pytest

from directory.core.errors import Unavailable
from directory.exchange.queries import oruk as queries
from directory.exchange.rules.about import About
from directory.exchange.service import hsds_package, leaving, oruk, spool
from directory.exchange.service.leaving import BrokenOff, Growing
from directory.exchange.service.spool import Spooled
from directory.infra.db import db, reading
from directory.listings import queries as listings
from tests.exchange.published import NOW, organisations, put
from tests.support.apps import INSTALLED
from tests.support.databases import KINDS
from tests.support.records import given_record
from tests.support.waiting import until

LONG = (
    "/data/hsds.zip",
    "/data/offerings.csv",
    "/data/listings.geojson",
    "/oruk/v3/services?format=ndjson",
    "/oruk/v3/services?format=ndjson&full=true",
    "/oruk/v3/services?minimal=true",
    "/oruk/v3/organizations?format=ndjson&full=true&full_service=true",
    "/oruk/v3/service_at_locations?format=ndjson&full=true",
)
NARROWED = (
    "/data/hsds.zip?kind=community-group",
    "/oruk/v3/services?format=ndjson&full=true&search=kitchen",
    "/oruk/v3/organizations?format=ndjson&search=kitchen",
)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Whatever is longer than a byte leaves while it is made."""
    monkeypatch.setattr(spool, "IN_MEMORY", 1)
    monkeypatch.setattr(spool, "BLOCK", 1)


@pytest.fixture(params=KINDS)
def filled(request, databases, make_app):
    app = make_app(databases.copy_of(INSTALLED, request.param), files_a_minute="0")
    put(app, *organisations())
    return app


def connections(app):
    with app.app_context():
        return cast("Any", db.engine.pool).checkedout()


class Maker:
    """Parts that are made as the test wants, with something that is held meanwhile."""

    def __init__(self, fail: BaseException | None = None) -> None:
        self.go, self.let_go, self.closed, self.fail = Event(), Event(), Event(), fail

    def parts(self):
        try:
            yield b"first "
            assert self.go.wait(10)
            if self.fail:
                raise self.fail
            yield b"second"
        finally:
            assert not self.let_go.is_set()  # what it is made with is there to its end
            self.closed.set()

    def answer(self, **how):
        with ExitStack() as held:
            held.callback(self.let_go.set)
            return leaving.leaving(self.parts(), held, **how)


def test_the_first_bytes_leave_before_the_last_are_made():
    made = Maker()
    answer = made.answer(encoding="br")
    assert isinstance(answer, Growing)
    assert (answer.size, answer.encoding) == (None, "br")
    body = answer.body()
    assert next(body) == b"first "
    assert not made.let_go.is_set()
    made.go.set()
    assert list(body) == [b"second"]
    assert made.let_go.wait(10)


def test_what_is_made_is_let_go_of_though_nobody_takes_it():
    made = Maker()
    answer = made.answer()
    made.go.set()
    assert made.let_go.wait(10)
    assert b"".join(answer.body()) == b"first second"


def test_a_reader_who_leaves_ends_the_making():
    made = Maker()
    body = made.answer().body()
    next(body)
    body.close()
    made.go.set()
    assert made.let_go.wait(10)
    assert made.closed.is_set()


def test_an_answer_that_fails_breaks_off_and_says_so_in_the_log(caplog):
    made = Maker(ValueError("a broken page"))
    body = made.answer().body()
    assert next(body) == b"first "
    with caplog.at_level(logging.ERROR):
        made.go.set()
        with pytest.raises(BrokenOff):
            next(body)
    assert made.let_go.is_set()
    assert "A file was broken off." in caplog.text


def test_what_fails_before_it_leaves_is_told_properly():
    made = Maker(ValueError("a broken page"))
    made.go.set()
    with pytest.raises(ValueError, match="a broken page"):
        made.answer(is_whole=True)
    assert made.let_go.is_set()


def test_who_could_not_tell_is_given_what_is_whole():
    made = Maker()
    made.go.set()
    answer = made.answer(is_whole=True)
    assert isinstance(answer, Spooled)
    assert answer.size == len("first second")
    answer.close()


def test_making_and_taking_end_in_time(monkeypatch):
    monkeypatch.setattr(spool, "MADE_WITHIN_S", -1.0)
    with pytest.raises(Unavailable):
        Maker().answer()
    monkeypatch.setattr(spool, "MADE_WITHIN_S", 300.0)
    monkeypatch.setattr(spool, "TAKEN_WITHIN_S", 0.05)
    made = Maker()
    body = made.answer().body()
    assert next(body) == b"first "
    with pytest.raises(TimeoutError):
        next(body)  # which never comes
    made.go.set()
    assert made.let_go.wait(10)


def test_one_that_takes_too_long_breaks_off(monkeypatch):
    made, now = Maker(), time.monotonic()
    body = made.answer().body()
    assert next(body) == b"first "
    monkeypatch.setattr(time, "monotonic", lambda: now + spool.MADE_WITHIN_S + 10)
    made.go.set()
    with pytest.raises(BrokenOff):
        list(body)
    monkeypatch.undo()
    assert made.let_go.wait(10)


@pytest.mark.parametrize("path", [*LONG, *NARROWED])
def test_an_answer_that_grows_says_what_one_that_is_whole_says(filled, path, monkeypatch):
    client = filled.test_client()
    grown = client.get(path)
    assert "Content-Length" not in grown.headers
    until(lambda: connections(filled) == 0)
    monkeypatch.setattr(spool, "IN_MEMORY", 1 << 20)
    monkeypatch.setattr(leaving, "EAGER_S", 60.0)
    whole = client.get(path)
    assert whole.headers["Content-Length"] == str(len(whole.data))
    assert grown.data == whole.data
    assert grown.headers["ETag"] == whole.headers["ETag"]
    assert client.get(path, headers={"If-None-Match": grown.headers["ETag"]}).status_code == 304
    old = client.get(path, environ_overrides={"SERVER_PROTOCOL": "HTTP/1.0"})
    assert old.headers["Content-Length"] == str(len(old.data))


@pytest.mark.parametrize("path", [*LONG, *NARROWED])
def test_it_is_of_one_moment_whatever_is_published_meanwhile(filled, path, monkeypatch):
    client = filled.test_client()
    before = client.get(path).data
    until(lambda: connections(filled) == 0)
    for module, name in ((hsds_package, "AT_ONCE"), (oruk, "AT_ONCE"), (queries, "AT_ONCE")):
        monkeypatch.setattr(module, name, 1)
    go, add = Event(), Growing._add
    monkeypatch.setattr(Growing, "_add", lambda *given: go.wait(30) and add(*given))
    answer = client.get(path, buffered=False)
    parts = iter(answer.response)
    first = next(parts)
    put(filled, given_record("Kitchen of tomorrow"), replace(organisations()[27], name="Renamed meanwhile"))
    go.set()
    now = first + b"".join(parts)
    answer.close()
    if path.startswith("/data/hsds.zip"):
        assert tables_of(now) == tables_of(before)
    else:
        assert now == before
    until(lambda: connections(filled) == 0)


def tables_of(body):
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("path", LONG)
def test_a_reader_who_goes_away_or_waits_holds_neither_turn_nor_connection(filled, path):
    client = filled.test_client()
    for _ in range(spool.MOST_AT_ONCE + 1):
        answer = client.get(path, buffered=False)
        next(iter(answer.response))
        answer.close()
        until(lambda: connections(filled) == 0)
    waiting = client.get(path, buffered=False)
    until(lambda: connections(filled) == 0)  # nothing of it was taken
    assert len(client.get(path).data) > 100
    waiting.close()


ABOUT = About(
    place="x", title="X", search=(), address="", package="", version=1, moment=None, made=NOW, licence="OGL-UK-3.0",
    licence_name="", licence_url="", attribution="", publisher="",
)  # fmt: skip


def test_a_package_of_a_country_takes_little_memory(app, monkeypatch):
    put(app, *organisations())
    with app.app_context(), reading() as session:
        pages = [page for some in listings.every_page(session, at_once=100) for page in some]
        monkeypatch.setattr(listings, "every_page", lambda *_, **_how: iter([pages] * 400))
        tracemalloc.start()
        size = sum(len(part) for part in hsds_package.package(session, app.extensions["directory"], None, ABOUT))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert size > 500_000
    assert most < 20e6
