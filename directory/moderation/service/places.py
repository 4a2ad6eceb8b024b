"""Reading a confidential address: its own right, and each reading is written down before it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory.accounts.service import audit
from directory.core.people import Acting, Role
from directory.listings.rules.visibility import Confidential
from directory.moderation.service import confidence
from directory.publishing import queries as published


def may_read(acting: Acting) -> bool:
    """Whether somebody has the right to read confidential addresses."""
    return acting.may(Role.CONFIDENTIAL)


def read_suggested(session: Session, suggestion: UUID, *, acting: Acting, now: datetime) -> Mapping[UUID, Confidential]:
    """The true places of a suggestion, by location. Raises Forbidden. The caller commits: the note is part of it."""
    acting.require(Role.CONFIDENTIAL)
    audit.note(session, "read-suggested-address", acting=acting, subject=suggestion, now=now)
    return confidence.of_suggestion(session, suggestion)


def read_published(
    session: Session, organization: UUID, *, acting: Acting, now: datetime
) -> Mapping[UUID, Confidential]:
    """The true places of a published listing, by location. As ``read_suggested``."""
    acting.require(Role.CONFIDENTIAL)
    audit.note(session, "read-confidential-address", acting=acting, subject=organization, now=now)
    current = published.current(session, organization)
    return confidence.of_listing(session, current.record) if current else {}
