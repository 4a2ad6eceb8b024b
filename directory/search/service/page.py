"""A search as pages need it: understood, the index asked, the cards fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from directory.areas.service import AreaIndex
from directory.geocoding.rules import Located, Miss
from directory.geocoding.service import Geocoding
from directory.listings import queries as listings
from directory.listings.rules.taxonomy import Terms
from directory.search.engine import Index
from directory.search.rules.query import Found, Query, Row
from directory.search.rules.request import SearchRequest, Sort
from directory.search.rules.when import Moment
from directory.search.service.meaning import Reader, Understood, better

Card: TypeAlias = Mapping[str, Any]  # see listings.rules.document.card


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of what was found.

    ``request`` is what was asked as it was meant: ``moved`` is the place that stood among the words, ``typed`` what
    stood there before typing errors were put right, "" when there were none. ``near`` is where the searcher is, why
    that is not known (the rows then ignore it), or None when they did not say. ``relaxed``: hardly anything has all the
    words, the rows have some of ``words`` (as the index writes them), and so one of ``tokens``.
    """

    request: SearchRequest
    total: int
    rows: tuple[tuple[Row, Card], ...]
    near: Located | Miss | None = None
    relaxed: bool = False
    words: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    moved: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a search is: every offering that ``query`` finds. The rest as ``SearchPage`` has it."""

    request: SearchRequest
    query: Query
    near: Located | Miss | None = None
    relaxed: bool = False
    moved: str = ""
    typed: str = ""


def search(
    session: Session,
    request: SearchRequest,
    *,
    index: Index,
    geocoding: Geocoding,
    areas: AreaIndex,
    terms: Terms,
    moment: Moment,
) -> SearchPage:
    """The page that ``request`` asks for at ``moment``.

    At most four statements, on PostgreSQL one more for its settings; when nothing has all the words, as many again for
    those that may be misspelt. A place that is not known is left out of the search and told in ``near``. Raises
    Unavailable when it takes too long.
    """
    reader = Reader(index=index, geocoding=geocoding, areas=areas, terms=terms, moment=moment)
    understood = reader.read(request)
    understood, found = _found(session, reader, understood, index.find(session, understood.query))
    ids = [row.organization_id for row in found.rows]
    cards = listings.cards(session, ids) if ids else {}
    return SearchPage(
        request=understood.request,
        total=found.total,
        rows=tuple((row, cards[row.organization_id]) for row in found.rows if row.organization_id in cards),
        near=understood.near,
        relaxed=found.relaxed,
        words=found.words,
        tokens=found.tokens,
        moved=understood.moved,
        typed=understood.typed,
    )


def meant(
    session: Session,
    request: SearchRequest,
    *,
    index: Index,
    geocoding: Geocoding,
    areas: AreaIndex,
    terms: Terms,
    moment: Moment,
) -> Meant:
    """What ``search`` lists for ``request``, page after page, for whoever reads all of it: the map and the files.

    Statements only for several words, or one that may be misspelt: what has them. Raises Unavailable when that takes
    too long.
    """
    reader = Reader(index=index, geocoding=geocoding, areas=areas, terms=terms, moment=moment)
    understood = reader.read(request)
    query, relaxed = understood.query, False
    if len(query.words) > 1 or reader.put_right(session, understood) is not understood:
        first = replace(query, sort=Sort.BEST, offset=0, limit=1)
        understood, found = _found(session, reader, understood, index.find(session, first))
        query, relaxed = understood.query, found.relaxed
        if relaxed:
            query = query.some_of(found.tokens)
    return Meant(understood.request, query, understood.near, relaxed, understood.moved, understood.typed)


def _found(session: Session, reader: Reader, understood: Understood, found: Found) -> tuple[Understood, Found]:
    """``found``; or, when hardly anything has all the words, what is found with their errors put right."""
    if found.total and not found.relaxed:
        return understood, found
    right = reader.put_right(session, understood)
    if right is understood:
        return understood, found
    other = reader.index.find(session, right.query)
    return (right, other) if better(found, other) else (understood, found)
