"""How much one client may ask, and how large a request may be.

Reads are counted in memory, per process: a sliding window of two counters (the last whole minute, weighted by
how much of it is still inside the window, and the running one). It costs a microsecond, keeps a few bytes per
client and goes by the monotonic clock, so that a wrong or corrected clock neither locks anybody out nor lets
anybody through; see docs/adr. What people send is counted in database rows, by the slices that store it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Any, Final, TypeVar

from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestURITooLarge, TooManyRequests

WINDOW_S: Final = 60.0
MOST_CLIENTS: Final = 20_000  # remembered at a time: about 4 MB; beyond it the quietest minute is forgotten
LONGEST_ADDRESS: Final = 160_000  # characters of path and query: 10,000 emoji, percent-encoded, are a legal search
LARGEST_BODY: Final = 256 * 1024  # bytes of a form; views that take files say so (``takes_files``)
MOST_FIELDS: Final = 500  # of a form
LONGEST_FIELD: Final = 100_000  # bytes of one field of a multipart form


_MARK: Final = "largest_body"  # in the view's __dict__
View = TypeVar("View", bound=Callable[..., Any])


def takes_files(most: int) -> Callable[[View], View]:
    """Let a view take a body of up to ``most`` bytes: a decorator under ``open_to``.

    The body is read when the view asks for it, so nobody whom the view is not open to has it read.
    """

    def mark(view: View) -> View:
        vars(view)[_MARK] = most
        return view

    return mark


class ReadLimit:
    """At most ``most`` requests a minute for each client; 0 is no limit. Safe between threads."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._clock = clock
        self._seen: dict[str, tuple[int, int, int]] = {}  # client: (which minute, count in it, count in the one before)
        self._lock = Lock()

    def wait(self, client: str) -> int:
        """Count one request of ``client``. Returns 0, or how many seconds it must wait, uncounted."""
        if self.most <= 0:
            return 0
        minutes, part = divmod(self._clock() / WINDOW_S, 1)
        minute = int(minutes)
        with self._lock:
            then, count, before = self._seen.get(client, (minute, 0, 0))
            if then != minute:
                count, before = 0, count if then == minute - 1 else 0
            if count + before * (1 - part) >= self.most:
                return math.ceil(WINDOW_S * (1 - part)) if count >= self.most else math.ceil(WINDOW_S / 10)
            if client not in self._seen and len(self._seen) >= MOST_CLIENTS:
                self._forget(minute)
            self._seen[client] = (minute, count + 1, before)
        return 0

    def _forget(self, minute: int) -> None:
        """Drop who was not here in this minute; everybody, when that is not enough: a limit may fail open."""
        self._seen = {client: seen for client, seen in self._seen.items() if seen[0] == minute}
        if len(self._seen) >= MOST_CLIENTS:
            self._seen = {}


def client_key(address: str | None) -> str:
    """The client behind an IP address: an IPv6 subscriber has a whole /64. An unknown one is a client too."""
    if address is None or ":" not in address:
        return address or ""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))


def _refused() -> HTTPException:
    """405 with the methods that may be asked of the address in the request: none of one that there is not."""
    found = request.routing_exception
    return found if isinstance(found, MethodNotAllowed) else MethodNotAllowed(valid_methods=())


def add_limits(app: Flask, *, reads_a_minute: int, exempt: frozenset[str]) -> ReadLimit:
    """Refuse what is too much, before any view is asked: 429, 414, 413, and 411 for a body without length.

    ``exempt``: paths that are never counted, which a monitor asks.
    """
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=LONGEST_FIELD, MAX_FORM_PARTS=MOST_FIELDS)
    limit = ReadLimit(reads_a_minute)

    def check() -> None:
        if request.method == "TRACE":
            raise _refused()
        if len(request.query_string) + len(request.path) > LONGEST_ADDRESS:
            raise RequestURITooLarge
        if "Transfer-Encoding" in request.headers:
            abort(411)  # a form of unknown length would be cut off at the limit, and half of it stored
        most = getattr(app.view_functions.get(request.endpoint or ""), _MARK, LARGEST_BODY)
        if (request.content_length or 0) > most:
            abort(413)
        request.max_content_length = most
        if request.path not in exempt and (seconds := limit.wait(client_key(request.remote_addr))):
            raise TooManyRequests(retry_after=seconds)

    app.before_request(check)
    return limit
