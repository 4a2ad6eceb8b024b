"""Listings by their short codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra.db import table_of
from directory.listings.models import Organization
from directory.listings.rules.codes import code_of, span_of

_organizations = table_of(Organization)


class Coded(NamedTuple):
    """A listing that a code means: its integer id, identifier and slug."""

    id: int
    uuid: UUID
    slug: str


def having_codes(column: sa.ColumnElement[Any], codes: Sequence[str]) -> sa.ColumnElement[bool]:
    """The condition that an identifier has one of ``codes``: a range of its index for each."""
    return sa.or_(*(column.between(*span_of(code)) for code in codes)) if codes else sa.false()


def by_codes(session: Session, codes: Sequence[str]) -> list[Coded]:
    """The listings with these codes, in the order of the codes; none for a code that nobody has. One statement."""
    columns = _organizations.c
    query = sa.select(columns.id, columns.uuid, columns.slug).where(having_codes(columns.uuid, codes))
    found = [Coded._make(row) for row in session.connection().execute(query)] if codes else []
    order = {code: at for at, code in enumerate(codes)}
    return sorted(found, key=lambda coded: (order[code_of(coded.uuid)], coded.uuid))
