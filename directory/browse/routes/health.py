"""For whoever watches the site: is the process alive, and could it answer a reader."""

from __future__ import annotations

from flask import Response, jsonify

from directory.browse.routes.blueprint import bp, running
from directory.infra import schema
from directory.infra.db import AWAY, reading
from directory.web.access import Who, open_to


@bp.get("/health")
@open_to(Who.ANYONE)
def health() -> Response:
    """The process answers. It asks nothing else, so that a lost database does not have it restarted."""
    return jsonify(status="ok")


@bp.get("/ready")
@open_to(Who.ANYONE)
def ready() -> tuple[Response, int]:
    """Database, schema and index are there; 503 with what is not."""
    found = {"database": "away", "schema": "unknown", "index": "unknown"}
    try:
        with reading() as session:
            found["database"] = "ok"
            found["schema"] = "ok" if schema.is_current(session.connection()) else "other"
            if found["schema"] == "ok":
                found["index"] = "ok" if running().index.answers(session) else "empty"
    except AWAY:
        pass  # what was reached so far is the answer
    ok = set(found.values()) == {"ok"}
    return jsonify(status="ok" if ok else "not ready", **found), 200 if ok else 503
