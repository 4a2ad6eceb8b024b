"""The Open Referral UK API: which objects a request means, as they are stored, or made of stored pages.

Each function reads one snapshot with a known number of statements, and knows no web.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core.errors import NotFound
from directory.core.geo import MILE_M
from directory.exchange.queries import listed
from directory.exchange.queries import oruk as queries
from directory.exchange.queries.narrowing import Narrowed
from directory.exchange.rules import hsds
from directory.exchange.rules.hsds_kit import Node, Object, Page, View
from directory.exchange.rules.oruk_request import PER_PAGE, Asked
from directory.exchange.service.oruk_terms import all_taxonomies, all_terms, view_in, view_of, wanted_terms
from directory.geocoding.rules import Located
from directory.infra.db import Reader
from directory.infra.kept import Kept
from directory.listings import queries as listings
from directory.listings.rules.document import dumps
from directory.publishing import queries as publishing
from directory.search.rules.near import EVERYWHERE, WHOLE_PLACE, Here
from directory.search.rules.query import Query
from directory.search.rules.request import SearchRequest
from directory.search.service import Process, meant_in

AT_ONCE: Final = 200  # listings in memory while everything is streamed
MOST_NESTED: Final = 500_000  # in one answer: what is made in half of ``spool.MADE_WITHIN_S``
NEAREST_M: Final = 1.0  # a circle of no size is one of this
Items = Iterable[queries.Item]
Key = tuple[str, Asked, datetime | None]
# What requests mean, for one version of the data: whoever reads page after page has it looked for once. Many of few
# rows and a few of many, by the most rows: each is 16 bytes.
_kept: Final = (
    (20_000, Kept[Key, queries.Rows](64)),
    (1_000_000, Kept[Key, queries.Rows](4)),
)


class TooMany(Exception):
    """More was asked for at once than one answer gives."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How many there are in all, and the JSON of each object of the page in their order, made when it is asked for."""

    total: int
    texts: Iterator[str]


def answer_of(kind: str, here: Process, session: Reader, asked: Asked, now: datetime) -> Answer:
    """The answer of a list: "services", "service_at_locations", "organizations", "taxonomies" or "taxonomy_terms".

    Raises NotFound for a postcode that nobody knows, Unavailable when a search takes too long, and TooMany.
    """
    return _LISTS[kind](here, session, asked, now)


def one(kind: str, here: Process, session: Reader, wanted: UUID, asked: Asked) -> Object | None:
    """One object by its identifier, nested with everything; None when there is none. Two statements at most."""
    wanted_id = str(wanted)
    if kind in {"taxonomies", "taxonomy_terms"}:
        found = all_taxonomies(session) if kind == "taxonomies" else all_terms(session)
        return next((each for each in found if each["id"] == wanted_id), None)
    page = queries.stored_page(session, kind, wanted)
    if page is None:
        return None
    view = view_in(here, session)
    if kind == "organizations":
        return hsds.organization_object(_organization_kind(replace(asked, full=True)), page, view)
    made = hsds.service_objects if kind == "services" else hsds.offering_objects
    name = "service_full" if kind == "services" else "service_at_location_full"
    return made(name, page, view, {wanted_id}).get(wanted_id)


def _services(here: Process, session: Session, asked: Asked, now: datetime) -> Answer:
    if (term := _one_term(session, asked)) is not None:
        total, texts = listed.having(session, *term, offset=asked.offset, limit=asked.per_page)
        return Answer(total, iter(texts))
    rows = _rows(here, session, asked, now, "services")
    if not (asked.full or asked.minimal):
        return _stored(session, "services", asked) if rows is None else _listed(session, rows, asked)
    some = _some(session, rows, asked, queries.SERVICE)
    if asked.full:
        _bounded(asked, some)
        view = view_in(here, session)
        return _answer(some.total, _made(session, some.items, "service_full", hsds.service_objects, view))
    return _answer(some.total, _minimal(session, some.items, view_of(here)))


def _one_term(session: Session, asked: Asked) -> tuple[str, str] | None:
    """Taxonomy and slug of the one thing that narrows, where a page of a list is asked for: that is quicker."""
    if asked.whole or asked.full or _narrowing(asked) != Asked(taxonomy_term_id=asked.taxonomy_term_id):
        return None
    wanted = wanted_terms(session, asked)
    return wanted.only if wanted else None


