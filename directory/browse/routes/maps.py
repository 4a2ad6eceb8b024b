"""The whole map."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.browse.routes.blueprint import bp, running
from directory.browse.views import maps as views
from directory.browse.views.filters import search_url
from directory.browse.views.results import heading, instead, meant_words, miss_words, note_words
from directory.geocoding.rules import Located, Miss
from directory.infra import clock
from directory.search.rules.request import from_args
from directory.search.service import meant_in
from directory.web.access import Who, open_to
from directory.web.layout import begin


@bp.get("/map")
@open_to(Who.ANYONE)
def map_page() -> ResponseReturnValue:
    """Everything on one map, or what a search found."""
    here = running()
    asked, notes = from_args(request.args, here.terms, here.areas)
    now = clock.now()
    with begin(now) as session:
        what = meant_in(here, session, asked, now)
    given, asked = asked, what.request
    near = what.near if isinstance(what.near, Located) else None
    area = here.areas.get(asked.area) if asked.area else None
    return render_template(
        "browse/map.html",
        asked=asked,
        heading=heading(asked, here.terms, near=near.label if near else "", area=area.name if area else ""),
        problem=miss_words(what.near, asked.near, here.place) if isinstance(what.near, Miss) else "",
        notes=[*map(note_words, notes), *meant_words(what)],
        instead=instead(what.typed, given, asked, endpoint="browse.map_page"),
        list_url=search_url(asked),
        map=views.whole(asked, near, area.box if area else None),
    )
