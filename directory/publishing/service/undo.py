"""Taking an import back: what it added goes, what it changed returns, what was edited since is left and listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import Conflict
from directory.infra.db import table_of
from directory.listings import queries as listings
from directory.publishing.models import ImportRow, ImportRun, SourceRow
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service.door import publish, withdraw
from directory.publishing.service.imports import run
from directory.publishing.service.lock import hold
from directory.publishing.service.restoring import as_of
from directory.publishing.service.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Undone:
    """What one batch of an undo did."""

    removed: int
    restored: int
    left: tuple[UUID, ...]  # edited since the import: they stay as they are
    done: int  # rows of the import that were looked at


def undo_batch(
    session: Session, run_id: int, *, after: UUID | None, limit: int, around: Surroundings, now: datetime
) -> tuple[Undone, UUID | None]:
    """Take back up to ``limit`` rows of the run, in the order of their ids from ``after`` on.

    Returns what was done and where to go on, None at the end. Raises NotFound, and Conflict for a run that was
    undone already.
    """
    hold(session)  # before anything is compared: who edits meanwhile waits
    if run(session, run_id).state == "undone":
        raise Conflict(f"Import {run_id} was undone already.")
    query = sa.select(ImportRow).where(ImportRow.run_id == run_id)
    if after is not None:
        query = query.where(ImportRow.organization_uuid > after)
    rows = session.execute(query.order_by(ImportRow.organization_uuid).limit(limit)).scalars().all()
    standing = listings.slugs_and_versions(session, [row.organization_uuid for row in rows])
    untouched = [
        row
        for row in rows
        if (now_there := standing.get(row.organization_uuid)) and now_there.version == row.version_after
    ]
    left = tuple(row.organization_uuid for row in rows if row not in untouched and row.organization_uuid in standing)
    added = [row for row in untouched if row.version_before == 0]
    changed = [row for row in untouched if row.version_before > 0]
    actor = Actor(ActorKind.IMPORT, str(run_id))
    why = f"import {run_id} undone"
    removed = withdraw(session, [row.organization_uuid for row in added], actor=actor, around=around, now=now, why=why)
    _restore(session, changed, actor=actor, around=around, now=now, why=why)
    _forget(session, added, changed)
    following = rows[-1].organization_uuid if len(rows) == limit else None
    return Undone(removed, len(changed), left, len(rows)), following


def finish_undo(session: Session, run_id: int, *, now: datetime) -> None:
    """Mark the run as undone. Its line and its counts stay in the log."""
    session.execute(sa.update(ImportRun).where(ImportRun.id == run_id).values(state="undone", undone_at=now))


def _restore(
    session: Session,
    rows: Sequence[ImportRow],
    *,
    actor: Actor,
    around: Surroundings,
    now: datetime,
    why: str,
) -> None:
    """Publish again what stood before, with the confidential places of then."""
    if not rows:
        return
    proposals = as_of(session, {row.organization_uuid: row.version_before for row in rows})
    publish(session, proposals, actor=actor, around=around, now=now, why=why)


def _forget(session: Session, added: Sequence[ImportRow], changed: Sequence[ImportRow]) -> None:
    """The source has said nothing of what went, and what it said before of what returned."""
    table = table_of(SourceRow)
    if added:
        gone = [row.organization_uuid for row in added]
        session.execute(sa.delete(table).where(table.c.organization_uuid.in_(gone)))
    for row in changed:
        session.execute(
            sa.update(table)
            .where(table.c.organization_uuid == row.organization_uuid)
            .values(digest=row.digest_before, version=row.version_after + 1)
        )
