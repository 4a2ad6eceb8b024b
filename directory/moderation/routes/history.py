"""The history of a listing: compare, go back, or delete it for good."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, request
from flask.typing import ResponseReturnValue

from directory.core.errors import NotFound
from directory.core.text import fold
from directory.infra import clock
from directory.infra.db import Reader, db, reading, transaction
from directory.moderation.forms import BackForm, EraseForm, TakeOffForm
from directory.moderation.queries import queue as queries
from directory.moderation.routes.blueprint import bp, forestalled, page, running
from directory.moderation.rules.states import Forestalled
from directory.moderation.service import closing, places, stewards
from directory.moderation.service import erase as erasing
from directory.moderation.service import history as service
from directory.moderation.views import sheet as views
from directory.publishing import queries as published
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.forms import BaseForm
from directory.web.people import acting
from directory.web.words import gettext as _


@bp.get("/moderate/listings/<uuid:organization>/history")
@open_to(Who.MODERATOR)
def history(organization: UUID) -> ResponseReturnValue:
    """Every revision; ``from`` and ``to`` say which two are compared."""
    with reading() as session:
        entries = service.revisions(session, organization)
        if not entries:
            raise NotFound(str(organization))
        newest = entries[0].version
        after = request.args.get("to", newest, type=int)
        before = request.args.get("from", max(0, after - 1), type=int)
        changes = service.difference(session, organization, before, after)
        current = published.current(session, organization)
        merges = queries.merges_of(session, organization)
        last = next((entry.version for entry in entries if not entry.withdrawn), 0)
        record = current.record if current else published.record_at(session, organization, last)
    seen = current.version if current else 0
    return page(
        "history",
        organization=organization,
        current=current,
        name=record.name if record else "",
        has_places=any(place.visibility != "exact" for place in record.locations) if record else False,
        entries=entries,
        before=before,
        after=after,
        groups=views.groups(changes, running().terms, running().place),
        forms={entry.version: _back(entry.version, seen) for entry in entries if not entry.withdrawn},
        merges=merges,
        token=BaseForm(),
        may_read=places.may_read(acting()),
        done=request.args.get("done", "") in {"back", "merged", "parted", "off"},
    )


def _back(version: int, seen: int) -> BackForm:
    return BackForm(prefix=f"back{version}", formdata=None, data={"version": version, "seen": seen})


@bp.post("/moderate/listings/<uuid:organization>/back/<int:version>")
@open_to(Who.MODERATOR)
def rollback(organization: UUID, version: int) -> ResponseReturnValue:
    """Publish the listing as it was then."""
    form = BackForm(prefix=f"back{version}")
    where = address("moderation.history", organization=organization)
    if not form.submitted_and_valid():
        return redirect(where, code=303)
    seen, around = int(form.seen.data or 0), running().around
    try:
        with transaction() as session:
            service.rollback(session, organization, version, seen=seen, acting=acting(), around=around, now=clock.now())
    except Forestalled as found:
        return forestalled(found, url=where)
    return redirect(address("moderation.history", organization=organization, done="back"), code=303)


@bp.route("/moderate/listings/<uuid:organization>/take-off", methods=["GET", "POST"])
@open_to(Who.MODERATOR)
def take_off(organization: UUID) -> ResponseReturnValue:
    """Take a listing off the list, because the group has ended."""
    with reading() as session:
        current = published.current(session, organization)
        speakers = stewards.of_listing(session, organization)
    if current is None:
        raise NotFound(str(organization))
    form = TakeOffForm(data={"version": current.version})
    if not form.submitted_and_valid():
        name = current.record.name
        return page("take_off", form=form, name=name, organization=organization, stewards=len(speakers))
    here, seen = running(), int(form.version.data or 0)
    try:
        with transaction() as session:
            closing.close(session, organization, version=seen, acting=acting(), around=here.around, now=clock.now())
    except Forestalled as found:
        return forestalled(found, url=address("moderation.take_off", organization=organization))
    return redirect(address("moderation.history", organization=organization, done="off"), code=303)


@bp.post("/moderate/listings/<uuid:organization>/places")
@open_to(Who.CONFIDENTIAL)
def published_places(organization: UUID) -> ResponseReturnValue:
    """The true addresses of a listing. That they were read is written down first."""
    back = address("moderation.history", organization=organization)
    if not BaseForm().submitted_and_valid():
        return redirect(back, code=303)
    with transaction() as session:
        found = places.read_published(session, organization, acting=acting(), now=clock.now())
        current = published.current(session, organization)
    name = current.record.name if current else ""
    return page("places", name=name, places=found.values(), back=back)


@bp.route("/moderate/listings/<uuid:organization>/delete", methods=["GET", "POST"])
@open_to(Who.MODERATOR)
def erase(organization: UUID) -> ResponseReturnValue:
    """Delete a listing for good, on request."""
    with reading() as session:
        name = _name(session, organization)
    form, wrong = EraseForm(), ""
    if form.submitted_and_valid():
        if fold(form.name.data or "") == fold(name):
            here, now = running(), clock.now()
            with transaction() as session:
                erasing.erase(session, organization, acting=acting(), around=here.around, forget=here.forget, now=now)
            is_clean = erasing.clean(db.engine, transaction, clock.now()) > 0
            return page("erased", is_clean=is_clean)
        wrong = _("That is not the name of this listing")
    status = 400 if wrong or form.errors else 200
    return page("erase", organization=organization, name=name, form=form, wrong=wrong, status=status)


def _name(session: Reader, organization: UUID) -> str:
    """What a listing is, or was last, called. Raises NotFound for one that never was, or was deleted for good."""
    known = service.revisions(session, organization)
    last = next((entry.version for entry in known if not entry.withdrawn), 0)
    record = published.record_at(session, organization, last)
    if record is None:
        raise NotFound(str(organization))
    return record.name
