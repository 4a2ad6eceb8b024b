"""The pages by which a moderator changes a listing that somebody else speaks for, or nobody.

They ask what a steward's ask, and publish nothing: what is saved is a suggestion, decided in the queue as differences.
"""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.contribute.routes.blueprint import bp
from directory.contribute.routes.changing import unkept
from directory.contribute.routes.edit import one_page
from directory.contribute.routes.manage import without
from directory.contribute.rules.editing import without_place, without_service
from directory.contribute.views.manage import MODERATORS, lines, more_urls
from directory.infra.db import reading
from directory.moderation.service import amend
from directory.web.access import Who, open_to
from directory.web.people import acting


@bp.get("/moderate/listings/<uuid:organization>/change")
@open_to(Who.MODERATOR)
def moderated(organization: UUID) -> ResponseReturnValue:
    """Everything that a listing says, each with the page that changes it, and what of it waits to be decided."""
    with reading() as opened:
        found = amend.before(opened, organization, acting=acting(), staff=True)
    return unkept(
        render_template(
            "contribute/manage/moderated.html",
            found=found,
            record=found.current.record,
            lines=lines(found.record, organization, MODERATORS),
            more=more_urls(found.record, organization, MODERATORS),
            said=request.args.get("said", ""),
        )
    )


@bp.route(
    "/moderate/listings/<uuid:organization>/change/<task>",
    defaults={"key": "", "place_key": ""},
    methods=["GET", "POST"],
)
@bp.route(
    "/moderate/listings/<uuid:organization>/change/<task>/<key>", defaults={"place_key": ""}, methods=["GET", "POST"]
)
@bp.route("/moderate/listings/<uuid:organization>/change/<task>/<key>/<place_key>", methods=["GET", "POST"])
@open_to(Who.MODERATOR)
def moderated_edit(organization: UUID, task: str, key: str, place_key: str) -> ResponseReturnValue:
    """One page of questions about a listing, with what it says."""
    return one_page(organization, task, key, place_key, MODERATORS)


@bp.post("/moderate/listings/<uuid:organization>/services/<uuid:service>/remove")
@open_to(Who.MODERATOR)
def moderated_service(organization: UUID, service: UUID) -> ResponseReturnValue:
    """Propose to take out one of several services."""
    return without(organization, lambda record: without_service(record, service), MODERATORS)


@bp.post("/moderate/listings/<uuid:organization>/places/<uuid:location>/remove")
@open_to(Who.MODERATOR)
def moderated_place(organization: UUID, location: UUID) -> ResponseReturnValue:
    """Propose to take out a place."""
    return without(organization, lambda record: without_place(record, location), MODERATORS)
