"""From what a feed said to the door: records of what is new, suggestions where ours is newer, and what is gone."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.people import VISITOR
from directory.exchange.models import Feed
from directory.exchange.queries import feeds as queries
from directory.exchange.queries.feeds import ITEM
from directory.exchange.rules import hsds
from directory.exchange.rules.feeds import EVERYTHING_AGAIN, as_suggested
from directory.exchange.rules.hsds_kit import View
from directory.exchange.rules.hsds_read import Reader
from directory.exchange.rules.hsds_rows import Row, canonical, rows_of
from directory.exchange.rules.hsds_tables import Held
from directory.exchange.rules.hsds_terms import Foreign
from directory.exchange.service import feeds, foreign
from directory.exchange.service.hsds_importing import proposals, proposed
from directory.listings import queries as listings
from directory.listings.rules.codec import encode
from directory.listings.rules.record import Record
from directory.moderation.rules.states import Kind
from directory.moderation.rules.values import Sending
from directory.moderation.service import suggest
from directory.publishing import queries as published
from directory.publishing.service import Surroundings
from directory.publishing.service.imports import FileFacts, Proposed, begin, finish, import_batch
from directory.publishing.service.lock import hold

MAPPING: Final = "feed"
UNBELIEVED: Final = "gone, and not believed"
SHOWN: Final = ("new", "changed", "suggested", "removed", "edited here", "skipped", "faults")


def publish_some(session: Session, feed: Feed, *, around: Surroundings, view: View, now: datetime) -> bool:
    """Publish some organisations of which something is new or gone; whether there were any."""
    stirred = queries.stirred(session, feed.id, limit=feeds.AT_ONCE)
    if not stirred:
        return False
    hold(session)  # before anything is compared: who edits meanwhile waits
    counts: Counter[str] = Counter()
    brought = Foreign()
    records = _records(session, feed, stirred, view, now, counts, brought)
    made, run_id = proposals(session, records), _run(session, feed, now)
    foreign.keep(session, run_id, feed.name, brought)
    foreign.keep_said(session, run_id, feed.name, records, around.terms)
    ours = _ours(session, feed, [item.record.id for item in made])
    theirs = [item for item in made if item.record.id not in ours]
    result = import_batch(session, run_id, theirs, around=around, now=now)
    counts.update({"new": result.new, "changed": result.changed})
    newer = ours | set(result.edited_since)
    for item in made:
        if item.record.id in newer:
            counts[_suggest(session, feed, item, around=around, view=view, now=now)] += 1
    of_them = sa.and_(ITEM.c.feed_id == feed.id, ITEM.c.organization_uuid.in_(stirred))
    session.execute(sa.delete(ITEM).where(of_them, ITEM.c.state == "gone"))
    session.execute(sa.update(ITEM).where(of_them, ITEM.c.state == "new").values(state="known"))
    _count(feed, counts)
    return True


def take_out_some(session: Session, feed: Feed, *, around: Surroundings, now: datetime, removals: bool) -> bool:
    """Withdraw some listings of which the feed has nothing any more; whether there were any.

    What somebody lately brought back by undoing a harvest stays, unless ``removals`` says that all of it goes.
    """
    undone = None if removals else now - EVERYTHING_AGAIN
    orphans = queries.orphans(session, feed.id, feed.name, limit=feeds.AT_ONCE, undone_since=undone)
    if not orphans:
        return False
    run_id = _run(session, feed, now)
    removed, left = feeds.take_out(session, feed.name, orphans, around=around, now=now, run_id=run_id)
    _count(feed, Counter({"removed": removed, "edited here": left}))
    return True


def conclude(session: Session, feed: Feed, *, now: datetime) -> str:
    """End the import of a harvest, if there was one; what it did, in words."""
    counts = {name: feed.counts.get(name, 0) for name in SHOWN}
    if feed.run_id is not None:
        finish(session, feed.run_id, counts, now=now)
    said = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number) or "nothing new"
    if gone := feed.counts.get(UNBELIEVED):
        said += f"; {gone:,} services are gone, which is too many to be believed: look, then --removals takes them out"
    return said


def _run(session: Session, feed: Feed, now: datetime) -> int:
    """The import of this harvest, begun when it first has something to publish."""
    if feed.run_id is None:
        digest = hashlib.sha256(f"{feed.name} {feed.harvest} {feed.began_at}".encode()).hexdigest()
        facts = FileFacts(source_name=feed.name, mapping=MAPPING, file_name=feed.url, file_digest=digest)
        feed.run_id = begin(session, facts, now=now)[0]
    return feed.run_id


def _count(feed: Feed, counts: Counter[str]) -> None:
    feed.counts = dict(Counter(feed.counts) + counts)


def _records(
    session: Session,
    feed: Feed,
    organizations: Sequence[UUID],
    view: View,
    now: datetime,
    counts: Counter[str],
    brought: Foreign,
) -> list[Record]:
    """The records of organisations, each put together of what pages gave of it; their terms are ``brought``."""
    found: list[Record] = []
    for uuid, parts in queries.parts(session, feed.id, organizations).items():
        reader = Reader(Held(_rows(parts), feed.name), view, now=now)
        own = [record for record in reader.records() if record.id == uuid]
        found += own
        brought.taxonomies.update(reader.foreign.taxonomies)
        brought.terms.update(reader.foreign.terms)
        counts["skipped"] += not own
        counts["faults"] += reader.told.total
    return found


def _rows(parts: Iterable[Any]) -> list[Row]:
    """Rows of the objects; of an organisation that came within several services, as the latest harvest had it first."""
    found: list[tuple[int, Row]] = []
    for part in parts:
        for number, (table, cells) in enumerate(rows_of(part.kind, json.loads(part.body)), start=1):
            if known := canonical(table, cells):
                found.append((part.fetched, Row(table, f"{part.kind} {part.item}", number, known)))
    latest = sorted((each for each in found if each[1].table == "organization"), key=lambda each: -each[0])
    return [row for _, row in (*latest, *(each for each in found if each[1].table != "organization"))]


def _ours(session: Session, feed: Feed, organizations: Sequence[UUID]) -> set[UUID]:
    """Those that are published here, and not from this feed."""
    said = queries.said_of(session, feed.name, organizations)
    return set(listings.slugs_and_versions(session, organizations)) - said.keys()


def _suggest(session: Session, feed: Feed, item: Proposed, *, around: Surroundings, view: View, now: datetime) -> str:
    """Suggest what the feed says of a listing that is ours by now; what was done, as it is counted.

    Nothing is suggested when it says the same, as far as a feed can say it.
    """
    current = published.current(session, item.record.id)
    if current is None:
        return "edited here"  # somebody took it out, and knows why
    proposal, batch = as_suggested(item.record, current.record), f"feed {feed.name}"
    if _said(proposal) == _said(as_suggested(_there_and_back(current.record, view, now), current.record)):
        return "same"
    suggest.supersede(session, proposal.id, batch, now=now)
    key = hashlib.sha256(f"{feed.name} {proposal.id} {current.version} {item.digest}".encode()).hexdigest()
    sending = Sending(
        kind=Kind.CHANGE, email="", language="", once=f"feed {key}", batch=batch, words=f"{feed.title}: {feed.url}"
    )
    receipt = suggest.suggest(session, proposal, sending, acting=VISITOR, around=around, now=now)
    return "same" if receipt.already else "suggested"


def _there_and_back(record: Record, view: View, now: datetime) -> Record:
    """What is left of a record of ours when it was given away and came back."""
    page = {"slug": "", "version": 1, "last_modified": now.isoformat(), "areas": {}, "record": encode(record)}
    thing = json.loads(json.dumps(hsds.organization_object("organization_full_services", page, view)))
    rows = [Row(table, "ours", 1, canonical(table, cells)) for table, cells in rows_of("organization", thing)]
    return next(each for each in Reader(Held(rows, ""), view, now=now).records() if each.id == record.id)


def _said(record: Record) -> str:
    return proposed(record).digest
