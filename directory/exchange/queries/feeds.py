"""Feeds as they are known, and what of them is to be done. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import NotFound
from directory.exchange.models import Feed, FeedItem
from directory.infra.db import table_of
from directory.publishing.models import ImportRun, Revision, SourceRow

ITEM = table_of(FeedItem)
SOURCE = table_of(SourceRow)
LIVE = ("wanted", "new", "known", "barred")


def feeds(session: Session) -> list[Feed]:
    """Every feed, by name. One statement."""
    return list(session.scalars(sa.select(Feed).order_by(Feed.name)))


def feed_named(session: Session, name: str) -> Feed:
    """The feed with that name. Raises NotFound. One statement."""
    found = session.scalars(sa.select(Feed).where(Feed.name == name)).one_or_none()
    if found is None:
        raise NotFound(f"There is no feed {name!r}. `directory feeds list` shows them.")
    return found


def due(session: Session, now: datetime) -> list[str]:
    """The names of feeds whose time has come and that nobody harvests, the longest overdue first. One statement."""
    free = sa.or_(Feed.held_until.is_(None), Feed.held_until < now)
    return list(session.scalars(sa.select(Feed.name).where(Feed.next_at <= now, free).order_by(Feed.next_at)))


def sizes(session: Session) -> dict[int, int]:
    """How many services each feed has, by its id. One statement."""
    query = sa.select(ITEM.c.feed_id, sa.func.count()).where(ITEM.c.kind == "service", ITEM.c.state != "gone")
    return {row[0]: row[1] for row in session.execute(query.group_by(ITEM.c.feed_id))}


def items(session: Session, feed_id: int, kind: str, names: Sequence[str]) -> dict[str, Any]:
    """What is known of items by their identifiers: digest, state and organisation. One statement."""
    columns = (ITEM.c.item, ITEM.c.digest, ITEM.c.state, ITEM.c.organization_uuid)
    query = sa.select(*columns).where(ITEM.c.feed_id == feed_id, ITEM.c.kind == kind, ITEM.c.item.in_(names))
    return {row.item: row for row in session.execute(query)}


def bodies(session: Session, feed_id: int, kind: str, names: Sequence[str]) -> dict[str, str]:
    """What was last given of items, by their identifiers; "" for what was never given whole. One statement."""
    query = sa.select(ITEM.c.item, ITEM.c.body).where(
        ITEM.c.feed_id == feed_id, ITEM.c.kind == kind, ITEM.c.item.in_(names)
    )
    return {row.item: row.body for row in session.execute(query)}


def barred(session: Session, feed_id: int, organizations: Sequence[UUID]) -> frozenset[UUID]:
    """Those of ``organizations`` that were deleted here for good. One statement."""
    query = sa.select(ITEM.c.organization_uuid).where(
        ITEM.c.feed_id == feed_id, ITEM.c.state == "barred", ITEM.c.organization_uuid.in_(organizations)
    )
    return frozenset(session.scalars(query))


def wanted(session: Session, feed_id: int) -> str | None:
    """The next service to ask for by itself. One statement."""
    query = sa.select(ITEM.c.item).where(ITEM.c.feed_id == feed_id, ITEM.c.state == "wanted").order_by(ITEM.c.item)
    found: str | None = session.scalar(query.limit(1))
    return found


def vanished(harvest: int, kind: str) -> sa.ColumnElement[bool]:
    """The condition of items that a complete harvest neither was given nor found listed."""
    return sa.and_(
        ITEM.c.kind == kind, ITEM.c.fetched < harvest, ITEM.c.listed < harvest, ITEM.c.state.not_in(["gone", "barred"])
    )


def lost(session: Session, feed_id: int, harvest: int) -> tuple[int, int]:
    """How many services vanished, and how many there were. Two statements."""
    of_feed = sa.select(sa.func.count()).where(ITEM.c.feed_id == feed_id, ITEM.c.kind == "service")
    gone = session.scalar(of_feed.where(vanished(harvest, "service"))) or 0
    return gone, session.scalar(of_feed.where(ITEM.c.state.not_in(["gone", "barred"]))) or 0


def stirred(session: Session, feed_id: int, *, limit: int) -> list[UUID]:
    """Organisations of which something is new or gone, in the order of their identifiers. One statement."""
    query = (
        sa.select(ITEM.c.organization_uuid)
        .where(ITEM.c.feed_id == feed_id, ITEM.c.state.in_(["new", "gone"]), ITEM.c.organization_uuid.is_not(None))
        .distinct()
        .order_by(ITEM.c.organization_uuid)
        .limit(limit)
    )
    return list(session.scalars(query))


def parts(session: Session, feed_id: int, organizations: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """What a feed last said of organisations: kind, item, body and harvest, of each in one lasting order.

    One statement.
    """
    query = (
        sa.select(ITEM.c.organization_uuid, ITEM.c.kind, ITEM.c.item, ITEM.c.body, ITEM.c.fetched)
        .where(ITEM.c.feed_id == feed_id, ITEM.c.state.in_(["new", "known"]))
        .where(ITEM.c.organization_uuid.in_(organizations))
        .order_by(ITEM.c.kind, ITEM.c.item)
    )
    found: dict[UUID, list[Any]] = {}
    for row in session.execute(query):
        found.setdefault(row.organization_uuid, []).append(row)
    return found


def said_of(session: Session, name: str, organizations: Sequence[UUID]) -> dict[UUID, int]:
    """The version that a source last made of each of ``organizations`` that it made one of. One statement."""
    query = sa.select(SOURCE.c.organization_uuid, SOURCE.c.version).where(
        SOURCE.c.source_name == name, SOURCE.c.organization_uuid.in_(organizations)
    )
    return {row.organization_uuid: row.version for row in session.execute(query)}


def orphans(
    session: Session, feed_id: int | None, name: str, *, limit: int, undone_since: datetime | None = None
) -> list[UUID]:
    """Listings of a source of which its feed has nothing any more; of no feed (None), all of them. One statement.

    But for those that went with an import which was undone after ``undone_since``, and came back so.
    """
    query = sa.select(SOURCE.c.organization_uuid).where(SOURCE.c.source_name == name)
    if feed_id is not None:
        there = sa.select(ITEM.c.item).where(
            ITEM.c.feed_id == feed_id,
            ITEM.c.organization_uuid == SOURCE.c.organization_uuid,
            ITEM.c.state.in_(LIVE),
        )
        query = query.where(~there.exists())
    if undone_since is not None:
        query = query.where(~_brought_back(undone_since))
    return list(session.scalars(query.order_by(SOURCE.c.source_id).limit(limit)))


def _brought_back(since: datetime) -> sa.ColumnElement[bool]:
    """The condition of sources whose listing was withdrawn just before their version of it, and came by an undo."""
    run, before = table_of(ImportRun).c, table_of(Revision).c
    undone = sa.exists().where(run.id == SOURCE.c.run_id, run.state == "undone", run.undone_at > since)
    away = sa.exists().where(
        before.organization_uuid == SOURCE.c.organization_uuid,
        before.version == SOURCE.c.version - 1,
        before.record.is_(None),
    )
    return sa.and_(undone, away)


def is_source(session: Session, name: str) -> bool:
    """Whether something was imported from a source of that name. One statement."""
    return session.scalar(sa.select(SOURCE.c.source_id).where(SOURCE.c.source_name == name).limit(1)) is not None
