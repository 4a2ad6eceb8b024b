"""A listing deleted for good: no row of it stays but that something with its identifier was removed.

The caller commits, and then has ``infra.traces.clean`` take the last bytes out of the database's files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.geocoding.service import forget
from directory.infra import versions
from directory.infra.db import table_of
from directory.listings import queries as listings
from directory.listings.models import ConfidentialLocation, OldSlug
from directory.listings.rules.codec import decode
from directory.listings.rules.record import Address, Record
from directory.listings.service import remove
from directory.maps import service as maps
from directory.publishing.models import Change, ImportRow, Revision, SourceRow, Tombstone
from directory.publishing.service.door import merged
from directory.publishing.service.lock import hold
from directory.publishing.service.surroundings import Surroundings


def erase(session: Session, organization: UUID, *, around: Surroundings, now: datetime) -> list[UUID]:
    """Delete an organisation with its history, its addresses, and whatever was merged into it. Returns all of them.

    What is left: the tombstone and numbered changes, which hold identifiers, times and names of fields. An organisation
    that was withdrawn long ago can be erased too.
    """
    hold(session)
    gone = merged(session, [organization])
    rows = listings.slugs_and_versions(session, gone)
    _forget_addresses(session, gone)
    ids = [row.id for row in rows.values()]
    around.index.drop(session, ids)
    maps.drop(session, ids)
    remove(session, ids)
    for table in (ConfidentialLocation, OldSlug, Revision, SourceRow, ImportRow):
        held = table_of(table)
        session.execute(sa.delete(held).where(held.c.organization_uuid.in_(gone)))
    _bury(session, rows, now)
    around.index.purge(session)
    return gone


def _forget_addresses(session: Session, gone: Sequence[UUID]) -> None:
    """What a geocoder said of any address that any of them ever had."""
    for lines in {address.lines() for address in _addresses(session, gone)}:
        forget(session, lines)


def _addresses(session: Session, gone: Sequence[UUID]) -> Iterator[Address]:
    query = sa.select(Revision.record).where(Revision.organization_uuid.in_(gone), Revision.record.is_not(None))
    for text in session.scalars(query):
        for place in decode(Record, json.loads(text or "{}")).locations:
            yield from place.addresses
    kept = table_of(ConfidentialLocation)
    for addresses in session.scalars(sa.select(kept.c.addresses).where(kept.c.organization_uuid.in_(gone))):
        yield from (decode(Address, address) for address in addresses)


def _bury(session: Session, rows: dict[UUID, Any], now: datetime) -> None:
    """Tombstone and numbered change of each that was published: who follows the changes must learn that it went."""
    if not rows:
        return
    last = versions.current(session).get("changes", 0)
    stones = [
        {"organization_uuid": uuid, "version": row.version + 1, "removed_at": now, "merged_into": None}
        for uuid, row in rows.items()
    ]
    session.execute(sa.insert(table_of(Tombstone)), stones)
    changes = [
        {
            "number": number,
            "organization_uuid": uuid,
            "version": row.version + 1,
            "what": "removed",
            "fields": [],
            "at": now,
        }
        for number, (uuid, row) in enumerate(rows.items(), start=last + 1)
    ]
    session.execute(sa.insert(table_of(Change)), changes)
    versions.put(session, "changes", last + len(changes))
