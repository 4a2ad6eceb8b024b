"""The whole map."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.browse.routes.blueprint import bp, running
from directory.browse.views import maps as views
from directory.browse.views.results import heading, search_url
from directory.infra import clock
from directory.search.rules.request import from_args
from directory.web.access import Who, open_to
from directory.web.layout import begin


@bp.get("/map")
@open_to(Who.ANYONE)
def map_page() -> ResponseReturnValue:
    """Everything on one map, or what a search found."""
    here = running()
    asked, _notes = from_args(request.args, here.terms)
    with begin(clock.now()):
        pass
    return render_template(
        "browse/map.html",
        asked=asked,
        heading=heading(asked, here.terms, near=asked.near),
        list_url=search_url(asked),
        map=views.whole(asked),
    )
