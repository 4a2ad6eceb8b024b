"""Sharing a listing, or handing it over: by a link that whoever gets the mail presses a button for."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template
from flask.typing import ResponseReturnValue

from directory.accounts.rules import Purpose
from directory.contribute.forms import PressForm
from directory.contribute.forms.manage import ShareForm
from directory.contribute.routes.blueprint import bp, count
from directory.contribute.routes.changing import to_listing, unkept
from directory.contribute.routes.receipts import done, receipt
from directory.contribute.service.limits import Deed
from directory.core.errors import NotFound
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.moderation.service import sharing, stewards
from directory.web.access import Who, open_to
from directory.web.addresses import address, language
from directory.web.headers import secret_page
from directory.web.people import acting


@bp.route("/manage/<uuid:organization>/share", methods=["GET", "POST"])
@open_to(Who.STEWARD)
def share(organization: UUID) -> ResponseReturnValue:
    """Add a colleague."""
    return _offer(organization, instead=False)


@bp.route("/manage/<uuid:organization>/hand-over", methods=["GET", "POST"])
@open_to(Who.STEWARD)
def hand_over(organization: UUID) -> ResponseReturnValue:
    """Let somebody else look after a listing instead."""
    return _offer(organization, instead=True)


@bp.post("/manage/<uuid:organization>/leave")
@open_to(Who.STEWARD)
def leave(organization: UUID) -> ResponseReturnValue:
    """Look after a listing no more, where somebody else does."""
    if not PressForm().submitted_and_valid():
        abort(400)
    with transaction() as opened:
        left = sharing.leave(opened, organization, acting=acting(), now=clock.now())
    return redirect(address("contribute.manage"), code=303) if left else to_listing(organization, "alone")


@bp.route("/invite/<token>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def invited(token: str) -> ResponseReturnValue:
    """A mailed link: its page has a button, and the button makes one a colleague."""
    return _take_up(token, Purpose.INVITE)


@bp.route("/hand-over/<token>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def handed_over(token: str) -> ResponseReturnValue:
    """A mailed link: its page has a button, and the button takes a listing over."""
    return _take_up(token, Purpose.HAND_OVER)


def _offer(organization: UUID, *, instead: bool) -> ResponseReturnValue:
    now = clock.now()
    with reading() as opened:
        if not stewards.may_edit(opened, acting(), organization):
            raise NotFound(str(organization))
        name = sharing.name_of(opened, organization)
    form = ShareForm.from_request()
    if form.submitted_and_valid():
        count(Deed.SHARE, now, who=str(acting().known_id))
        count(Deed.LINK_ADDRESS, now, who=form.email.data or "")
        with transaction() as opened:
            sharing.offer(
                opened,
                organization,
                form.email.data or "",
                instead=instead,
                acting=acting(),
                language=language(),
                now=now,
            )
        return to_listing(organization, "asked")
    return unkept(
        render_template(
            "contribute/manage/share.html", form=form, name=name, organization=organization, instead=instead
        )
    )


def _take_up(token: str, purpose: Purpose) -> ResponseReturnValue:
    secret_page()
    now = clock.now()
    if told := receipt(token):
        return render_template("contribute/manage/taken.html", **told)
    with reading() as opened:
        found = sharing.peek(opened, token, purpose, now)
    if found is None:
        return render_template("contribute/manage/dead.html"), 410
    form = PressForm()  # not before: a form gives a cookie
    if form.submitted_and_valid():
        with transaction() as opened:
            taken = sharing.take_up(opened, token, purpose, language=language(), now=now)
        if taken is not None:
            return done(token, name=taken.name, email=taken.email)
        return render_template("contribute/manage/dead.html"), 410
    return render_template("contribute/manage/take_up.html", form=form, found=found)
