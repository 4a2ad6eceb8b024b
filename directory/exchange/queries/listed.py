"""Services as a list has them: the plain columns of each and of its organisation, without its stored page.

A page of fifty services stands on as many as fifty stored pages, of which a list needs a tenth: to read and parse them
took four times as long as these columns. The mapping is the same; ``tests/exchange`` holds both ways together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra.db import table_of
from directory.listings import models as m
from directory.listings.rules.columns import PLAIN
from directory.listings.rules.record import Record, Service

SERVICE: Final = table_of(m.Service)
ORGANIZATION: Final = table_of(m.Organization)
OWN: Final = [(field, SERVICE.c[column]) for field, column in PLAIN[Service]]
OWNERS: Final = [
    (field, ORGANIZATION.c[column])
    for field, column in PLAIN[Record]
    if field not in {"assured_at", "review_due_at", "description", "kind"}
]


class Listed(NamedTuple):
    """A service and its organisation as their stored page would say them, and when they last changed."""

    service: dict[str, Any]
    organization: dict[str, Any]
    last_modified: str


def _described() -> sa.ColumnElement[str]:
    """What an organisation says of itself, or else its first service that says something."""
    other = SERVICE.alias()
    first = (
        sa.select(other.c.description)
        .where(other.c.owner_id == ORGANIZATION.c.id, other.c.description != "")
        .order_by(other.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return sa.case((ORGANIZATION.c.description == "", first), else_=ORGANIZATION.c.description)


_QUERY: Final = (
    sa.select(
        SERVICE.c.uuid,
        ORGANIZATION.c.uuid,
        ORGANIZATION.c.assured_at,
        ORGANIZATION.c.notice,
        SERVICE.c.last_modified,
        _described(),
        *(column for _, column in OWN),
        *(column for _, column in OWNERS),
    )
    .join(ORGANIZATION, ORGANIZATION.c.id == SERVICE.c.owner_id)
    .where(SERVICE.c.uuid.in_(sa.bindparam("uuids", expanding=True)))
)
_FIRST: Final = 6  # columns before those of the service


def listed(session: Session, uuids: Sequence[UUID]) -> dict[UUID, Listed]:
    """The services under these identifiers. One statement."""
    rows = session.connection().execute(_QUERY, {"uuids": list(uuids)})
    return {row[0]: _listed(row) for row in rows}


def _listed(row: Any) -> Listed:
    uuid, owner, assured_at, notice, last_modified, description = row[:_FIRST]
    own = {field: value for (field, _), value in zip(OWN, row[_FIRST:], strict=False)}
    theirs = {field: value for (field, _), value in zip(OWNERS, row[_FIRST + len(OWN) :], strict=True)}
    organization = {
        **theirs,
        "id": str(owner),
        "description": description or "",
        "assured_at": assured_at.isoformat() if assured_at else None,
        "notice": {"text": notice} if notice else None,
    }
    return Listed({**own, "id": str(uuid)}, organization, last_modified.isoformat())
