"""Still right? The page of a mailed link: no sign-in, one button, for all the listings that the mail named."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.contribute.forms import PressForm
from directory.contribute.routes.blueprint import bp, running
from directory.contribute.routes.receipts import done, named, receipt
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.moderation.service import keeping
from directory.web.access import Who, open_to
from directory.web.headers import secret_page


@bp.route("/still-right/<token>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def still_right(token: str) -> ResponseReturnValue:
    """Confirm what was asked about, but for what is unticked. Programs that open links press no button."""
    secret_page()
    now = clock.now()
    if told := receipt(token):
        return render_template("contribute/manage/confirmed.html", **told)
    with reading() as opened:
        found = keeping.peek(opened, token, now)
    if not found:
        return render_template("contribute/manage/dead.html"), 410
    form = PressForm()  # not before: a form gives a cookie
    chosen = request.form.getlist("listing")
    if form.submitted_and_valid() and chosen:
        with transaction() as opened:
            confirmed = keeping.confirm(opened, token, chosen, around=running().around, now=now)
        if confirmed:
            return done(token, **named([each.name for each in confirmed]))
        return render_template("contribute/manage/dead.html"), 410
    wrong = request.method == "POST" and not chosen
    return render_template("contribute/manage/still_right.html", form=form, found=found, wrong=wrong)
