"""What the door knows: how much is published, its revisions, changes and import runs, and the lines of files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra import plain
from directory.infra.db import table_of
from directory.infra.kept import Kept
from directory.listings import queries as listings
from directory.listings.models import OldSlug, Organization
from directory.listings.rules.codec import decode
from directory.listings.rules.codes import code_of
from directory.listings.rules.record import Record, SourceKind
from directory.publishing.models import Change, ImportRow, ImportRun, Revision, StoredText, Tombstone
from directory.publishing.rules import OWNER_BITS, ActorKind, TextKind, line_number, ordinal_of_text, text_number

_TEXTS: Final = table_of(StoredText)
_OF: Final = sa.select(_TEXTS.c.organization_id, _TEXTS.c.number, _TEXTS.c.slug, _TEXTS.c.text).where(
    _TEXTS.c.organization_id.in_(sa.bindparam("ids", expanding=True)),
    _TEXTS.c.number >= sa.bindparam("first"),
    _TEXTS.c.number < sa.bindparam("end"),
)
_AT: Final = "SELECT number, slug, text FROM stored_text WHERE number"
_WITHIN: Final = "number >= :first AND number < :end"
_EVERY_TEXT: Final = f"SELECT slug, text FROM stored_text WHERE {_WITHIN} ORDER BY number"
_SOME_TEXTS: Final = f"SELECT number, text FROM stored_text WHERE {_WITHIN} ORDER BY number LIMIT :limit OFFSET :offset"
_PAGES: Final = (
    "SELECT d.page FROM stored_text t JOIN document d ON d.organization_id = t.organization_id"
    " WHERE t.number >= :first AND t.number < :end ORDER BY t.number"
)

_moment: Final = Kept[None, datetime | None](1)
MOST_MERGES: Final = 10  # in a row


class Current(NamedTuple):
    """A published organisation: its integer id, address, version, and public record."""

    id: int
    slug: str
    version: int
    record: Record


class NumberedChange(NamedTuple):
    """A change, and what is published of its organisation now: id, name and slug are None when that is nothing."""

    number: int
    uuid: UUID
    what: str
    fields: list[str]
    at: datetime
    organization_id: int | None
    name: str | None
    slug: str | None


class LatestRow(NamedTuple):
    """A listing by its times."""

    id: int
    uuid: UUID
    slug: str
    published_at: datetime
    last_modified: datetime


def every_page(session: Session, *, at_once: int) -> Iterator[list[dict[str, Any]]]:
    """The page of every listing (``listings.queries.pages``) that has a line, in the order of files. One statement."""
    for batch in plain.batches(session, _PAGES, _range(TextKind.ORGANISATIONS), at_once=at_once):
        yield [json.loads(text) for (text,) in batch]


def every_text(session: Session, kind: TextKind, *, at_once: int) -> Iterator[list[tuple[str, str]]]:
    """Slug and text of every text of a kind in their order, ``at_once`` of them in memory. One statement."""
    return plain.batches(session, _EVERY_TEXT, _range(kind), at_once=at_once)


def some_texts(
    session: Session, kind: TextKind, *, limit: int, offset: int = 0, first: int = 0
) -> list[tuple[int, str]]:
    """Number and text of texts of a kind from number ``first`` on, after ``offset`` of them. One statement."""
    found = _range(kind)
    bound = {**found, "first": max(first, found["first"]), "limit": limit, "offset": offset}
    return plain.rows(session, _SOME_TEXTS, bound)


def _range(kind: TextKind) -> dict[str, int]:
    return {"first": text_number(kind, 0), "end": text_number(kind, 1 << OWNER_BITS)}


def every_change(session: Session, since: int | datetime, *, at_once: int) -> Iterator[Sequence[NumberedChange]]:
    """Every change after a number, or from a moment on, in the order of commit. One statement.

    A number is given and committed under the door's lock, so whoever sees one sees all before it.
    """
    after = Change.at >= since if isinstance(since, datetime) else Change.number > since
    query = (
        sa.select(
            Change.number,
            Change.organization_uuid,
            Change.what,
            Change.fields,
            Change.at,
            Organization.id,
            Organization.name,
            Organization.slug,
        )
        .outerjoin(Organization, Organization.uuid == Change.organization_uuid)
        .where(after)
        .order_by(Change.number)
    )
    with session.connection().execute(query, execution_options={"yield_per": at_once}) as found:
        for rows in found.partitions():
            yield [NumberedChange(*row) for row in rows]


def latest(session: Session, *, at_once: int) -> Iterator[Sequence[LatestRow]]:
    """Every listing, what was published last first. One statement."""
    query = sa.select(
        Organization.id,
        Organization.uuid,
        Organization.slug,
        Organization.published_at,
        Organization.last_modified,
    ).order_by(Organization.last_modified.desc(), Organization.id.desc())
    with session.connection().execute(query, execution_options={"yield_per": at_once}) as found:
        for rows in found.partitions():
            yield [LatestRow(*row) for row in rows]


def moment(session: Session) -> datetime | None:
    """When something was last published; None when nothing ever was. A reader asks once for each version."""
    known = _moment.of(session)
    if not known:
        _moment.keep(known, {None: session.execute(sa.select(sa.func.max(Change.at))).scalar()})
    return known[None]


def offering_texts_of(
    session: Session, kind: TextKind, organization_ids: Sequence[int]
) -> dict[tuple[int, int], tuple[str, str]]:
    """Slug and text of each line or feature of organisations, by organisation and ordinal. One statement."""
    rows = session.connection().execute(_OF, {"ids": organization_ids, **_range(kind)})
    return {(owner, ordinal_of_text(number)): (slug, text) for owner, number, slug, text in rows}


def offering_texts_at(session: Session, kind: TextKind, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Slug and text of the lines or features of offerings, by their numbers in the index. One statement."""
    wanted = {line_number(kind, number): number for number in numbers}
    among, bound = plain.among(session, list(wanted))
    return {wanted[number]: (slug, text) for number, slug, text in plain.rows(session, f"{_AT} {among}", bound)}


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


