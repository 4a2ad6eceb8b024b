"""What people without an account say of listings."""

from __future__ import annotations

from uuid import UUID

from flask import redirect
from flask.typing import ResponseReturnValue

from directory.core.errors import NotFound
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.moderation.forms import SettleForm, typed
from directory.moderation.queries import queue as queries
from directory.moderation.routes.blueprint import bp, forestalled, page
from directory.moderation.rules.states import Forestalled
from directory.moderation.service import reports as service
from directory.publishing import queries as published
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.people import acting


@bp.get("/moderate/reports")
@open_to(Who.MODERATOR)
def reports() -> ResponseReturnValue:
    """Listings with open reports, those first that many say have closed."""
    with reading() as session:
        rows = queries.reported(session, now=clock.now())
    return page("reports", rows=rows)


@bp.get("/moderate/listings/<uuid:organization>/reports")
@open_to(Who.MODERATOR)
def reported(organization: UUID) -> ResponseReturnValue:
    """The open reports of one listing."""
    return _page(organization, None)


def _page(organization: UUID, sent: tuple[UUID, SettleForm] | None) -> ResponseReturnValue:
    with reading() as session:
        current = published.current(session, organization)
        found = queries.reports_of(session, organization)
    if current is None:
        raise NotFound(str(organization))
    number, form = sent or (None, None)
    forms = {
        one.id: form if form is not None and one.id == number else SettleForm(prefix=one.id.hex, formdata=None)
        for one in found
    }
    errors = [(field.id, error) for field in form for error in field.errors] if form is not None else []
    return page("reported", current=current, reports=found, forms=forms, errors=errors, status=400 if errors else 200)


@bp.post("/moderate/listings/<uuid:organization>/reports/<uuid:number>")
@open_to(Who.MODERATOR)
def settle(organization: UUID, number: UUID) -> ResponseReturnValue:
    """Close a report, and answer whoever wanted an answer."""
    form = SettleForm(prefix=number.hex)
    if not form.submitted_and_valid():
        return _page(organization, (number, form))
    where = address("moderation.reported", organization=organization)
    values = {"done": form.how.data == "done", "answer": form.words.data or ""}
    try:
        with transaction() as session:
            service.settle(session, number, acting=acting(), now=clock.now(), **values)
            left = queries.reports_of(session, organization)
    except Forestalled as found:
        return forestalled(found, typed=typed(form), url=where)
    return redirect(where if left else address("moderation.reports"), code=303)
