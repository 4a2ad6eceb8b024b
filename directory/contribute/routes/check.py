"""Every answer once more, the three views of what will be seen, and the sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from directory.browse.views.linked import linked_data
from directory.browse.views.listing import Seen, listing_page, summary
from directory.browse.views.maps import of_listing
from directory.contribute.forms import SendForm
from directory.contribute.queries import Held
from directory.contribute.routes.blueprint import UNKEPT, bp, count, here, mine, remember, running
from directory.contribute.service.limits import Deed
from directory.contribute.service.sending import proposed, send, waits_for_proof
from directory.contribute.views.check import check_page
from directory.contribute.views.preview import file_rows, published, record_text
from directory.infra import clock
from directory.infra.db import transaction
from directory.moderation.rules.review import due_at
from directory.publishing import queries
from directory.publishing.service.prepare import Prepared
from directory.web.access import Who, open_to
from directory.web.addresses import address, language
from directory.web.people import acting
from directory.web.standbys import reader


@bp.route("/add/check", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def check() -> ResponseReturnValue:
    """Every answer with the way to change it; then it is sent, once."""
    now = clock.now()
    held = mine(now)
    if held is not None and not held.is_open:
        return redirect(address("contribute.sent"), code=303)
    if held is None:
        return redirect(address("contribute.add"), code=303)
    page, form = check_page(held, here(now)), SendForm()
    if page.is_complete and form.submitted_and_valid():
        count(Deed.SEND, now)
        around = running().around
        with transaction() as opened:
            send(opened, held.id, acting=acting(), around=around, language=language(), now=now)
        remember(held.id)
        return redirect(address("contribute.sent"), code=303)
    return _secret(render_template("contribute/check.html", page=page, form=form, held=held, view="check"))


@bp.get("/add/sent")
@open_to(Who.ANYONE)
def sent() -> ResponseReturnValue:
    """The receipt: a reference, and what happens next."""
    now = clock.now()
    held = mine(now)
    if held is None or held.is_open:
        return redirect(address("contribute.add"), code=303)
    with reader(now) as opened:
        must_prove = waits_for_proof(opened, held)
    email = held.answers.sender.email if held.answers.sender else ""
    return _secret(render_template("contribute/sent.html", held=held, email=email, must_prove=must_prove))


@bp.get("/add/check/page")
@open_to(Who.ANYONE)
def check_public() -> ResponseReturnValue:
    """The public page as it will be, by its own view and template."""
    now = clock.now()
    found = _preview(now)
    if found is None:
        return redirect(address("contribute.add"), code=303)
    page, _prepared, _held = found
    around = running()
    shown = listing_page(page, Seen(now, around.place, around.terms, around.areas.get, language=language()))
    url = address("contribute.check_public", absolute=True)
    return _secret(
        render_template(
            "contribute/check_public.html",
            page=shown,
            keep_url="",
            is_kept=False,
            can_put_right=False,  # nothing is published yet
            map=of_listing(shown),
            summary=summary(page["record"]),
            linked=linked_data(page["record"], url=url),
            canonical="",
            view="public",
        )
    )


@bp.get("/add/check/file")
@open_to(Who.ANYONE)
def check_file() -> ResponseReturnValue:
    """The lines of the council's file, as the file will have them."""
    found = _preview(clock.now())
    if found is None:
        return redirect(address("contribute.add"), code=303)
    page, prepared, _held = found
    return _secret(render_template("contribute/check_file.html", rows=file_rows(page, prepared), view="file"))


@bp.get("/add/check/data")
@open_to(Who.ANYONE)
def check_data() -> ResponseReturnValue:
    """The record as open data."""
    found = _preview(clock.now())
    if found is None:
        return redirect(address("contribute.add"), code=303)
    _page, prepared, _held = found
    return _secret(render_template("contribute/check_data.html", text=record_text(prepared), view="data"))


def _preview(now: datetime) -> tuple[dict[str, Any], Prepared, Held] | None:
    """What this browser's draft would publish; None when it does not say who they are."""
    held = mine(now)
    if held is None or held.answers.group is None:
        return None
    with reader(now) as opened:
        current = queries.current(opened, held.subject)
    around = running().around
    record = proposed(held, current.record if current else None, around)
    if current is None:  # whoever adds a group confirms it by that
        record = replace(record, assured_at=now, review_due_at=due_at(record, now, around.place))
    page, prepared = published(record, around, now=now)
    return page, prepared, held


def _secret(text: str) -> ResponseReturnValue:
    return text, 200, {"Cache-Control": UNKEPT}
