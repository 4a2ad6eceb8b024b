"""Pages that are read from a standby: which one, what happens when it dies, and who is answered by the primary.

A reading is done again, as a whole, when the standby that did it was lost: a GET writes nothing, so that the
person waits a moment and notices nothing else. Each standby is tried once, and the primary last.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from flask import Flask, Response, current_app, g, request, session

from directory.infra import clock
from directory.infra.db import Reader, reading
from directory.infra.settings import Settings
from directory.infra.standbys import Lost, Standbys
from directory.web.cookies import has_cookie

READS: Final = frozenset({"GET", "HEAD"})
WROTE: Final = "wrote"  # in the signed cookie: when its owner last sent something, in whole seconds since 1970
MORE_S: Final = 10  # beyond what a standby may be behind: it is asked once a second, and clocks differ a little
_EXTENSION: Final = "directory.standbys"


def add_standbys(app: Flask, settings: Settings) -> None:
    """Let the readers of ``app`` be answered from the standbys in ``settings``: from none before they are watched."""
    if not settings.read_urls:
        return
    made = Standbys(settings.database_url, settings.read_urls, most_behind_s=settings.read_lag)
    app.extensions[_EXTENSION] = made
    once = app.dispatch_request

    def dispatch(*arguments: Any) -> Any:
        g.lost = set()
        while True:
            try:
                return once(*arguments)
            except Lost as lost:
                g.lost.add(lost.number)

    app.dispatch_request = dispatch  # type: ignore[method-assign] # around the view, and within error handling
    app.after_request(_note_write)


def standbys_of(app: Flask) -> tuple[Standbys, ...]:
    """The standbys of ``app``, to be watched; nothing when it has none."""
    return (app.extensions[_EXTENSION],) if _EXTENSION in app.extensions else ()


@contextmanager
def reader(now: datetime) -> Iterator[Reader]:
    """A session for a page: on a standby that can be read, or on the primary.

    Raises Lost when the standby fails meanwhile: the whole page is then read again.
    """
    chosen = None
    for standbys in standbys_of(current_app):
        if request.method in READS and not _has_just_written(now, standbys.most_behind_s):
            chosen = standbys.choose(besides=g.get("lost", ()))
    with chosen.reading() if chosen else reading() as opened:
        yield opened


def standbys_read() -> str:
    """How many standbys can be read, of how many; "" when there are none."""
    found = [each for standbys in standbys_of(current_app) for each in standbys.all]
    return f"{sum(not each.why_not() for each in found)} of {len(found)}" if found else ""


def _has_just_written(now: datetime, most_behind_s: float) -> bool:
    """Whether this visitor sent something that a standby may not have yet. A clock that was set back says so too."""
    if not has_cookie():
        return False
    return bool(now.timestamp() - session.get(WROTE, 0) < most_behind_s + MORE_S)


def _note_write(response: Response) -> Response:
    """Note in the cookie of whoever sent something that they did. Without a cookie there is nothing to note it in."""
    if request.method not in READS | {"OPTIONS"} and response.status_code < 400 and (has_cookie() or session):
        session[WROTE] = int(clock.now().timestamp())
    return response
