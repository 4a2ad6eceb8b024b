"""Stored documents, as pages and lists read them: one statement each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from directory.infra.db import table_of
from directory.listings.models import Document, OldSlug, Organization
from directory.listings.rules.codec import filled
from directory.listings.rules.record import Record

_documents, _organizations = table_of(Document), table_of(Organization)

# What readers ask all day is put together once: that takes a quarter of a millisecond, asking SQLite a tenth.
_CARDS: Final = select(_documents.c.organization_id, _documents.c.card).where(
    _documents.c.organization_id.in_(bindparam("ids", expanding=True))
)
_PAGE: Final = (
    select(_documents.c.page)
    .join(_organizations, _organizations.c.id == _documents.c.organization_id)
    .where(_organizations.c.slug == bindparam("slug"))
)


def cards(session: Session, organization_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The card of each organisation (``rules.document.card``), by its integer id. One statement."""
    rows = session.connection().execute(_CARDS, {"ids": organization_ids})
    return {number: json.loads(card) for number, card in rows}


def page(session: Session, slug: str) -> dict[str, Any] | None:
    """The page of a listing: slug, version, last_modified, areas by location, and the whole public record.

    None when there is no such listing. One statement.
    """
    text = session.connection().execute(_PAGE, {"slug": slug}).scalar()
    if text is None:
        return None
    found: dict[str, Any] = json.loads(text)
    found["record"] = filled(Record, found["record"])
    return found


def pages(session: Session, organization_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The page of each organisation as it is stored, by integer id; fields that equal their default are left out.

    One statement.
    """
    rows = session.execute(
        select(Document.organization_id, Document.page).where(Document.organization_id.in_(organization_ids))
    )
    return {row.organization_id: json.loads(row.page) for row in rows}


def moved(session: Session, slug: str) -> str | None:
    """The slug of the listing that was once at ``slug``, or None. One statement."""
    return session.execute(
        select(Organization.slug)
        .join(OldSlug, OldSlug.organization_uuid == Organization.uuid)
        .where(OldSlug.slug == slug)
    ).scalar()


def is_empty(session: Session) -> bool:
    """Whether nothing is published at all: a place that was just set up. One statement."""
    return session.execute(select(Organization.id).limit(1)).scalar() is None
