"""The page that offers the files, and their description for programs."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, Final

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from directory.exchange import views
from directory.exchange.queries import extracts as queries
from directory.exchange.queries.extracts import Completeness
from directory.exchange.routes.answers import IGNORED, about_of, file_address
from directory.exchange.routes.blueprint import bp
from directory.exchange.rules.columns import OfferingRow
from directory.exchange.rules.package import package as described
from directory.exchange.service.extract import listings_of
from directory.geocoding.rules import Located
from directory.infra import clock
from directory.infra.db import Reader
from directory.infra.kept import Kept
from directory.search.rules.request import SearchRequest, from_args, from_args_strictly
from directory.search.service import meant_in
from directory.web.access import Who, open_to
from directory.web.layout import begin

FRESH: Final = timedelta(days=183)  # half a year: when stewards are asked again
FIRST_ROWS: Final = 5
_kept: Final = Kept[str, Completeness](most=2)  # of today and of yesterday


@bp.get("/data")
@open_to(Who.ANYONE)
def data() -> ResponseReturnValue:
    """What can be taken away, of everything or of the search in the address: files, first rows, how complete."""
    here: Any = current_app.extensions["directory"]
    now = clock.now()
    asked, _notes = from_args(request.args, here.terms, here.areas)
    with begin(now) as session:
        about = about_of(here, session, asked, now)
        found = _completeness(session, f"{now - FRESH:%Y-%m-%d}", now - FRESH)
        rows = _first(here, session, asked, now)
    page = views.data_page(
        about, found, rows, url_of=partial(file_address, about), search_url=about.address, zone=here.place.time_zone
    )
    return render_template("exchange/data.html", page=page)


@bp.get("/data/datapackage.json")
@open_to(Who.ANYONE)
def package() -> Response:
    """The description of the files of a search, for programs. Raises Invalid."""
    here: Any = current_app.extensions["directory"]
    now = clock.now()
    asked = from_args_strictly(request.args, here.terms, here.areas)
    with begin(now, timely=False) as session:
        about = about_of(here, session, asked, now)
    text = json.dumps(described(about, partial(file_address, about)), ensure_ascii=False, indent=1)
    return Response(text, mimetype="application/json")


def _completeness(session: Reader, day: str, since: datetime) -> Completeness:
    """How complete the record is: counted once for each version of it and each day."""
    kept = _kept.of(session)
    if (known := kept.get(day)) is not None:
        return known
    found = queries.completeness(session, since=since)
    _kept.keep(kept, {day: found})
    return found


def _first(here: Any, session: Reader, asked: SearchRequest, now: datetime) -> list[OfferingRow]:
    """The first rows of the search; none where the place is not known."""
    what = meant_in(here, session, asked, now)
    if not (isinstance(what.near, Located) or what.near in IGNORED):
        return []
    hits = islice(listings_of(session, what.query, index=here.index), FIRST_ROWS)
    return [row for listing in hits for row, _distance in listing][:FIRST_ROWS]
