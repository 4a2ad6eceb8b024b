"""The listings that somebody speaks for: each with its state, what it says today, and pausing or closing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from directory.accounts.service import people
from directory.contribute.forms import PressForm
from directory.contribute.forms.manage import NoticeForm, TodayForm
from directory.contribute.routes.blueprint import bp, here, running
from directory.contribute.routes.changing import Asking, ask, to_listing, unkept
from directory.contribute.rules.editing import without_place, without_service
from directory.contribute.views.manage import AWAY, THEIRS, Side, lines, more_urls, rows
from directory.core.errors import NotFound
from directory.infra import clock
from directory.infra.db import Reader, reading, transaction
from directory.listings.rules.record import Record
from directory.moderation.queries.kept import kept_by
from directory.moderation.rules.absence import Why
from directory.moderation.rules.review import is_due
from directory.moderation.rules.states import Forestalled
from directory.moderation.service import absence, amend, stewards
from directory.publishing.rules import Actor, ActorKind
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.people import acting
from directory.web.words import moment

CONFLICT: Final = 409


@bp.get("/manage")
@open_to(Who.STEWARD)
def manage() -> ResponseReturnValue:
    """Every listing that the person speaks for, with its state."""
    now, person_id = clock.now(), acting().known_id
    with reading() as opened:
        found = kept_by(opened, person_id)
        person = people.known(opened, person_id=person_id)
    return unkept(
        render_template(
            "contribute/manage/list.html",
            rows=rows(found, now),
            fewer=person is not None and person.fewer_mails,
            unreached=_unreached(person),
            share_url="",
            press=PressForm(),
        )
    )


def _unreached(person: people.Known | None) -> str:
    """The address of somebody whose mail was refused; "" for anybody else."""
    return person.email if person is not None and person.bounced_at is not None else ""


@bp.post("/manage/mails")
@open_to(Who.STEWARD)
def mails() -> ResponseReturnValue:
    """Fewer mails, or again all."""
    if not PressForm().submitted_and_valid():
        abort(400)
    with transaction() as opened:
        people.set_fewer_mails(opened, acting().known_id, fewer=request.form.get("fewer") == "1")
    return redirect(address("contribute.manage"), code=303)


@bp.get("/manage/<uuid:organization>")
@open_to(Who.STEWARD)
def kept(organization: UUID) -> ResponseReturnValue:
    """One listing: what came of the last change, what waits, and everything that can be done with it."""
    now = clock.now()
    with reading() as opened:
        if not stewards.may_edit(opened, acting(), organization):
            raise NotFound(str(organization))
        away = absence.of_listing(opened, organization)
        found = None if away else amend.before(opened, organization, acting=acting())
        person = people.known(opened, person_id=acting().known_id)
        others = [
            there.email
            for person_id, _, _ in stewards.of_listing(opened, organization)
            if person_id != acting().person_id and (there := people.known(opened, person_id=person_id))
        ]
    shown: dict[str, Any] = {"organization": organization, "press": PressForm(), "others": others}
    shown["said"] = request.args.get("said", "")
    if away is not None:
        return unkept(render_template("contribute/manage/away.html", away=away, why=AWAY[away.why], **shown))
    if found is None:
        raise NotFound(str(organization))
    record, zone = found.current.record, running().place.time_zone
    return unkept(
        render_template(
            "contribute/manage/one.html",
            found=found,
            record=record,
            lines=lines(found.record, organization),
            more=more_urls(found.record, organization),
            is_due=is_due(record.assured_at, record.review_due_at, now),
            assured=moment(record.assured_at, zone) if record.assured_at else "",
            waits=found.waiting,
            unreached=_unreached(person),
            share_url=address("contribute.share", organization=organization),
            **shown,
        )
    )


@bp.route("/manage/<uuid:organization>/notice", methods=["GET", "POST"])
@open_to(Who.STEWARD)
def notice(organization: UUID) -> ResponseReturnValue:
    """A short dated text at the top of the listing."""
    day = here(clock.now()).today
    page = Asking(
        template="contribute/manage/notice.html",
        form=lambda record: NoticeForm.of(record, day),
        holds=lambda record: NoticeForm.holds(record, day),
        put=lambda _record, form: lambda given: replace(given, notice=form.notice),
    )
    return ask(organization, page)


@bp.route("/manage/<uuid:organization>/today", methods=["GET", "POST"])
@open_to(Who.STEWARD)
def today(organization: UUID) -> ResponseReturnValue:
    """How things stand today; at most three days, and it goes by itself."""
    now, place = clock.now(), running().place

    def put(_record: Record, form: TodayForm) -> amend.Change:
        said = form.said(now, place)
        return lambda given: replace(given, today=said)

    page = Asking(
        template="contribute/manage/today.html",
        form=lambda record: TodayForm.of(record, now),
        holds=lambda record: TodayForm.holds(record, now),
        put=put,
    )
    return ask(organization, page)


@bp.post("/manage/<uuid:organization>/services/<uuid:service>/remove")
@open_to(Who.STEWARD)
def take_out_service(organization: UUID, service: UUID) -> ResponseReturnValue:
    """Propose to take out one of several services."""
    return without(organization, lambda record: without_service(record, service), THEIRS)


@bp.post("/manage/<uuid:organization>/places/<uuid:location>/remove")
@open_to(Who.STEWARD)
def take_out_place(organization: UUID, location: UUID) -> ResponseReturnValue:
    """Propose to take out a place."""
    return without(organization, lambda record: without_place(record, location), THEIRS)


def without(organization: UUID, change: amend.Change, side: Side) -> ResponseReturnValue:
    """Propose to take something out, after one more question."""
    page = Asking(
        template="contribute/manage/remove.html",
        form=lambda _record: PressForm(),
        holds=lambda _record: {},
        put=lambda _record, _form: change,
    )
    return ask(organization, page, side)


@bp.post("/manage/<uuid:organization>/right")
@open_to(Who.STEWARD)
def right(organization: UUID) -> ResponseReturnValue:
    """It is all still right."""

    def confirm(opened: Reader, now: datetime) -> None:
        actor = Actor(ActorKind.PERSON, str(acting().known_id))
        stewards.confirm(opened, organization, actor=actor, around=running().around, now=now)

    return _press(organization, confirm, "right")


@bp.route("/manage/<uuid:organization>/pause", methods=["GET", "POST"])
@open_to(Who.STEWARD)
def pause(organization: UUID) -> ResponseReturnValue:
    """Off the list for a while, after one more question."""
    return _take_off(organization, Why.PAUSED)


@bp.route("/manage/<uuid:organization>/close", methods=["GET", "POST"])
@open_to(Who.STEWARD)
def close(organization: UUID) -> ResponseReturnValue:
    """Off the list because the group has ended, after one more question."""
    return _take_off(organization, Why.CLOSED)


@bp.post("/manage/<uuid:organization>/back")
@open_to(Who.STEWARD)
def back(organization: UUID) -> ResponseReturnValue:
    """On the list again, as it was."""

    def bring(opened: Reader, now: datetime) -> None:
        absence.bring_back(opened, organization, acting=acting(), around=running().around, now=now)

    return _press(organization, bring, "back")


def _press(organization: UUID, deed: Callable[[Reader, datetime], None], said: str) -> ResponseReturnValue:
    """Do what a button says, if the listing is the person's."""
    if not PressForm().submitted_and_valid():
        abort(400)
    with transaction() as opened:
        if not stewards.may_edit(opened, acting(), organization):
            raise NotFound(str(organization))
        deed(opened, clock.now())
    return to_listing(organization, said)


def _take_off(organization: UUID, why: Why) -> ResponseReturnValue:
    with reading() as opened:
        found = amend.before(opened, organization, acting=acting()).current
    form = PressForm()
    typed = request.form.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
    status = 200
    if form.submitted_and_valid():
        try:
            with transaction() as opened:
                absence.take_off(
                    opened,
                    organization,
                    why,
                    version=version,
                    acting=acting(),
                    around=running().around,
                    now=clock.now(),
                )
            return to_listing(organization, why.value)
        except Forestalled:
            status = CONFLICT
    shown = {"found": found, "organization": organization, "closing": why is Why.CLOSED, "stale": status == CONFLICT}
    answer = unkept(render_template("contribute/manage/take_off.html", form=form, **shown))
    answer.status_code = status
    return answer
