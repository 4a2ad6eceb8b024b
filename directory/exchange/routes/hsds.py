"""The data package of HSDS, of everything or of a search."""

from __future__ import annotations

from collections.abc import Generator

from flask import Response

from directory.exchange.routes.answers import Asked, file_of
from directory.exchange.routes.blueprint import bp
from directory.exchange.service.extract import is_all
from directory.exchange.service.hsds_package import MOST_ORGANIZATIONS, TooManyOrganizations, package
from directory.web.access import Who, open_to
from directory.web.errors import problem
from directory.web.words import gettext as _

ZIP = "application/zip"


@bp.get("/data/hsds.zip")
@open_to(Who.ANYONE)
def hsds_zip() -> Response:
    """Every organisation in which the search finds something, whole, as a data package of HSDS 3.0. Raises Invalid."""

    def made(asked: Asked) -> Generator[bytes, None, None]:
        query = asked.what.query
        return package(asked.session, asked.here, None if is_all(query) else query, asked.about)

    try:
        return file_of("hsds", "zip", ZIP, made)
    except TooManyOrganizations:
        return problem(
            400,
            _(
                "A package takes %(most)s organisations at most: narrow the search, or read the API page by page.",
                most=f"{MOST_ORGANIZATIONS:,}",
            ),
        )
