"""Taking an import back: what it added goes, what it changed or took out returns, what was edited since is left."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import Conflict
from directory.infra import bulk
from directory.infra.db import table_of
from directory.listings import queries as listings
from directory.listings.rules.record import Record, Visibility
from directory.publishing.models import ImportRow, ImportRun, SourceRow, Tombstone
from directory.publishing.rules import Actor, ActorKind, Outcome
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
    of_run = run(session, run_id)
    if of_run.state == "undone":
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
    taken_out = _taken_out(session, rows, standing)
    actor = Actor(ActorKind.IMPORT, str(run_id))
    why = f"import {run_id} undone"
    removed = withdraw(session, [row.organization_uuid for row in added], actor=actor, around=around, now=now, why=why)
    _restore(session, changed, actor=actor, around=around, now=now, why=why)
    _forget(session, added, changed)
    back = _restore(session, taken_out, actor=actor, around=around, now=now, why=why)
    _say_again(session, of_run, taken_out, back)
    following = rows[-1].organization_uuid if len(rows) == limit else None
    return Undone(removed, len(changed) + len(back), left, len(rows)), following


def _taken_out(session: Session, rows: Sequence[ImportRow], standing: Container[UUID]) -> list[ImportRow]:
    """The rows of what the run itself took out, if nobody did anything with it since. At most one statement."""
    away = [row for row in rows if row.version_before > 0 and row.organization_uuid not in standing]
    if not away:
        return []
    query = sa.select(Tombstone.organization_uuid, Tombstone.version).where(
        Tombstone.organization_uuid.in_([row.organization_uuid for row in away]), Tombstone.merged_into.is_(None)
    )
    stones = {row.organization_uuid: row.version for row in session.execute(query)}
    return [row for row in away if stones.get(row.organization_uuid) == row.version_after]


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
) -> list[tuple[Record, Outcome]]:
    """Publish again what stood before, with the confidential places of then."""
    if not rows:
        return []
    proposals = as_of(session, {row.organization_uuid: row.version_before for row in rows})
    outcomes = publish(session, proposals, actor=actor, around=around, now=now, why=why)
    return list(zip(proposals, outcomes, strict=True))


def _say_again(
    session: Session, of_run: ImportRun, rows: Sequence[ImportRow], back: Sequence[tuple[Record, Outcome]]
) -> None:
    """The source of what came back is known again, with what it said before.

    Of what had an address that is not shown to everybody it said more than came back: such addresses went with the
    listing. Nothing is remembered as said of it, so that the next file that has it brings the address again.
    """
    digests = {row.organization_uuid: row.digest_before for row in rows}
    made = [
        {
            "source_name": of_run.source_name,
            "source_id": record.source.id,
            "organization_uuid": record.id,
            "digest": digests[record.id] if _is_whole(record) else "",
            "version": outcome.version,
            "run_id": of_run.id,
        }
        for record, outcome in back
    ]
    bulk.insert(session, table_of(SourceRow), made)


def _is_whole(record: Record) -> bool:
    return all(place.visibility is Visibility.EXACT for place in record.locations)


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