def _offerings(here: Process, session: Session, asked: Asked, now: datetime) -> Answer:
    name = "service_at_location_full" if asked.full else "service_at_location"
    some = _some(session, _rows(here, session, asked, now, "service_at_locations"), asked, queries.OFFERING)
    _bounded(asked, some)
    view = view_in(here, session)
    return _answer(some.total, _made(session, some.items, name, hsds.offering_objects, view))


def _some(session: Session, rows: queries.Rows | None, asked: Asked, table: Any) -> queries.Some:
    """The page that is asked for, of ``rows`` or of all. Two statements, one of rows."""
    if rows is None:
        return queries.page_of(session, table, **_cut(asked))
    return queries.cut(session, table, rows, **_cut(asked))


def _bounded(asked: Asked, some: queries.Some) -> None:
    """Raise TooMany where everything is asked for, and is too much to be made while somebody waits."""
    if asked.whole and some.total > MOST_NESTED:
        raise TooMany


def _rows(here: Process, session: Session, asked: Asked, now: datetime, kind: str) -> queries.Rows | None:
    """The services or offerings that are asked for, None for all. One statement or more, none for what is kept."""
    if _is_all(asked):
        return None
    key = kind, _narrowing(asked), now.replace(second=0, microsecond=0) if asked.search else None
    kept = [(most, each, each.of(session)) for most, each in _kept]
    for _, _, known in kept:
        if (rows := known.get(key)) is not None:
            return rows
    found = _ROWS[kind](session, _narrowed(here, session, asked, now))
    for most, each, known in kept:
        if len(found.ids) <= most:
            each.keep(known, {key: found})
            break
    return found


_ROWS: Final = {
    "services": queries.service_rows,
    "service_at_locations": queries.offering_rows,
    "organizations": queries.organization_rows,
}


def _narrowing(asked: Asked) -> Asked:
    """What narrows of a request, whatever page it is and in what form."""
    return replace(asked, page=1, per_page=PER_PAGE, format="json", minimal=False, full=False, full_service=False)


def _is_all(asked: Asked) -> bool:
    return _narrowing(asked) == Asked()


def _organizations(here: Process, session: Session, asked: Asked, now: datetime) -> Answer:
    name, view = _organization_kind(asked), view_in(here, session)
    if _is_all(asked) and name == "organization":
        return _stored(session, "organizations", asked)
    some = queries.organizations(session, _rows(here, session, asked, now, "organizations"), **_cut(asked))
    _bounded(asked, some)

    def made() -> Iterator[Object]:
        for items in _batched(some.items):
            pages = listings.pages(session, [item.owner_id for item in items])
            yield from (hsds.organization_object(name, pages[item.owner_id], view) for item in items)

    return _answer(some.total, made())


def _organization_kind(asked: Asked) -> str:
    if asked.full:
        return "organization_full_services" if asked.full_service else "organization_full"
    return "organization_services" if asked.full_service else "organization"


def _listed_taxonomies(_here: Process, session: Session, asked: Asked, _now: datetime) -> Answer:
    return _cut_of(_said(all_taxonomies(session), asked), asked)


def _listed_terms(_here: Process, session: Session, asked: Asked, _now: datetime) -> Answer:
    every = all_terms(session)
    above = {term.get("parent_id") for term in every}
    found = [
        term
        for term in every
        if (asked.taxonomy_id is None or term.get("taxonomy_id") == str(asked.taxonomy_id))
        and (asked.parent_id is None or term.get("parent_id") == str(asked.parent_id))
        and not (asked.top_only and term["id"] in above)
    ]
    return _cut_of(_said(found, asked), asked)


_LISTS: Final[dict[str, Callable[[Process, Session, Asked, datetime], Answer]]] = {
    "services": _services,
    "service_at_locations": _offerings,
    "organizations": _organizations,
    "taxonomies": _listed_taxonomies,
    "taxonomy_terms": _listed_terms,
}


def _said(objects: list[Object], asked: Asked) -> list[Object]:
    """Those whose name or description has every word that is searched for."""
    words = asked.search.casefold().split()
    return [
        each for each in objects if all(word in f"{each['name']} {each['description']}".casefold() for word in words)
    ]


def _cut(asked: Asked) -> dict[str, Any]:
    return {"offset": 0, "limit": None} if asked.whole else {"offset": asked.offset, "limit": asked.per_page}


