"""The areas of the place, their outlines, and what is in each."""

from __future__ import annotations

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from directory.areas import queries
from directory.areas.rules import DISTRICT
from directory.browse.routes.blueprint import bp, running
from directory.browse.routes.finding import find
from directory.browse.views import areas as views
from directory.browse.views.carried import carry
from directory.core.errors import NotFound
from directory.infra import clock
from directory.search.rules.request import SearchRequest, from_args
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.layout import begin


@bp.get("/areas")
@open_to(Who.ANYONE)
def areas() -> ResponseReturnValue:
    """Every area that has a page, by kind."""
    here = running()
    with begin(clock.now()):
        pass
    return render_template("browse/areas.html", groups=views.groups(here.areas.all()))


@bp.get("/areas/<code>")
@open_to(Who.ANYONE)
def area(code: str) -> ResponseReturnValue:
    """One area: what is there."""
    here = running()
    found = here.areas.get(code)
    if found is None:
        if code.upper() in here.areas:  # b12, as people type it
            return redirect(address("browse.area", code=code.upper()), code=301)
        raise NotFound(code)

    def url(asked: SearchRequest) -> str:
        return carry(address("browse.area", code=code, page=asked.page if asked.page > 1 else None))

    asked, _notes = from_args({"area": code, "page": request.args.get("page", "1")}, here.terms)
    return render_template(
        "browse/area.html",
        area=found,
        canonical=address("browse.area", code=code, absolute=True),
        **find(asked, url=url, heading=found.name),
    )


@bp.get("/areas/<code>/outline.geojson")
@open_to(Who.ANYONE)
def outline(code: str) -> Response:
    """The outline of one area, for the map beside what is there."""
    with begin(clock.now()) as session:
        text = queries.outline(session, code)
    if text is None:
        raise NotFound(code)
    return Response(text, mimetype="application/geo+json")


@bp.get("/areas/outlines.geojson")
@open_to(Who.ANYONE)
def outlines() -> Response:
    """The outlines of the postcode districts: the ground of the map where no tiles load."""
    with begin(clock.now()) as session:
        text = queries.outlines(session, DISTRICT)
    return Response(text, mimetype="application/geo+json")
