"""The door: everything that changes published data passes here, in one transaction, many listings at a time.

Find the point, take out what is confidential, find the areas, write the record, append the revision, take the next
change number, refresh the index and the map. The caller commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.identifiers import slug as slug_of
from directory.infra import bulk, versions
from directory.infra.among import among
from directory.infra.db import table_of
from directory.listings import queries as listings
from directory.listings.models import ConfidentialLocation, OldSlug, Organization
from directory.listings.rules.document import page_text, with_slug
from directory.listings.rules.record import Record
from directory.listings.rules.visibility import Confidential
from directory.listings.service import Numbering, Published, remove, write
from directory.maps import service as maps
from directory.publishing.models import Change, Revision, Tombstone
from directory.publishing.rules import Actor, Outcome, Texts, What, changed_fields, choose_slug, slug_candidates
from directory.publishing.service import hours, lines
from directory.publishing.service.ahead import Ahead
from directory.publishing.service.before import Before, standing
from directory.publishing.service.history import conceal
from directory.publishing.service.lock import hold
from directory.publishing.service.prepare import Prepared, prepare
from directory.publishing.service.surroundings import Surroundings
from directory.search.rules.docs import OfferingDoc, offering_docs
from directory.search.rules.hours import Days

_NOTHING: Final[Mapping[UUID, Ahead]] = MappingProxyType({})


def publish(
    session: Session,
    proposals: Sequence[Record | Ahead],
    *,
    actor: Actor,
    around: Surroundings,
    now: datetime,
    why: str = "",
) -> list[Outcome]:
    """Publish ``proposals`` (each organisation once), in their order.

    A proposal that says what is already published changes nothing: no version, no revision, no change number.
    """
    ahead = {item.prepared.record.id: item for item in proposals if isinstance(item, Ahead)}
    prepared = [item.prepared if isinstance(item, Ahead) else prepare(item, around) for item in proposals]
    hold(session)
    before = standing(session, [item.record.id for item in prepared])
    batch: list[Published] = []
    outcomes: list[Outcome] = []
    numbering = Numbering(session)
    taken = _taken_slugs(session, prepared)
    change = versions.current(session).get("changes", 0)
    for item in prepared:
        known = before.get(item.record.id)
        if known and known.id and known.text == item.text and known.confidential == _by_id(item.confidential):
            outcomes.append(Outcome(item.record.id, known.slug, What.SAME, known.version, known.version, None))
            continue
        listing = _listing(item, known, numbering, taken, now)
        change += 1
        batch.append(listing)
        outcomes.append(_outcome(listing, known, change))
    if batch:
        concealed = _write(
            session, batch, before, [item for item in outcomes if item.change], actor, why, around, numbering
        )
        derive(session, batch, around, hours.settled(session, around, now), ahead)
        if concealed:
            around.index.purge(session)
        versions.put(session, "changes", change)
    return outcomes


def withdraw(
    session: Session,
    organizations: Sequence[UUID],
    *,
    actor: Actor,
    around: Surroundings,
    now: datetime,
    why: str = "",
    merged_into: UUID | None = None,
    may_return: bool = False,
) -> int:
    """Take listings out of the published record and leave a tombstone each. Returns how many there were.

    Their confidential places go at once. Those of one that is merged stay until the other goes, because a merge can be
    undone; and those of one that ``may_return``, which was only paused.
    """
    hold(session)
    rows = listings.slugs_and_versions(session, organizations)
    if not rows:
        return 0
    ids = [row.id for row in rows.values()]
    around.index.drop(session, ids)
    maps.drop(session, ids)
    remove(session, ids)
    if merged_into is None and not may_return:
        _forget_places(session, merged(session, list(rows)))
    _bury(session, rows, actor=actor, why=why, now=now, merged_into=merged_into)
    return len(rows)


def merged(session: Session, organizations: Sequence[UUID]) -> list[UUID]:
    """``organizations`` and all that were merged into them, and into those."""
    found = list(organizations)
    latest: Sequence[UUID] = found
    while latest:
        query = sa.select(Tombstone.organization_uuid).where(Tombstone.merged_into.in_(latest))
        latest = [uuid for uuid in session.scalars(query) if uuid not in found]
        found += latest
    return found


def _forget_places(session: Session, organizations: Sequence[UUID]) -> None:
    confidential = table_of(ConfidentialLocation)
    session.execute(sa.delete(confidential).where(confidential.c.organization_uuid.in_(organizations)))


def _bury(
    session: Session,
    rows: dict[UUID, Any],
    *,
    actor: Actor,
    why: str,
    now: datetime,
    merged_into: UUID | None,
) -> None:
    """Revision, tombstone and numbered change of each removed listing."""
    change = versions.current(session).get("changes", 0)
    revisions, tombstones, changes = [], [], []
    for number, (uuid, row) in enumerate(rows.items(), start=change + 1):
        version = row.version + 1
        revisions.append(_revision(uuid, version, actor, why, None, now))
        tombstones.append(
            {"organization_uuid": uuid, "version": version, "removed_at": now, "merged_into": merged_into}
        )
        changes.append(_change(number, uuid, version, "removed", [], now))
    session.execute(sa.insert(table_of(Revision)), revisions)
    session.execute(sa.insert(table_of(Tombstone)), tombstones)
    session.execute(sa.insert(table_of(Change)), changes)
    versions.put(session, "changes", change + len(changes))


def _by_id(confidential: Iterable[Confidential]) -> dict[UUID, Confidential]:
    return {place.location_id: place for place in confidential}


def _outward(record: Record) -> str:
    """The district of the first public address, to tell two groups of one name apart."""
    for location in record.locations:
        for address in location.addresses:
            return address.postal_code.split(" ")[0]
    return ""


def _candidates(record: Record) -> tuple[str, str, str]:
    return slug_candidates(slug_of(record.name, fallback=record.id.hex[:10]), _outward(record), record.id)


def _taken_slugs(session: Session, prepared: Sequence[Prepared]) -> dict[str, UUID]:
    """Which of the addresses that the batch may want belong to whom, or once did. Two statements."""
    wanted = {candidate for item in prepared for candidate in _candidates(item.record)}
    once = session.execute(
        sa.select(OldSlug.slug, OldSlug.organization_uuid).where(among(session, OldSlug.slug, wanted))
    )
    now = session.execute(
        sa.select(Organization.slug, Organization.uuid).where(among(session, Organization.slug, wanted))
    )
    return {**{row.slug: row.organization_uuid for row in once}, **{row.slug: row.uuid for row in now}}


def _listing(
    item: Prepared, known: Before | None, numbering: Numbering, owners: dict[str, UUID], now: datetime
) -> Published:
    candidates = _candidates(item.record)
    keeps = known is not None and known.slug in candidates
    slug = known.slug if known and keeps else choose_slug(candidates, owners, item.record.id)
    owners[slug] = item.record.id
    version = (known.version if known else 0) + 1
    return Published(
        id=known.id if known and known.id else numbering.take("organization"),
        slug=slug,
        version=version,
        record=item.record,
        confidential=_to_keep(item, known),
        areas=item.areas,
        card=with_slug(item.card, slug),
        page=page_text(item.text, slug=slug, version=version, areas=item.areas, now=now),
        published_at=known.published_at if known and known.published_at else now,
        last_modified=now,
        text=item.text,
        encoded=item.encoded,
    )


def _to_keep(item: Prepared, known: Before | None) -> tuple[Confidential, ...]:
    """The confidential places that differ from what is kept; one that is confidential no more is kept as empty."""
    former = known.confidential if known else {}
    now = _by_id(item.confidential)
    if former == now:
        return ()
    gone = (Confidential(place, None, None, None, ()) for place in former.keys() - now.keys())
    return (*item.confidential, *gone)


def _outcome(listing: Published, known: Before | None, change: int) -> Outcome:
    what = What.CHANGED if known and known.id else What.ADDED
    return Outcome(listing.record.id, listing.slug, what, known.version if known else 0, listing.version, change)


def _write(
    session: Session,
    batch: Sequence[Published],
    before: dict[UUID, Before],
    outcomes: Sequence[Outcome],
    actor: Actor,
    why: str,
    around: Surroundings,
    numbering: Numbering,
) -> bool:
    """Write record, revisions and changes; whether something has become confidential."""
    replaced = [known.id for item in batch if (known := before.get(item.record.id)) and known.id]
    write(session, batch, replaced=replaced, numbering=numbering, terms=listings.term_ids(session))
    _remember(session, batch, before, outcomes, actor, why)
    return conceal(session, [item.record for item in batch if item.record.id in before], around)


def derive(
    session: Session,
    batch: Sequence[Published],
    around: Surroundings,
    days: Days | None,
    ahead: Mapping[UUID, Ahead] = _NOTHING,
) -> None:
    """Bring the index, the map and the lines of files in step with ``batch``, which was just written.

    ``days`` are those whose hours the index knows. ``ahead``: what was made of some of ``batch``, by their UUIDs; it is
    made again where days or moment are others by now.
    """
    docs: list[OfferingDoc] = []
    texts: dict[int, Texts] = {}
    for item in batch:
        made = ahead.get(item.record.id)
        if made and made.holds(days, item.last_modified):
            docs += made.docs_of(item.id)
            texts[item.id] = made.lines
        else:
            docs += offering_docs(item.record, item.id, item.areas, around.terms, days)
    around.index.put(session, docs)
    around.index.drop(session, list({item.id for item in batch} - {doc.organization_id for doc in docs}))
    pins = [pin for item in batch for pin in maps.pins(item.record, item.id, item.slug)]
    maps.put(session, pins, [item.id for item in batch])
    lines.put(session, batch, docs, around.lines, made=texts)


def _remember(
    session: Session,
    batch: Sequence[Published],
    before: dict[UUID, Before],
    outcomes: Sequence[Outcome],
    actor: Actor,
    why: str,
) -> None:
    """Revisions, numbered changes, former addresses; tombstones of what came back are lifted."""
    revisions, changes, moved, back = [], [], [], []
    for listing, outcome in zip(batch, outcomes, strict=True):
        uuid, known = listing.record.id, before.get(listing.record.id)
        revisions.append(_revision(uuid, listing.version, actor, why, listing.text, listing.last_modified))
        fields = changed_fields(known.encoded(), listing.encoded) if known and known.id else []
        changes.append(_change(outcome.change or 0, uuid, listing.version, outcome.what, fields, listing.last_modified))
        if known and known.slug and known.slug != listing.slug:
            moved.append({"slug": known.slug, "organization_uuid": uuid})
        if known and not known.id:
            back.append(uuid)
    bulk.insert(session, table_of(Revision), revisions)
    bulk.insert(session, table_of(Change), changes)
    if moved:  # a listing may take up a name it once had, and leave it again
        session.execute(
            sa.delete(OldSlug).where(
                OldSlug.slug.in_([row["slug"] for row in moved] + [listing.slug for listing in batch])
            )
        )
        session.execute(sa.insert(table_of(OldSlug)), moved)
    if back:
        session.execute(sa.delete(table_of(Tombstone)).where(Tombstone.organization_uuid.in_(back)))


def _revision(uuid: UUID, version: int, actor: Actor, why: str, text: str | None, now: datetime) -> dict[str, Any]:
    return {
        "organization_uuid": uuid,
        "version": version,
        "at": now,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "why": why,
        "record": text,
    }


def _change(number: int, uuid: UUID, version: int, what: str, fields: list[str], now: datetime) -> dict[str, Any]:
    return {
        "number": number,
        "organization_uuid": uuid,
        "version": version,
        "what": what,
        "fields": fields,
        "at": now,
    }
