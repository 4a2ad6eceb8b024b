"""Published listings as moderators name them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.listings.models import Organization
from directory.publishing import queries as published


def by_slug(session: Session, slug: str) -> published.Current | None:
    """The listing at an address, or None. At most two statements."""
    found = session.scalar(sa.select(Organization.uuid).where(Organization.slug == slug)) if slug else None
    return published.current(session, found) if found else None
