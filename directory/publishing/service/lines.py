"""Lines of files and objects of the API, written by the door with the record. They go with their organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra import bulk
from directory.infra.db import table_of
from directory.listings.rules.document import page_head
from directory.listings.service import Published
from directory.publishing.models import StoredText
from directory.publishing.rules import Lines, Texts, text_number
from directory.search.rules.docs import OfferingDoc
from directory.search.rules.numbers import base_in, ordinal_in

_TEXTS = table_of(StoredText)
Made = Mapping[int, Texts]  # by the organisation's integer id
Row = dict[str, Any]
_NONE: Final[Made] = MappingProxyType({})


def put(
    session: Session, batch: Sequence[Published], docs: Iterable[OfferingDoc], lines: Lines, *, made: Made = _NONE
) -> None:
    """Add what is stored of ``batch``, whose former texts went with their organisations; ``docs``: the index's of it.

    So a file has what a search finds, no more and no less. ``made``: texts that are there already.
    """
    found = _rows(batch, docs, lines, made)
    bulk.insert(session, _TEXTS, [found[number] for number in sorted(found)])  # each kind side by side


def clear(session: Session) -> None:
    """Remove every text: they will all be made again."""
    session.execute(sa.delete(_TEXTS))


class Compared:
    """Counts, batch by batch, the texts that are not what they should be."""

    def __init__(self, session: Session, lines: Lines) -> None:
        self._session = session
        self._lines = lines
        self._wrong = self._seen = 0

    def look(self, batch: Sequence[Published], docs: Iterable[OfferingDoc]) -> None:
        """Compare the texts of ``batch``."""
        ids = [listing.id for listing in batch]
        wanted = _rows(batch, docs, self._lines)
        there = self._session.execute(sa.select(_TEXTS).where(_TEXTS.c.organization_id.in_(ids)))
        found = {row.number: row._asdict() for row in there}
        self._seen += len(found)
        self._wrong += sum(wanted.get(number) != found.get(number) for number in wanted.keys() | found.keys())

    def drift(self) -> int:
        """How many texts are too many, too few or wrong, after all batches."""
        there: int = self._session.execute(sa.select(sa.func.count()).select_from(_TEXTS)).scalar_one()
        return self._wrong + there - self._seen


def _rows(batch: Sequence[Published], docs: Iterable[OfferingDoc], lines: Lines, made: Made = _NONE) -> dict[int, Row]:
    """The rows of ``batch``, by their numbers."""
    numbers = {owner: [doc.number for doc in own] for owner, own in groupby(docs, key=lambda doc: doc.organization_id)}
    found: dict[int, Row] = {}
    for listing in batch:
        own = numbers.get(listing.id, [])
        texts = made[listing.id] if listing.id in made else _texts(listing, own, lines)
        in_files = base_in(own[0]) if own else 0  # what no search finds is in no file
        of_all: Row = {"organization_id": listing.id, "slug": listing.slug}
        ordinals = [ordinal_in(number) for number in own]
        for kind, several in texts.items():
            owner = in_files if kind.of_files else listing.id
            for ordinal, text in zip(ordinals if kind.of_offerings else range(len(several)), several, strict=True):
                number = text_number(kind, owner, ordinal)
                found[number] = {"number": number, **of_all, "text": text}
    return found


def _texts(listing: Published, numbers: Sequence[int], lines: Lines) -> Texts:
    head = page_head(slug=listing.slug, version=listing.version, areas=listing.areas, now=listing.last_modified)
    return lines({**head, "record": listing.encoded}, [ordinal_in(number) for number in numbers])
