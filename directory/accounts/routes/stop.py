"""Stopping mails that one need not have, by the link in them."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.accounts.routes.blueprint import bp
from directory.accounts.rules import Purpose
from directory.accounts.service import links, people
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.web.access import Who, open_to
from directory.web.headers import secret_page


@bp.route("/stop-mails/<token>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def stop_mails(token: str) -> ResponseReturnValue:
    """A page with a button. Mail programs press it by themselves (RFC 8058), so that it wants no other proof."""
    secret_page()
    now = clock.now()
    if request.method == "POST":
        with transaction() as session:
            link = links.consume(session, token, Purpose.STOP_MAILS, now)
            if link:
                people.set_fewer_mails(session, people.person_for(session, link.email, now), fewer=True)
    else:
        with reading() as session:
            link = links.peek(session, token, Purpose.STOP_MAILS, now)
    if link is None:
        return render_template("accounts/dead_link.html"), 410
    return render_template("accounts/stop_mails.html", done=request.method == "POST")
