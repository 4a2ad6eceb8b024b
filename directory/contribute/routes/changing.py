"""How a page goes that changes a listing: shown, published or suggested, or shown again: somebody was quicker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from directory.contribute.routes.blueprint import UNKEPT, count, running
from directory.contribute.service.limits import Deed
from directory.contribute.views.manage import THEIRS, Side
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.listings.rules.record import Record
from directory.moderation.rules.states import Forestalled
from directory.moderation.service import amend
from directory.web.addresses import address, language
from directory.web.forms import BaseForm
from directory.web.people import acting

CONFLICT: Final = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A page: its form, filled from a record or with what this request sends.

    ``holds``: what the fields hold before anybody types, by their names in the form. ``put``: from the record that the
    page was made from, and the form, to the change. ``shown``: what else the template needs.
    """

    template: str
    form: Callable[[Record], BaseForm]
    holds: Callable[[Record], Mapping[str, Any]]
    put: Callable[[Record, Any], amend.Change]
    shown: Callable[[Record, Any], Mapping[str, Any]] = lambda _record, _form: {}


def ask(organization: UUID, page: Asking, side: Side = THEIRS) -> ResponseReturnValue:
    """One page about a listing of the acting person's; of any, from the moderators'. Raises Forbidden and NotFound."""
    with reading() as opened:
        found = amend.before(opened, organization, acting=acting(), staff=side.staff)
    form = page.form(found.record)
    if not form.submitted_and_valid():
        seen = request.form.get("seen", found.seen) if request.method == "POST" else found.seen
        return _show(organization, page, found, form, seen=seen, side=side)
    now = clock.now()
    count(Deed.AMEND, now, who=str(acting().known_id))
    change = page.put(found.record, form)
    try:
        with transaction() as opened:
            done = (amend.propose if side.staff else amend.amend)(
                opened,
                organization,
                change,
                seen=request.form.get("seen", ""),
                acting=acting(),
                around=running().around,
                language=language(),
                now=now,
            )
    except Forestalled:
        return _stale(organization, page, form, side)
    said = "waits" if done.receipt else "published" if done.at_once else "same"
    return to_listing(organization, said, side)


def to_listing(organization: UUID, said: str, side: Side = THEIRS) -> Response:
    """On to the page of the listing, which says what came of it."""
    return make_response(redirect(address(side.one, organization=organization, said=said), code=303))


def unkept(page: ResponseReturnValue) -> Response:
    """A page of somebody's own: no browser and no cache keeps it."""
    answer = make_response(page)
    answer.headers["Cache-Control"] = UNKEPT
    return answer


def _stale(organization: UUID, page: Asking, form: Any, side: Side) -> ResponseReturnValue:
    """What was typed over what is there by now: a field that was left alone is as it is now."""
    with reading() as opened:
        found = amend.before(opened, organization, acting=acting(), staff=side.staff)
        record = amend.as_seen(opened, organization, request.form.get("seen", ""), acting=acting())
    now, then = page.holds(found.record), page.holds(record) if record else {}
    for name, value in now.items():
        if name in then and _same(form[name].data, then[name]):
            form[name].data = value
    return _show(organization, page, found, form, seen=found.seen, side=side, stale=True), CONFLICT


def _same(one: Any, other: Any) -> bool:
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return list(map(str, value)) or ""
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _show(
    organization: UUID, page: Asking, found: amend.Before, form: Any, *, seen: str, side: Side, stale: bool = False
) -> Response:
    shown = page.shown(found.record, form)
    editing = {"name": found.current.record.name, "back": address(side.one, organization=organization)}
    return unkept(
        render_template(page.template, form=form, held=None, editing=editing, seen=seen, stale=stale, **shown)
    )
