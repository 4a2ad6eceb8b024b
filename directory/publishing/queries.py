"""What the door knows: how much is published, its revisions, changes and import runs."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.listings.models import Organization
from directory.publishing.models import Change, ImportRow, ImportRun, Revision


def published_count(session: Session) -> int:
    """How many organisations are published. One statement."""
    return session.execute(sa.select(sa.func.count()).select_from(Organization)).scalar_one()


def added_in_run(session: Session, run_id: int, organizations: Sequence[UUID]) -> frozenset[UUID]:
    """Those of ``organizations`` that an import run added. One statement."""
    query = sa.select(ImportRow.organization_uuid).where(
        ImportRow.run_id == run_id, ImportRow.version_before == 0, ImportRow.organization_uuid.in_(organizations)
    )
    return frozenset(session.execute(query).scalars())


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
