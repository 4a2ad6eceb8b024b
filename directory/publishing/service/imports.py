"""Import runs: batches of proposals from one source through the door, counted, resumable, and undone whole.

The caller holds a transaction for each batch, so that nobody who submits meanwhile waits long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import NotFound
from directory.infra import bulk
from directory.infra.among import among
from directory.infra.db import table_of
from directory.listings import queries as listings
from directory.listings.rules.record import Record
from directory.publishing.models import ImportRow, ImportRun, Revision, SourceRow, Tombstone
from directory.publishing.rules import Actor, ActorKind, Outcome, What
from directory.publishing.service.ahead import Ahead
from directory.publishing.service.door import publish
from directory.publishing.service.lock import hold
from directory.publishing.service.surroundings import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What an import run is known by."""

    source_name: str  # the source's stable key: the same for every file of one register
    mapping: str
    file_name: str
    file_digest: str  # SHA-256, hexadecimal


@dataclass(frozen=True, slots=True)
class Proposed:
    """One row's proposal; ``digest`` is of what the row says, so that saying it again is known without comparing.

    ``ahead``: what was made of it already; ``record`` then is the public one.
    """

    record: Record
    digest: str
    ahead: Ahead | None = None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Counts of one batch, and the organisations that somebody edited since the source last spoke.

    ``done``: what was done with each of the others; ``before``: with which the run had done something before it was cut
    short, and what.
    """

    new: int
    changed: int
    same: int
    edited_since: tuple[UUID, ...]
    done: Mapping[UUID, What] = field(default_factory=dict)
    before: Mapping[UUID, What] = field(default_factory=dict)

    def in_all(self) -> BatchResult:
        """The counts of the run as a whole: each organisation once, by what the run did with it first."""
        counts = Counter({**self.done, **self.before}.values())
        edited = tuple(uuid for uuid in self.edited_since if uuid not in self.before)
        return BatchResult(counts[What.ADDED], counts[What.CHANGED], counts[What.SAME], edited)


def begin(session: Session, facts: FileFacts, *, now: datetime) -> tuple[int, bool]:
    """The number of the run for this file, and whether it goes on with one that was cut short."""
    cut_short = session.execute(
        sa.select(ImportRun.id).where(
            ImportRun.state == "running",
            ImportRun.source_name == facts.source_name,
            ImportRun.file_digest == facts.file_digest,
        )
    ).scalar()
    if cut_short is not None:
        return cut_short, True
    run = ImportRun(
        source_name=facts.source_name,
        mapping=facts.mapping,
        file_name=facts.file_name,
        file_digest=facts.file_digest,
        state="running",
        started_at=now,
        finished_at=None,
        undone_at=None,
        counts={},
    )
    session.add(run)
    session.flush()
    return run.id, False


def import_batch(
    session: Session, run_id: int, batch: Sequence[Proposed], *, around: Surroundings, now: datetime
) -> BatchResult:
    """Publish what of ``batch`` is new or says something new. Each proposal names its source and its id there."""
    if not batch:
        return BatchResult(0, 0, 0, ())
    hold(session)  # before anything is compared: who edits meanwhile waits
    said = _said(session, batch)
    versions = listings.slugs_and_versions(session, [item.record.id for item in batch])
    before = _done_before(session, run_id, batch, said)
    closed = _taken_out(session, [item.record.id for item in batch if item.record.id not in versions])
    to_publish, unchanged, edited = [], [], []
    for item in batch:
        last, row = said.get(item.record.source.id), versions.get(item.record.id)
        if item.record.id in closed:
            edited.append(item.record.id)  # somebody here knows that it has closed, or rests
        elif last and row and last.digest == item.digest:
            unchanged.append(item)
        elif last and row and row.version != last.version:
            edited.append(item.record.id)  # ours is newer: the source may not overwrite it
        else:
            to_publish.append(item)
    outcomes = publish(
        session,
        [item.ahead or item.record for item in to_publish],
        actor=Actor(ActorKind.IMPORT, str(run_id)),
        around=around,
        now=now,
    )
    _note(session, run_id, to_publish, outcomes, said, before)
    _seen(session, run_id, batch[0].record.source.name, [item.record.source.id for item in unchanged])
    done = {item.record.id: What.SAME for item in unchanged} | {one.organization: one.what for one in outcomes}
    counts = Counter(done.values())
    return BatchResult(counts[What.ADDED], counts[What.CHANGED], counts[What.SAME], tuple(edited), done, before)


def _taken_out(session: Session, organizations: Sequence[UUID]) -> frozenset[UUID]:
    """Those of ``organizations`` that a person took out of the published record. At most one statement."""
    if not organizations:
        return frozenset()
    last = sa.and_(Revision.organization_uuid == Tombstone.organization_uuid, Revision.version == Tombstone.version)
    query = (
        sa.select(Tombstone.organization_uuid)
        .join(Revision, last)
        .where(among(session, Tombstone.organization_uuid, organizations), Revision.actor_kind == ActorKind.PERSON)
    )
    return frozenset(session.scalars(query))


def _said(session: Session, batch: Sequence[Proposed]) -> dict[str, Any]:
    rows = session.execute(
        sa.select(SourceRow.source_id, SourceRow.digest, SourceRow.version).where(
            SourceRow.source_name == batch[0].record.source.name,
            among(session, SourceRow.source_id, [item.record.source.id for item in batch]),
        )
    )
    return {row.source_id: row for row in rows}


def _done_before(session: Session, run_id: int, batch: Sequence[Proposed], said: dict[str, Any]) -> dict[UUID, What]:
    """What the run did before to those of ``batch`` that the source is known by. At most one statement."""
    known = [item.record.id for item in batch if item.record.source.id in said]
    if not known:
        return {}
    query = sa.select(ImportRow.organization_uuid, ImportRow.version_before).where(
        ImportRow.run_id == run_id, among(session, ImportRow.organization_uuid, known)
    )
    return {row.organization_uuid: What.CHANGED if row.version_before else What.ADDED for row in session.execute(query)}


def _note(
    session: Session,
    run_id: int,
    items: Sequence[Proposed],
    outcomes: Sequence[Outcome],
    said: dict[str, Any],
    before: Collection[UUID],
) -> None:
    """Keep what the source said now, and what the run did, for undo."""
    if not items:
        return
    sources = [_source_row(run_id, item, outcome) for item, outcome in zip(items, outcomes, strict=True)]
    rows = [
        _import_row(run_id, outcome, said.get(item.record.source.id))
        for item, outcome in zip(items, outcomes, strict=True)
        if outcome.what is not What.SAME and outcome.organization not in before
    ]
    _note_again(session, run_id, [outcome for outcome in outcomes if outcome.organization in before])
    table = table_of(SourceRow)
    known = [row["source_id"] for row in sources if row["source_id"] in said]
    if known:
        session.execute(
            sa.delete(table).where(
                table.c.source_name == sources[0]["source_name"], among(session, table.c.source_id, known)
            )
        )
    bulk.insert(session, table, sources)
    bulk.insert(session, table_of(ImportRow), rows)


def _note_again(session: Session, run_id: int, outcomes: Sequence[Outcome]) -> None:
    """What stood before the run is noted already: an undo leads back there from the version of now."""
    for outcome in outcomes:
        session.execute(
            sa.update(ImportRow)
            .where(ImportRow.run_id == run_id, ImportRow.organization_uuid == outcome.organization)
            .values(version_after=outcome.version)
        )


def _source_row(run_id: int, item: Proposed, outcome: Outcome) -> dict[str, Any]:
    return {
        "source_name": item.record.source.name,
        "source_id": item.record.source.id,
        "organization_uuid": item.record.id,
        "digest": item.digest,
        "version": outcome.version,
        "run_id": run_id,
    }


def _import_row(run_id: int, outcome: Outcome, last: Any) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "organization_uuid": outcome.organization,
        "version_before": outcome.version_before if outcome.what is What.CHANGED else 0,
        "version_after": outcome.version,
        "digest_before": last.digest if last else "",
    }


def _seen(session: Session, run_id: int, source_name: str, source_ids: Sequence[str]) -> None:
    if source_ids:
        table = table_of(SourceRow)
        session.execute(
            sa.update(table)
            .where(table.c.source_name == source_name, among(session, table.c.source_id, source_ids))
            .values(run_id=run_id)
        )


def note_removed(session: Session, run_id: int, source_name: str, organizations: Sequence[UUID]) -> None:
    """Keep that the run takes listings of its source out, for undo; before they and the source's rows are gone.

    Each stands at the version that the source last made of it, to which it comes back. Three statements.
    """
    rows = session.execute(
        sa.select(SourceRow.organization_uuid, SourceRow.version, SourceRow.digest).where(
            SourceRow.source_name == source_name, SourceRow.organization_uuid.in_(organizations)
        )
    ).all()
    mine = ImportRow.run_id == run_id, ImportRow.organization_uuid.in_(organizations)
    noted = set(session.scalars(sa.select(ImportRow.organization_uuid).where(*mine)))
    session.execute(  # the run did something with them before: an undo leads back to what stood before that
        sa.update(ImportRow).where(*mine).values(version_after=ImportRow.version_after + 1)
    )
    made = [
        {
            "run_id": run_id,
            "organization_uuid": row.organization_uuid,
            "version_before": row.version,
            "version_after": row.version + 1,
            "digest_before": row.digest,
        }
        for row in rows
        if row.organization_uuid not in noted
    ]
    bulk.insert(session, table_of(ImportRow), made)


def finish(session: Session, run_id: int, counts: dict[str, int], *, now: datetime) -> None:
    """Mark a run as done, with its counts."""
    session.execute(
        sa.update(ImportRun).where(ImportRun.id == run_id).values(state="done", finished_at=now, counts=counts)
    )


def gone(session: Session, run_id: int, source_name: str, *, limit: int | None = None) -> list[UUID]:
    """Listings of the source that the run did not see: the source dropped them, or the file was a part of it."""
    query = (
        sa.select(SourceRow.organization_uuid)
        .where(SourceRow.source_name == source_name, SourceRow.run_id != run_id)
        .order_by(SourceRow.source_id)
        .limit(limit)
    )
    return list(session.execute(query).scalars())


def run(session: Session, run_id: int) -> ImportRun:
    """The run with that number. Raises NotFound."""
    found = session.get(ImportRun, run_id)
    if found is None:
        raise NotFound(f"There is no import number {run_id}. `directory import list` shows them.")
    return found
