"""Anybody says what is wrong with a listing, or what it should say: without an account, and nothing changes at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask import redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from directory.contribute.forms.put_right import CorrectForm, ReportForm, correct_form
from directory.contribute.routes.blueprint import bp, count, here, running
from directory.contribute.rules.correction import asked_services, corrected, same, service_field, texts_of
from directory.contribute.service.limits import Deed
from directory.core.errors import NotFound
from directory.infra import clock
from directory.infra.db import transaction
from directory.listings import queries as listings
from directory.listings.rules.record import Visibility
from directory.moderation.queries import suggestions
from directory.moderation.rules.states import Kind, State
from directory.moderation.rules.values import Receipt, ReportKind, Sending, Telling, marks_of
from directory.moderation.service import reports
from directory.moderation.service.suggest import suggest
from directory.publishing import queries as published
from directory.publishing.queries import Current
from directory.web.access import Who, open_to
from directory.web.addresses import address, language
from directory.web.limits import client_key
from directory.web.people import acting
from directory.web.standbys import reader

THANKS: Final = "thanks"  # in the signed cookie: what the last receipt says, and no word of what was sent
CONFLICT: Final = 409


@bp.route("/listings/<slug>/report", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def report(slug: str) -> ResponseReturnValue:
    """Something is wrong with a listing; a moderator looks at it."""
    now = clock.now()
    found = listing_at(slug, now)
    if isinstance(found, str):
        return redirect(address("contribute.report", slug=found), code=308)
    form = ReportForm()
    if form.submitted_and_valid():
        count(Deed.REPORT, now)
        email = form.email.data or ""
        with transaction() as opened:
            telling = Telling(
                kind=ReportKind(form.kind.data),
                words=form.words.data or "",
                email=email,
                language=language(),
                once=form.key,
                marks=_marks(found, now),
            )
            receipt = reports.report(opened, found.record.id, telling, now=now)
        return thanked(found, receipt, "report", email)
    return render_template(
        "contribute/report.html", form=form, name=found.record.name, slug=found.slug, secret=_has_secret(found)
    )


def _marks(found: Current, now: datetime) -> tuple[str, ...]:
    """By what this client is known again when it reports the listing once more: three people are three."""
    client = client_key(request.remote_addr)
    return marks_of(client, found.record.id, secret=running().settings.secret_key, now=now)


@bp.route("/listings/<slug>/correct", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def correct(slug: str) -> ResponseReturnValue:
    """The texts of a listing in place; what is changed becomes a suggestion.

    Who began before somebody else's change was published gets 409, both texts, and all that was typed.
    """
    now = clock.now()
    found = listing_at(slug, now)
    if isinstance(found, str):
        return redirect(address("contribute.correct", slug=found), code=308)
    form = correct_form(found.record, texts_of(found.record, here(now).today), found.version)
    right = form.submitted_and_valid()
    if request.method == "POST" and form.seen_version != found.version:
        return _known(found, form, now) or _stale(found, form, now)
    if right:
        count(Deed.CORRECT, now)
        return _sent(found, form, now)
    return _correcting(found, form)


@bp.get("/listings/<slug>/thanks")
@open_to(Who.ANYONE)
def thanks(slug: str) -> ResponseReturnValue:
    """The receipt of a report or a correction: a reference, and what happens next."""
    told = session.get(THANKS)
    if not isinstance(told, dict) or told.get("slug") != slug:
        return redirect(address("browse.listing", slug=slug), code=303)
    return render_template("contribute/thanks.html", told=told, slug=slug)


def listing_at(slug: str, now: datetime) -> Current | str:
    """What is published at an address, or the address that it has now. Raises NotFound."""
    with reader(now) as opened:
        found = published.current_at(opened, slug)
        moved = None if found else (listings.moved(opened, slug) or published.merged_slug(opened, slug))
    if found is None and moved is None:
        raise NotFound(slug)
    return found or str(moved)


def _sent(found: Current, form: CorrectForm, now: datetime) -> ResponseReturnValue:
    """Suggest the change. Confidential places stay where they are: nobody was shown them."""
    sending = Sending(
        kind=Kind.CHANGE,
        email=form.sender.data or "",
        language=language(),
        once=form.key,
        words=form.words(),
        base_version=found.version,
    )
    proposal = corrected(found.record, form.typed(form.shown), here(now).today)
    with transaction() as opened:
        receipt = suggest(opened, proposal, sending, acting=acting(), around=running().around, now=now)
    return thanked(found, receipt, "change", sending.email)


def _known(found: Current, form: CorrectForm, now: datetime) -> ResponseReturnValue | None:
    """The receipt of a form that was sent already: it may have been published since, and pressed twice."""
    with reader(now) as opened:
        receipt = suggestions.receipt(opened, form.key)
    return thanked(found, receipt, "change", form.sender.data or "") if receipt else None


def _stale(found: Current, form: CorrectForm, now: datetime) -> ResponseReturnValue:
    with reader(now) as opened:
        record = published.record_at(opened, found.record.id, form.seen_version)
    before = texts_of(record, here(now).today) if record else {}
    form.carry(before, form.shown, found.version)
    lost = [
        text
        for name, text in request.form.items()
        if name.startswith("service_") and name not in form and not same(text, before.get(name, ""))
    ]
    return _correcting(found, form, lost), CONFLICT


def _correcting(found: Current, form: CorrectForm, lost: list[str] | None = None) -> str:
    services = [
        {"name": each.name, "fields": {name: service_field(each.id, name) for name in ("name", "description", "times")}}
        for each in asked_services(found.record)
    ]
    return render_template(
        "contribute/correct.html",
        form=form,
        services=services,
        name=found.record.name,
        slug=found.slug,
        lost=lost,
        secret=_has_secret(found),
    )


def thanked(found: Current, receipt: Receipt, what: str, email: str) -> ResponseReturnValue:
    """On to the receipt of what was sent. ``email``: "" when nobody can be answered."""
    waits = receipt.state is State.UNPROVED
    told: dict[str, Any] = {"slug": found.slug, "reference": receipt.reference, "what": what}
    session[THANKS] = told | {"mail": "prove" if waits else "told" if email else ""}
    return redirect(address("contribute.thanks", slug=found.slug), code=303)


def _has_secret(found: Current) -> bool:
    return any(place.visibility is not Visibility.EXACT for place in found.record.locations)
