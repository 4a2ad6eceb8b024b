"""What the door knows: how much is published, its revisions, changes and import runs."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.listings.models import Organization
from directory.publishing.models import Change, ImportRun, Revision


def published_count(session: Session) -> int:
    """How many organisations are published. One statement."""
    return session.execute(sa.select(sa.func.count()).select_from(Organization)).scalar_one()


def ids_from_source(session: Session, source_kind: str, *, limit: int) -> list[UUID]:
    """Published organisations of one kind of source, the first ``limit``. One statement."""
    query = sa.select(Organization.uuid).where(Organization.source_kind == source_kind).order_by(Organization.id)
    return list(session.execute(query.limit(limit)).scalars())


def import_runs(session: Session, *, limit: int = 20) -> list[ImportRun]:
    """The last import runs, newest first. One statement."""
    return list(session.execute(sa.select(ImportRun).order_by(ImportRun.id.desc()).limit(limit)).scalars())


def revisions(session: Session, organization: UUID) -> list[Revision]:
    """Every revision of an organisation, oldest first. One statement."""
    query = sa.select(Revision).where(Revision.organization_uuid == organization).order_by(Revision.version)
    return list(session.execute(query).scalars())


def changes_since(session: Session, number: int, *, limit: int) -> list[Change]:
    """Changes after ``number`` in the order of commit. One statement."""
    query = sa.select(Change).where(Change.number > number).order_by(Change.number).limit(limit)
    return list(session.execute(query).scalars())
