"""A search as pages need it: the place looked up, the index asked, the cards fetched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from directory.areas.service import AreaIndex
from directory.geocoding.rules import Located, Miss
from directory.geocoding.service import Geocoding
from directory.listings import queries as listings
from directory.listings.rules.taxonomy import Terms
from directory.search.engine import Index
from directory.search.rules.query import Query, Row, query_of
from directory.search.rules.request import SearchRequest, Sort
from directory.search.rules.when import Moment

Card: TypeAlias = dict[str, Any]  # see listings.rules.document.card


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of what was found.

    ``near`` is where the searcher is, why that is not known (the rows then ignore it), or None when they did not say.
    ``relaxed``: nothing has all the words, the rows have some of ``words`` (as the index writes them).
    """

    request: SearchRequest
    total: int
    rows: tuple[tuple[Row, Card], ...]
    near: Located | Miss | None = None
    relaxed: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meant:
    """What a search is: every offering that ``query`` finds. ``near`` and ``relaxed`` as ``SearchPage`` has them."""

    query: Query
    near: Located | Miss | None = None
    relaxed: bool = False


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
    """The page that ``request`` asks for at ``moment``: at most four statements, on PostgreSQL one more.

    A place that is not known is left out of the search and told in ``near``. Raises Unavailable when it takes too long.
    """
    near, query = query_for(request, geocoding=geocoding, areas=areas, terms=terms, moment=moment)
    found = index.find(session, query)
    ids = [row.organization_id for row in found.rows]
    cards = listings.cards(session, ids) if ids else {}
    return SearchPage(
        request=request,
        total=found.total,
        rows=tuple((row, cards[row.organization_id]) for row in found.rows if row.organization_id in cards),
        near=near,
        relaxed=found.relaxed,
        words=found.words,
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

    Statements only for several words: whether anything has all of them. Raises Unavailable when that takes too long.
    """
    near, query = query_for(request, geocoding=geocoding, areas=areas, terms=terms, moment=moment)
    if len(query.words) < 2:
        return Meant(query, near)
    found = index.find(session, replace(query, sort=Sort.BEST, offset=0, limit=1))
    return Meant(query.some_of(found.words), near, relaxed=True) if found.relaxed else Meant(query, near)


def query_for(
    request: SearchRequest, *, geocoding: Geocoding, areas: AreaIndex, terms: Terms, moment: Moment
) -> tuple[Located | Miss | None, Query]:
    """Where the searcher is, and the query. A place that is not known is left out of it."""
    near = geocoding.locate(request.near) if request.near else None
    place = near if isinstance(near, Located) else None
    return near, query_of(request, terms, place, areas.codes_at(place.point) if place else (), moment)
