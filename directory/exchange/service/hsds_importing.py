"""An import of an HSDS package: its rows as records, and these through the door as one run that can be undone."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core.identifiers import stable_uuid
from directory.exchange.queries import oruk as queries
from directory.exchange.rules.hsds_kit import View
from directory.exchange.rules.hsds_read import Reader
from directory.exchange.rules.hsds_terms import Foreign
from directory.exchange.rules.hsds_told import Told
from directory.exchange.service import foreign
from directory.exchange.service.hsds_files import MOST_BYTES, digest, rows_in
from directory.exchange.service.hsds_store import Records, Store, Stored
from directory.listings.rules.codec import encode
from directory.listings.rules.record import Location, Offering, Record, Service
from directory.publishing.service import Surroundings
from directory.publishing.service.imports import FileFacts, Proposed, begin, finish, import_batch

AT_ONCE: Final = 100  # organisations in a transaction
MAPPING: Final = "hsds"


@dataclass(slots=True)
class Package:
    """What a file holds: its records, what was wrong, and how many rows each table has."""

    path: Path
    source: str
    records: Records
    told: Told
    rows: Counter[str] = field(default_factory=Counter)
    foreign: Foreign = field(default_factory=Foreign)
    edited: list[UUID] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    terms: Counter[str] = field(default_factory=Counter)  # taxonomies and terms: new, changed, same
    resumed: bool = False  # counts are of the whole import, with what was done before it was cut short


def read_package(path: Path, view: View, *, source: str, now: datetime, most: int = MOST_BYTES) -> Package:
    """Everything in the package at ``path``, which may have ``most`` bytes unpacked: on disk, if it is much.

    Raises Invalid when it cannot be read at all.
    """
    store = Store()
    tables = Stored(rows_in(path, most=most), source, store)
    reader = Reader(tables, view, now=now)
    found = Package(path, source, Records(store), reader.told, tables.sizes, reader.foreign)
    for record in reader.records():
        found.records.add(record)
        found.counts.update(organisations=1, services=len(record.services), locations=len(record.locations))
    return found


def start(session: Session, package: Package, *, now: datetime) -> int:
    """The number of the run; a run of the same file that was cut short goes on."""
    facts = FileFacts(
        source_name=package.source, mapping=MAPPING, file_name=package.path.name, file_digest=digest(package.path)
    )
    run_id, package.resumed = begin(session, facts, now=now)
    return run_id


def keep_terms(session: Session, run_id: int, package: Package, *, around: Surroundings) -> None:
    """Keep the taxonomies and terms that are not ours; before the listings that have them."""
    package.terms = foreign.keep(session, run_id, package.source, package.foreign)
    foreign.keep_said(session, run_id, package.source, package.records, around.terms)


def batches(package: Package) -> Iterator[Sequence[Record]]:
    """The records, AT_ONCE at a time."""
    for at in range(0, len(package.records), AT_ONCE):
        yield package.records[at : at + AT_ONCE]


def step(
    session: Session, run_id: int, batch: Sequence[Record], package: Package, *, around: Surroundings, now: datetime
) -> None:
    """Publish one batch and count what came of it, also in the part of the run before it was cut short."""
    result = import_batch(session, run_id, proposals(session, batch), around=around, now=now).in_all()
    package.counts.update({"new": result.new, "changed": result.changed, "same": result.same})
    package.counts["edited since"] += len(result.edited_since)
    package.edited += result.edited_since


def close(session: Session, run_id: int, package: Package, *, now: datetime) -> None:
    """End the run."""
    finish(session, run_id, {**package.counts, "skipped": package.told.skipped}, now=now)


def proposals(session: Session, records: Sequence[Record]) -> list[Proposed]:
    """The records as an import takes them; none has a part of another organisation's. Three statements."""
    theirs = queries.owners(session, [uuid for record in records for uuid in _parts(record)])
    return [proposed(_apart(record, theirs)) for record in records]


def proposed(record: Record) -> Proposed:
    """The record with a digest of what it says."""
    said = encode(replace(record, source=replace(record.source, fetched_at=None)))  # when it was read says nothing new
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return Proposed(record, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


def _parts(record: Record) -> Iterator[UUID]:
    yield from (place.id for place in record.locations)
    for service in record.services:
        yield service.id
        yield from (offering.id for offering in service.offerings)


def _apart(record: Record, owners: dict[UUID, UUID]) -> Record:
    """``record`` with new lasting identifiers for parts whose identifiers are those of another organisation's."""
    taken = {uuid for uuid in _parts(record) if owners.get(uuid, record.id) != record.id}
    if not taken:
        return record

    def own(uuid: UUID) -> UUID:
        return stable_uuid(uuid, record.id) if uuid in taken else uuid

    def offering(item: Offering) -> Offering:
        return replace(item, id=own(item.id), location_id=own(item.location_id) if item.location_id else None)

    def part(item: Any) -> Any:
        changes: dict[str, Any] = {"id": own(item.id)}
        if isinstance(item, Service):
            changes["offerings"] = tuple(map(offering, item.offerings))
        return replace(item, **changes)

    places: tuple[Location, ...] = tuple(map(part, record.locations))
    return replace(record, locations=places, services=tuple(map(part, record.services)))
