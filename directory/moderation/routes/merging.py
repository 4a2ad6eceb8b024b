"""Two listings made one, field by field; and parted again."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from flask import redirect, request
from flask.typing import ResponseReturnValue

from directory.core.errors import Invalid
from directory.infra import clock
from directory.infra.db import reading, transaction
from directory.listings.rules.codec import encode, filled
from directory.listings.rules.record import Record
from directory.moderation.queries import listings
from directory.moderation.routes.blueprint import bp, forestalled, page, running
from directory.moderation.rules.merging import FIELDS, LISTS, PLAIN, SERVICES, Side, proposed
from directory.moderation.rules.states import Forestalled
from directory.moderation.service import merge as service
from directory.moderation.views.labels import field_words
from directory.moderation.views.values import value_lines
from directory.publishing import queries as published
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.forms import BaseForm
from directory.web.people import acting
from directory.web.words import gettext as _

LONGEST: Final = 300
Pair = tuple[published.Current, published.Current]


@bp.get("/moderate/merge")
@open_to(Who.MODERATOR)
def merging() -> ResponseReturnValue:
    """Which two, and what is taken from each. ``keep`` and ``lose`` are addresses of listings, or their last part."""
    found, wrong = _both(request.args)
    if found is None:
        return page("merge_which", wrong=wrong, keep=request.args.get("keep", ""), lose=request.args.get("lose", ""))
    return _fields(*found)


@bp.post("/moderate/merge")
@open_to(Who.MODERATOR)
def merge() -> ResponseReturnValue:
    """Merge the two as they were seen."""
    form = BaseForm()
    found, wrong = _both(request.form)
    if found is None or not form.submitted_and_valid():
        return page("merge_which", wrong=wrong, keep="", lose="", status=400)
    keep, lose = found
    seen = [request.form.get(f"{name}_version", 0, type=int) for name in ("keep", "lose")]
    choices = {name: Side(chosen) for name in FIELDS if (chosen := request.form.get(name, "")) in set(Side)}
    sides = (keep.record.id, seen[0]), (lose.record.id, seen[1])
    try:
        with transaction() as session:
            service.merge(session, *sides, choices, acting=acting(), around=running().around, now=clock.now())
    except Forestalled as error:
        return forestalled(error, url=address("moderation.merging", keep=keep.slug, lose=lose.slug))
    except Invalid:
        return _fields(keep, lose, status=400)
    return redirect(address("moderation.history", organization=keep.record.id, done="merged"), code=303)


@bp.post("/moderate/merges/<uuid:number>/undo")
@open_to(Who.MODERATOR)
def unmerge(number: UUID) -> ResponseReturnValue:
    """Part two listings again."""
    form = BaseForm()
    where = address("moderation.queue")
    if form.submitted_and_valid():
        try:
            with transaction() as session:
                outcomes = service.unmerge(session, number, acting=acting(), around=running().around, now=clock.now())
        except Forestalled as error:
            return forestalled(error, url=where)
        where = address("moderation.history", organization=outcomes[0].organization, done="parted")
    return redirect(where, code=303)


def _both(given: Any) -> tuple[Pair | None, str]:
    """The two listings that are named, or what is wrong; neither when nothing was named."""
    names = [slug_of(given.get(name, "")) for name in ("keep", "lose")]
    if not any(names):
        return None, ""
    with reading() as session:
        found = [listings.by_slug(session, name) for name in names]
    if found[0] is None or found[1] is None:
        missing = " · ".join(name or "?" for name, one in zip(names, found, strict=True) if one is None)
        return None, _("There is no listing at %(address)s", address=missing)
    if found[0].record.id == found[1].record.id:
        return None, _("Name two different listings")
    return (found[0], found[1]), ""


def slug_of(typed: str) -> str:
    """The last part of an address of a listing, however much of it was typed."""
    return urlsplit(typed.strip()[:LONGEST]).path.rstrip("/").rpartition("/")[2]


def _fields(keep: published.Current, lose: published.Current, *, status: int = 200) -> ResponseReturnValue:
    sides = proposed(keep.record, lose.record)
    whole = [filled(Record, encode(one.record)) for one in (keep, lose)]
    rows = [
        (name, field_words(name), *(_lines(name, one) for one in whole), sides[name], name not in PLAIN)
        for name in (*PLAIN, *LISTS, SERVICES)
        if any(_lines(name, one) for one in whole)
    ]
    return page("merge", keep=keep, lose=lose, rows=rows, form=BaseForm(), status=status)


def _lines(name: str, whole: dict[str, Any]) -> tuple[str, ...]:
    if name == SERVICES:
        places = [place["name"] for place in whole["locations"] if place["name"]]
        return (*(service["name"] for service in whole["services"]), *places)
    if name == "contacts":
        return tuple(contact["name"] or contact["title"] or contact["email"] for contact in whole[name])
    return value_lines(name, whole[name], running().terms, running().place)
