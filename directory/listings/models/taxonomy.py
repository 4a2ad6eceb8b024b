"""Taxonomies: needs in residents' words, kinds of organisation, audiences, ways to be helped."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.infra.db import Base


class Taxonomy(Base):
    """A list of terms: ``need``, ``kind``, ``audience`` or ``how``."""

    __tablename__ = "taxonomy"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str]
    description: Mapped[str]


class TaxonomyTerm(Base):
    """One term. ``extra`` holds what our pages need beside HSDS: synonyms, icon, order."""

    __tablename__ = "taxonomy_term"
    __table_args__ = (sa.UniqueConstraint("taxonomy_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    taxonomy_id: Mapped[int] = mapped_column(sa.ForeignKey("taxonomy.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("taxonomy_term.id"))
    code: Mapped[str] = mapped_column(sa.String(60))  # the slug in addresses
    name: Mapped[str]
    description: Mapped[str]
    extra: Mapped[dict[str, Any]]
    retired: Mapped[bool]  # no longer in the file; kept while listings have it
