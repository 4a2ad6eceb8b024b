"""What the door remembers: revisions, numbered changes, tombstones, import runs, and the lines of files."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base


class Revision(Base):
    """An immutable snapshot of a published record: the encoded public values, or none when it was withdrawn."""

    __tablename__ = "revision"

    organization_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(sa.String(20))  # person, import, feed, job or sample
    actor_id: Mapped[str] = mapped_column(sa.String(60))
    why: Mapped[str]
    record: Mapped[str | None] = mapped_column(sa.Text)


class Change(Base):
    """One published difference, numbered in the order of commit: the data version of caches, feeds and extracts."""

    __tablename__ = "change"
    __table_args__ = (
        sa.Index("ix_change_organization_uuid", "organization_uuid"),
        sa.Index("ix_change_at", "at"),
        sa.CheckConstraint("what IN ('added', 'changed', 'removed')", name="known_change"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organization_uuid: Mapped[UUID]
    version: Mapped[int]
    what: Mapped[str] = mapped_column(sa.String(10))
    fields: Mapped[list[str]]  # of the record, for what was changed
    at: Mapped[datetime]


class Tombstone(Base):
    """What is left of a listing that was withdrawn."""

    __tablename__ = "tombstone"

    organization_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    removed_at: Mapped[datetime]
    merged_into: Mapped[UUID | None]


class StoredText(Base):
    """A row of a file, or an object of the API, as it is sent: read as it is, so that a file is copied and not made.

    A row lacks what only its reader knows: how far it is from them, and how they call this site. ``number`` has kind
    and order (``rules.text_number``): each kind is a range of them.
    """

    __tablename__ = "stored_text"

    # As in the index: of 64 bits, and SQLite's own row number.
    number: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id", ondelete="CASCADE"), index=True)
    slug: Mapped[str]
    text: Mapped[str] = mapped_column(sa.Text)


class ImportRun(Base):
    """One import of one file. ``state``: running, done, undone."""

    __tablename__ = "import_run"
    __table_args__ = (sa.CheckConstraint("state IN ('running', 'done', 'undone')", name="known_state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_name: Mapped[str] = mapped_column(sa.String(60))
    mapping: Mapped[str] = mapped_column(sa.String(200))
    file_name: Mapped[str]
    file_digest: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(10))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]]


class ImportRow(Base):
    """What a run did to one organisation: the versions before (0: none) and after."""

    __tablename__ = "import_row"

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("import_run.id"), primary_key=True)
    organization_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    version_before: Mapped[int]
    version_after: Mapped[int]
    digest_before: Mapped[str] = mapped_column(sa.String(64))


class SourceRow(Base):
    """What a source last said of an organisation, so that the same row again changes nothing."""

    __tablename__ = "source_row"

    source_name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    source_id: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    organization_uuid: Mapped[UUID] = mapped_column(index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    version: Mapped[int]  # of the record when the source last changed it
    run_id: Mapped[int]  # the last run that saw it
