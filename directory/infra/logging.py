"""The log: one line a request, and nothing in it that says who somebody is or what they looked for.

A request's line has its id, time, method, route pattern, status and milliseconds. An exception is logged
by its kind, the places in the code it came through, and its message scrubbed of whatever the request brought.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from flask import Flask, has_request_context, request
from werkzeug.wsgi import ClosingIterator

from directory.infra.scrub import explained, scrub, scrub_foreign

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUTE: Final = "directory.route"  # in the WSGI environment: the pattern of the route that answers
REQUEST_ID: Final = "X-Request-ID"
OURS: Final = "directory"
FLASK_SAYS: Final = "Exception on %s"
_ID: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
_FIELDS: Final = ("method", "route", "status", "ms", "reason", "job")  # what `extra=` may add to a line
_request_id: ContextVar[str] = ContextVar("request_id", default="")
_log = logging.getLogger(f"{OURS}.request")


def configure(log_format: str) -> None:
    """Write the log of this process to standard error, ``plain`` or ``json``; again to change the format."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(handler)
    handler = _Handler(sys.stderr)
    handler.setFormatter(Json() if log_format == "json" else Plain())
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.INFO)


class _Handler(logging.StreamHandler[Any]):
    """Ours, so that it is found again."""


class Plain(logging.Formatter):
    """``2026-05-03T09:15:00.123Z INFO 5f2c... GET /listings/<slug> 200 4.1 ms``."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and one more for each step of an exception."""
        found = line(record)
        words = [found.pop("time"), found.pop("level"), found.pop("request", "-"), found.pop("message")]
        trace = found.pop("exception", [])
        words += [f"{name}={value}" if name in {"reason", "job"} else str(value) for name, value in found.items()]
        return "\n".join([" ".join(word for word in words if word), *(f"    {step}" for step in trace)])


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The object, on one line."""
        return json.dumps(line(record), ensure_ascii=False)


def line(record: logging.LogRecord) -> dict[str, Any]:
    """What a record says, scrubbed: time, level, request id, message, our fields, steps of an exception."""
    values = tuple(_request_values())
    ours = record.name.split(".")[0] == OURS
    # Flask's own line about an error names the address that was asked for; the request's line has the pattern.
    message = "unexpected" if str(record.msg).startswith(FLASK_SAYS) else record.getMessage()
    found: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
        "level": record.levelname,
    }
    if identity := _request_id.get():
        found["request"] = identity
    found["message"] = scrub(message, values) if ours else f"{record.name}: {scrub_foreign(message, values)}"
    found |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
    if record.exc_info and record.exc_info[1] is not None:
        found["exception"] = explained(record.exc_info[1], values)
    return found


def _request_values() -> Iterator[str]:
    """What the request that is being answered brought: no message may repeat it."""
    if not has_request_context():
        return
    yield from request.args.values()
    yield from (str(value) for value in (request.view_args or {}).values())
    form = request.__dict__.get("form")  # only if something parsed it: a log line must not read a body
    if form is not None:
        yield from form.values()


def add_request_log(app: Flask) -> None:
    """Log each request that ``app`` answers, and return its id. Add it last: then it sees everything."""
    app.url_value_preprocessor(_note_route)
    app.wsgi_app = RequestLog(app.wsgi_app)  # type: ignore[method-assign] # Flask's documented way


def _note_route(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    request.environ[ROUTE] = request.url_rule.rule if request.url_rule else "-"


class RequestLog:
    """WSGI middleware: gives each request an id, and writes its line when its last byte has gone."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, and write the line even when the answer breaks off."""
        started = time.perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID", "")
        identity = given if _ID.fullmatch(given) else uuid4().hex
        _request_id.set(identity)
        status = "500"

        def start(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal status
            status = line.partition(" ")[0]
            headers.append((REQUEST_ID, identity))
            return start_response(line, headers, exc_info) if exc_info else start_response(line, headers)

        def done() -> None:
            extra = {
                "method": environ.get("REQUEST_METHOD", "-") if _known(environ) else "-",
                "route": environ.get(ROUTE, "static" if status != "500" else "-"),
                "status": int(status),
                "ms": round((time.perf_counter() - started) * 1000, 1),
            }
            _log.info("", extra=extra)

        try:
            return ClosingIterator(self.application(environ, start), done)
        except BaseException:
            done()
            raise


def _known(environ: WSGIEnvironment) -> bool:
    """Whether the method is one of HTTP's: a client may send any word, its secret too."""
    return environ.get("REQUEST_METHOD") in {
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "TRACE",
    }
