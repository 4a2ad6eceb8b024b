"""The second factor of staff: asked for after the link, and set up the first time."""

from __future__ import annotations

import segno
from flask import Response, current_app, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import abort

from directory.accounts.forms import ButtonForm, CodeForm, SetUpForm
from directory.accounts.routes.blueprint import bp, count, onward, refuse_for, secret, unkept
from directory.accounts.rules import FACTOR_PER_PERSON, Acting
from directory.accounts.service import audit, factor, people, sessions
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.web import people as visitor
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.forms import answer
from directory.web.words import gettext as _

SALT: str = "factor"  # in the signed cookie: of the factor that is being set up
PICTURE_SCALE: int = 5  # pixels a square


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@open_to(Who.STEWARD)
def second_factor() -> ResponseReturnValue:
    """Ask staff for a code. Whoever has no factor yet is sent to set one up."""
    acting = visitor.acting()
    if not acting.roles or acting.second_factor:
        return onward(request.args.get("next"))
    with reading() as opened:
        person = people.known(opened, person_id=acting.person_id)
    if person is None or not person.has_factor:
        return redirect(address("accounts.set_up_factor"), code=303)
    form = CodeForm.from_request()
    if request.method == "GET":
        form.next.data = visitor.may_follow(request.args.get("next", ""))
    elif form.submitted_and_valid():
        if _show(acting, str(answer(form.code))):
            return onward(form.next.data)
        form.code.errors = [_("That code is not right, or was used before. Enter the one that the app shows now")]
    return unkept(render_template("accounts/second_factor.html", form=form))


def _show(acting: Acting, code: str) -> bool:
    """Whether the code is right; then the sign-in has its rights, and a new cookie."""
    now, new = clock.now(), ""
    with transaction() as opened:
        seconds = count(opened, f"factor {acting.person_id}", FACTOR_PER_PERSON)
        if not seconds and factor.show(opened, acting.known_id, code, secret=secret(), now=now):
            new = sessions.show_factor(opened, visitor.sign_in_token(), now)
    refuse_for(seconds)
    if new:
        visitor.remember(new)
    return bool(new)


@bp.route("/account/second-factor", methods=["GET", "POST"])
@open_to(Who.STEWARD)
def set_up_factor() -> ResponseReturnValue:
    """Show the picture for the authenticator; the code that it shows then begins the new factor."""
    acting = visitor.acting()
    _require_may_set_up(acting)
    form = SetUpForm.from_request()
    salt = session.get(SALT)
    if request.method == "GET" or not salt:
        salt = session[SALT] = salt or factor.new_salt()
    elif form.submitted_and_valid():
        codes = _begin(acting, salt, str(answer(form.code)))
        if codes:
            return unkept(render_template("accounts/recovery_codes.html", codes=codes))
        form.code.errors = [_("That code is not right. Enter the one that the app shows now")]
    shown = factor.uri(
        acting.known_id, salt, email=acting.email, issuer=f"{_('Community Directory')} {_place()}", secret=secret()
    )
    return unkept(
        render_template(
            "accounts/set_up_factor.html",
            form=form,
            picture=segno.make(shown, error="m").png_data_uri(scale=PICTURE_SCALE, border=4),
            key=factor.secret_of(acting.known_id, salt, secret=secret()),
        )
    )


def _require_may_set_up(acting: Acting) -> None:
    """Answer 404 to who is no staff, and to who has a factor and did not show it."""
    with reading() as opened:
        person = people.known(opened, person_id=acting.person_id)
    if person is None or not person.roles or (person.has_factor and not acting.second_factor):
        abort(404)


def _begin(acting: Acting, salt: str, code: str) -> list[str]:
    """Begin with the new factor: the codes on paper, or none when the code is not right."""
    now, codes = clock.now(), []
    with transaction() as opened:
        seconds = count(opened, f"factor {acting.person_id}", FACTOR_PER_PERSON)
        if not seconds:
            codes = factor.set_up(opened, acting.known_id, salt, code, secret=secret(), now=now)
        if codes:
            new = sessions.show_factor(opened, visitor.sign_in_token(), now)
    refuse_for(seconds)
    if codes:
        session.pop(SALT)
        visitor.remember(new)
    return codes


@bp.post("/account/recovery-codes")
@open_to(Who.MODERATOR, Who.EXPORTER, Who.ADMINISTRATOR)
def new_codes() -> Response:
    """Ten new codes on paper."""
    if not ButtonForm.from_request().submitted_and_valid():
        abort(400)
    person_id = visitor.acting().known_id
    with transaction() as opened:
        codes = factor.new_codes(opened, person_id, secret=secret())
        audit.security(opened, "new recovery codes", person_id=person_id, now=clock.now())
    return unkept(render_template("accounts/recovery_codes.html", codes=codes))


def _place() -> str:
    return str(current_app.extensions["directory"].place.name)
