"""A file of data as an answer: understood, made from one snapshot, packed, named, and told by headers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, abort, current_app, request
from werkzeug.exceptions import TooManyRequests

from directory.core.errors import Unavailable
from directory.exchange.routes.blueprint import FIRST_SEEN, LIMIT
from directory.exchange.rules.about import About
from directory.exchange.service.leaving import Growing, Parts, leaving
from directory.exchange.service.spool import Spooled, packed, turn
from directory.geocoding.rules import Located, Miss
from directory.infra import clock
from directory.infra.db import Reader
from directory.publishing import queries as publishing
from directory.search.rules.request import SearchRequest, from_args_strictly
from directory.search.service import Matching, Meant, matching_in, meant_in
from directory.web.addresses import address
from directory.web.errors import problem
from directory.web.layout import VERSIONS, begin
from directory.web.limits import client_key
from directory.web.words import gettext as _

IGNORED: Final = (None, Miss.EMPTY)  # a place of blanks is none, as on the page
CSV: Final = "text/csv; charset=utf-8"
UrlOf = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants as a file, in the session that reads it."""

    here: Any  # what the process holds
    session: Reader
    what: Meant
    about: About
    url_of: UrlOf  # a slug to the full address of its listing

    @property
    def matching(self) -> Matching:
        """What tells every match of the search."""
        return matching_in(self.here, self.session, self.session.info[VERSIONS])


Make = Callable[[Asked], Spooled | Parts]  # whole, or in parts that may leave before the last is made


def file_of(name: str, ending: str, kind: str, make: Make, encoding: str = "") -> Response:
    """The file of the search in the address, made from one snapshot that is let go when it is made, however it is read.

    Raises Invalid for a value that a page would only note, and Unavailable when the search takes too long or too many
    files are being made. An unknown place is 404: everything is not what was asked for, and a file cannot say so.
    """
    here: Any = current_app.extensions["directory"]
    request_of, now = from_args_strictly(request.args, here.terms, here.areas), clock.now()
    with ExitStack() as held:
        held.enter_context(turn())
        session = held.enter_context(begin(now, timely=request_of.when is not None))
        about = about_of(here, session, request_of, now)
        changed = _unless_unchanged(session, about, now)
        what = meant_in(here, session, request_of, now)
        if what.near is Miss.UNAVAILABLE:
            raise Unavailable("The place cannot be looked up just now.")
        if not (isinstance(what.near, Located) or what.near in IGNORED):
            return problem(404, _("The place in “near” is not one that this directory covers or knows."))
        made = None
        if request.method != "HEAD":  # nobody would read it
            count()
            made = answer_in(make(Asked(here, session, what, about, url_of())), held, encoding)
    return told(made, about, about.file_name(name, ending), kind, changed=changed)


def answer_in(made: Spooled | Parts, held: ExitStack, encoding: str = "") -> Spooled | Growing:
    """What is whole as it is, and parts as an answer that may leave while they are made: then it takes ``held`` over.

    Who speaks HTTP/1.0 takes a connection that is cut for the end, and is given what is whole.
    """
    if isinstance(made, Spooled):
        return made
    return leaving(made, held, encoding=encoding, is_whole=request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0")


def text_file(name: str, ending: str, kind: str, text: Callable[[Asked], Iterable[str]]) -> Response:
    """The same, of a text that comes in parts, packed as was asked."""
    encoding = packed_as()
    answer = file_of(name, ending, kind, lambda asked: packed(text(asked), encoding), encoding)
    answer.vary.add("Accept-Encoding")
    return answer


def told(
    made: Spooled | Growing | None, about: About, name: str, kind: str, *, changed: datetime | None = None
) -> Response:
    """``made`` as a download called ``name``, with its licence, its description and since when it is so."""
    answer = Response(made.body() if made else iter(()), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Accept-Ranges"] = "none"  # made anew each time: a part of one may not fit a part of another
    answer.headers.add("Link", f'<{about.licence_url}>; rel="license"')
    answer.headers.add("Link", f'<{about.package}>; rel="describedby"; type="application/json"')
    if changed:  # werkzeug takes None for now
        answer.last_modified = changed
    if made:
        carried(answer, made)
    return answer


def carried(answer: Response, made: Spooled | Growing) -> None:
    """Let ``answer`` say how long its body ``made`` is, where that is known, and how it is packed."""
    if made.size is not None:
        answer.content_length = made.size
    if made.encoding:
        answer.content_encoding = made.encoding
    answer.call_on_close(made.close)  # when the reader goes away


def about_of(here: Any, session: Reader, request_of: SearchRequest, now: datetime) -> About:
    """What the files of a search say of themselves. One statement."""
    place = here.place
    search = search_of(request_of)
    query = f"?{urlencode(search)}" if search else ""
    return About(
        place=place.slug,
        title=_("Community Directory of %(place)s", place=place.called),
        search=search,
        address=address("browse.search", absolute=True) + query,
        package=address("exchange.package", absolute=True) + query,
        version=session.info[VERSIONS].get("changes", 0),
        moment=publishing.moment(session),
        made=now,
        licence=place.licence.code,
        licence_name=place.licence.name,
        licence_url=place.licence.url,
        attribution=place.attribution,
        publisher=place.controller.name,
    )


def search_of(request_of: SearchRequest) -> list[tuple[str, str]]:
    """The parameters of a search that its files have in their addresses: rows stand in an order of their own."""
    return [pair for pair in request_of.args() if pair[0] not in {"sort", "page"}]


def file_address(about: About, name: str, **more: str) -> str:
    """The full address of another file of the same search."""
    path = about.package.partition("?")[0].removesuffix("datapackage.json")
    query = urlencode([*about.search, *more.items()])
    return f"{path}{name}?{query}" if query else f"{path}{name}"


def everything() -> SearchRequest:
    """The search that leaves nothing out."""
    return SearchRequest()


def count() -> None:
    """Count a file that is made for this client. Raises TooManyRequests, which says when to come back."""
    if seconds := current_app.extensions[LIMIT].wait(client_key(request.remote_addr)):
        raise TooManyRequests(retry_after=seconds)


def packed_as() -> str:
    """The encoding that was asked for, of those that we have: "br", "gzip" or ""."""
    asked = request.accept_encodings
    if not request.headers.get("Accept-Encoding"):
        return ""
    return next((name for name in ("br", "gzip") if asked[name] > 0), "")


def url_of() -> UrlOf:
    """What makes the full address of a listing of its slug."""
    prefix = address("browse.listing", slug="-", absolute=True).removesuffix("-")
    return lambda slug: prefix + slug


def _unless_unchanged(session: Reader, about: About, now: datetime) -> datetime | None:
    """Since when the files are what they are, to the second; leaves with 304 for whoever asks with that or later.

    An ETag that was sent has the word. Terms, areas and code have no time of change: they count from when this process
    first saw them, which may answer in full once too often, and never with 304 wrongly. What changed in this very
    second may do so again: then nothing is said.
    """
    versions = tuple(sorted((name, number) for name, number in session.info[VERSIONS].items() if name != "changes"))
    since: datetime = current_app.extensions[FIRST_SEEN].setdefault(versions, now)
    changed = min(now, max(since, about.moment or since)).replace(microsecond=0)
    if (now - changed).total_seconds() < 2:
        return None
    asked = request.if_modified_since
    if asked and not request.if_none_match and asked >= changed:
        abort(Response(status=304))
    return changed