def withdrawn(session: Session, codes: Sequence[str]) -> frozenset[str]:
    """Those of the ``codes`` of listings whose listing was withdrawn. One statement, none without codes."""
    if not codes:
        return frozenset()
    query = sa.select(Tombstone.organization_uuid).where(
        listings.having_codes(table_of(Tombstone).c.organization_uuid, codes)
    )
    return frozenset(code_of(identifier) for identifier in session.execute(query).scalars())


def current(session: Session, organization: UUID) -> Current | None:
    """What is published of an organisation, or None. One statement."""
    return _current(session, Organization.uuid == organization)


def current_at(session: Session, slug: str) -> Current | None:
    """What is published at the address ``slug``, or None. One statement."""
    return _current(session, Organization.slug == slug)


def _current(session: Session, which: sa.ColumnElement[bool]) -> Current | None:
    row = session.execute(
        sa.select(Organization.id, Organization.slug, Organization.version, Revision.record)
        .join(Revision, _IS_CURRENT)
        .where(which)
    ).one_or_none()
    return row and Current(row.id, row.slug, row.version, decode(Record, json.loads(row.record)))


def record_at(session: Session, organization: UUID, version: int) -> Record | None:
    """The public record of an organisation at a version; None when it was withdrawn, or never was. One statement."""
    text = session.execute(
        sa.select(Revision.record).where(Revision.organization_uuid == organization, Revision.version == version)
    ).scalar()
    return decode(Record, json.loads(text)) if text else None


def website_of_source(session: Session, organization: UUID) -> str:
    """The website that a register or a feed last gave for an organisation, "" for none: nobody else's word counts.

    One statement.
    """
    text = session.execute(
        sa.select(Revision.record)
        .where(
            Revision.organization_uuid == organization,
            Revision.actor_kind.in_([ActorKind.IMPORT, ActorKind.FEED]),
            Revision.record.is_not(None),
        )
        .order_by(Revision.version.desc())
        .limit(1)
    ).scalar()
    record = decode(Record, json.loads(text)) if text else None
    given = record is not None and record.source.kind in {SourceKind.REGISTER, SourceKind.FEED}
    return record.website if record and given else ""


def merged_slug(session: Session, slug: str) -> str | None:
    """The address of the listing into which the one that was once at ``slug`` was merged, or None.

    One statement for each listing in between: it may have been merged further.
    """
    lost: UUID | None = session.scalar(sa.select(OldSlug.organization_uuid).where(OldSlug.slug == slug))
    for _ in range(MOST_MERGES):
        if lost is None:
            break
        row = session.execute(
            sa.select(Tombstone.merged_into, Organization.slug)
            .outerjoin(Organization, Organization.uuid == Tombstone.merged_into)
            .where(Tombstone.organization_uuid == lost)
        ).one_or_none()
        if row is None or row.slug:
            return row and row.slug
        lost = row.merged_into
    return None


_IS_CURRENT: Final = sa.and_(Revision.organization_uuid == Organization.uuid, Revision.version == Organization.version)
