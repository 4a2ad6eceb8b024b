"""Files of a search: the same results as the page, in full."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal

from flask import Blueprint, Response, current_app, request

from directory.core.errors import Unavailable
from directory.exchange.rules import csv_text, geojson_text
from directory.exchange.rules.lines import Ending, csv_ending, feature_ending
from directory.exchange.service.extract import rows, rows_of
from directory.exchange.service.spool import Spooled, spooled, turn
from directory.geocoding.rules import Located, Miss
from directory.infra import clock
from directory.listings import queries as listings
from directory.listings.rules.codes import codes_in
from directory.publishing.queries import Form
from directory.search.rules.request import from_args_strictly
from directory.search.service import meant_in
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.errors import problem
from directory.web.layout import begin
from directory.web.words import gettext as _

bp = Blueprint("exchange", __name__)

Batches = Iterator[list[str]]
UrlOf = Callable[[str], str]
FORMS: Final[dict[str, Form]] = {"csv": "csv", "geojson": "feature"}
IGNORED: Final = (None, Miss.EMPTY)  # a place of blanks is none, as on the page


@bp.get("/search.csv")
@open_to(Who.ANYONE)
def search_csv() -> Response:
    """Every result of a search, one row an offering, as RFC 4180 text with a byte order mark. Raises Invalid."""

    def text(batches: Batches) -> Iterator[str]:
        yield csv_text.header()
        for batch in batches:
            yield "".join(batch)

    return _file(text, "csv", csv_ending, "text/csv; charset=utf-8")


@bp.get("/search.geojson")
@open_to(Who.ANYONE)
def search_geojson() -> Response:
    """Every result of a search, one feature an offering. Raises Invalid."""

    def text(batches: Batches) -> Iterator[str]:
        yield geojson_text.START
        before = ""
        for batch in batches:
            yield before + ",".join(batch)
            before = ","
        yield geojson_text.END

    return _file(text, "geojson", feature_ending, "application/geo+json")


@bp.get("/shortlist.csv")
@open_to(Who.ANYONE)
def shortlist_csv() -> Response:
    """Every offering of the listings in ``list``, in its order, with the columns of a search."""
    here: Any = current_app.extensions["directory"]
    listed, now = codes_in(request.args.get("list", "")), clock.now()
    ending = csv_ending(_address_of(address("browse.listing", slug="-", absolute=True)))
    with turn(), begin(now) as session:
        found = [coded.id for coded in listings.by_codes(session, listed.codes)]
        made = None
        if request.method != "HEAD":
            made = spooled([csv_text.header(), *rows_of(session, found, ending=ending)])
    return _answer(made, f"{here.place.slug}-shortlist-{now:%Y-%m-%d}.csv", "text/csv; charset=utf-8")


def _file(
    text: Callable[[Batches], Iterable[str]],
    name: Literal["csv", "geojson"],
    ending: Callable[[UrlOf], Ending],
    kind: str,
) -> Response:
    """The file, made from one snapshot that is let go before the first byte leaves.

    Raises Invalid for a value that a page would only note, and Unavailable when the search takes too long or too many
    files are being made. An unknown place is 404: everything is not what was asked for, and a file cannot say so.
    """
    here: Any = current_app.extensions["directory"]
    asked, now = from_args_strictly(request.args, here.terms, here.areas), clock.now()
    url_of = _address_of(address("browse.listing", slug="-", absolute=True))
    with turn(), begin(now) as session:
        what = meant_in(here, session, asked, now)
        if what.near is Miss.UNAVAILABLE:
            raise Unavailable("The place cannot be looked up just now.")
        if not (isinstance(what.near, Located) or what.near in IGNORED):
            return problem(404, _("The place in “near” is not one that this directory covers or knows."))
        made = None
        if request.method != "HEAD":  # nobody would read it
            batches = rows(session, what.query, index=here.index, form=FORMS[name], ending=ending(url_of))
            made = spooled(text(batches))
    return _answer(made, f"{here.place.slug}-listings-{now:%Y-%m-%d}.{name}", kind)


def _answer(made: Spooled | None, name: str, kind: str) -> Response:
    """``made`` as a download called ``name``: place and date, for a folder with many of them."""
    answer = Response(made.body() if made else iter(()), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if made:
        answer.content_length = made.size
        answer.call_on_close(made.close)  # when the reader goes away
    return answer


def _address_of(pattern: str) -> UrlOf:
    prefix = pattern.removesuffix("-")
    return lambda slug: prefix + slug
