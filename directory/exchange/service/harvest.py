"""One harvest of a feed: a request at a time, each answer kept with where to go on, and then through the door.

Whatever kills it, the next one goes on at the page that was not kept yet. Nothing is published before everything was
asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, DirectoryError, Invalid, Unavailable
from directory.exchange.models import Feed
from directory.exchange.queries import feeds as queries
from directory.exchange.queries.feeds import ITEM
from directory.exchange.rules import feeds as rules
from directory.exchange.rules.feeds import Stage
from directory.exchange.rules.hsds_kit import View
from directory.exchange.service import feed_items, feed_records
from directory.exchange.service.fetching import Answer, TooLarge
from directory.exchange.service.hsds_files import parsed
from directory.publishing.service import Surroundings

LEASE: Final = timedelta(minutes=5)  # longer than a request and its page take
PAUSE_S: Final = 0.2  # between two requests
PATIENCE: Final = timedelta(seconds=30)  # for so long a harvest waits where it is; else it goes on later
MOST_WAITS: Final = 5  # in a row
BUSY: Final = frozenset({429, 503})
UNCHANGED: Final = 0  # the page of a harvest that has nothing to publish
MISSING: Final = frozenset({400, 403, 404, 405, 406, 410, 413, 422, 501})


class Waiting(Unavailable):
    """The server asks for patience, ``wait`` long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("it asks to wait")
        self.wait = wait


class TakenOver(Conflict):
    """Somebody else harvests the feed by now."""


@dataclass(slots=True, kw_only=True)
class Work:
    """What a harvest works with. ``get`` is a fetcher's; ``removals``: however much is gone, it is taken out."""

    transaction: Callable[[], AbstractContextManager[Session]]
    get: Callable[..., Answer]
    around: Surroundings
    view: View
    began: datetime
    removals: bool = False
    longest_s: float = 600.0
    pause: Callable[[float], None] = time.sleep
    me: str = field(default_factory=lambda: uuid4().hex)
    _clock: float = field(default_factory=time.monotonic)

    @property
    def now(self) -> datetime:
        """The moment it is by now."""
        return self.began + timedelta(seconds=time.monotonic() - self._clock)

    @property
    def is_late(self) -> bool:
        """Whether it is time to let others work."""
        return time.monotonic() - self._clock > self.longest_s


@dataclass(frozen=True, slots=True)
class At:
    """Where a harvest stands."""

    url: str
    stage: Stage
    page: int
    since: datetime | None
    etag: str


@dataclass(frozen=True, slots=True)
class Harvested:
    """How it ended: in words; ``failed``: somebody should look; ``finished``: nothing is left to do."""

    result: str
    failed: bool = False
    finished: bool = True


def harvest(name: str, work: Work, *, take_over: bool = False) -> Harvested:
    """Begin a harvest of a feed, or go on with one that was cut short. Raises NotFound for no such feed.

    ``take_over``: also from somebody who seems to be at it.
    """
    with work.transaction() as session:
        feed = queries.feed_named(session, name)
        if feed.held_until and feed.held_until > work.now and not take_over:
            return Harvested("somebody is harvesting it", finished=False)
        at = _begin(feed, work)
    try:
        return _go_on(name, at, work)
    except TakenOver:
        return Harvested("somebody else went on with it", finished=False)


def _go_on(name: str, at: At, work: Work) -> Harvested:
    """Ask until nothing is left to ask for, then publish. Raises TakenOver."""
    waits = 0
    try:
        while at.stage is not Stage.PUBLISH:
            if work.is_late:
                return _stopped(name, work)
            try:
                at = _ask(name, at, work)
                waits = 0
            except Waiting as told:
                waits += 1
                if told.wait > PATIENCE or waits > MOST_WAITS:
                    raise
                work.pause(max(told.wait.total_seconds(), 1.0))
            work.pause(PAUSE_S)
        return Harvested(_publish(name, work))
    except TakenOver:
        raise
    except DirectoryError as wrong:
        return _failed(name, work, wrong)


def _publish(name: str, work: Work) -> str:
    """Publish what is new, and take out what is gone, some organisations at a time; what was done, in words."""
    with work.transaction() as session:
        feed = held(session, name, work)
        unchanged = feed.page == UNCHANGED
        if feed.page == 1:
            kept = feed_items.sweep(session, feed, removals=work.removals)
            feed.counts, feed.page = {**feed.counts, feed_records.UNBELIEVED: kept}, 2
    more = not unchanged
    while more:
        with work.transaction() as session:
            feed = held(session, name, work)
            around, now = work.around, work.now
            more = feed_records.publish_some(
                session, feed, around=around, view=work.view, now=now
            ) or feed_records.take_out_some(session, feed, around=around, now=now, removals=work.removals)
    with work.transaction() as session:
        feed = held(session, name, work)
        result = "not modified" if unchanged else feed_records.conclude(session, feed, now=work.now)
        if feed.since is None:
            feed.whole_at = feed.began_at
        feed.stage, feed.page, feed.failures, feed.finished_at = "", 1, 0, work.now
        let_go(feed, work.now + timedelta(hours=feed.every_hours), result)
    return result


def _begin(feed: Feed, work: Work) -> At:
    """Take the feed, and begin a new harvest if none is under way."""
    feed.holder, feed.held_until = work.me, work.now + LEASE
    if work.removals:
        feed.etag = ""
    if not feed.stage:
        whole = feed.whole_at is None or feed.whole_at < work.now - rules.EVERYTHING_AGAIN
        feed.harvest += 1
        feed.stage, feed.page, feed.began_at = Stage.LIST, 1, work.now
        feed.since = None if whole or feed.modified_at is None else feed.modified_at - rules.OVERLAP
        feed.listed, feed.counts, feed.run_id = False, {}, None
    return _at(feed)


