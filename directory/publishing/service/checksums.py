"""Digests of everything published: the record, the index and the map. Undo is proven by them, drift is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra.db import table_of
from directory.listings.models import ConfidentialLocation, Organization
from directory.maps import service as maps
from directory.publishing.models import Revision
from directory.publishing.service.surroundings import Surroundings


def checksums(session: Session, around: Surroundings) -> dict[str, str]:
    """What is published, as digests: independent of row ids, versions and times, which an undo does not turn back.

    Lines of files tell when a listing changed. That they say what the record says is for ``drift`` to find.
    """
    return {
        "records": _digest(session, _RECORDS),
        "confidential": _digest(session, _CONFIDENTIAL),
        "index": around.index.checksum(session),
        "map": maps.checksum(session),
    }


_RECORDS = (
    sa.select(Organization.uuid, Organization.slug, Revision.record)
    .join(
        Revision,
        sa.and_(Revision.organization_uuid == Organization.uuid, Revision.version == Organization.version),
    )
    .order_by(Organization.uuid)
)

_places = table_of(ConfidentialLocation)
_latest = (
    sa.select(_places.c.location_uuid, sa.func.max(_places.c.since_version).label("version"))
    .group_by(_places.c.location_uuid)
    .subquery()
)
_CONFIDENTIAL = (
    sa.select(_places.c.location_uuid, _places.c.latitude, _places.c.longitude, _places.c.addresses)
    .join(
        _latest,
        sa.and_(_latest.c.location_uuid == _places.c.location_uuid, _latest.c.version == _places.c.since_version),
    )
    .order_by(_places.c.location_uuid)
)


def _digest(session: Session, query: Any) -> str:
    return digest_of(repr(tuple(row)) for row in session.execute(query))


def digest_of(lines: Iterable[str]) -> str:
    """SHA-256 over the lines, hexadecimal."""
    found = hashlib.sha256()
    for line in lines:
        found.update(line.encode("utf-8", "surrogatepass") + b"\n")
    return found.hexdigest()
