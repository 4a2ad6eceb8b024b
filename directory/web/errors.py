"""What people see when something goes wrong: what happened, what to do. Never a trace, a version or a path.

The pages need no database, because it may be what went wrong. Addresses that give data answer with a problem
document (RFC 9457) instead of a page.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, Final

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, default_exceptions

from directory.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMuch, Unavailable
from directory.infra.db import AWAY, MAY_HAVE_MOVED, has_moved
from directory.web.words import gettext as _

RETRY_AFTER_S: Final = 30  # how long someone should wait for a database that was away
PAGES: Final = frozenset({400, 403, 404, 405, 413, 429, 500, 503})
SLOW: Final = "slow"  # the page of what took too long
ALIKE: Final = {414: 413, 507: 503}  # too long an address is too much at once; a full disk is a rest
DATA_ENDINGS: Final = (".atom", ".csv", ".geojson", ".json", ".xlsx", ".zip")
DATA_PATHS: Final = ("/map/features", "/map/pins", "/map/tiles", "/oembed", "/oruk/")
OURS: Final[dict[type[Exception], int]] = {NotFound: 404, Forbidden: 404, Invalid: 400, Conflict: 409, Unavailable: 503}
LAST_RESORT: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Sorry, something went wrong</title>'
    "<h1>Sorry, something went wrong</h1><p>Please try again in a few minutes.</p></html>"
)
log = logging.getLogger(__name__)


def add_errors(app: Flask) -> None:
    """Answer every error of ``app`` with one of our pages, or a problem document."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)
    for kind, status in OURS.items():
        app.register_error_handler(kind, _known(status))
    for kind in AWAY:
        app.register_error_handler(kind, _away)
    for kind in MAY_HAVE_MOVED:
        app.register_error_handler(kind, _moved)


def problem(status: int, detail: str = "", page: str = "") -> Response:
    """The answer for an error: a page for people, a problem document where data was asked for.

    ``detail``: a sentence of ours for the document, which never repeats what was given. ``page``: that of errors/ which
    says more than the status does.
    """
    if wants_data(request.path):
        answer = _document(status, detail)
    else:
        answer = Response(_page(status, page), mimetype="text/html")
    answer.status_code = status
    if status == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def wants_data(path: str) -> bool:
    """Whether ``path`` gives data, so that its errors are for programs."""
    return path.endswith(DATA_ENDINGS) or path.startswith(DATA_PATHS)


def _http(error: HTTPException) -> Response:
    """An error that Flask, a view or the limits raised; redirects and 304 are no errors and pass."""
    if error.code is None or error.response is not None:
        return current_app.make_response(error.get_response())
    answer = problem(error.code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _known(status: int) -> Callable[[Exception], Response]:
    def answer(error: Exception) -> Response:
        if status >= 500:
            log.warning("unavailable", extra={"reason": type(error).__name__})
        return problem(status, _detail(error), SLOW if isinstance(error, TooMuch) else "")

    return answer


def _detail(error: Exception) -> str:
    """What would have done, for who reads the document; what was given may be a secret."""
    if isinstance(error, Invalid):
        return _("%(field)s has to be %(wanted)s.", field=error.field, wanted=error.wanted)
    return (
        _("That takes longer than a search may: ask for less, or near a place.") if isinstance(error, TooMuch) else ""
    )


def _away(error: Exception) -> Response:
    # The driver's message may hold a statement with what somebody typed: its kind is all that is logged.
    reason = type(getattr(error, "orig", None) or error).__name__
    log.error("the database did not answer", extra={"reason": reason})
    return problem(503)


def _moved(error: Exception) -> Response:
    return _away(error) if has_moved(error) else _unexpected(error)


def _unexpected(error: Exception) -> Response:
    log.error("unexpected", exc_info=error)
    return problem(500)


def _page(status: int, page: str = "") -> str:
    shown = ALIKE.get(status, status)
    template = f"errors/{page or (shown if shown in PAGES else 400 if status < 500 else 500)}.html"
    try:
        return render_template(template)
    except Exception:  # the layout itself may be what is broken, and someone still waits for an answer
        log.exception("the error page %s cannot be drawn", template)
        return LAST_RESORT


def _document(status: int, detail: str) -> Response:
    kind = default_exceptions.get(status)
    title = kind().name if kind else _("Error")
    document: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if detail:
        document["detail"] = detail
    return Response(json.dumps(document), mimetype="application/problem+json")