def _cut_of(objects: list[Object], asked: Asked) -> Answer:
    cut = _cut(asked)
    return _answer(len(objects), objects[cut["offset"] :][: cut["limit"]])


def _answer(total: int, objects: Iterable[Object]) -> Answer:
    return Answer(total, map(dumps, objects))


def _batched(items: Items) -> Iterator[list[queries.Item]]:
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some


Make = Callable[[str, Page, View, set[str]], dict[str, Object]]


def _made(session: Session, items: Items, name: str, make: Make, view: View) -> Iterator[Object]:
    """The objects of ``items``, which stand together by organisation. One statement for each AT_ONCE of them."""
    for some in _batched(items):
        pages = listings.pages(session, list({item.owner_id for item in some}))
        for owner, own in groupby(some, key=lambda item: item.owner_id):
            wanted = [str(item.uuid) for item in own]
            made = make(name, pages[owner], view, set(wanted))
            yield from (made[each] for each in wanted)


def _stored(session: Session, name: str, asked: Asked) -> Answer:
    """Everything as it is stored: a page, or all of it, read as it is sent."""
    if not asked.whole:
        total, texts = listed.page(session, name, offset=asked.offset, limit=asked.per_page)
        return Answer(total, iter(texts))
    every = publishing.every_text(session, listed.OBJECT[name], at_once=AT_ONCE)
    return Answer(0, (text for some in every for _, text in some))


def _listed(session: Session, rows: queries.Rows, asked: Asked) -> Answer:
    """Services of ``rows`` as they are stored. One statement for each AT_ONCE of them."""
    wanted = rows.ids if asked.whole else rows.ids[asked.offset : asked.offset + asked.per_page]
    some = (wanted[at : at + AT_ONCE].tolist() for at in range(0, len(wanted), AT_ONCE))
    return Answer(len(rows.ids), (text for ids in some for text in listed.texts(session, ids)))


def _minimal(session: Session, items: Items, view: View) -> Iterator[Object]:
    """Services with no more than when they changed. One statement for each AT_ONCE of them."""
    for some in _batched(items):
        changed = listed.modified(session, [item.uuid for item in some])
        for item in some:
            node = Node({"id": str(item.uuid)}, view, {"last_modified": changed[item.uuid]})
            yield hsds.BUILDER.build("service_minimal", node)


def _narrowed(here: Process, session: Session, asked: Asked, now: datetime) -> Narrowed:
    located, areas = _where(here, asked)
    return Narrowed(
        terms=wanted_terms(session, asked),
        organization=asked.organization_id,
        modified_after=asked.modified_after,
        minimum_age=asked.minimum_age,
        maximum_age=asked.maximum_age,
        opens_from=asked.start_time,
        closes_by=asked.end_time,
        day=asked.day,
        areas=frozenset({*areas, WHOLE_PLACE, EVERYWHERE}) if located else None,
        found=_found(here, session, asked, located, now),
    )


def _where(here: Process, asked: Asked) -> tuple[Located | None, tuple[str, ...]]:
    """The middle of the postcode, and the areas in which it lies."""
    if not asked.postcode:
        return None, ()
    located = here.geocoding.postcode(asked.postcode, anywhere=True)
    if not isinstance(located, Located):
        raise NotFound("postcode", asked.postcode)
    return located, here.areas.codes_at(located.point, asked.postcode.partition(" ")[0])


def _found(
    here: Process, session: Session, asked: Asked, located: Located | None, now: datetime
) -> dict[int, set[int]] | None:
    """The ordinals of the offerings that words and a circle find, by organisation; None: neither is asked for."""
    circle = None
    if located is not None and asked.proximity is not None:
        codes = here.areas.codes_at(located.point, asked.postcode.partition(" ")[0])
        circle = Here(located.point, max(asked.proximity, NEAREST_M), tuple(map(str.lower, codes)))
    if not asked.search and circle is None:
        return None
    query = Query()
    if asked.search:
        request = SearchRequest(q=asked.search, within_miles=(asked.proximity or 0) / MILE_M, exact=True)
        query = meant_in(here, session, request, now).query
    found: dict[int, set[int]] = {}
    for match in here.index.matches(session, replace(query, here=circle)):
        found.setdefault(match.organization_id, set()).add(match.n)
    return found
