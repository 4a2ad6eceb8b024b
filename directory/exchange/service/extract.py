"""A search as rows of a file, from one snapshot: every match, in batches that stay small in memory.

The rows stand in the order of the index, whatever the search sorts by: an organisation's offerings together, the
organisations that are best kept up first. So two files of the same data are the same, and none has to be sorted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby, islice

from sqlalchemy.orm import Session

from directory.exchange.rules.columns import OfferingRow, offering_rows
from directory.infra.db import Reader
from directory.listings import queries as listings
from directory.search.service import Index, Match, Query

BATCH = 500  # organisations whose pages are in memory at once


def rows(
    session: Session | Reader, query: Query, *, index: Index, url_of: Callable[[str], str]
) -> Iterator[list[OfferingRow]]:
    """Batches of rows, none empty. ``url_of``: a slug to the full address of its listing."""
    matches = groupby(index.matches(session, query), key=lambda match: match.organization_id)
    found = ((organization, list(group)) for organization, group in matches)
    while batch := dict(islice(found, BATCH)):
        pages = listings.pages(session, list(batch))
        made = [
            row for number, group in batch.items() if number in pages for row in _rows(pages[number], group, url_of)
        ]
        if made:
            yield made


def _rows(page: dict[str, object], group: list[Match], url_of: Callable[[str], str]) -> list[OfferingRow]:
    distances = {match.n: match.distance_m for match in group}
    return offering_rows(page, tuple(sorted(distances)), distances, url_of(str(page["slug"])))
