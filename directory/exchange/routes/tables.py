"""Tables of everything or of a search: organisations, services and places as CSV, and all of them as a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response

from directory.exchange.routes.answers import CSV, Asked, file_of, text_file
from directory.exchange.routes.blueprint import bp
from directory.exchange.rules import csv_text
from directory.exchange.rules.package import WORKBOOK
from directory.exchange.rules.tables import LOCATIONS, ORGANISATIONS, SERVICES, Table
from directory.exchange.service.extract import is_all, listings_of, table_lines
from directory.exchange.service.spool import Spooled, written
from directory.exchange.service.workbook import MOST_ROWS, TooManyRows, write_workbook
from directory.web.access import Who, open_to
from directory.web.errors import problem
from directory.web.words import gettext as _


@bp.get("/data/organisations.csv")
@open_to(Who.ANYONE)
def organisations() -> Response:
    """The organisations that a search finds. Raises Invalid."""
    return _table(ORGANISATIONS)


@bp.get("/data/services.csv")
@open_to(Who.ANYONE)
def services() -> Response:
    """The services that a search finds. Raises Invalid."""
    return _table(SERVICES)


@bp.get("/data/locations.csv")
@open_to(Who.ANYONE)
def locations() -> Response:
    """The places of what a search finds. Raises Invalid."""
    return _table(LOCATIONS)


def _table(table: Table) -> Response:
    """The rows of a table that belong to what a search finds, as RFC 4180 text. Raises Invalid."""

    def text(asked: Asked) -> Iterator[str]:
        yield csv_text.header(table.columns)
        query = asked.what.query
        yield from table_lines(asked.session, query, table, index=asked.matching, url_of=asked.url_of)

    return text_file(table.name, "csv", CSV, text)


@bp.get("/data/listings.xlsx")
@open_to(Who.ANYONE)
def workbook() -> Response:
    """Every table of a search as sheets of one workbook. Raises Invalid."""

    def made(asked: Asked) -> Spooled:
        query = asked.what.query
        hits = listings_of(asked.session, query, index=asked.matching)
        every = is_all(query)
        return written(lambda file: write_workbook(file, hits, asked.about, url_of=asked.url_of, every_place=every))

    try:
        return file_of("listings", "xlsx", WORKBOOK, made)
    except TooManyRows:
        return problem(
            400,
            _("A workbook takes %(most)s rows at most: narrow the search, or take the CSV files.", most=MOST_ROWS),
        )
