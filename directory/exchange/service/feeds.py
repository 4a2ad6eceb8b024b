"""The feeds of other directories that are harvested: adding, listing and removing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, Invalid
from directory.core.text import clean, squeeze
from directory.exchange.models import Feed
from directory.exchange.queries import feeds as queries
from directory.exchange.queries.feeds import ITEM, SOURCE
from directory.exchange.rules.feeds import base_of, name_of
from directory.exchange.service import foreign
from directory.infra import versions
from directory.infra.db import table_of
from directory.listings import queries as listings
from directory.listings.rules.record import Provider
from directory.publishing.rules import Actor, ActorKind
from directory.publishing.service import Surroundings, imports, withdraw
from directory.publishing.service.lock import hold

AT_ONCE = 100  # organisations in a transaction
LONGEST_TEXT = 200  # characters of a title or a licence


@dataclass(frozen=True, slots=True)
class Known:
    """A feed for whoever looks after the site."""

    name: str
    url: str
    title: str
    licence: str
    every_hours: int
    services: int
    stage: str  # "" when no harvest is under way
    page: int
    finished_at: datetime | None
    next_at: datetime
    result: str


def add(
    session: Session, url: str, *, title: str, licence: str, name: str = "", every_hours: int = 24, now: datetime
) -> str:
    """Remember a feed, to be harvested from now on; its name. Raises Invalid, and Conflict for a name that is taken."""
    base = base_of(url)
    name = name_of(name, base)
    if any(feed.name == name for feed in queries.feeds(session)) or queries.is_source(session, name):
        raise Conflict(f"There is something from {name!r} already. Give the feed another --name.")
    feed = Feed(
        name=name,
        url=base,
        title=_text(title, "title"),
        licence=_text(licence, "licence"),
        every_hours=every_hours,
        next_at=now,
        failures=0,
        result="",
        holder="",
        held_until=None,
        harvest=0,
        stage="",
        page=1,
        began_at=None,
        since=None,
        listed=False,
        counts={},
        run_id=None,
        etag="",
        modified_at=None,
        finished_at=None,
        whole_at=None,
    )
    session.add(feed)
    session.flush()
    versions.bump(session, "sources")
    return name


def _text(given: str, field: str) -> str:
    found = squeeze(clean(given))
    if not 0 < len(found) <= LONGEST_TEXT:
        raise Invalid(field, given, f"1 to {LONGEST_TEXT} characters: listings say it")
    return found


def known(session: Session) -> list[Known]:
    """Every feed, by name. Two statements."""
    sizes = queries.sizes(session)
    return [
        Known(
            feed.name, feed.url, feed.title, feed.licence, feed.every_hours, sizes.get(feed.id, 0), feed.stage,
            feed.page, feed.finished_at, feed.next_at, feed.result,
        )
        for feed in queries.feeds(session)
    ]  # fmt: skip


def providers(session: Session) -> dict[str, Provider]:
    """What listings say of where they are from, by the name of their source. One statement."""
    return {feed.name: Provider(feed.title, feed.licence, feed.url) for feed in queries.feeds(session)}


def take_out(
    session: Session,
    name: str,
    organizations: Sequence[UUID],
    *,
    around: Surroundings,
    now: datetime,
    run_id: int | None = None,
) -> tuple[int, int]:
    """Withdraw listings that a source says nothing of any more; how many went, and how many stay as edited here.

    What somebody here edited or confirmed since is ours. The source is forgotten either way. ``run_id``: the import
    whose undoing brings them back.
    """
    hold(session)  # before anything is compared
    said = queries.said_of(session, name, organizations)
    standing = listings.slugs_and_versions(session, organizations)
    gone = [uuid for uuid, row in standing.items() if row.version == said.get(uuid)]
    if run_id is not None:
        imports.note_removed(session, run_id, name, gone)
    removed = withdraw(session, gone, actor=Actor(ActorKind.FEED, name), around=around, now=now) if gone else 0
    session.execute(
        sa.delete(SOURCE).where(SOURCE.c.source_name == name, SOURCE.c.organization_uuid.in_(organizations))
    )
    return removed, len(standing) - len(gone)


def remove_some(session: Session, name: str, *, around: Surroundings, now: datetime) -> tuple[int, int, bool]:
    """Take out some listings of a feed, and at last the feed. Raises NotFound.

    How many went, how many stay as edited here, and whether that was all.
    """
    feed = queries.feed_named(session, name)
    some = queries.orphans(session, None, name, limit=AT_ONCE)
    removed, left = take_out(session, name, some, around=around, now=now) if some else (0, 0)
    if len(some) < AT_ONCE:
        session.execute(sa.delete(ITEM).where(ITEM.c.feed_id == feed.id))
        foreign.forget_source(session, name)
        session.execute(sa.delete(table_of(Feed)).where(table_of(Feed).c.id == feed.id))
        versions.bump(session, "sources")
    return removed, left, len(some) < AT_ONCE


def forget_about(session: Session, organization: UUID) -> None:
    """Delete what feeds said of an organisation that was deleted for good; from them it does not come back."""
    of_it = ITEM.c.organization_uuid == organization
    session.execute(sa.update(ITEM).where(of_it).values(body="", digest="", state="barred"))
