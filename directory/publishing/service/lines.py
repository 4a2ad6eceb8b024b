"""The lines of files, written by the door in the transaction of the record. They go with their organisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final

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
Texts = Sequence[tuple[str, str]]  # of each offering its line and its feature
Made = Mapping[int, Texts]  # by the organisation's integer id
_NONE: Final[Made] = MappingProxyType({})


def put(
    session: Session, batch: Sequence[Published], docs: Iterable[OfferingDoc], lines: Lines, *, made: Made = _NONE
) -> None:
    """Add the lines of ``batch``, whose former ones went with their organisations; ``docs``: what the index has of it.

    So a file has what a search finds, no more and no less. ``made``: lines that are there already.
    """
    bulk.insert(session, _LINES, list(_rows(batch, docs, lines, made)))


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


def _rows(
    batch: Sequence[Published], docs: Iterable[OfferingDoc], lines: Lines, made: Made = _NONE
) -> Iterator[dict[str, Any]]:
    numbers = {owner: [doc.number for doc in own] for owner, own in groupby(docs, key=lambda doc: doc.organization_id)}
    for listing in batch:
        own = numbers.get(listing.id, [])
        texts = made[listing.id] if listing.id in made else _texts(listing, own, lines)
        for number, (csv, feature) in zip(own, texts, strict=True):
            yield {
                "number": number,
                "organization_id": listing.id,
                "slug": listing.slug,
                "csv": csv,
                "feature": feature,
            }


def _texts(listing: Published, numbers: Sequence[int], lines: Lines) -> Iterable[tuple[str, str]]:
    head = page_head(slug=listing.slug, version=listing.version, areas=listing.areas, now=listing.last_modified)
    return lines({**head, "record": listing.encoded}, [ordinal_in(number) for number in numbers])
