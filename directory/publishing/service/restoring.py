"""A listing as it once was, published again: what stood before, with the confidential places of then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import NotFound
from directory.listings import queries as listings
from directory.listings.rules.codec import decode
from directory.listings.rules.record import Record
from directory.listings.rules.visibility import join
from directory.publishing.models import Revision
from directory.publishing.rules import Actor, Outcome
from directory.publishing.service.door import publish
from directory.publishing.service.lock import hold
from directory.publishing.service.surroundings import Surroundings


def as_of(session: Session, versions: Mapping[UUID, int]) -> list[Record]:
    """The organisations as they were at these versions, with true addresses: for the door alone.

    Those that were withdrawn then are left out.
    """
    texts = session.execute(
        sa.select(Revision.organization_uuid, Revision.record).where(
            sa.tuple_(Revision.organization_uuid, Revision.version).in_(list(versions.items()))
        )
    )
    found = []
    for uuid, text in texts.all():
        if text is not None:
            places = listings.confidential(session, [uuid], version=versions[uuid]).get(uuid, {})
            found.append(join(decode(Record, json.loads(text)), places))
    return found


def restore(
    session: Session,
    organization: UUID,
    version: int,
    *,
    actor: Actor,
    around: Surroundings,
    now: datetime,
    why: str,
) -> Outcome:
    """Publish an organisation as it was at ``version``: itself a revision. A place that was hidden since stays hidden.

    Raises NotFound for a version that there is not, or at which it was withdrawn.
    """
    hold(session)
    records = as_of(session, {organization: version})
    if not records:
        raise NotFound(f"there is no version {version}")
    (outcome,) = publish(session, records, actor=actor, around=around, now=now, why=why)
    return outcome
