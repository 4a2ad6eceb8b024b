"""Suggestions that came together, from an import: many are accepted at once."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import redirect, request
from flask.typing import ResponseReturnValue

from directory.core.errors import NotFound
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.moderation.forms import BatchForm
from directory.moderation.queries import queue as queries
from directory.moderation.routes.blueprint import bp, page, running
from directory.moderation.rules.states import Forestalled
from directory.moderation.service import batches as service
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.people import acting

AT_ONCE: Final = 50


@bp.get("/moderate/batches/<name>")
@open_to(Who.MODERATOR)
def batch(name: str) -> ResponseReturnValue:
    """The next fifty of a batch, each with a box."""
    return _page(name)


def _page(name: str, left: int = 0, status: int = 200) -> ResponseReturnValue:
    now = clock.now()
    with reading() as session:
        rows = queries.waiting(session, now=now, batch=name, limit=AT_ONCE)
        total = next((one.waiting for one in queries.batches(session, now) if one.name == name), 0)
    if not rows and not left:
        raise NotFound(name)
    return page("batch", name=name, rows=rows, total=total, form=BatchForm(), left=left, status=status)


@bp.post("/moderate/batches/<name>")
@open_to(Who.MODERATOR)
def accept_batch(name: str) -> ResponseReturnValue:
    """Accept those that were ticked, each in a transaction of its own: one that cannot be stays, and is counted."""
    form = BatchForm()
    if not form.submitted_and_valid():
        return _page(name, status=400)
    left = 0
    for number in _ticked():
        try:
            with transaction() as session:
                service.accept_one(session, number, name, acting=acting(), around=running().around, now=clock.now())
        except (Forestalled, NotFound):
            left += 1
    if left:
        return _page(name, left=left, status=409)
    with reading() as session:
        more = queries.waiting(session, now=clock.now(), batch=name, limit=1)
    return redirect(address("moderation.batch", name=name) if more else address("moderation.queue"), code=303)


def _ticked() -> list[UUID]:
    found = []
    for text in request.form.getlist("accept")[:AT_ONCE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue  # no box of ours
    return found
