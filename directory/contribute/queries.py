"""Drafts as they stand, and what is listed already of whoever writes one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.contribute.models import Draft, DraftAddress
from directory.contribute.rules.answers import Address, Answers
from directory.infra.db import Reader
from directory.listings.models import Organization, OrganizationIdentifier
from directory.listings.rules.codec import decode
from directory.listings.rules.record import Identifier, SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A draft. ``reference``: what its sender was told when it was last sent."""

    id: UUID
    subject: UUID
    base_version: int = 0
    answers: Answers = field(default_factory=Answers)
    addresses: Mapping[str, Address] = field(default_factory=dict)
    language: str = ""
    sendings: int = 0
    is_open: bool = True
    reference: str = ""
    touched_at: datetime | None = None

    @property
    def addressed(self) -> frozenset[str]:
        """The keys of the places whose address is known."""
        return frozenset(
            key for key, address in self.addresses.items() if address.line_1 or address.postcode or address.venue
        )


class Listed(NamedTuple):
    """A listing that has a number somebody gave. ``is_claimed``: a group speaks for it, or confirmed it."""

    uuid: UUID
    slug: str
    name: str
    is_claimed: bool


CLAIMED: Final = sa.or_(Organization.source_kind == SourceKind.SELF_LISTED, Organization.assured_at.is_not(None))


def held(session: Session | Reader, draft_id: UUID) -> Held | None:
    """The draft with this id, or None. Two statements."""
    draft = session.get(Draft, draft_id, populate_existing=True)
    if draft is None:
        return None
    addresses = session.scalars(sa.select(DraftAddress).where(DraftAddress.draft_id == draft_id))
    return Held(
        id=draft.id,
        subject=draft.subject,
        base_version=draft.base_version,
        answers=decode(Answers, json.loads(draft.answers)),
        addresses={each.place: decode(Address, json.loads(each.address)) for each in addresses},
        language=draft.language,
        sendings=draft.sendings,
        is_open=draft.is_open,
        reference=draft.reference,
        touched_at=draft.touched_at,
    )


def registered(session: Session | Reader, number: Identifier) -> Listed | None:
    """The listing that has ``number`` in its register, or None. One statement."""
    row = session.execute(
        sa.select(Organization.uuid, Organization.slug, Organization.name, CLAIMED.label("claimed"))
        .join(OrganizationIdentifier, OrganizationIdentifier.owner_id == Organization.id)
        .where(OrganizationIdentifier.scheme == number.scheme, OrganizationIdentifier.value == number.value)
        .order_by(Organization.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    return Listed(row.uuid, row.slug, row.name, bool(row.claimed))


def claimed(session: Session | Reader, organizations: Sequence[UUID]) -> frozenset[UUID]:
    """Those for which a group speaks, or which it confirmed. One statement, none for none."""
    if not organizations:
        return frozenset()
    return frozenset(session.scalars(sa.select(Organization.uuid).where(Organization.uuid.in_(organizations), CLAIMED)))
