"""The blueprint of what people send, whose draft it is, and how a page of questions goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from directory.contribute import queries
from directory.contribute.forms import Here, PageForm
from directory.contribute.queries import Held
from directory.contribute.rules.answers import Address, Answers
from directory.contribute.rules.tasks import Step
from directory.contribute.service import drafts
from directory.contribute.service.limits import Deed, wait
from directory.contribute.views.tasks import next_url, task_page
from directory.infra import clock
from directory.infra.db import Reader, transaction
from directory.web.addresses import address, language, same_page
from directory.web.limits import client_key
from directory.web.standbys import reader

bp = Blueprint("contribute", __name__)
DRAFT: Final = "draft"  # in the signed cookie: the id of the draft, which nothing else tells
PRIVATE: Final = "private, no-cache"
UNKEPT: Final = "no-store"  # a page with an address that nobody else may see

Saved = Callable[[Held], ResponseReturnValue | None]


def running() -> Any:
    """The values of this process (``directory.app.Running``)."""
    return current_app.extensions["directory"]


def here(now: datetime) -> Here:
    """What questions are about."""
    found = running()
    return Here(
        place=found.place,
        terms=found.terms,
        areas=found.areas,
        geocoding=found.geocoding,
        today=now.astimezone(found.place.time_zone).date(),
    )


def draft_id() -> UUID | None:
    """The id of this browser's draft."""
    try:
        return UUID(session.get(DRAFT, ""))
    except ValueError:
        return None


def mine(now: datetime) -> Held | None:
    """This browser's draft, or None."""
    known = draft_id()
    if known is None:
        return None
    with reader(now) as opened:
        return queries.held(opened, known)


def remember(known: UUID) -> None:
    """Let this browser keep a draft, as long as the draft is kept."""
    session[DRAFT] = str(known)
    session.permanent = True


def count(deed: Deed, now: datetime, *, who: str = "") -> None:
    """Count what this client does, in a transaction of its own: a refusal is counted too. Raises TooManyRequests."""
    with transaction() as opened:
        client = who or client_key(request.remote_addr)
        seconds = wait(opened, deed, client, secret=running().settings.secret_key, now=now)
    if seconds:
        raise TooManyRequests(retry_after=seconds)


def draft_of(opened: Reader, now: datetime) -> UUID:
    """The id of this browser's draft: of a new one when it has none, or when it was forgotten meanwhile."""
    known = draft_id()
    if known is None or queries.held(opened, known) is None:
        known = drafts.begin(opened, language=language(), now=now)
    return known


def keep(
    change: Callable[[Answers], Answers], now: datetime, addresses: Mapping[str, Address | None] | None = None
) -> Held:
    """Save an answer in this browser's draft, or in a new one. Raises Conflict when it was sent meanwhile."""
    if draft_id() is None:
        count(Deed.BEGIN, now)
    with transaction() as opened:
        known = draft_of(opened, now)
        held = drafts.save(opened, known, change, now=now, addresses=addresses)
    remember(held.id)
    return held


def ask(
    form_class: type[PageForm],
    template: str,
    step: Step,
    *,
    addresses: Callable[[PageForm], Mapping[str, Address | None]] | None = None,
    saved: Saved | None = None,
    prepare: Callable[[PageForm, Held | None], dict[str, Any]] | None = None,
    **shown: Any,
) -> ResponseReturnValue:
    """One page of questions: shown, or saved and gone on from.

    ``addresses``: what the form says of places' addresses. ``saved``: where to go then, if not to the next page.
    ``prepare``: tells the form what is not among the answers; what it returns, and ``shown``, is for the template.
    """
    now = clock.now()
    held = mine(now)
    if held is not None and not held.is_open:
        return redirect(address("contribute.add"), code=303)
    answers = held.answers if held else Answers()
    form = form_class.asked(answers, here(now), step.key, step.place)
    if prepare:
        shown |= prepare(form, held)
    if form.submitted_and_valid():
        held = keep(form.put, now, addresses(form) if addresses else None)
        return (saved(held) if saved else None) or redirect(next_url(held, step), code=303)
    return render_template(
        template, form=form, held=held, step=step, answers=answers, progress=task_page(held), **shown
    )


@bp.context_processor
def given() -> dict[str, Any]:
    """What every template here may use."""
    return {"request_url": _request_url, "correct_url": _correct_url}


def _request_url() -> str:
    """The page itself, for its form: what the address says stays."""
    return same_page(language())


def _correct_url(slug: str) -> str:
    """Where a change to a listing is suggested."""
    return address("contribute.correct", slug=slug)


@bp.after_request
def hold_private(response: Response) -> Response:
    """What somebody is writing is theirs: no shared cache keeps it, and one with an address nobody does."""
    if "etag" not in g and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = PRIVATE
    return response
