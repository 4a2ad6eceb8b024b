"""What the directory does by itself, as staff see it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from directory.infra.db import reading
from directory.infra.jobs import store
from directory.moderation.routes.blueprint import bp, page
from directory.web.access import Who, open_to


@bp.get("/moderate/jobs")
@open_to(Who.MODERATOR, Who.ADMINISTRATOR)
def jobs() -> ResponseReturnValue:
    """Every job: its last run, its next, and how often in a row it failed."""
    with reading() as session:
        rows = list(store.states(session).values())
    return page("jobs", rows=rows)
