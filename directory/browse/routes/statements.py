"""What each installation must state: who runs it, privacy, accessibility, sources."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.browse.routes.blueprint import bp, running
from directory.browse.routes.map_data import ground_of
from directory.browse.routes.tiles import tiles_thanks
from directory.infra import clock
from directory.listings.rules.record import Provider
from directory.web.access import Who, open_to
from directory.web.layout import begin


def _statement(name: str, *, thanks: str = "", providers: Collection[Provider] = ()) -> str:
    """A page of plain text with the place's facts in it. One statement: the data version.

    ``thanks``: for the map's tiles, when they come from here; ``providers``: directories that feeds are from.
    """
    with begin(clock.now()):
        pass
    values = {"settings": running().settings, "tiles": _tiles() or thanks, "providers": providers}
    return render_template(f"browse/{name}.html", **values)


def _tiles() -> str:
    """Where the picture under the map comes from, in words: readers' browsers fetch it. "" when there is none."""
    ground = ground_of(running())
    return (ground.tiles_attribution or str(urlsplit(ground.tiles_url).hostname)) if ground.tiles_url else ""


@bp.get("/about")
@open_to(Who.ANYONE)
def about() -> ResponseReturnValue:
    """What the directory is, who runs it, and how to ask them."""
    return _statement("about")


@bp.get("/privacy")
@open_to(Who.ANYONE)
def privacy() -> ResponseReturnValue:
    """What is kept of whom, for how long, and how to have it deleted."""
    return _statement("privacy")


@bp.get("/accessibility")
@open_to(Who.ANYONE)
def accessibility() -> ResponseReturnValue:
    """What was tested, how and when, and what fails."""
    return _statement("accessibility")


@bp.get("/attributions")
@open_to(Who.ANYONE)
def attributions() -> ResponseReturnValue:
    """Whose data and work the directory is made with."""
    here = running()
    thanks = tiles_thanks() if here.settings.tiles_file else ""
    return _statement("attributions", thanks=thanks, providers=here.providers.values())
