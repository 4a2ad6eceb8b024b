"""One's own account: where one has signed in, and the second factor."""

from __future__ import annotations

from flask import current_app, redirect, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import abort

from directory.accounts.forms import ButtonForm
from directory.accounts.routes.blueprint import bp, unkept
from directory.accounts.service import factor, people, sessions
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.web import people as visitor
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.words import moment


@bp.get("/account")
@open_to(Who.STEWARD)
def account() -> ResponseReturnValue:
    """Who one is here, and where one has signed in."""
    running, acting = current_app.extensions["directory"], visitor.acting()
    with reading() as session:
        person = people.known(session, person_id=acting.person_id)
        listed = sessions.listed(session, acting.known_id, visitor.sign_in_token(), running.seen)
        left = factor.codes_left(session, acting.known_id) if acting.second_factor else 0
    shown = [(each, moment(each.seen_at, running.place.time_zone)) for each in listed]
    page = render_template(
        "accounts/account.html",
        acting=acting,
        person=person,
        sessions=shown,
        codes_left=left,
        form=ButtonForm.from_request(),
    )
    return unkept(page)


@bp.post("/account/sign-out-everywhere")
@open_to(Who.STEWARD)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every sign-in, this one too."""
    if not ButtonForm.from_request().submitted_and_valid():
        abort(400)
    with transaction() as session:
        sessions.end_all(session, visitor.acting().known_id, clock.now())
    visitor.forget()
    return redirect(address("accounts.signed_out"), code=303)
