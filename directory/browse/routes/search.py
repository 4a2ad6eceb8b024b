"""Results as a list with the map beside it, for a search and for a need."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.browse.routes.blueprint import bp, running
from directory.browse.routes.finding import find
from directory.browse.views.carried import carry
from directory.browse.views.filters import search_url
from directory.browse.views.results import note_words
from directory.core.errors import NotFound
from directory.search.rules.request import SearchRequest, from_args
from directory.web.access import Who, open_to
from directory.web.addresses import address


@bp.get("/search")
@open_to(Who.ANYONE)
def search() -> ResponseReturnValue:
    """What a search found."""
    here = running()
    asked, notes = from_args(request.args, here.terms, here.areas)
    return render_template(
        "browse/search.html", **find(asked, notes=[note_words(note) for note in notes], filtered=True)
    )


@bp.get("/needs/<slug>")
@open_to(Who.ANYONE)
def need(slug: str) -> ResponseReturnValue:
    """A need: what it means, and who helps with it."""
    term = running().terms.needs.get(slug)
    if term is None:
        raise NotFound(slug)

    def url(asked: SearchRequest) -> str:
        return carry(address("browse.need", slug=slug, page=asked.page if asked.page > 1 else None))

    asked, _notes = from_args({"need": slug, "page": request.args.get("page", "1")}, running().terms)
    return render_template(
        "browse/need.html",
        need=term,
        canonical=address("browse.need", slug=slug, page=asked.page if asked.page > 1 else None, absolute=True),
        search_url=search_url(asked),
        **find(asked, url=url, heading=term.name),
    )
