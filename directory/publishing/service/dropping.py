"""Taking out what a source lists no more, once its newest file has been imported whole.

What is taken out is a run of its own in the log of imports, so that it is put back by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.core.errors import Conflict
from directory.infra.db import table_of
from directory.listings import queries as listings
from directory.listings.models import Organization
from directory.publishing.models import ImportRow, ImportRun, SourceRow
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service.door import withdraw
from directory.publishing.service.imports import FileFacts, begin, finish, gone, note_removed, run
from directory.publishing.service.lock import hold
from directory.publishing.service.surroundings import Surroundings

MAPPING: Final = "what is gone"  # of such a run, in the log of imports: no mapping of a file is called so


@dataclass(frozen=True, slots=True)
class Going:
    """A listing that its source has no more. ``stays``: edited, confirmed or claimed here since, it is left."""

    name: str
    slug: str
    stays: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What is listed here and was not in the newest file of its source, by name, the first of it.

    ``going`` would be taken out, ``stay`` would be left, ``of`` are all that ever came from the source and are listed.
    """

    listings: tuple[Going, ...]
    going: int
    stay: int
    of: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """What one batch did. ``left`` was edited, confirmed or claimed here since: it stays, whatever the source says."""

    removed: int
    left: tuple[UUID, ...]


def gone_now(session: Session, runs: Sequence[ImportRun]) -> dict[int, int]:
    """Of import runs that know what their source has no more: their number -> how many of it are listed. One statement.

    As ``dropped``, a run knows it that was of a whole file, and is the newest of its source.
    """
    told = {one.id: one.counts.get("gone", 0) for one in runs if one.state == "done" and one.counts.get("gone")}
    query = (
        sa.select(ImportRun.id, sa.func.count())
        .join(SourceRow, sa.and_(SourceRow.source_name == ImportRun.source_name, SourceRow.run_id != ImportRun.id))
        .join(Organization, Organization.uuid == SourceRow.organization_uuid)
        .where(ImportRun.id.in_(told), ImportRun.id == _newest(ImportRun.source_name))
        .group_by(ImportRun.id)
    )
    return {number: many for number, many in session.execute(query) if many <= told[number]}


def gone_listings(session: Session, run_id: int, *, limit: int) -> Gone:
    """What a run would take out, up to ``limit`` of it by name. Raises as ``dropped``. Six statements."""
    dropped(session, run_id)
    source = run(session, run_id).source_name
    stays = Organization.version != SourceRow.version
    joined = sa.join(SourceRow, Organization, Organization.uuid == SourceRow.organization_uuid)
    of_source = sa.select().select_from(joined).where(SourceRow.source_name == source)
    missing = of_source.where(SourceRow.run_id != run_id)
    counts = missing.add_columns(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((stays, 1), else_=0)), 0))
    many, left = session.execute(counts).one()
    rows = session.execute(
        missing.add_columns(Organization.name, Organization.slug, stays)
        .order_by(Organization.name, Organization.id)
        .limit(limit)
    )
    return Gone(
        listings=tuple(Going(name, slug, bool(stay)) for name, slug, stay in rows),
        going=many - left,
        stay=left,
        of=session.scalar(of_source.add_columns(sa.func.count())) or 0,
    )


def dropped(session: Session, run_id: int) -> int:
    """How many rows of its source an import did not find. Raises NotFound, and Conflict unless that is known.

    An import of a part of a file, or one that a newer one of the source came after, did not see all that there is.
    Three statements.
    """
    done = run(session, run_id)
    number = len(gone(session, run_id, done.source_name))
    newest = session.scalar(sa.select(_newest(sa.literal(done.source_name))))
    if done.state != "done" or run_id != newest or number > done.counts.get("gone", 0):
        raise Conflict(
            f"Import {run_id} does not tell what its source has no more: it was of a part, or is not the last."
        )
    return number


def _newest(source_name: Any) -> Any:
    """The last run of a source that read a file, as a part of a query; one that was undone had read it all the same."""
    other = aliased(ImportRun)
    return (
        sa.select(sa.func.max(other.id))
        .where(other.source_name == source_name, other.mapping != MAPPING)
        .scalar_subquery()
    )


def begin_drop(session: Session, run_id: int, *, now: datetime) -> int:
    """The number of the run that takes out what import ``run_id`` did not find. One that was cut short goes on.

    Raises as ``dropped``.
    """
    dropped(session, run_id)
    of = run(session, run_id)
    facts = FileFacts(source_name=of.source_name, mapping=MAPPING, file_name=of.file_name, file_digest="")
    return begin(session, facts, now=now)[0]


def drop_batch(
    session: Session, run_id: int, into: int, *, after: str, limit: int, around: Surroundings, now: datetime
) -> tuple[Dropped, str | None]:
    """Take out up to ``limit`` of what import ``run_id`` did not find, as run ``into``.

    In the order of their ids in the source, from ``after`` on ("" at first). If the source has one again it is new
    again. Returns what was done and where to go on, None at the end. Raises as ``dropped``.
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
    actor = Actor(ActorKind.IMPORT, str(into))
    listed = [row.organization_uuid for row in going if row.organization_uuid in standing]
    note_removed(session, into, source, listed)  # undoing the run brings them back
    removed = withdraw(session, listed, actor=actor, around=around, now=now, why=f"{source} lists it no more")
    table = table_of(SourceRow)
    ids = [row.source_id for row in going]
    session.execute(sa.delete(table).where(table.c.source_name == source, table.c.source_id.in_(ids)))
    following = rows[-1].source_id if len(rows) == limit else None
    return Dropped(removed, tuple(sorted(left))), following


def finish_drop(session: Session, into: int, *, left: int, now: datetime) -> dict[str, int]:
    """End run ``into``, with all that it took out, also before it was cut short. Returns the counts."""
    removed = session.scalar(sa.select(sa.func.count()).select_from(ImportRow).where(ImportRow.run_id == into)) or 0
    counts = {"removed": removed, "left": left}
    finish(session, into, counts, now=now)
    return counts
