"""One suggestion: look at it, decide it, and go on with the next."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import redirect, request
from flask.typing import ResponseReturnValue

from directory.core.errors import Invalid
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.moderation.forms import REASONS, AskForm, LaterForm, RefuseForm, SeenForm, typed
from directory.moderation.queries import queue as queries
from directory.moderation.queries import suggestions
from directory.moderation.routes.blueprint import bp, forestalled, page, running
from directory.moderation.routes.queue import done
from directory.moderation.rules.editing import editable, edited
from directory.moderation.rules.states import OPEN, Deed, Forestalled, Reason
from directory.moderation.service import decide, looking, places
from directory.moderation.views import sheet as views
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.forms import BaseForm
from directory.web.people import acting
from directory.web.words import gettext as _

Forms = dict[str, Any]


@bp.get("/moderate/<uuid:number>")
@open_to(Who.MODERATOR)
def suggestion(number: UUID) -> ResponseReturnValue:
    """A suggestion with everything that helps to decide it."""
    return _page(number, {})


def _sheet(number: UUID) -> looking.Sheet:
    with reading() as session:
        return looking.sheet(session, number, acting=acting(), around=running().around, now=clock.now())


def _page(number: UUID, forms: Forms, *, status: int = 200, problem: str = "") -> ResponseReturnValue:
    """The page, with the form that was sent and is not right."""
    found = _sheet(number)
    given = {"state": found.seen.state.value, "version": found.version}
    before = found.current.record if found.current else None
    kinds = {"accept": SeenForm, "refuse": RefuseForm, "ask": AskForm, "later": LaterForm}
    shown = {name: forms.get(name) or kind(prefix=name, formdata=None, data=given) for name, kind in kinds.items()}
    return page(
        "suggestion",
        status=status,
        sheet=found,
        is_open=found.seen.state in OPEN,
        groups=views.groups(found.changes, running().terms, running().place, found.met),
        places=views.pinned(before, found.record),
        map=views.map_of(before, found.record),
        registers=views.registers(found.record or before),
        forms=shown,
        reasons={each.value: each.label for each in REASONS},
        errors=[(field.id, error) for form in forms.values() for field in form for error in field.errors],
        problem=problem,
        may_read=places.may_read(acting()),
        token=BaseForm(formdata=None),
        done=done(),
    )


@bp.post("/moderate/<uuid:number>/accept")
@open_to(Who.MODERATOR)
def accept(number: UUID) -> ResponseReturnValue:
    """Publish it as it is."""
    form = SeenForm(prefix="accept")
    return _decide(number, "accept", form, lambda session: _accept(session, number, form, None))


@bp.route("/moderate/<uuid:number>/change", methods=["GET", "POST"])
@open_to(Who.MODERATOR)
def change(number: UUID) -> ResponseReturnValue:
    """Publish it as the moderator puts it right."""
    found = _sheet(number)
    if found.record is None or found.seen.state not in OPEN:
        return redirect(address("moderation.suggestion", number=number), code=303)
    given = {"state": found.seen.state.value, "version": found.version}
    form = SeenForm(prefix="accept", **({} if request.method == "POST" else {"data": given}))
    typed_in = ((field, request.form.get(field.path, field.value)) for field in editable(found.record))
    parts = [(part, list(fields)) for part, fields in groupby(typed_in, key=lambda each: each[0].part)]
    wrong = ""
    if form.submitted_and_valid():
        try:
            record = edited(found.record, request.form)
            return _decide(number, "accept", form, lambda session: _accept(session, number, form, record))
        except Invalid as error:
            wrong = error.field
    return page("change", sheet=found, form=form, parts=parts, wrong=wrong, status=400 if wrong else 200)


def _accept(session: Any, number: UUID, form: SeenForm, changes: Any) -> Deed:
    came = decide.accept(
        session,
        number,
        as_seen=form.as_seen(),
        changes=changes,
        acting=acting(),
        around=running().around,
        now=clock.now(),
    )
    return Deed.SHOWING if came.second_needed else Deed.ACCEPTED


@bp.post("/moderate/<uuid:number>/refuse")
@open_to(Who.MODERATOR)
def refuse(number: UUID) -> ResponseReturnValue:
    """Say no, with a reason."""
    form = RefuseForm(prefix="refuse")

    def deed(session: Any) -> Deed:
        reason, words, seen = Reason(form.reason.data), form.words.data or "", form.as_seen()
        decide.refuse(session, number, as_seen=seen, reason=reason, words=words, acting=acting(), now=clock.now())
        return Deed.REFUSED

    return _decide(number, "refuse", form, deed)


@bp.post("/moderate/<uuid:number>/ask")
@open_to(Who.MODERATOR)
def ask(number: UUID) -> ResponseReturnValue:
    """Ask the sender something."""
    form = AskForm(prefix="ask")

    def deed(session: Any) -> Deed:
        words = form.words.data or ""
        decide.ask(session, number, as_seen=form.as_seen(), words=words, acting=acting(), now=clock.now())
        return Deed.ASKED

    return _decide(number, "ask", form, deed)


@bp.post("/moderate/<uuid:number>/later")
@open_to(Who.MODERATOR)
def later(number: UUID) -> ResponseReturnValue:
    """Not now."""
    form = LaterForm(prefix="later")

    def deed(session: Any) -> Deed:
        now = clock.now()
        decide.later(session, number, as_seen=form.as_seen(), until=now + form.wait(), acting=acting(), now=now)
        return Deed.LATER

    return _decide(number, "later", form, deed)


def _decide(number: UUID, name: str, form: SeenForm, deed: Callable[[Any], Deed]) -> ResponseReturnValue:
    """Do it, and go on with the next suggestion; or show the page again with what is wrong, or what another did."""
    if not form.submitted_and_valid():
        return _page(number, {name: form}, status=400)
    try:
        with transaction() as session:
            how = deed(session)
            reference = suggestions.suggestion(session, number).reference
            following = queries.following(session, number, now=clock.now())
    except Forestalled as found:
        return forestalled(found, typed=typed(form), url=address("moderation.suggestion", number=number))
    except Invalid as error:
        if error.field != "words":
            raise
        return _page(number, {name: form}, status=400, problem=_("Say it in your own words"))
    told: dict[str, Any] = {"done": reference, "how": how.value}
    if how is Deed.SHOWING or following is None:
        where = address("moderation.queue", **told)
    else:
        where = address("moderation.suggestion", number=following, **told)
    return redirect(where, code=303)


@bp.post("/moderate/<uuid:number>/places")
@open_to(Who.CONFIDENTIAL)
def suggested_places(number: UUID) -> ResponseReturnValue:
    """The true addresses of a suggestion. That they were read is written down first."""
    back = address("moderation.suggestion", number=number)
    if not BaseForm().submitted_and_valid():
        return redirect(back, code=303)
    with transaction() as session:
        found = places.read_suggested(session, number, acting=acting(), now=clock.now())
        summary = suggestions.suggestion(session, number).summary
    return page("places", name=summary, places=found.values(), back=back)
