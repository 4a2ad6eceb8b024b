"""Files of a search: the same results as the page, in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, current_app, request

from directory.exchange.routes.answers import (
    CSV,
    Asked,
    about_of,
    count,
    everything,
    packed_as,
    text_file,
    told,
    url_of,
)
from directory.exchange.routes.blueprint import bp
from directory.exchange.rules import csv_text, geojson_text
from directory.exchange.rules.lines import csv_ending, feature_ending
from directory.exchange.service.extract import rows, rows_of
from directory.exchange.service.spool import spooled, turn
from directory.infra import clock
from directory.listings import queries as listings
from directory.listings.rules.codes import codes_in
from directory.publishing.rules import TextKind
from directory.web.access import Who, open_to
from directory.web.layout import begin


@bp.get("/search.csv")
@bp.get("/data/offerings.csv", endpoint="offerings")
@open_to(Who.ANYONE)
def search_csv() -> Response:
    """Every result of a search, one row an offering, as RFC 4180 text with a byte order mark. Raises Invalid."""

    def text(asked: Asked) -> Iterator[str]:
        yield csv_text.header()
        ending = csv_ending(asked.url_of)
        for batch in rows(asked.session, asked.what.query, index=asked.matching, kind=TextKind.LINE, ending=ending):
            yield "".join(batch)

    return text_file("offerings", "csv", CSV, text)


@bp.get("/search.geojson")
@bp.get("/data/listings.geojson", endpoint="listings_geojson")
@open_to(Who.ANYONE)
def search_geojson() -> Response:
    """Every result of a search, one feature an offering. Raises Invalid."""

    def text(asked: Asked) -> Iterator[str]:
        yield geojson_text.start(asked.about)
        before, ending = "", feature_ending(asked.url_of)
        for batch in rows(asked.session, asked.what.query, index=asked.matching, kind=TextKind.FEATURE, ending=ending):
            yield before + ",".join(batch)
            before = ","
        yield geojson_text.END

    return text_file("listings", "geojson", "application/geo+json", text)


@bp.get("/shortlist.csv")
@open_to(Who.ANYONE)
def shortlist_csv() -> Response:
    """Every offering of the listings in ``list``, in its order, with the columns of a search."""
    here: Any = current_app.extensions["directory"]
    listed, now = codes_in(request.args.get("list", "")), clock.now()
    ending = csv_ending(url_of())
    with turn(), begin(now) as session:
        about = about_of(here, session, everything(), now)
        found = [coded.id for coded in listings.by_codes(session, listed.codes)]
        made = None
        if request.method != "HEAD":
            count()
            made = spooled([csv_text.header(), *rows_of(session, found, ending=ending)], packed_as())
    answer = told(made, about, about.file_name("shortlist", "csv"), CSV)
    answer.vary.add("Accept-Encoding")
    return answer
