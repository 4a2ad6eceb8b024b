"""The map of a page of results for paper."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from flask import Response, request

from directory.areas import queries as areas
from directory.areas.rules import DISTRICT
from directory.browse.routes.blueprint import bp, running
from directory.browse.views.filters import with_query
from directory.browse.views.picture import Sheet, picture
from directory.core.geo import Point
from directory.infra import clock
from directory.search.rules.request import SearchRequest, from_args
from directory.search.service import SearchPage, search_in
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.layout import begin
from directory.web.words import gettext as _


@bp.get("/map/results.svg")
@open_to(Who.ANYONE)
def map_picture() -> Response:
    """Outlines, and the number of each result of the page at its public places. What the page only notes is ignored."""
    here = running()
    asked, _notes = from_args(request.args, here.terms, here.areas)
    now = clock.now()
    with begin(now) as session:
        page = search_in(here, session, asked, now)
        marks = _marks(page)
        sheet = Sheet([point for _number, point in marks], here.place.box)
        outlines = json.loads(areas.outlines(session, DISTRICT, box=sheet.box))["features"]
    return Response(picture(sheet, outlines, marks, _("Map of these results")), mimetype="image/svg+xml")


def _marks(page: SearchPage) -> list[tuple[int, Point]]:
    """The number of each row of the page, at the points of the offerings that matched."""
    return [
        (number, Point(card["offerings"][n]["lat"], card["offerings"][n]["lon"]))
        for number, (row, card) in enumerate(page.rows, start=1)
        for n in row.offerings
        if n < len(card["offerings"]) and card["offerings"][n]["lat"] is not None
    ]


def picture_address(asked: SearchRequest) -> str:
    """Where the picture of a page of results is."""
    return with_query(address("browse.map_picture"), urlencode(asked.args()))


bp.add_app_template_global(picture_address, "picture_address")
