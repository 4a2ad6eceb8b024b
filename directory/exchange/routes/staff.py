"""Extracts of staff: columns that are not public, chosen one by one, with a purpose that is written down."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from directory.exchange.forms import StaffForm
from directory.exchange.queries import extracts as queries
from directory.exchange.routes.answers import CSV, IGNORED, about_of, count, search_of, told, url_of
from directory.exchange.routes.blueprint import bp
from directory.exchange.rules.about import About
from directory.exchange.service import staff
from directory.exchange.service.spool import Spooled, spooled, turn
from directory.geocoding.rules import Located
from directory.infra import clock, versions
from directory.infra.db import reading, transaction
from directory.search.rules.request import SearchRequest, from_args_strictly
from directory.search.service import meant_in
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.errors import problem
from directory.web.layout import VERSIONS
from directory.web.people import acting
from directory.web.words import moment

SHOWN: Final = 20  # extracts of the list
UNKEPT: Final = "no-store"


@bp.route("/data/staff", methods=["GET", "POST"])
@open_to(Who.EXPORTER)
def staff_extract() -> ResponseReturnValue:
    """Choose columns and say what for; on success the file. Raises Invalid."""
    here: Any = current_app.extensions["directory"]
    asked = from_args_strictly(request.args, here.terms, here.areas)
    form = StaffForm.from_request()
    if form.submitted_and_valid():
        return _file(here, asked, staff.wanted(acting(), *form.chosen()))
    with reading() as session:
        rows = [(moment(row.at, here.place.time_zone), row) for row in queries.taken(session, limit=SHOWN)]
    search = search_of(asked)
    page = render_template(
        "exchange/staff.html",
        form=form,
        taken=rows,
        said=", ".join(f"{name}={value}" for name, value in search),
        here=f"{address('exchange.staff_extract')}{'?' if search else ''}{urlencode(search)}",
    )
    return page, 400 if form.errors else 200, {"Cache-Control": UNKEPT}


def _file(here: Any, asked: SearchRequest, extract: staff.Extract) -> ResponseReturnValue:
    """The file, once it is written down that it was taken."""
    now = clock.now()
    count()
    with turn():
        found = _made(here, asked, extract)
    if found is None:
        return problem(404)
    made, about = found
    search = urlencode(about.search)
    try:
        with transaction() as session:
            staff.remember(session, extract, acting=acting(), search=search, change=about.version, now=now)
    except BaseException:
        made.close()
        raise
    answer: Response = told(made, about, about.file_name(f"NOT-PUBLIC-{extract.table.name}", "csv"), CSV)
    answer.headers["Cache-Control"] = UNKEPT
    del answer.headers["Link"]  # it has no licence
    return answer


def _made(here: Any, asked: SearchRequest, extract: staff.Extract) -> tuple[Spooled, About] | None:
    """The file and what it is of, from one snapshot of the primary; None where the place is not known."""
    now = clock.now()
    with reading() as session:
        session.info[VERSIONS] = versions.current(session)
        about = about_of(here, session, asked, now)
        what = meant_in(here, session, asked, now)
        if not (isinstance(what.near, Located) or what.near in IGNORED):
            return None
        return spooled(staff.lines(session, what.query, extract, index=here.index, url_of=url_of())), about