def _at(feed: Feed) -> At:
    return At(feed.url, Stage(feed.stage), feed.page, feed.since, feed.etag)


def held(session: Session, name: str, work: Work) -> Feed:
    """The feed, for as long as it is ours. Raises TakenOver."""
    query = sa.select(Feed).where(Feed.name == name).with_for_update()
    feed = session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()
    if feed is None or feed.holder != work.me:
        raise TakenOver("somebody else harvests it")
    feed.held_until = work.now + LEASE
    return feed


def let_go(feed: Feed, next_at: datetime, result: str) -> None:
    """Leave the feed to whoever is next."""
    feed.holder, feed.held_until, feed.next_at, feed.result = "", None, next_at, result


def _ask(name: str, at: At, work: Work) -> At:
    """One request, and what came of it kept; where the harvest then stands."""
    url, wanted = rules.question(at.url, at.stage, at.page, since=at.since), ""
    if at.stage is Stage.SINGLE:
        with work.transaction() as session:
            feed = held(session, name, work)
            wanted = queries.wanted(session, feed.id) or ""
            if not wanted:
                return _next(session, feed)
        url = rules.single(at.url, wanted)
    conditional = at.stage is Stage.LIST and at.page == 1 and at.since is not None
    try:
        answer = work.get(url, etag=at.etag if conditional else "")
    except TooLarge:
        if at.stage is not Stage.LIST:
            raise
        answer = Answer(413)  # as from a server that has no list of identifiers
    if answer.status in BUSY:
        told = rules.retry_after(answer.retry_after, work.now)
        raise Waiting(rules.FIRST_WAIT if told is None else told)
    with work.transaction() as session:
        feed = held(session, name, work)
        if at.stage is Stage.SINGLE:
            return _single(session, feed, wanted, answer)
        if answer.status == 200:
            return _keep(session, feed, at, parsed(at.stage, _text(answer)), answer.etag)
        if answer.status == 304 and conditional:
            feed.stage, feed.page = Stage.PUBLISH, UNCHANGED
            return _at(feed)
        return _without(session, feed, at, answer.status)


def _single(session: Session, feed: Feed, wanted: str, answer: Answer) -> At:
    """Keep one service. One that a server cannot give keeps no other: it stays what it was."""
    found: Any = None
    if answer.status == 200:
        with suppress(Invalid):
            found = parsed(wanted, _text(answer))
    if isinstance(found, dict) and str(found.get("id")) == wanted:
        feed_items.keep(session, feed, "service", {wanted: found}, whole=True)
    elif answer.status in {404, 410}:
        of_it = (ITEM.c.feed_id == feed.id, ITEM.c.kind == "service", ITEM.c.item == wanted)
        session.execute(sa.update(ITEM).where(*of_it).values(state="gone", body="", digest=""))
    else:
        feed_items.do_without(session, feed, wanted)
    return _at(feed)


def _text(answer: Answer) -> str:
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("answer", answer.body[:20], "JSON in UTF-8") from None


def _keep(session: Session, feed: Feed, at: At, found: Any, etag: str) -> At:
    """Keep a page."""
    page = rules.page_of(found, at.page)
    if at.stage is Stage.LIST:
        feed_items.list_them(session, feed, page.items)
        feed.etag = etag if page.is_last and at.page == 1 else ""
        feed.listed = page.is_last
    else:
        kind = "service" if at.stage is Stage.SERVICES else "organization"
        feed_items.keep(session, feed, kind, page.items, whole=kind == "organization")
    if not page.is_last and at.page >= rules.MOST_PAGES:
        raise Invalid("pages", at.page, f"at most {rules.MOST_PAGES:,} pages")
    if not page.is_last:
        feed.page = at.page + 1
        return _at(feed)
    if at.stage is Stage.ORGANIZATIONS:
        feed.counts = {**feed.counts, "organizations": True}
    return _next(session, feed)


def _without(session: Session, feed: Feed, at: At, status: int) -> At:
    """Go on without what a server does not have. Raises Unavailable for what there is no going on without."""
    if status not in MISSING or at.stage is Stage.SERVICES:
        raise Unavailable(f"it answered {status} to {at.stage}")
    if at.stage is Stage.LIST:  # then what is gone is known by asking for everything
        feed.since, feed.etag, feed.listed = None, "", False
    return _next(session, feed)


def _next(session: Session, feed: Feed) -> At:
    feed.stage, feed.page = rules.following(Stage(feed.stage)), 1
    if feed.stage == Stage.SINGLE and feed.since is None:
        feed_items.want_missed(session, feed)
    session.flush()
    return _at(feed)


def _stopped(name: str, work: Work) -> Harvested:
    with work.transaction() as session:
        feed = held(session, name, work)
        let_go(feed, work.now, f"goes on with {feed.stage}, page {feed.page}")
        return Harvested(feed.result, finished=False)


def _failed(name: str, work: Work, wrong: DirectoryError) -> Harvested:
    """Note what went wrong; the harvest goes on there later."""
    with work.transaction() as session:
        feed = held(session, name, work)
        feed.failures += 1
        wait = wrong.wait if isinstance(wrong, Waiting) else rules.back_off(feed.failures)
        let_go(feed, work.now + wait, f"stopped at {feed.stage}, page {feed.page}: {wrong}"[:500])
        return Harvested(feed.result, failed=not isinstance(wrong, Waiting), finished=False)
