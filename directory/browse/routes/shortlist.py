"""The shortlist that a reader carries in the address: to look at, and to print."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.browse.routes.blueprint import bp, running
from directory.browse.views import carried
from directory.browse.views import shortlist as views
from directory.browse.views.listing import Seen
from directory.infra import clock
from directory.infra.db import Reader
from directory.listings import queries
from directory.listings.rules.codes import code_of
from directory.publishing.queries import withdrawn
from directory.web.access import Who, open_to
from directory.web.addresses import language
from directory.web.layout import begin

# For the layout and the forms of every page: macros see these, too.
bp.add_app_template_global(carried.carry, "carry")
bp.add_app_template_global(carried.pairs, "carried")
bp.add_app_template_global(carried.count, "carried_count")


@bp.get("/shortlist")
@open_to(Who.ANYONE)
def shortlist() -> ResponseReturnValue:
    """The listings of the address, with telephone numbers, to keep, print or pass on."""
    return render_template("browse/shortlist.html", page=_shortlist())


@bp.get("/shortlist/print")
@open_to(Who.ANYONE)
def shortlist_sheet() -> ResponseReturnValue:
    """The same in large type, with a QR code of its address."""
    page = _shortlist()
    return render_template("browse/shortlist_sheet.html", page=page, picture=views.qr_picture(page.full_url))


def _shortlist() -> views.Shortlist:
    """Three statements; a fourth when a listing is missing."""
    here, now, listed = running(), clock.now(), carried.listed()
    with begin(now) as session:
        found = queries.by_codes(session, listed.codes)
        pages = queries.pages(session, [coded.id for coded in found]) if found else {}
        gone = _gone(session, listed.codes, found)
    return views.shortlist(listed, found, pages, gone, Seen(now, here.place, here.terms, here.areas.get, language()))


def _gone(session: Reader, codes: tuple[str, ...], found: list[queries.Coded]) -> frozenset[str]:
    there = {code_of(coded.uuid) for coded in found}
    return withdrawn(session, [code for code in codes if code not in there])
