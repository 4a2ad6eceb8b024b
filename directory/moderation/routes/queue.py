"""The queue."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import request
from flask.typing import ResponseReturnValue

from directory.infra import clock
from directory.infra.db import reading
from directory.moderation.queries import kept
from directory.moderation.queries import queue as queries
from directory.moderation.routes.blueprint import bp, page
from directory.moderation.rules.states import Deed, Kind, State
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.paging import pages

SHOWN: Final = {"waiting": State.WAITING, "asked": State.ASKED, "later": State.LATER}
_REFERENCE: Final = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


@bp.get("/moderate")
@open_to(Who.MODERATOR)
def queue() -> ResponseReturnValue:
    """What waits, oldest first, with counts; what many say has closed comes before it."""
    now = clock.now()
    kind = _one_of(Kind, request.args.get("kind", ""))
    state = SHOWN.get(request.args.get("state", ""), State.WAITING)
    number = max(1, request.args.get("page", 1, type=int))
    with reading() as session:
        counted = queries.counted(session, now)
        rows = queries.waiting(
            session, now=now, kind=kind, state=state, offset=(number - 1) * queries.PAGE, limit=queries.PAGE
        )
        raised = queries.reported(session, now=now, raised_only=True)
        batches = queries.batches(session, now)
        unreachable = kept.unreachable(session, limit=queries.PAGE)
    total = _total(counted, kind, state)

    def url(at: int) -> str:
        return address("moderation.queue", kind=kind, state=_state(state), page=at if at > 1 else None)

    return page(
        "queue",
        rows=rows,
        counted=counted,
        raised=raised,
        batches=batches,
        unreachable=unreachable,
        kind=kind,
        state=state,
        kinds=list(Kind),
        pages=pages(number, total=total, size=queries.PAGE, url=url),
        done=done(),
    )


def _state(state: State) -> str | None:
    return None if state is State.WAITING else state.value


def _total(counted: queries.Counted, kind: Kind | None, state: State) -> int:
    if state is State.WAITING:
        return counted.waiting.get(kind, 0) if kind else counted.all_waiting
    return counted.asked if state is State.ASKED else counted.later


def _one_of(kind: type[Any], text: str) -> Any:
    try:
        return kind(text) if text else None
    except ValueError:
        return None


def done() -> tuple[str, Deed] | None:
    """What was decided just before, as the address says: reference and deed."""
    reference, how = request.args.get("done", ""), _one_of(Deed, request.args.get("how", ""))
    return (reference, how) if how and _REFERENCE.fullmatch(reference) else None
