"""The first page, and the page of each need."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.browse.routes.blueprint import bp, running
from directory.browse.views.areas import districts
from directory.browse.views.home import need_cards
from directory.infra import clock
from directory.listings import queries
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.layout import begin


@bp.get("/")
@open_to(Who.ANYONE)
def home() -> ResponseReturnValue:
    """What do you need, where are you."""
    with begin(clock.now()) as session:
        is_empty = queries.is_empty(session)
    here = running()
    return render_template(
        "browse/home.html",
        needs=need_cards(here.terms.needs.values()),
        districts=districts(here.areas.all()),
        is_empty=is_empty,
        canonical=address("browse.home", absolute=True),
    )
