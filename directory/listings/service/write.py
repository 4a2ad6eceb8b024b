"""Public records into the tables, many at a time: one INSERT per table and batch, ids given here.

Only ``publishing`` may call this: it holds the lock under which numbers are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra import bulk
from directory.infra.db import Base, table_of
from directory.listings import models as m
from directory.listings.rules.codec import encode
from directory.listings.rules.record import Record
from directory.listings.rules.visibility import Confidential
from directory.listings.service.rows import organization_rows

# Parents before children: foreign keys are checked at each row.
TABLES: tuple[type[Base], ...] = (
    m.Organization,
    m.OrganizationIdentifier,
    m.Location,
    m.Address,
    m.Accessibility,
    m.Service,
    m.ServiceAtLocation,
    m.Contact,
    m.Phone,
    m.Schedule,
    m.ServiceArea,
    m.Language,
    m.CostOption,
    m.Attribute,
    m.Document,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One public record, ready to be written."""

    id: int
    slug: str
    version: int
    record: Record
    confidential: tuple[Confidential, ...]
    areas: Mapping[UUID, tuple[str, ...]]  # location -> codes of the areas that hold its public point
    text: str  # JSON of the encoded record
    encoded: dict[str, Any]
    card: str  # JSON, as the page's
    page: str
    published_at: datetime
    last_modified: datetime


class Numbering:
    """Gives the next integer id of each table. Right only while the door's lock is held."""

    def __init__(self, session: Session) -> None:
        """Read the last number of every table of the record: one statement."""
        tables = [table_of(model) for model in TABLES if model is not m.Document]
        lasts = session.execute(
            sa.select(*(sa.select(sa.func.max(table.c.id)).scalar_subquery().label(table.name) for table in tables))
        ).one()
        self._next = {table.name: (last or 0) + 1 for table, last in zip(tables, lasts, strict=True)}

    def take(self, table: str) -> int:
        """The next number of ``table``."""
        number = self._next[table]
        self._next[table] = number + 1
        return number


def write(
    session: Session,
    batch: Sequence[Published],
    *,
    replaced: Sequence[int],
    numbering: Numbering,
    terms: Mapping[tuple[str, str], int],
) -> None:
    """Write each of ``batch``; ``replaced`` are those of its ids that are published. ``terms``: term_ids."""
    remove(session, replaced)
    rows: dict[str, list[dict[str, Any]]] = {model.__tablename__: [] for model in TABLES}
    confidential: list[dict[str, Any]] = []
    for listing in batch:
        organization_rows(listing, rows, take=numbering.take, terms=terms)
        rows["document"].append({"organization_id": listing.id, "card": listing.card, "page": listing.page})
        confidential += [confidential_row(listing.record.id, listing.version, place) for place in listing.confidential]
    for model in TABLES:
        bulk.insert(session, table_of(model), rows[model.__tablename__])
    bulk.insert(session, table_of(m.ConfidentialLocation), confidential)


def remove(session: Session, organization_ids: Sequence[int]) -> None:
    """Take organisations out of every public table; their parts go with them."""
    if organization_ids:
        session.execute(sa.delete(table_of(m.Organization)).where(m.Organization.id.in_(organization_ids)))


def confidential_row(organization: UUID, version: int, place: Confidential) -> dict[str, Any]:
    """The row of a confidential place as it is from a ``version`` of its organisation on."""
    return {
        "location_uuid": place.location_id,
        "since_version": version,
        "organization_uuid": organization,
        "latitude": place.point.lat if place.point else None,
        "longitude": place.point.lon if place.point else None,
        "precision_m": place.precision_m,
        "found": place.found,
        "addresses": [encode(address) for address in place.addresses],
    }
