"""Everything derived made again from the current revisions, without a new version: after areas or terms changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.listings import queries as listings
from directory.listings.models import Organization
from directory.listings.rules.codec import decode
from directory.listings.rules.document import card_text, page_text, with_slug
from directory.listings.rules.record import Record
from directory.listings.service import Numbering, Published, write
from directory.maps import service as maps
from directory.publishing.models import Revision
from directory.publishing.service import hours, lines
from directory.publishing.service.door import derive
from directory.publishing.service.lock import hold
from directory.publishing.service.prepare import areas_of
from directory.publishing.service.surroundings import Surroundings
from directory.search.rules.docs import OfferingDoc, offering_docs

BATCH = 500
Beside = Callable[[Sequence[Published], Sequence[OfferingDoc]], None]
_CURRENT = sa.select(
    Organization.id,
    Organization.slug,
    Organization.version,
    Organization.published_at,
    Organization.last_modified,
    Revision.record,
).join(
    Revision,
    sa.and_(Revision.organization_uuid == Organization.uuid, Revision.version == Organization.version),
)


def refresh_batch(
    session: Session, around: Surroundings, *, after: int = 0, limit: int = BATCH
) -> tuple[int, int | None]:
    """Make tables, documents, index and pins of up to ``limit`` listings again, in the order of their ids.

    Returns how many, and the id to go on after, None at the end. Nothing that a reader can tell apart has changed but
    areas and terms, so version, revision and change number stay.
    """
    hold(session)
    batch = list(_current(session, around, after=after, limit=limit))
    if not batch:
        return 0, None
    ids = [listing.id for listing in batch]
    write(session, batch, replaced=ids, numbering=Numbering(session), terms=listings.term_ids(session))
    derive(session, batch, around, hours.known(session, around))
    return len(batch), ids[-1] if len(batch) == limit else None


def rebuild_index(session: Session, around: Surroundings) -> tuple[int, int]:
    """The index, the map and the lines of files made again from nothing; how many offerings and pins there are."""
    hold(session)
    lines.clear(session)
    offerings = around.index.rebuild(
        session,
        all_docs(session, around, beside=lambda batch, docs: lines.put(session, batch, docs, around.lines)),
    )
    pins = maps.rebuild(
        session,
        (
            pin
            for batch in _batches(session, around)
            for item in batch
            for pin in maps.pins(item.record, item.id, item.slug)
        ),
    )
    return offerings, pins


def all_docs(session: Session, around: Surroundings, *, beside: Beside) -> Iterator[OfferingDoc]:
    """What the index should hold, listing by listing, in the order of their ids.

    ``beside`` is shown every batch with its documents before they are given: to read everything once is enough.
    """
    days = hours.known(session, around)
    for batch in _batches(session, around):
        docs = [doc for item in batch for doc in offering_docs(item.record, item.id, item.areas, around.terms, days)]
        beside(batch, docs)
        yield from docs


def docs_of(session: Session, ids: Sequence[int], around: Surroundings) -> Iterator[OfferingDoc]:
    """What the index should hold of these listings."""
    days = hours.known(session, around)
    for row in session.execute(_CURRENT.where(Organization.id.in_(ids)).order_by(Organization.id)):
        item = _published(row, around)
        yield from offering_docs(item.record, item.id, item.areas, around.terms, days)


def _batches(session: Session, around: Surroundings) -> Iterator[list[Published]]:
    after: int | None = 0
    while after is not None:
        batch = list(_current(session, around, after=after, limit=BATCH))
        if batch:
            yield batch
        after = batch[-1].id if len(batch) == BATCH else None


def _current(session: Session, around: Surroundings, *, after: int, limit: int) -> Iterator[Published]:
    """Published listings as their revisions have them, with the areas of now."""
    rows = session.execute(_CURRENT.where(Organization.id > after).order_by(Organization.id).limit(limit)).all()
    for row in rows:
        yield _published(row, around)


def _published(row: Any, around: Surroundings) -> Published:
    encoded = json.loads(row.record)
    record = decode(Record, encoded)
    areas = areas_of(record, around)
    return Published(
        id=row.id,
        slug=row.slug,
        version=row.version,
        record=record,
        confidential=(),
        text=row.record,
        encoded=encoded,
        areas=areas,
        card=with_slug(card_text(record), row.slug),
        page=page_text(row.record, slug=row.slug, version=row.version, areas=areas, now=row.last_modified),
        published_at=row.published_at,
        last_modified=row.last_modified,
    )
