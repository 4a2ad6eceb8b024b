"""The product's application with what it is measured against: pages that cost what any page must cost.

Both pass through the same middleware. ``/bench/hello`` is the site's layout with nothing in it;
``/bench/memory`` is the page of a search, drawn by the same template from values found once and kept.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from directory import app as product
from directory.browse.routes.blueprint import running
from directory.browse.routes.finding import find
from directory.search.rules.request import from_args
from directory.web.access import Who, open_to

bp = Blueprint("bench", __name__)
_values: dict[bytes, dict[str, Any]] = {}
_bodies: dict[bytes, tuple[bytes, str]] = {}


def create_app() -> Flask:
    """The product's application, with the bench's pages."""
    app = product.create_app()
    app.register_blueprint(bp)
    app.extensions["bench.hello"] = app.jinja_env.from_string('{% extends "base.html" %}')
    return app


@bp.get("/bench/hello")
@open_to(Who.ANYONE)
def hello() -> ResponseReturnValue:
    """The site's empty layout."""
    return render_template(current_app.extensions["bench.hello"])


@bp.get("/bench/memory")
@open_to(Who.ANYONE)
def memory() -> ResponseReturnValue:
    """The page of the search in the address, from memory from the second time on."""
    values = _values.get(request.query_string)
    if values is None:
        asked, _notes = from_args(request.args, running().terms)
        values = _values[request.query_string] = find(asked, filtered=True)
    return render_template("browse/search.html", **values)


@bp.get("/bench/body/<path:path>")
@open_to(Who.ANYONE)
def body(path: str) -> ResponseReturnValue:
    """What the product answers at ``path``, from memory from the second time on."""
    key = request.full_path.encode()
    if key not in _bodies:
        query = request.query_string.decode()
        answer = current_app.test_client().get(f"/{path}?{query}", headers={"Accept-Encoding": "identity"})
        _bodies[key] = answer.get_data(), answer.content_type
    content, kind = _bodies[key]
    return Response(content, content_type=kind)
