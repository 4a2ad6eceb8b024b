"""Taxonomies and terms of other directories: kept with the import that brought them, and taken back with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.exchange.models import ForeignTaxonomy, ForeignTerm
from directory.exchange.rules import hsds_terms as rules
from directory.infra import bulk, versions
from directory.infra.db import table_of
from directory.listings.models import Attribute
from directory.listings.rules.record import Record
from directory.listings.rules.taxonomy import Terms

AT_ONCE: Final = 500  # identifiers in a statement
TAXONOMY: Final = table_of(ForeignTaxonomy)
TERM: Final = table_of(ForeignTerm)
VERSION: Final = "sources"
_COLUMNS: Final = {"id": "uuid", "taxonomy_id": "taxonomy_uuid", "parent_id": "parent_uuid"}


def keep(session: Session, run_id: int, source: str, foreign: rules.Foreign) -> Counter[str]:
    """Keep the taxonomies and terms of a package: "new", "changed" or "same", by how many.

    What another source brought is that one's to change.
    """
    counts: Counter[str] = Counter()
    for table, things in ((TAXONOMY, foreign.taxonomies), (TERM, foreign.terms)):
        rows = [_row(each) | {"source_name": source, "run_id": run_id} for each in things.values()]
        for at in range(0, len(rows), AT_ONCE):
            counts.update(_put(session, table, rows[at : at + AT_ONCE]))
    if counts["new"] or counts["changed"]:
        versions.bump(session, VERSION)
    return counts


def keep_said(session: Session, run_id: int, source: str, records: Iterable[Record], terms: Terms) -> None:
    """Keep the terms that attributes of ``records`` name, as far as they are not ours and nobody told more of them."""
    ours = {(term.taxonomy, term.slug) for term in terms}
    said = {term.id: term for term in rules.terms_said(records, ours)}
    there: set[UUID] = set()
    wanted = list(said)
    for at in range(0, len(wanted), AT_ONCE):
        there.update(session.scalars(sa.select(TERM.c.uuid).where(TERM.c.uuid.in_(wanted[at : at + AT_ONCE]))))
    keep(session, run_id, source, rules.Foreign({}, {uuid: said[uuid] for uuid in wanted if uuid not in there}))


def forget(session: Session, run_id: int) -> int:
    """Delete what an import brought that was taken back, but for terms that listings still have; how many."""
    said = sa.select(Attribute.id).where(Attribute.term_uuid == TERM.c.uuid)
    return _deleted(session, TERM.c.run_id == run_id, TAXONOMY.c.run_id == run_id, sa.exists(said))


def forget_source(session: Session, source: str) -> int:
    """The same of all that a source brought."""
    said = sa.select(Attribute.id).where(Attribute.term_uuid == TERM.c.uuid)
    return _deleted(session, TERM.c.source_name == source, TAXONOMY.c.source_name == source, sa.exists(said))


def _deleted(session: Session, terms: Any, taxonomies: Any, is_said: Any) -> int:
    gone: Any = session.execute(sa.delete(TERM).where(terms, ~is_said))
    used = sa.exists(sa.select(TERM.c.uuid).where(TERM.c.taxonomy_uuid == TAXONOMY.c.uuid))
    others: Any = session.execute(sa.delete(TAXONOMY).where(taxonomies, ~used))
    found = int(gone.rowcount + others.rowcount)
    if found:
        versions.bump(session, VERSION)
    return found


def _row(thing: Any) -> dict[str, Any]:
    names = thing.__dataclass_fields__
    return {_COLUMNS.get(name, name): getattr(thing, name) for name in names}


def _put(session: Session, table: sa.Table, rows: Sequence[dict[str, Any]]) -> Counter[str]:
    """Insert what is new, and change what its own source says anew."""
    query = sa.select(table).where(table.c.uuid.in_([row["uuid"] for row in rows]))
    there = {row["uuid"]: row for row in session.execute(query).mappings()}
    bulk.insert(session, table, [row for row in rows if row["uuid"] not in there])
    counts = Counter(new=len(rows) - len(there))
    for row in rows:
        known = there.get(row["uuid"])
        if known is None:
            continue
        said = {name: value for name, value in row.items() if name not in {"uuid", "run_id"}}
        if known["source_name"] != row["source_name"] or all(known[name] == value for name, value in said.items()):
            counts["same"] += 1
            continue
        session.execute(sa.update(table).where(table.c.uuid == row["uuid"]).values(said))
        counts["changed"] += 1
    return counts
