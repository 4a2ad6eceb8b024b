"""The log of a small application: one line a request, and nothing private in it."""

from __future__ import annotations

import io
import json
import logging

import pytest
from flask import Flask, Response, abort, request

from directory.infra.logging import Json, Plain, _Handler, add_request_log, configure


@pytest.fixture(params=["plain", "json"])
def written(request):
    """What the log says, in each format."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure(request.param)
    handler = next(each for each in root.handlers if isinstance(each, _Handler))
    stream = io.StringIO()
    handler.setStream(stream)
    yield stream
    root.handlers, root.level = before


@pytest.fixture
def client():
    app = Flask("tiny")

    @app.route("/listings/<slug>", methods=["GET", "POST"])
    def listing(slug):
        if request.args.get("q") == "break":
            raise LookupError(f"nobody called {slug} or {request.form.get('name')} of {request.remote_addr}")
        if slug == "gone":
            abort(404)
        return Response((part for part in ("a", "b")), mimetype="text/plain")

    add_request_log(app)
    return app.test_client()


def test_a_request_is_one_line_with_its_route_pattern(client, written):
    answer = client.get("/listings/art-club?q=B14+7QH&near=someone@example.org", buffered=True)
    assert answer.text == "ab"
    (line,) = written.getvalue().splitlines()
    for word in ("GET", "/listings/<slug>", "200", answer.headers["X-Request-ID"]):
        assert word in line
    for private in ("art-club", "B14", "7QH", "someone", "127.0.0.1", "near"):
        assert private not in line


def test_an_unknown_address_is_not_repeated(client, written):
    client.get("/someone@example.org/B14%207QH?q=refuge", buffered=True)
    (line,) = written.getvalue().splitlines()
    assert " 404" in line or '"status": 404' in line
    for private in ("example", "B14", "refuge"):
        assert private not in line


def test_an_error_is_logged_without_what_the_request_brought(client, written):
    answer = client.post("/listings/secret-refuge?q=break", data={"name": "Anne Example"}, buffered=True)
    assert answer.status_code == 500
    said = written.getvalue()
    assert "LookupError" in said
    assert "test_logging.py" in said
    for private in ("secret-refuge", "Anne", "127.0.0.1", "q=break"):
        assert private not in said
    assert said.count("/listings/<slug>") == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("4f2c-abcd-0001", True),
        ("short", False),
        ("x" * 65, False),
        ("B14 7QH someone", False),
        ("a\tb\tc\td\te", False),
    ],
)
def test_a_request_id_is_kept_only_if_it_is_one(client, given, kept):
    answer = client.get("/listings/x", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is kept


def test_json_lines_can_be_read_by_a_program():
    record = logging.LogRecord("directory.request", logging.INFO, __file__, 1, "", (), None)
    record.__dict__.update(method="GET", route="/", status=200, ms=1.5)
    found = json.loads(Json().format(record))
    assert found["time"].endswith("Z")
    assert (found["method"], found["route"], found["status"], found["ms"]) == ("GET", "/", 200, 1.5)


def test_a_foreign_message_is_scrubbed():
    said = "Invalid request from ip=203.0.113.9: Invalid HTTP request line: 'GET /?q=refuge'"
    record = logging.LogRecord("gunicorn.error", logging.WARNING, __file__, 1, said, (), None)
    line = Plain().format(record)
    assert "203.0.113.9" not in line
    assert "refuge" not in line
    assert "gunicorn.error: Invalid request" in line


def test_setting_up_the_log_twice_writes_each_line_once(client, written):
    configure("plain")
    assert sum(isinstance(each, _Handler) for each in logging.getLogger().handlers) == 1
