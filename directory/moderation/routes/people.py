"""Who has rights here."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from directory.accounts.service import people as known
from directory.infra.db import reading
from directory.moderation.routes.blueprint import bp, page
from directory.web.access import Who, open_to


@bp.get("/moderate/people")
@open_to(Who.ADMINISTRATOR)
def people() -> ResponseReturnValue:
    """Staff and their rights; they are given and taken by ``directory people``."""
    with reading() as session:
        rows = known.everybody(session, staff=True)
    return page("people", rows=rows)
