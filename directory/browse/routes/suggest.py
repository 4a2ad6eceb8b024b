"""What the search box offers while somebody types."""

from __future__ import annotations

from flask import Response, jsonify, request

from directory.browse.routes.blueprint import bp, running
from directory.browse.views.suggestions import suggestions
from directory.infra import clock
from directory.search.service.suggest import LONGEST, suggesting
from directory.web.access import Who, open_to
from directory.web.layout import begin


@bp.get("/suggest")
@open_to(Who.ANYONE)
def suggest() -> Response:
    """Needs, places and names that begin with ``q``, as JSON: what to show, what kind it is, what to search for."""
    here = running()
    with begin(clock.now()) as session:
        found = suggesting(here.place, here.terms).suggest(session, request.args.get("q", "")[:LONGEST], here.index)
    return jsonify(suggestions=suggestions(found, here.terms))
