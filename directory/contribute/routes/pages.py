"""The task list, and the pages of questions in their order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel.dates import get_day_names
from flask import abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from directory.contribute.forms import (
    AddressForm,
    DetailsForm,
    DoingForm,
    EachForm,
    ExtrasForm,
    GroupForm,
    HoursForm,
    PageForm,
    PressForm,
    ReachForm,
    SenderForm,
    VisibilityForm,
    WaysForm,
)
from directory.contribute.forms.times import OTHERS
from directory.contribute.queries import Held
from directory.contribute.routes.blueprint import UNKEPT, ask, bp, draft_id, keep, mine
from directory.contribute.routes.listed import look_up, next_or_alike
from directory.contribute.rules.answers import FIRST, MOST_PLACES, MOST_SERVICES, Answers, next_key
from directory.contribute.rules.tasks import Step, Task, is_sensitive
from directory.contribute.service import mending
from directory.contribute.views.pin import pin_shown
from directory.contribute.views.tasks import task_page
from directory.infra import clock
from directory.listings.rules.record import Visibility
from directory.moderation.queries.refusals import Refusal
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.layout import begin
from directory.web.standbys import reader
from directory.web.words import locale

ANOTHER = "another"  # the button that saves and asks for one more


@bp.get("/add")
@open_to(Who.ANYONE)
def add() -> ResponseReturnValue:
    """The task list of this browser's draft; whoever has none reads what there is to answer."""
    now = clock.now()
    held = mine(now)
    if held is None and draft_id() is None:
        with begin(now):
            pass
    return render_template(
        "contribute/add.html",
        tasks=task_page(held),
        held=held,
        refusal=_refusal(held, now),
        press=PressForm() if held else None,
        deleted="deleted" in request.args,
    )


def _refusal(held: Held | None, now: datetime) -> Refusal | None:
    if held is None or not held.sendings:
        return None
    with reader(now) as opened:
        return mending.refused(opened, held)


