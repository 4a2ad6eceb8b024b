"""What senders reach by a mailed link: a page with a button, because programs open the links in mails."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from directory.accounts.rules import Purpose
from directory.core.errors import Conflict, Invalid
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.moderation.forms import AnswerForm, ButtonForm
from directory.moderation.routes.blueprint import bp
from directory.moderation.service import suggest as service
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.headers import secret_page
from directory.web.words import gettext as _


@bp.route("/prove/<token>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def prove(token: str) -> ResponseReturnValue:
    """Show that the mail arrived: what was sent waits for a moderator from now on."""
    secret_page()
    form = ButtonForm() if request.method == "POST" else None
    if form is not None and form.submitted_and_valid():
        with transaction() as session:
            receipt = service.prove(session, token, clock.now())
        if receipt is not None:
            return redirect(address("moderation.proved", reference=receipt.reference), code=303)
    with reading() as session:
        found = service.peek(session, token, Purpose.PROVE_EMAIL, clock.now())
    form = (form or ButtonForm()) if found else None  # only a page with a form leaves a cookie
    return render_template("moderation/prove.html", form=form, found=found), 200 if found else 410


@bp.get("/sent/<reference>")
@open_to(Who.ANYONE)
def proved(reference: str) -> ResponseReturnValue:
    """What happens next."""
    secret_page()
    return render_template("moderation/proved.html", reference=reference[:12])


@bp.route("/answer/<token>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def answer(token: str) -> ResponseReturnValue:
    """The question of a moderator, and room for an answer."""
    secret_page()
    with reading() as session:
        found = service.peek(session, token, Purpose.ANSWER_QUESTION, clock.now())
        asked = service.asked(session, found.id) if found else ""
    if found is None:
        return render_template("moderation/answer.html", found=None), 410
    form, problem = AnswerForm(), ""
    if form.submitted_and_valid():
        try:
            with transaction() as session:
                reference = service.answer(session, token, form.words.data or "", clock.now())
            return redirect(address("moderation.proved", reference=reference), code=303)
        except Invalid:
            problem = _("Enter your answer")
        except Conflict:
            problem = _("It was decided meanwhile. You will get a mail.")
    status = 400 if problem or form.errors else 200
    return render_template("moderation/answer.html", form=form, found=found, asked=asked, problem=problem), status
