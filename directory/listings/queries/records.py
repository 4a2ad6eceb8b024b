"""Public records read back from the tables, and what is not public of their places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.geo import Point
from directory.infra.among import among
from directory.infra.db import Base, table_of
from directory.listings import models as m
from directory.listings.queries.assemble import Parts, record_of
from directory.listings.rules.codec import decode
from directory.listings.rules.record import Address, Found, Record
from directory.listings.rules.visibility import Confidential

_PARTS: tuple[type[Base], ...] = (
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
)


def records(session: Session, organization_ids: Sequence[int]) -> dict[int, Record]:
    """The public record of each organisation, by its integer id. One statement for each of the 14 tables."""
    parts: dict[int, Parts] = {number: defaultdict(list) for number in organization_ids}
    for model in _PARTS:
        table = table_of(model)
        rows = session.execute(select(table).where(table.c.owner_id.in_(organization_ids)).order_by(table.c.id))
        for row in rows:
            parts[row.owner_id][table.name].append(row)
    organizations = table_of(m.Organization)
    found = session.execute(select(organizations).where(organizations.c.id.in_(organization_ids)))
    return {row.id: record_of(row, parts[row.id]) for row in found}


def slugs_and_versions(session: Session, uuids: Sequence[UUID]) -> dict[UUID, Any]:
    """id, slug, version and published_at of each organisation that is published. One statement."""
    rows = session.execute(
        select(
            m.Organization.uuid,
            m.Organization.id,
            m.Organization.slug,
            m.Organization.version,
            m.Organization.published_at,
        ).where(among(session, m.Organization.uuid, uuids))
    )
    return {row.uuid: row for row in rows}


def confidential(
    session: Session, organizations: Sequence[UUID], *, version: int | None = None
) -> dict[UUID, dict[UUID, Confidential]]:
    """The true places of approximate and hidden locations, by organisation and location, as of ``version`` (None: now).

    For the door alone: to keep, move or undo them. No page, file, feed, job or log may ask. One statement.
    """
    table = table_of(m.ConfidentialLocation)
    query = select(table).where(table.c.organization_uuid.in_(organizations)).order_by(table.c.since_version)
    if version is not None:
        query = query.where(table.c.since_version <= version)
    found: dict[UUID, dict[UUID, Confidential]] = defaultdict(dict)
    for row in session.execute(query):
        place = Confidential(
            row.location_uuid,
            None if row.latitude is None else Point(row.latitude, row.longitude),
            row.precision_m,
            Found(row.found) if row.found else None,
            tuple(decode(Address, address) for address in row.addresses),
        )
        if place.knows_something:
            found[row.organization_uuid][row.location_uuid] = place
        else:  # it was confidential once and is no more
            found[row.organization_uuid].pop(row.location_uuid, None)
    return found