@bp.route("/add/who", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def who() -> ResponseReturnValue:
    """Who they are; a register may know it."""
    if request.method == "POST" and request.form.get("then") == "look-up":
        return look_up()
    found = "found" in request.args
    return ask(
        GroupForm, "contribute/who.html", Step(Task.WHO, done=False), saved=next_or_alike(Task.WHO), found_now=found
    )


@bp.route("/add/what", defaults={"key": FIRST}, methods=["GET", "POST"])
@bp.route("/add/what/<key>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def what(key: str) -> ResponseReturnValue:
    """One service: what they do, and for whom."""
    answers = _answers()
    if answers.service(key) is None and (key != next_key(answers.services) or len(answers.services) >= MOST_SERVICES):
        abort(404)

    def then(held: Held) -> ResponseReturnValue | None:
        if request.form.get("then") != ANOTHER or len(held.answers.services) >= MOST_SERVICES:
            return None
        return redirect(address("contribute.what", key=next_key(held.answers.services)), code=303)

    return ask(
        DoingForm,
        "contribute/what.html",
        Step(Task.WHAT, done=False, key=key),
        saved=then,
        may_add=len(answers.services) < MOST_SERVICES - 1,
        may_remove=len(answers.services) > 1 and answers.service(key) is not None,
        remove_url=address("contribute.remove_what", key=key),
    )


@bp.post("/add/what/<key>/remove")
@open_to(Who.ANYONE)
def remove_what(key: str) -> ResponseReturnValue:
    """Take out one of several services."""
    if PressForm().submitted_and_valid() and len(_answers().services) > 1:
        keep(lambda answers: answers.without_service(key), clock.now())
    return redirect(address("contribute.add"), code=303)


@bp.route("/add/where", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def where() -> ResponseReturnValue:
    """How people are helped, whether their place may be shown, and whom they serve."""
    return ask(WaysForm, "contribute/where.html", Step(Task.WHERE, done=False), sensitive=is_sensitive(_answers()))


@bp.route("/add/place/<key>/show", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def show_place(key: str) -> ResponseReturnValue:
    """Whether one of several places may be shown: before its address is asked."""
    answers = _answers()
    if answers.spot(key) is None and (key != next_key(answers.spots) or len(answers.spots) >= MOST_PLACES):
        abort(404)

    def then(held: Held) -> ResponseReturnValue | None:
        spot = held.answers.spot(key)
        if spot is None or spot.visibility is Visibility.HIDDEN:
            return None
        return redirect(address("contribute.place", key=key), code=303)

    return ask(
        VisibilityForm,
        "contribute/show_place.html",
        Step(Task.PLACE, done=False, key=key),
        saved=then,
        sensitive=is_sensitive(answers),
    )


@bp.route("/add/place", defaults={"key": FIRST}, methods=["GET", "POST"])
@bp.route("/add/place/<key>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def place(key: str) -> ResponseReturnValue:
    """The address of a place, as openly as was said before."""
    answers = _answers()
    if answers.spot(key) is None:
        first = key == FIRST and not answers.spots
        return redirect(address("contribute.where") if first else address("contribute.show_place", key=key), code=303)

    def fill(form: PageForm, held: Held | None) -> dict[str, Any]:
        if not isinstance(form, AddressForm):
            raise TypeError(form)
        form.fill(held.addresses.get(key) if held else None)
        if not form.is_shown:
            return {"pin": None, "pin_said": ""}
        return pin_shown(form.point(), form.precise(), form.postcode.data or "", form.here.place.box)

    def then(held: Held) -> ResponseReturnValue | None:
        if request.form.get("then") == ANOTHER and len(held.answers.spots) < MOST_PLACES:
            return redirect(address("contribute.show_place", key=next_key(held.answers.spots)), code=303)
        return next_or_alike(Task.PLACE, key)(held)

    answer = make_response(
        ask(
            AddressForm,
            "contribute/place.html",
            Step(Task.PLACE, done=False, key=key),
            addresses=lambda form: {key: form.address()} if isinstance(form, AddressForm) else {},
            prepare=fill,
            saved=then,
            sensitive=is_sensitive(answers),
            may_add=len(answers.spots) < MOST_PLACES,
            may_remove=len(answers.spots) > 1,
            remove_url=address("contribute.remove_place", key=key),
        )
    )
    answer.headers["Cache-Control"] = UNKEPT
    return answer


@bp.post("/add/place/<key>/remove")
@open_to(Who.ANYONE)
def remove_place(key: str) -> ResponseReturnValue:
    """Take out one of several places."""
    if PressForm().submitted_and_valid() and len(_answers().spots) > 1:
        keep(lambda answers: answers.without_spot(key), clock.now())
    return redirect(address("contribute.add"), code=303)


@bp.route("/add/when", defaults={"key": FIRST, "place_key": ""}, methods=["GET", "POST"])
@bp.route("/add/when/<key>", defaults={"place_key": ""}, methods=["GET", "POST"])
@bp.route("/add/when/<key>/<place_key>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def when(key: str, place_key: str) -> ResponseReturnValue:
    """When a service is open: everywhere, or at one of its places."""
    answers = _answers()
    if answers.service(key) is None and (key != FIRST or answers.services):
        abort(404)
    if place_key and answers.spot(place_key) is None:
        abort(404)
    apart = [each.key for each in answers.spots] if not place_key and len(answers.spots) > 1 else []
    urls = [(each, address("contribute.when", key=key, place_key=each)) for each in apart]
    return ask(
        HoursForm,
        "contribute/when.html",
        Step(Task.WHEN, done=False, key=key, place=place_key),
        apart=urls,
        days=get_day_names(locale=locale()),
        prepare=lambda form, _held: {"has_others": any(form[f"often_o{at}"].data for at in OTHERS)},
    )


@bp.route("/add/reach", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def reach() -> ResponseReturnValue:
    """How the public reaches them."""
    return ask(ReachForm, "contribute/reach.html", Step(Task.REACH, done=False), saved=next_or_alike(Task.REACH))


@bp.route("/add/details", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def details() -> ResponseReturnValue:
    """Cost, access and languages."""
    return ask(DetailsForm, "contribute/details.html", Step(Task.DETAILS, done=False))


@bp.route("/add/each/<key>", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def each(key: str) -> ResponseReturnValue:
    """How people get one of several services that differ, for whom it is, and what it costs."""
    answers = _answers()
    if answers.service(key) is None or not answers.differ:
        abort(404)
    return ask(EachForm, "contribute/each.html", Step(Task.EACH, done=False, key=key))


@bp.route("/add/more", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def extras() -> ResponseReturnValue:
    """What they want, and what they can supply."""
    return ask(ExtrasForm, "contribute/more.html", Step(Task.EXTRAS, done=False))


@bp.route("/add/you", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def sender() -> ResponseReturnValue:
    """Who sends it."""
    return ask(SenderForm, "contribute/you.html", Step(Task.SENDER, done=False))


def _answers() -> Answers:
    held = mine(clock.now())
    return held.answers if held else Answers()
