"""Organisations, their numbers in registers, and the addresses their pages once had."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base
from directory.listings.models.columns import Numbered, Owned

HAS_SOURCE = sa.text("source_id <> ''")
HAS_WEBSITE = sa.text("website <> ''")


class Organization(Numbered, Base):
    """Who. Its page is its listing, at ``slug``; every change raises ``version``."""

    __tablename__ = "organization"
    __table_args__ = (
        sa.Index("uq_organization_uuid", "uuid", unique=True),
        sa.Index("uq_organization_slug", "slug", unique=True),
        sa.Index(
            "uq_organization_source",
            "source_name",
            "source_id",
            unique=True,
            sqlite_where=HAS_SOURCE,
            postgresql_where=HAS_SOURCE,
        ),
        sa.Index("ix_organization_last_modified_id", "last_modified", "id"),
        sa.Index("ix_organization_kind_id", "kind", "id"),
        sa.Index("ix_organization_website", "website", sqlite_where=HAS_WEBSITE, postgresql_where=HAS_WEBSITE),
        sa.CheckConstraint("version > 0", name="version_counts"),
        sa.CheckConstraint("name <> ''", name="has_a_name"),
        sa.CheckConstraint("source_kind IN ('self-listed', 'register', 'feed', 'sample')", name="known_source"),
    )

    slug: Mapped[str] = mapped_column(sa.String(120))
    version: Mapped[int]
    name: Mapped[str]
    alternate_name: Mapped[str]
    description: Mapped[str]
    kind: Mapped[str] = mapped_column(sa.String(60))
    email: Mapped[str]
    website: Mapped[str]
    legal_status: Mapped[str]
    year_incorporated: Mapped[int | None]
    source_kind: Mapped[str] = mapped_column(sa.String(20))
    source_name: Mapped[str] = mapped_column(sa.String(60))
    source_id: Mapped[str] = mapped_column(sa.String(200))
    source_fetched_at: Mapped[datetime | None]
    assured_at: Mapped[datetime | None]
    review_due_at: Mapped[datetime | None]
    notice: Mapped[str]
    notice_until: Mapped[date | None]
    today_status: Mapped[str] = mapped_column(sa.String(20))
    today_until: Mapped[datetime | None]
    wants: Mapped[list[str]]
    supplies: Mapped[list[str]]
    published_at: Mapped[datetime]
    last_modified: Mapped[datetime]


class OrganizationIdentifier(Owned, Base):
    """A number in a register, by its org-id.guide list code."""

    __tablename__ = "organization_identifier"
    __table_args__ = (sa.Index("ix_organization_identifier_value", "value", "scheme"),)

    scheme: Mapped[str] = mapped_column(sa.String(60))
    value: Mapped[str] = mapped_column(sa.String(120))


class OldSlug(Base):
    """An address that a listing had before, for redirects."""

    __tablename__ = "old_slug"

    slug: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    organization_uuid: Mapped[UUID] = mapped_column(index=True)
