"""What stands in the published record before a batch is written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra.among import among
from directory.listings import queries as listings
from directory.listings.rules.visibility import Confidential
from directory.publishing.models import Revision, Tombstone


@dataclass(frozen=True, slots=True)
class Before:
    """An organisation that is published (``id``), or once was (``id`` 0: a tombstone is left)."""

    id: int
    slug: str
    version: int
    published_at: datetime | None
    text: str
    confidential: dict[UUID, Confidential]

    def encoded(self) -> dict[str, Any]:
        """The encoded public record."""
        found: dict[str, Any] = json.loads(self.text)
        return found


def standing(session: Session, organizations: Sequence[UUID]) -> dict[UUID, Before]:
    """What is there of each organisation. Two statements when all are new, four otherwise."""
    rows = listings.slugs_and_versions(session, organizations)
    found = {
        row.organization_uuid: Before(0, "", row.version, None, "", {})
        for row in session.execute(
            sa.select(Tombstone.organization_uuid, Tombstone.version).where(
                among(session, Tombstone.organization_uuid, organizations)
            )
        )
    }
    if not rows:
        return found
    texts = _texts(session, {uuid: row.version for uuid, row in rows.items()})
    confidential = listings.confidential(session, list(rows))
    for uuid, row in rows.items():
        found[uuid] = Before(
            row.id, row.slug, row.version, row.published_at, texts.get(uuid, "{}"), confidential.get(uuid, {})
        )
    return found


def _texts(session: Session, versions: dict[UUID, int]) -> dict[UUID, str]:
    """The revision of each organisation at its version."""
    rows = session.execute(
        sa.select(Revision.organization_uuid, Revision.version, Revision.record).where(
            sa.tuple_(Revision.organization_uuid, Revision.version).in_(list(versions.items()))
        )
    )
    return {row.organization_uuid: row.record or "{}" for row in rows}
