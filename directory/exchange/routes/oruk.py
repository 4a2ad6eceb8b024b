"""The Open Referral UK API: eleven addresses below ``/oruk/v3``, for programs of other sites too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, current_app, request

from directory.core.errors import Invalid, NotFound
from directory.exchange.routes.answers import answer_in, carried, packed_as
from directory.exchange.rules import oruk_openapi as openapi
from directory.exchange.rules.oruk_request import LISTS, ONE, Asked, page_head, read
from directory.exchange.service import oruk as service
from directory.exchange.service.leaving import Growing
from directory.exchange.service.spool import Spooled, packed, turn
from directory.infra import clock
from directory.listings.rules.document import dumps
from directory.web.access import Who, open_to
from directory.web.addresses import address
from directory.web.errors import problem
from directory.web.layout import begin
from directory.web.words import gettext as _

bp = Blueprint("oruk", __name__, url_prefix="/oruk/v3")
VERSION: Final = "HSDS-UK-3.0"
PROFILE: Final = "https://docs.openreferraluk.org/en/latest/"
JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"


@bp.get("")
@bp.get("/")
@open_to(Who.ANYONE)
def details() -> Response:
    """What this API is."""
    found = {"version": VERSION, "profile": PROFILE, "openapi_url": address("oruk.document", absolute=True)}
    return Response(dumps(found), content_type=JSON)


@bp.get("/services")
@open_to(Who.ANYONE)
def services() -> Response:
    """Services, page by page."""
    return _list("services")


@bp.get("/services/<wanted>")
@open_to(Who.ANYONE)
def a_service(wanted: str) -> Response:
    """One service with everything."""
    return _one("services", wanted)


@bp.get("/service_at_locations")
@open_to(Who.ANYONE)
def service_at_locations() -> Response:
    """Services at their locations, page by page."""
    return _list("service_at_locations")


@bp.get("/service_at_locations/<wanted>")
@open_to(Who.ANYONE)
def a_service_at_location(wanted: str) -> Response:
    """One service at one location with everything."""
    return _one("service_at_locations", wanted)


@bp.get("/organizations")
@open_to(Who.ANYONE)
def organizations() -> Response:
    """Organisations, page by page."""
    return _list("organizations")


@bp.get("/organizations/<wanted>")
@open_to(Who.ANYONE)
def an_organization(wanted: str) -> Response:
    """One organisation with everything."""
    return _one("organizations", wanted)


@bp.get("/taxonomies")
@open_to(Who.ANYONE)
def taxonomies() -> Response:
    """Taxonomies, page by page."""
    return _list("taxonomies")


@bp.get("/taxonomies/<wanted>")
@open_to(Who.ANYONE)
def a_taxonomy(wanted: str) -> Response:
    """One taxonomy."""
    return _one("taxonomies", wanted)


@bp.get("/taxonomy_terms")
@open_to(Who.ANYONE)
def taxonomy_terms() -> Response:
    """Terms of the taxonomies, page by page."""
    return _list("taxonomy_terms")


@bp.get("/taxonomy_terms/<wanted>")
@open_to(Who.ANYONE)
def a_taxonomy_term(wanted: str) -> Response:
    """One term."""
    return _one("taxonomy_terms", wanted)


@bp.get("/openapi.json")
@open_to(Who.ANYONE)
def document() -> Response:
    """What this API answers, as OpenAPI 3.1."""
    here: Any = current_app.extensions["directory"]
    place = here.place
    found = openapi.document(
        title=f"{place.name}: {_('Community Directory')}",
        address=address("oruk.details", absolute=True).rstrip("/"),
        zone=place.time_zone.key,
    )
    answer = Response(dumps(found), content_type=JSON)
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@bp.after_app_request
def share(answer: Response) -> Response:
    """Let pages of every site read the answers, errors too: there is nothing in them that is somebody's own."""
    if request.path == "/oruk" or request.path.startswith("/oruk/"):
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        if request.method == "OPTIONS":
            answer.content_type = "text/plain"
            answer.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            answer.headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
            answer.headers["Access-Control-Max-Age"] = "86400"
    return answer


def _list(kind: str) -> Response:
    here: Any = current_app.extensions["directory"]
    now = clock.now()
    try:
        asked = read(request.args, LISTS[kind])
        with ExitStack() as held:
            held.enter_context(turn())
            session = held.enter_context(begin(now))
            found = service.answer_of(kind, here, session, asked, now)
            if asked.whole:
                encoding = packed_as()
                made = answer_in(packed(_whole(asked, found), encoding), held, encoding)
                return _streamed(made, LINES if asked.lines else JSON)
            texts = list(found.texts)
    except Invalid as wrong:
        return _refused(wrong)
    except NotFound:
        return problem(404, _("The postcode is not one that this directory knows."))
    except service.TooMany:
        most = f"{service.MOST_NESTED:,}"
        return problem(
            400, _("One answer gives %(most)s of these at most: narrow it, or read page by page.", most=most)
        )
    head = dumps(page_head(asked, found.total, len(texts)))
    return Response(f'{head[:-1]},"contents":[{",".join(texts)}]}}', content_type=JSON)


def _whole(asked: Asked, found: service.Answer) -> Iterator[str]:
    """Everything as it is made: a line each, or one page."""
    if asked.lines:
        yield from (f"{text}\n" for text in found.texts)
        return
    yield dumps(page_head(asked, found.total, found.total))[:-1] + ',"contents":['
    for at, text in enumerate(found.texts):
        yield f",{text}" if at else text
    yield "]}"


def _one(kind: str, wanted: str) -> Response:
    here: Any = current_app.extensions["directory"]
    try:
        asked = read(request.args, ONE[kind])
    except Invalid as wrong:
        return _refused(wrong)
    try:
        identifier = UUID(wanted)
    except ValueError:
        return _unknown()
    with begin(clock.now()) as session:
        found = service.one(kind, here, session, identifier, asked)
    return Response(dumps(found), content_type=JSON) if found else _unknown()


def _streamed(made: Spooled | Growing, kind: str) -> Response:
    answer = Response(made.body(), content_type=kind)
    answer.vary.add("Accept-Encoding")
    carried(answer, made)
    return answer


def _refused(wrong: Invalid) -> Response:
    return problem(400, _("The parameter “%(name)s” has a value that it cannot have.", name=wrong.field))


def _unknown() -> Response:
    return problem(404, _("There is nothing with this identifier."))
