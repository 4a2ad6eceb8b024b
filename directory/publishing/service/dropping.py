"""Taking out what a source lists no more, once its newest file has been imported whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import Conflict
from directory.infra.db import table_of
from directory.listings import queries as listings
from directory.publishing.models import SourceRow
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service.door import withdraw
from directory.publishing.service.imports import gone, note_removed, run
from directory.publishing.service.lock import hold
from directory.publishing.service.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Dropped:
    """What one batch did. ``left`` was edited, confirmed or claimed here since: it stays, whatever the source says."""

    removed: int
    left: tuple[UUID, ...]


def dropped(session: Session, run_id: int) -> int:
    """How many listings the source of an import has no more. Raises NotFound, and Conflict unless that is known.

    An import of a part of a file, or one that a newer one of the source came after, did not see all that there is.
    """
    done = run(session, run_id)
    number = len(gone(session, run_id, done.source_name))
    if done.state != "done" or number > done.counts.get("gone", 0):
        raise Conflict(
            f"Import {run_id} does not tell what its source has no more: it was of a part, or is not the last."
        )
    return number


def drop_batch(
    session: Session, run_id: int, *, after: str, limit: int, around: Surroundings, now: datetime
) -> tuple[Dropped, str | None]:
    """Take out up to ``limit`` of them, in the order of their ids in the source from ``after`` on ("" at first).

    If the source has one again it is new again. Returns what was done and where to go on, None at the end. As
    ``dropped``.
    """
    hold(session)  # before anything is compared: who edits meanwhile waits
    dropped(session, run_id)
    source = run(session, run_id).source_name
    query = sa.select(SourceRow).where(
        SourceRow.source_name == source, SourceRow.run_id != run_id, SourceRow.source_id > after
    )
    rows = session.scalars(query.order_by(SourceRow.source_id).limit(limit)).all()
    standing = listings.slugs_and_versions(session, [row.organization_uuid for row in rows])
    left = {
        row.organization_uuid
        for row in rows
        if (there := standing.get(row.organization_uuid)) and there.version != row.version
    }
    going = [row for row in rows if row.organization_uuid not in left]
    actor = Actor(ActorKind.IMPORT, str(run_id))
    listed = [row.organization_uuid for row in going if row.organization_uuid in standing]
    note_removed(session, run_id, source, listed)  # undoing the import brings them back
    removed = withdraw(session, listed, actor=actor, around=around, now=now, why=f"{source} lists it no more")
    table = table_of(SourceRow)
    ids = [row.source_id for row in going]
    session.execute(sa.delete(table).where(table.c.source_name == source, table.c.source_id.in_(ids)))
    following = rows[-1].source_id if len(rows) == limit else None
    return Dropped(removed, tuple(sorted(left))), following
