"""What this slice remembers: extracts and files of staff, and feeds and taxonomies of other directories."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base


class StaffExtract(Base):
    """An extract: who took it, what for, and which columns of which rows. The rows themselves are not kept."""

    __tablename__ = "staff_extract"
    __table_args__ = (sa.Index("ix_staff_extract_at", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[UUID]
    purpose: Mapped[str]
    columns: Mapped[list[str]]  # the private ones, by table and name; at first by name alone, of organisations
    search: Mapped[str]  # as an address has it, "" for everything
    rows: Mapped[int]
    change: Mapped[int]  # the number of the last change that it has


class Feed(Base):
    """Another directory that is harvested, and how far its harvest is. ``stage`` "" is that none is under way."""

    __tablename__ = "feed"
    __table_args__ = (sa.UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(50))  # the source's stable key
    url: Mapped[str]  # of its API, without the last slash
    title: Mapped[str]  # what listings say of where they are from
    licence: Mapped[str]
    every_hours: Mapped[int]
    next_at: Mapped[datetime]  # when a job goes on with it, or begins again
    failures: Mapped[int]  # in a row
    result: Mapped[str]  # what its last harvest did, or why it stopped
    holder: Mapped[str] = mapped_column(sa.String(32))  # who harvests it: one at a time
    held_until: Mapped[datetime | None]
    harvest: Mapped[int]  # its number: what a page gave is marked with it
    stage: Mapped[str] = mapped_column(sa.String(20))
    page: Mapped[int]  # of the stage: the next one to ask for
    began_at: Mapped[datetime | None]
    since: Mapped[datetime | None]  # what this harvest asks for was modified then or later; None: everything
    listed: Mapped[bool]  # whether this harvest knows every identifier
    counts: Mapped[dict[str, Any]]
    run_id: Mapped[int | None]  # the import of this harvest
    etag: Mapped[str]  # of the list of identifiers
    modified_at: Mapped[datetime | None]  # the latest moment that the feed itself told
    finished_at: Mapped[datetime | None]
    whole_at: Mapped[datetime | None]  # when everything was last asked for


class FeedItem(Base):
    """A service or an organisation as a feed last gave it.

    ``state``: wanted (it is listed, and was not given whole yet), new (not published yet), known, gone (the feed
    dropped it, which is not published yet), barred (deleted here for good: never again from this feed).
    """

    __tablename__ = "feed_item"
    __table_args__ = (
        sa.CheckConstraint("state IN ('wanted', 'new', 'known', 'gone', 'barred')", name="known_state"),
        sa.Index("ix_feed_item_state", "feed_id", "state"),
    )

    feed_id: Mapped[int] = mapped_column(sa.ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    item: Mapped[str] = mapped_column(sa.String(200), primary_key=True)  # its identifier, as the feed has it
    organization_uuid: Mapped[UUID | None] = mapped_column(index=True)  # of the record that it is a part of
    body: Mapped[str] = mapped_column(sa.Text)  # JSON
    digest: Mapped[str] = mapped_column(sa.String(64))
    fetched: Mapped[int]  # the last harvest that was given it
    listed: Mapped[int]  # the last harvest that found it in the list of identifiers
    state: Mapped[str] = mapped_column(sa.String(8))


class ForeignTaxonomy(Base):
    """A taxonomy of another directory, that came with its listings, under the identifier it was published with."""

    __tablename__ = "foreign_taxonomy"
    __table_args__ = (sa.Index("ix_foreign_taxonomy_run_id", "run_id"),)

    uuid: Mapped[UUID] = mapped_column(primary_key=True)
    source_name: Mapped[str] = mapped_column(sa.String(60))  # which source may say something else of it
    run_id: Mapped[int]  # the import that brought it
    name: Mapped[str]
    description: Mapped[str]
    uri: Mapped[str]
    version: Mapped[str]


class ForeignTerm(Base):
    """A term of another directory. What it refers to need not be here."""

    __tablename__ = "foreign_term"
    __table_args__ = (sa.Index("ix_foreign_term_run_id", "run_id"),)

    uuid: Mapped[UUID] = mapped_column(primary_key=True)
    source_name: Mapped[str] = mapped_column(sa.String(60))
    run_id: Mapped[int]
    name: Mapped[str]
    description: Mapped[str]
    code: Mapped[str]
    taxonomy: Mapped[str]  # what its taxonomy is called
    taxonomy_uuid: Mapped[UUID | None]
    parent_uuid: Mapped[UUID | None]
    language: Mapped[str]
    term_uri: Mapped[str]


class Upload(Base):
    """A file that staff sent to be imported, and how far that is. The rows lie in the instance folder, for a while.

    ``state`` is one of ``rules.uploads.State``.
    """

    __tablename__ = "upload"
    __table_args__ = (sa.Index("ix_upload_at", "at"), sa.Index("ix_upload_state", "state"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[UUID]
    file_name: Mapped[str] = mapped_column(sa.String(120))
    opened: Mapped[dict[str, Any]]  # what was recognised of the file
    chosen: Mapped[dict[str, Any]]  # what its columns become, whose list it is; empty until it was chosen
    state: Mapped[str] = mapped_column(sa.String(10))
    changed_at: Mapped[datetime]  # the state
    done: Mapped[int]  # rows read in this state
    counts: Mapped[dict[str, Any]]  # as ``service.importing.Tally`` has them: of the check, then of the import
    run_id: Mapped[int | None]  # the import
    fault: Mapped[str]  # why it could not be read to its end
