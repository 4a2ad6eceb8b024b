"""Stored documents, as pages and lists read them: one statement each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.infra import plain
from directory.infra.kept import Kept
from directory.listings.models import Document, OldSlug, Organization
from directory.listings.rules.codec import filled
from directory.listings.rules.record import Record

_CARDS: Final = "SELECT organization_id, card FROM document WHERE organization_id"
_PAGE: Final = "SELECT d.page FROM organization o JOIN document d ON d.organization_id = o.id WHERE o.slug = :slug"
MOST_KEPT: Final = 4_096  # cards that a process has as text: some 8 MB, in a city nearly every one
_kept: Final = Kept[int, str](MOST_KEPT)


class Card(Mapping[str, Any]):
    """A stored card (``rules.document.card``), parsed when it is first looked into: often it never is."""

    __slots__ = ("_read", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._read: dict[str, Any] | None = None

    def __getitem__(self, name: str) -> Any:
        return self._whole()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def _whole(self) -> dict[str, Any]:
        if self._read is None:
            self._read = json.loads(self._text)
        return self._read


def cards(session: Session, organization_ids: Sequence[int]) -> dict[int, Card]:
    """The card of each organisation, by its integer id.

    At most one statement, for those that were not read since anything was published.
    """
    known = _kept.of(session)
    found = {number: text for number in organization_ids if (text := known.get(number)) is not None}
    if missing := [number for number in organization_ids if number not in found]:
        among, bound = plain.among(session, missing)
        read: dict[int, str] = dict(plain.rows(session, f"{_CARDS} {among}", bound))
        _kept.keep(known, read)
        found |= read
    return {number: Card(text) for number, text in found.items()}


def page(session: Session, slug: str) -> dict[str, Any] | None:
    """The page of a listing: slug, version, last_modified, areas by location, and the whole public record.

    None when there is no such listing. One statement.
    """
    rows = plain.rows(session, _PAGE, {"slug": slug})
    if not rows:
        return None
    found: dict[str, Any] = json.loads(rows[0][0])
    found["record"] = filled(Record, found["record"])
    return found


def pages(session: Session, organization_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The page of each organisation as it is stored, by integer id; fields that equal their default are left out.

    One statement.
    """
    rows = session.execute(
        select(Document.organization_id, Document.page).where(Document.organization_id.in_(organization_ids))
    )
    return {row.organization_id: json.loads(row.page) for row in rows}


def every_page(session: Session, *, at_once: int) -> Iterator[list[dict[str, Any]]]:
    """The page of every organisation in the order of their integer ids, ``at_once`` in memory. One statement."""
    for batch in plain.batches(session, "SELECT page FROM document ORDER BY organization_id", at_once=at_once):
        yield [json.loads(text) for (text,) in batch]


def moved(session: Session, slug: str) -> str | None:
    """The slug of the listing that was once at ``slug``, or None. One statement."""
    return session.execute(
        select(Organization.slug)
        .join(OldSlug, OldSlug.organization_uuid == Organization.uuid)
        .where(OldSlug.slug == slug)
    ).scalar()


def is_empty(session: Session) -> bool:
    """Whether nothing is published at all: a place that was just set up. One statement."""
    return session.execute(select(Organization.id).limit(1)).scalar() is None
