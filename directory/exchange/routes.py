"""Files of a search: the same results as the page, in full."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, request, stream_with_context

from directory.core.errors import Invalid, NotFound
from directory.exchange.rules import csv_text, geojson_text
from directory.exchange.rules.columns import COLUMNS, OfferingRow
from directory.exchange.service.extract import Sought, rows, sought
from directory.geocoding.rules import Miss
from directory.infra import clock
from directory.infra.db import Reader
from directory.search.rules.request import from_args
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.layout import begin

bp = Blueprint("exchange", __name__)

Batches = Iterator[list[OfferingRow]]


@bp.get("/search.csv")
@open_to(Who.ANYONE)
def search_csv() -> Response:
    """Every result of a search, one row an offering, as RFC 4180 text with a byte order mark. Raises Invalid."""

    def text(batches: Batches) -> Iterator[str]:
        yield csv_text.header(COLUMNS)
        for batch in batches:
            yield csv_text.lines(COLUMNS, batch)

    return _file(text, "csv", "text/csv; charset=utf-8")


@bp.get("/search.geojson")
@open_to(Who.ANYONE)
def search_geojson() -> Response:
    """Every result of a search, one feature an offering. Raises Invalid."""

    def text(batches: Batches) -> Iterator[str]:
        yield geojson_text.START
        before = ""
        for batch in batches:
            yield before + ",".join(geojson_text.features(COLUMNS, batch))
            before = ","
        yield geojson_text.END

    return _file(text, "geojson", "application/geo+json")


def _file(text: Callable[[Batches], Iterable[str]], ending: str, kind: str) -> Response:
    what, now = _asked(), clock.now()
    opened = ExitStack()
    session = opened.enter_context(begin(now))

    def stream() -> Iterator[str]:
        with opened:  # one snapshot until the last row, or until the reader goes away
            yield from text(_whole(session, what))

    answer = Response(stream_with_context(stream()), content_type=kind)
    answer.call_on_close(opened.close)  # also when nobody reads a byte, as for HEAD
    answer.headers["Content-Disposition"] = f'attachment; filename="{_name(now)}.{ending}"'
    return answer


def _whole(session: Reader, what: Sought) -> Batches:
    """Batches that are not empty: a comma between two is a comma too many without a second."""
    return (batch for batch in rows(session, what) if batch)


def _asked() -> Sought:
    """The search in the address. Raises Invalid for what a page would only note, NotFound for an unknown place."""
    here: Any = current_app.extensions["directory"]
    asked, notes = from_args(request.args, here.terms)
    for note in notes:
        raise Invalid(note.parameter, note.given, "a value that the search knows")
    what = sought(
        asked,
        index=here.index,
        geocoding=here.geocoding,
        areas=here.areas,
        terms=here.terms,
        url_of=_address_of(address("browse.listing", slug="-", absolute=True)),
    )
    if isinstance(what.near, Miss) and what.near is not Miss.EMPTY:
        raise NotFound(f"near: that place is not known here ({what.near})")
    return what


def _address_of(pattern: str) -> Callable[[str], str]:
    prefix = pattern.removesuffix("-")
    return lambda slug: prefix + slug


def _name(now: datetime) -> str:
    """The file's name: place and date, for a folder with many of them."""
    here: Any = current_app.extensions["directory"]
    return f"{here.place.slug}-listings-{now:%Y-%m-%d}"
