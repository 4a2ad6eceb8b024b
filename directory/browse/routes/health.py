"""For whoever watches the site: is the process alive, and could it answer a reader."""

from __future__ import annotations

from flask import Response, jsonify

from directory.browse.routes.blueprint import bp, running
from directory.infra import schema
from directory.infra.db import AWAY, db, reading
from directory.search.service import Query
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
    found = dict.fromkeys(("database", "schema", "index"), "unknown")
    try:
        standing = schema.standing(db.engine)
        found["database"] = "ok"
        found["schema"] = "ok" if standing is schema.Standing.CURRENT else str(standing)
        if standing is schema.Standing.CURRENT:
            with reading() as session:
                running().index.find(session, Query(limit=1))
            found["index"] = "ok"
    except AWAY:
        missing = next(name for name, state in found.items() if state == "unknown")
        found[missing] = "does not answer"
    ok = set(found.values()) == {"ok"}
    return jsonify(status="ok" if ok else "not ready", **found), 200 if ok else 503
