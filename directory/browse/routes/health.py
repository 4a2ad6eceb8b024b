"""For whoever watches the site: is the process alive, and could it answer a reader."""

from __future__ import annotations

from flask import Response, jsonify

from directory.browse.routes.blueprint import bp, running
from directory.core.errors import Unavailable
from directory.infra import clock, standing, versions
from directory.infra.db import AWAY
from directory.infra.standing import Standing
from directory.search.service import Query
from directory.web.access import Who, open_to
from directory.web.standbys import reader, standbys_read


@bp.get("/health")
@open_to(Who.ANYONE)
def health() -> Response:
    """The process answers. It asks nothing else, so that a lost database does not have it restarted."""
    return jsonify(status="ok")


@bp.get("/ready")
@open_to(Who.ANYONE)
def ready() -> tuple[Response, int]:
    """The database that a reader would be answered from is there, with schema and index, and the postcodes; else 503.

    Of a country it takes some seconds after a start: what filters are counted on is made first, for no reader to wait.
    It stays well while the primary is away and a standby can be read, and says of how many standbys that is true.
    """
    found = dict.fromkeys(("database", "schema", "index"), "unknown") | {"postcodes": _postcodes()}
    try:
        with reader(clock.now()) as session:
            stands = standing.of_connection(session.connection())
            found["database"] = "ok"
            found["schema"] = "ok" if stands is Standing.CURRENT else str(stands)
            if stands is Standing.CURRENT:
                running().index.find(session, Query(limit=1))
                running().boards.current(session, versions.current(session))
                found["index"] = "ok"
    except (*AWAY, Unavailable):
        missing = next(name for name, state in found.items() if state == "unknown")
        found[missing] = "does not answer"
    ok = set(found.values()) == {"ok"}
    more = {"standbys": standbys} if (standbys := standbys_read()) else {}
    return jsonify(status="ok" if ok else "not ready", **found, **more), 200 if ok else 503


def _postcodes() -> str:
    try:
        running().geocoding.require()
    except Unavailable:
        return "missing or broken"
    return "ok"
