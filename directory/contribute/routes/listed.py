"""Is it listed already? Then a change is suggested, and nobody is listed twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from directory.contribute import queries
from directory.contribute.forms import GroupForm, PressForm
from directory.contribute.queries import Held, Listed
from directory.contribute.routes.blueprint import Saved, bp, draft_of, here, keep, mine, remember, running
from directory.contribute.rules.answers import Answers, Group
from directory.contribute.rules.proposal import identifier
from directory.contribute.rules.tasks import Step, Task
from directory.contribute.service.alike import Alike, alike, take_over
from directory.contribute.views.alike import alike_views
from directory.contribute.views.tasks import next_url, task_page
from directory.infra import clock
from directory.infra.db import transaction
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.standbys import reader
from directory.web.words import gettext as _

NUMBER: Final = frozenset({"register_", "charity", "company", "csrf_token"})  # the fields that a look-up reads


def look_up() -> ResponseReturnValue:
    """The first page again, with what a register knows of the number that was typed."""
    now = clock.now()
    held = mine(now)
    answers = held.answers if held else Answers()
    form = GroupForm.asked(answers, here(now))
    form.submitted_and_valid()
    _quiet(form)
    wrong = bool(form.errors or form.guard_errors)
    found = None if wrong else _listed(form.group(), now)
    if found and _take_over(found.uuid, now):
        return redirect(address("contribute.who", found=1), code=303)
    return render_template(
        "contribute/who.html",
        form=form,
        held=held,
        step=Step(Task.WHO, done=False),
        answers=answers,
        progress=task_page(held),
        said="" if wrong or found else _("No listing here has that number. Fill in the rest yourself."),
        taken=found,
    )


def next_or_alike(task: Task, key: str = "") -> Saved:
    """Where to go after a page that may have shown that the group is listed: to say so, or on."""

    def then(held: Held) -> ResponseReturnValue | None:
        if _alike(held, clock.now()):
            return redirect(address("contribute.same", after=task.value, key=key or None), code=303)
        return None

    return then


@bp.route("/add/same", methods=["GET", "POST"])
@open_to(Who.ANYONE)
def same() -> ResponseReturnValue:
    """Is it one of these? Then it is better to suggest a change than to add it again."""
    now = clock.now()
    held = mine(now)
    if held is None or not held.is_open:
        return redirect(address("contribute.add"), code=303)
    found, form = _alike(held, now), PressForm()
    after = request.args.get("after", "")
    step = Step(Task(after), done=True, key=request.args.get("key", "")) if after in set(Task) else None
    if form.submitted_and_valid():
        chosen = next((each.uuid for each in found if str(each.uuid) == request.form.get("ours")), None)
        if chosen is not None and _take_over(chosen, now):
            return redirect(address("contribute.who", found=1), code=303)
        gone = tuple(each.uuid for each in found)
        held = keep(lambda answers: replace(answers, not_these=(*answers.not_these, *gone)), now)
        return redirect(next_url(held, step), code=303)
    if not found:
        return redirect(next_url(held, step), code=303)
    return render_template("contribute/same.html", form=form, found=alike_views(found), held=held)


def _alike(held: Held, now: datetime) -> list[Alike]:
    with reader(now) as opened:
        return alike(opened, held, running().around)


def _listed(group: Group, now: datetime) -> Listed | None:
    number = identifier(group, UUID(int=0))
    if number is None:
        return None
    with reader(now) as opened:
        return queries.registered(opened, number)


def _take_over(organization: UUID, now: datetime) -> bool:
    """Let this browser's draft, or a new one, be about a listing that a register gave; whether it may."""
    with transaction() as opened:
        known = draft_of(opened, now)
        done = take_over(opened, known, organization, now=now)
    remember(known)
    return done


def _quiet(form: GroupForm) -> None:
    """Who only looks up a number is not told off for the rest."""
    for field in form:
        if field.short_name not in NUMBER:
            field.errors = ()
