"""What the index holds of organisations, for whoever explains it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra.db import table_of
from directory.search.models import SearchOffering, SearchOrganization
from directory.search.rules.numbers import ORDINAL_BITS

OFFERINGS = table_of(SearchOffering)
ORGANIZATIONS = table_of(SearchOrganization)


class Held(NamedTuple):
    """An offering as the index has it: see ``rules.docs.OfferingDoc``."""

    organization_id: int
    number: int
    latitude: float | None
    longitude: float | None
    name: str
    service: str


def held(session: Session, organization_ids: Sequence[int]) -> list[Held]:
    """The offerings of some organisations, in their order. One statement."""
    of = ORGANIZATIONS.c.base == OFFERINGS.c.number.op(">>")(sa.literal(ORDINAL_BITS, sa.Integer))
    rows = session.execute(
        sa.select(
            ORGANIZATIONS.c.organization_id,
            OFFERINGS.c.number,
            OFFERINGS.c.latitude,
            OFFERINGS.c.longitude,
            OFFERINGS.c.name,
            OFFERINGS.c.service,
        )
        .join_from(ORGANIZATIONS, OFFERINGS, of)
        .where(ORGANIZATIONS.c.organization_id.in_(organization_ids))
        .order_by(OFFERINGS.c.number)
    )
    return [Held(*row) for row in rows]
