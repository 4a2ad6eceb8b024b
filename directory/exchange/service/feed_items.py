"""What pages of a feed gave, kept as it came; and marks for what is new, and for what is there no more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.identifiers import stable_uuid
from directory.exchange.models import Feed
from directory.exchange.queries import feeds as queries
from directory.exchange.queries.feeds import ITEM
from directory.exchange.rules import feeds as rules
from directory.exchange.rules.hsds_told import uuid_of
from directory.infra import bulk

LONGEST_ID: Final = 200
AT_ONCE: Final = 500  # identifiers in a statement
Things = Mapping[str, Mapping[str, Any]]


def keep(session: Session, feed: Feed, kind: str, things: Things, *, whole: bool) -> None:
    """Keep objects of a page. Unless ``whole``, one without what hangs on it is to be asked for by itself."""
    things = {name: thing for name, thing in things.items() if len(name) <= LONGEST_ID}
    owners = {name: _owner(feed, kind, thing) for name, thing in things.items()}
    known = queries.items(session, feed.id, kind, list(things))
    barred = queries.barred(session, feed.id, [owner for owner in owners.values() if owner])
    bare = [name for name, thing in things.items() if not whole and not rules.is_whole(thing)]
    plain = {**dict.fromkeys(bare, ""), **(queries.bodies(session, feed.id, kind, bare) if bare else {})}
    rows: list[dict[str, Any]] = []
    for name, thing in things.items():
        row = _row(feed, kind, name, thing, owners[name])
        if owners[name] in barred:
            row |= {"body": "", "digest": "", "state": "barred"}
        elif name in plain:
            row |= _plain(thing, former=plain[name], state=known[name].state if name in known else "wanted")
        elif (former := known.get(name)) and former.digest == row["digest"]:
            row["state"] = "new" if former.state == "gone" else former.state
        rows.append(row)
    moved = {row.organization_uuid for name, row in known.items() if row.organization_uuid != owners[name]}
    _replace(session, feed, kind, rows)
    _stir(session, feed, [owner for owner in moved if owner])
    latest = max(filter(None, map(rules.modified_in, things.values())), default=None)
    if latest and feed.began_at:  # a clock of theirs that is ahead must not make us miss what comes
        feed.modified_at = max(feed.modified_at or latest, min(latest, feed.began_at))
    feed.counts = {**feed.counts, kind: feed.counts.get(kind, 0) + len(rows)}


def _owner(feed: Feed, kind: str, thing: Mapping[str, Any]) -> UUID | None:
    """The organisation that an object is a part of, as records of it are called."""
    given = str(thing["id"]) if kind == "organization" else rules.owner_in(thing)
    return (uuid_of(given) or stable_uuid("hsds", feed.name, "organization", given)) if given else None


def _row(feed: Feed, kind: str, name: str, thing: Mapping[str, Any], owner: UUID | None) -> dict[str, Any]:
    body = json.dumps(thing, ensure_ascii=False, sort_keys=True)
    return {
        "feed_id": feed.id,
        "kind": kind,
        "item": name,
        "organization_uuid": owner,
        "body": body,
        "digest": _digest(body),
        "fetched": feed.harvest,
        "listed": 0,
        "state": "new",
    }


def _plain(thing: Mapping[str, Any], *, former: str, state: str) -> dict[str, Any]:
    """The columns of an object that came without what hangs on it: what it was, which is right if it did not change."""
    modified = rules.modified_in(thing)
    same = bool(former) and modified is not None and modified == rules.modified_in(json.loads(former))
    return {"body": former, "digest": _digest(former), "state": state if same and state != "gone" else "wanted"}


def do_without(session: Session, feed: Feed, name: str) -> None:
    """Leave a service that cannot be had as it was; one that never was is none."""
    of_it = (ITEM.c.feed_id == feed.id, ITEM.c.kind == "service", ITEM.c.item == name)
    session.execute(sa.update(ITEM).where(*of_it, ITEM.c.body != "").values(state="known"))
    session.execute(sa.delete(ITEM).where(*of_it, ITEM.c.body == ""))
    feed.counts = {**feed.counts, "skipped": feed.counts.get("skipped", 0) + 1}


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest() if body else ""


def _replace(session: Session, feed: Feed, kind: str, rows: list[dict[str, Any]]) -> None:
    names = [row["item"] for row in rows]
    session.execute(sa.delete(ITEM).where(ITEM.c.feed_id == feed.id, ITEM.c.kind == kind, ITEM.c.item.in_(names)))
    bulk.insert(session, ITEM, rows)


def _stir(session: Session, feed: Feed, organizations: Sequence[UUID]) -> None:
    """Have the rest of organisations looked at again: something of theirs went elsewhere."""
    theirs = (ITEM.c.feed_id == feed.id, ITEM.c.organization_uuid.in_(organizations), ITEM.c.state == "known")
    if organizations:
        session.execute(sa.update(ITEM).where(*theirs).values(state="new"))


def list_them(session: Session, feed: Feed, things: Things) -> None:
    """Mark the services of the list of identifiers; one that is not known is to be asked for."""
    for names in _cut([name for name in things if len(name) <= LONGEST_ID]):
        known = queries.items(session, feed.id, "service", names)
        of_feed = (ITEM.c.feed_id == feed.id, ITEM.c.kind == "service", ITEM.c.item.in_(names))
        session.execute(sa.update(ITEM).where(*of_feed).values(listed=feed.harvest))
        back = sa.update(ITEM).where(*of_feed, ITEM.c.state == "gone").values(state="wanted", body="", digest="")
        session.execute(back)
        fresh = [_row(feed, "service", name, {}, None) for name in names if name not in known]
        nothing = {"body": "", "digest": "", "fetched": 0, "listed": feed.harvest, "state": "wanted"}
        bulk.insert(session, ITEM, [{**row, **nothing} for row in fresh])


def want_missed(session: Session, feed: Feed) -> None:
    """Ask by themselves for services that are listed and that no page had: rows moved while pages were read."""
    missed = (ITEM.c.listed == feed.harvest, ITEM.c.fetched < feed.harvest, ITEM.c.state.in_(["new", "known"]))
    of_feed = (ITEM.c.feed_id == feed.id, ITEM.c.kind == "service")
    session.execute(sa.update(ITEM).where(*of_feed, *missed).values(state="wanted"))


def _cut(names: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(names), AT_ONCE):
        yield names[at : at + AT_ONCE]


def sweep(session: Session, feed: Feed, *, removals: bool) -> int:
    """Mark what is there no more, if this harvest can know it.

    How many services are gone that are too many to be believed, and stay; else 0.
    """
    if not feed.listed and feed.since is not None:
        return 0
    gone, known = queries.lost(session, feed.id, feed.harvest)
    if rules.is_too_much(gone, known) and not removals:
        return gone
    kinds = ("service", "organization") if feed.counts.get("organizations") else ("service",)
    for kind in kinds:
        of_feed = sa.and_(ITEM.c.feed_id == feed.id, queries.vanished(feed.harvest, kind))
        session.execute(sa.update(ITEM).where(of_feed).values(state="gone", body="", digest=""))
    return 0
