"""The lines of files, written by the door in the transaction of the record. They go with their organisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra import bulk
from directory.infra.db import table_of
from directory.listings.rules.document import page_head
from directory.listings.service import Published
from directory.publishing.models import ExtractLine
from directory.publishing.rules import Lines
from directory.search.rules.docs import OfferingDoc
from directory.search.rules.numbers import ordinal_in

_LINES = table_of(ExtractLine)


def put(session: Session, batch: Sequence[Published], docs: Iterable[OfferingDoc], lines: Lines) -> None:
    """Add the lines of ``batch``, whose former ones went with their organisations; ``docs``: what the index has of it.

    So a file has what a search finds, no more and no less.
    """
    bulk.insert(session, _LINES, list(_rows(batch, docs, lines)))


def clear(session: Session) -> None:
    """Remove every line: they will all be made again."""
    session.execute(sa.delete(_LINES))


class Compared:
    """Counts, batch by batch, the lines that are not what they should be."""

    def __init__(self, session: Session, lines: Lines) -> None:
        self._session = session
        self._lines = lines
        self._wrong = self._seen = 0

    def look(self, batch: Sequence[Published], docs: Iterable[OfferingDoc]) -> None:
        """Compare the lines of ``batch``."""
        wanted = {row["number"]: row for row in _rows(batch, docs, self._lines)}
        there = self._session.execute(
            sa.select(_LINES).where(_LINES.c.organization_id.in_([listing.id for listing in batch]))
        )
        found = {row.number: row._asdict() for row in there}
        self._seen += len(found)
        self._wrong += sum(wanted.get(number) != found.get(number) for number in wanted.keys() | found.keys())

    def drift(self) -> int:
        """How many lines are too many, too few or wrong, after all batches."""
        there = self._session.execute(sa.select(sa.func.count()).select_from(_LINES)).scalar_one()
        return self._wrong + there - self._seen


def _rows(batch: Sequence[Published], docs: Iterable[OfferingDoc], lines: Lines) -> Iterator[dict[str, Any]]:
    numbers = {owner: [doc.number for doc in own] for owner, own in groupby(docs, key=lambda doc: doc.organization_id)}
    for listing in batch:
        own = numbers.get(listing.id, [])
        head = page_head(slug=listing.slug, version=listing.version, areas=listing.areas, now=listing.last_modified)
        made = lines({**head, "record": listing.encoded}, [ordinal_in(number) for number in own])
        for number, (csv, feature) in zip(own, made, strict=True):
            yield {
                "number": number,
                "organization_id": listing.id,
                "slug": listing.slug,
                "csv": csv,
                "feature": feature,
            }
