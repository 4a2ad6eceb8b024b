"""A search as rows of a file, streamed from one snapshot: every match, in batches that stay small in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from sqlalchemy.orm import Session

from directory.areas.service import AreaIndex
from directory.exchange.rules.columns import OfferingRow, offering_rows
from directory.geocoding.rules import Located, Miss
from directory.geocoding.service import Geocoding
from directory.infra.db import Reader
from directory.listings import queries as listings
from directory.listings.rules.taxonomy import Terms
from directory.search.rules.query import Match, Query
from directory.search.rules.request import SearchRequest
from directory.search.service import Index, query_for

BATCH = 500  # organisations whose pages are in memory at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What to extract, and who finds it."""

    query: Query
    near: Located | Miss | None
    index: Index
    url_of: Callable[[str], str]  # a slug to the full address of its listing


def sought(
    request: SearchRequest,
    *,
    index: Index,
    geocoding: Geocoding,
    areas: AreaIndex,
    terms: Terms,
    url_of: Callable[[str], str],
) -> Sought:
    """The search of ``request`` in full, whatever its page."""
    near, query = query_for(request, geocoding=geocoding, areas=areas, terms=terms)
    return Sought(query=query, near=near, index=index, url_of=url_of)


def rows(session: Session | Reader, what: Sought) -> Iterator[list[OfferingRow]]:
    """Batches of rows, the offerings of one organisation together."""
    if isinstance(what.near, Miss):
        return  # a place that nobody knows has nothing near it
    matches = groupby(what.index.matches(session, what.query), key=lambda match: match.organization_id)
    found = ((organization, list(group)) for organization, group in matches)
    while batch := dict(islice(found, BATCH)):
        pages = listings.pages(session, list(batch))
        yield [row for number, group in batch.items() if number in pages for row in _rows(pages[number], group, what)]


def _rows(page: dict[str, object], group: list[Match], what: Sought) -> list[OfferingRow]:
    url = what.url_of(str(page["slug"]))
    distances = {match.n: match.distance_m for match in group}
    return offering_rows(page, tuple(sorted(distances)), distances, url)
