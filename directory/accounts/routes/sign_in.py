"""Signing in by a mailed link, and out.

Asking for a link stores one row, whoever asks: a job finds out whether the address is known. Opening the link uses
nothing up, because programs that look for harm in mail open links too: the button does.
"""

from __future__ import annotations

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from directory.accounts.forms import ButtonForm, SignInForm
from directory.accounts.routes.blueprint import bp, count, onward, refuse_for, unkept
from directory.accounts.rules import (
    NEXT,
    SIGN_IN_PER_ADDRESS,
    SIGN_IN_PER_CLIENT,
    Link,
    Purpose,
    coarse_browser,
)
from directory.accounts.service import links, people, sessions
from directory.infra import clock, outbox
from directory.infra.db import Reader, reading, transaction
from directory.infra.outbox import LinkWanted, Outgoing
from directory.web import people as visitor
from directory.web.access import Who, open_to
from directory.web.addresses import address, language
from directory.web.headers import secret_page
from directory.web.limits import client_key


@bp.route("/sign-in", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def sign_in() -> ResponseReturnValue:
    """Ask for a link; the answer is the same whether the address is known or not."""
    form = SignInForm.from_request()
    if form.submitted_and_valid():
        _ask_for_link(form.address, visitor.may_follow(form.next.data or ""))
        return redirect(address("accounts.sign_in_sent"), code=303)
    if request.method == "GET":
        form.next.data = visitor.may_follow(request.args.get("next", ""))
    return unkept(render_template("accounts/sign_in.html", form=form))


def _ask_for_link(email: str, wanted: str) -> None:
    """Let a link be sent, unless too many were asked for."""
    payload = {NEXT: wanted} if wanted else {}
    mail = Outgoing("sign-in", email, language(), link=LinkWanted(Purpose.SIGN_IN, payload))
    with transaction() as session:
        seconds = max(
            count(session, f"sign-in client {client_key(request.remote_addr)}", SIGN_IN_PER_CLIENT),
            count(session, f"sign-in address {email}", SIGN_IN_PER_ADDRESS),
        )
        if not seconds:
            outbox.put(session, mail, now=clock.now())
    refuse_for(seconds)


@bp.get("/sign-in/sent")
@open_to(Who.ANYONE)
def sign_in_sent() -> ResponseReturnValue:
    """What to do now: look into the mailbox."""
    return render_template("accounts/sign_in_sent.html")


@bp.route("/sign-in/<token>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def sign_in_link(token: str) -> ResponseReturnValue:
    """A mailed link: its page has a button, and the button signs in."""
    secret_page()
    form = ButtonForm.from_request()
    if form.submitted_and_valid():
        return _use(token) or _dead()
    with reading() as session:
        link = links.peek(session, token, Purpose.SIGN_IN, clock.now())
    return render_template("accounts/sign_in_link.html", form=form, link=link) if link else _dead()


def _use(token: str) -> Response | None:
    """Sign in; None when the link does not work, or no longer."""
    now, browser = clock.now(), coarse_browser(request.user_agent.string)
    with transaction() as session:
        link = links.consume(session, token, Purpose.SIGN_IN, now)
        person = people.known(session, email=link.email) if link else None
        if link is None or person is None or person.disabled_at is not None:
            return None
        if (old := visitor.sign_in_token()) != "":
            sessions.end(session, old, now)
        people.reached(session, person.id)
        new = sessions.start(session, person.id, browser=browser, now=now)
        if person.roles:
            _tell(session, person, browser)
    visitor.remember(new)
    return _after(link, staff=bool(person.roles))


def _after(link: Link, *, staff: bool) -> Response:
    wanted = link.payload.get(NEXT, "")
    if staff:
        return Response(status=303, headers={"Location": address("accounts.second_factor", next=wanted or None)})
    return onward(wanted)


def _tell(session: Reader, person: people.Known, browser: str) -> None:
    """Tell staff that somebody signed in as them."""
    now = clock.now()
    values = {"at": now.isoformat(), "browser": browser}
    outbox.put(session, Outgoing("new-sign-in", person.email, person.language, values), now=now)


def _dead() -> ResponseReturnValue:
    return render_template("accounts/dead_link.html"), 410


@bp.post("/sign-out")
@open_to(Who.ANYONE)
def sign_out() -> ResponseReturnValue:
    """End the sign-in here: on the server, and in the cookie."""
    if token := visitor.sign_in_token():
        if not ButtonForm.from_request().submitted_and_valid():
            return redirect(address("accounts.account"), code=303)  # of an old page: there is a button
        with transaction() as session:
            sessions.end(session, token, clock.now())
    visitor.forget()
    return redirect(address("accounts.signed_out"), code=303)


@bp.get("/signed-out")
@open_to(Who.ANYONE)
def signed_out() -> ResponseReturnValue:
    """It is over."""
    return render_template("accounts/signed_out.html")
