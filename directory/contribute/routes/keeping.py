"""Keeping a draft for later, taking it up again, and deleting it."""

from __future__ import annotations

from flask import redirect, render_template, session
from flask.typing import ResponseReturnValue

from directory.contribute.forms import LaterForm, PressForm
from directory.contribute.routes.blueprint import DRAFT, bp, count, draft_id, mine, remember
from directory.contribute.service import drafts, mending, resuming
from directory.contribute.service.limits import Deed
from directory.core.errors import Invalid
from directory.infra import clock
from directory.infra.db import transaction
from directory.web.access import Who, open_to
from directory.web.addresses import address, language
from directory.web.headers import secret_page
from directory.web.standbys import reader
from directory.web.words import gettext as _


@bp.route("/add/delete", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def delete() -> ResponseReturnValue:
    """Delete what was answered so far, after one more question."""
    form = PressForm()
    held = mine(clock.now())
    if form.submitted_and_valid():
        known = draft_id()
        if known is not None:
            with transaction() as opened:
                drafts.forget(opened, known)
        session.pop(DRAFT, None)
        return redirect(address("contribute.add", deleted=1), code=303)
    if held is None:
        return redirect(address("contribute.add"), code=303)
    return render_template("contribute/delete.html", form=form, held=held)


@bp.post("/add/again")
@open_to(Who.ANYONE)
def take_up() -> ResponseReturnValue:
    """Open what was sent, to be changed and sent again."""
    known = draft_id()
    if PressForm().submitted_and_valid() and known is not None:
        with transaction() as opened:
            drafts.take_up(opened, known, now=clock.now())
    return redirect(address("contribute.add"), code=303)


@bp.route("/add/later", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def later() -> ResponseReturnValue:
    """Have a link mailed that leads back to what was answered."""
    form, now = LaterForm(), clock.now()
    held = mine(now)
    if held is None:
        return redirect(address("contribute.add"), code=303)
    if form.submitted_and_valid():
        try:
            email = form.mailbox()
        except Invalid:
            form.email.errors = [_("Enter an e-mail address like name@example.org")]
        else:
            count(Deed.LINK_CLIENT, now)
            count(Deed.LINK_ADDRESS, now, who=email)
            with transaction() as opened:
                resuming.send_link(opened, held, email, language=language(), now=now)
            return render_template("contribute/link_sent.html", email=email)
    return render_template("contribute/later.html", form=form, held=held)


@bp.route("/add/resume/<token>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def resume(token: str) -> ResponseReturnValue:
    """Take up a draft by the link that was mailed; a scanner that opens the link does nothing by it."""
    secret_page()
    form, now = PressForm(), clock.now()
    with reader(now) as opened:
        held = resuming.resumed(opened, token, now)
    if held is None:
        return render_template("contribute/link_dead.html"), 404
    if form.submitted_and_valid():
        remember(held.id)
        return redirect(address("contribute.add"), code=303)
    return render_template("contribute/resume.html", form=form, held=held, token=token)


@bp.route("/add/mend/<token>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def mend(token: str) -> ResponseReturnValue:
    """Open what was refused by the link that was mailed with the reason; it works once, and only by the button."""
    secret_page()
    form, now = PressForm(), clock.now()
    if form.submitted_and_valid():
        with transaction() as opened:
            known = mending.take_up(opened, token, now)
        if known is not None:
            remember(known)
            return redirect(address("contribute.add"), code=303)
    with reader(now) as opened:
        found = mending.offered(opened, token, now)
    if found is None:
        return render_template("contribute/mend_dead.html"), 410
    draft, refusal = found
    return render_template(
        "contribute/mend.html", form=form, refusal=refusal, token=token, has_other=draft_id() not in {None, draft.id}
    )
