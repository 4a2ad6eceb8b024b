"""Which services, offerings, organisations and terms a request to the API means, in one order that lasts.

Organisations stand in the order in which they were first published, which a change does not move; their services and
offerings in the order of the record. So what is added comes last, and pages that are read one after the other neither
overlap nor miss what was there all the time.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.exchange.models import ForeignTaxonomy, ForeignTerm
from directory.exchange.queries.narrowing import Narrowed, at_offerings, at_services
from directory.infra import plain
from directory.infra.db import table_of
from directory.infra.kept import Kept
from directory.listings import models as m

SERVICE: Final = table_of(m.Service)
OFFERING: Final = table_of(m.ServiceAtLocation)
ORGANIZATION: Final = table_of(m.Organization)
NO_UUID: Final = UUID(int=0)
AT_ONCE: Final = 1_000  # rows in memory while all are read, and no fewer than a page may have
MOST_NAMED: Final = 5_000  # organisations that a statement names
_PAGE_OF: Final = {
    kind: f"SELECT d.page FROM {table} t JOIN document d ON d.organization_id = t.{owner} WHERE t.uuid = :uuid"
    for kind, table, owner in (
        ("services", "service", "owner_id"),
        ("service_at_locations", "service_at_location", "owner_id"),
        ("organizations", "organization", "id"),
    )
}
_counts: Final = Kept[str, int](8)
_ends: Final = Kept[tuple[str, int], tuple[int, int]](1_000)  # where pages end: table and offset to the key


class Item(NamedTuple):
    """A service or an offering: its organisation's integer id, and its own UUID."""

    owner_id: int
    uuid: UUID


@dataclass(frozen=True, slots=True)
class Some:
    """A page of items, or all of them as they are read, and how many there are in all."""

    total: int
    items: Iterable[Item]


class Rows(NamedTuple):
    """What a request means, all of it in its order: of each row its organisation and itself, as integer ids."""

    owners: array[int]
    ids: array[int]


def service_rows(session: Session, narrowed: Narrowed) -> Rows:
    """The services that are meant. One statement."""
    conditions = at_services(narrowed)
    if narrowed.found is not None:
        found = _found(session, conditions, narrowed.found)
        return _rows(dict.fromkeys((owner, service) for owner, service, _, _ in found))
    query = sa.select(SERVICE.c.owner_id, SERVICE.c.id).where(*conditions)
    return _rows(session.connection().execute(query.order_by(SERVICE.c.owner_id, SERVICE.c.id)))


def offering_rows(session: Session, narrowed: Narrowed) -> Rows:
    """The offerings that are meant. One statement."""
    conditions = at_offerings(narrowed)
    if narrowed.found is not None:
        found = _found(session, conditions, narrowed.found)
        return _rows((owner, offering) for owner, _, offering, _ in found)
    query = (
        sa.select(OFFERING.c.owner_id, OFFERING.c.id)
        .join(SERVICE, SERVICE.c.id == OFFERING.c.service_id)
        .where(*conditions)
        .order_by(OFFERING.c.owner_id, OFFERING.c.id)
    )
    return _rows(session.connection().execute(query))


def _rows(found: Iterable[Any]) -> Rows:
    rows = Rows(array("q"), array("q"))
    for owner, number in found:
        rows.owners.append(owner)
        rows.ids.append(number)
    return rows


def organization_rows(_session: Session, narrowed: Narrowed) -> Rows:
    """The organisations of what was found. No statement."""
    owners = array("q", sorted(narrowed.found or ()))
    return Rows(owners, owners)


def organizations(session: Session, rows: Rows | None, *, offset: int, limit: int | None) -> Some:
    """A page of the organisations that are meant: all, or those of ``rows``. Two statements, none for rows."""
    if rows is None:
        return page_of(session, ORGANIZATION, offset=offset, limit=limit)
    some = rows.ids[offset:][:limit]
    return Some(len(rows.ids), (Item(number, NO_UUID) for number in some))


def page_of(session: Session, table: sa.Table, *, offset: int, limit: int | None) -> Some:
    """A page of all services, offerings or organisations; without a limit all of them as they are read.

    Two statements.
    """
    total = counted(session, table)
    if offset >= total:
        return Some(total, ())
    owner = table.c.id if table is ORGANIZATION else table.c.owner_id
    ordered = sa.select(owner.label("owner_id"), table.c.uuid, table.c.id.label("number")).order_by(owner, table.c.id)
    if limit is None:
        return Some(total, _as_read(session, ordered))
    ends = _ends.of(session)
    at, key = _nearest(ends, table.name, offset)
    if key:  # go on from there: whoever reads page after page counts no row twice
        ordered = ordered.where(owner >= key[0], sa.tuple_(owner, table.c.id) > sa.tuple_(*map(sa.literal, key)))
    rows = session.connection().execute(ordered.offset(offset - at).limit(limit)).all()
    if rows:
        _ends.keep(ends, {(table.name, offset + len(rows)): (rows[-1].owner_id, rows[-1].number)})
    return Some(total, [Item(row.owner_id, row.uuid) for row in rows])


def _as_read(session: Session, query: sa.Select[Any]) -> Iterator[Item]:
    with session.connection().execute(query, execution_options={"yield_per": AT_ONCE}) as found:
        for row in found:
            yield Item(row.owner_id, row.uuid)


def _nearest(
    ends: Mapping[tuple[str, int], tuple[int, int]], name: str, offset: int
) -> tuple[int, tuple[int, int] | None]:
    """The last known end of a page that is not beyond ``offset``: how many came up to it, and its key."""
    known = [at for of, at in list(ends) if of == name and at <= offset]
    return (max(known), ends[name, max(known)]) if known else (0, None)


def counted(session: Session, table: sa.Table) -> int:
    """How many rows a table has: counted once for each version of the data. One statement, or none."""
    known = _counts.of(session)
    if (found := known.get(table.name)) is None:
        found = int(session.connection().execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
        _counts.keep(known, {table.name: found})
    return found


def cut(session: Session, table: sa.Table, rows: Rows, *, offset: int, limit: int | None) -> Some:
    """A page of rows of a table; without a limit all of them as they are read. One statement for each AT_ONCE."""
    end = len(rows.ids) if limit is None else offset + limit
    return Some(len(rows.ids), _named(session, table, Rows(rows.owners[offset:end], rows.ids[offset:end])))


def _named(session: Session, table: sa.Table, rows: Rows) -> Iterator[Item]:
    for at in range(0, len(rows.ids), AT_ONCE):
        ids = rows.ids[at : at + AT_ONCE].tolist()
        query = sa.select(table.c.id, table.c.uuid).where(table.c.id.in_(ids))
        uuids = {row.id: row.uuid for row in session.connection().execute(query)}
        yield from (
            Item(owner, uuids[number]) for owner, number in zip(rows.owners[at : at + AT_ONCE], ids, strict=True)
        )


def _found(
    session: Session, conditions: Sequence[sa.ColumnElement[bool]], found: Mapping[int, set[int]]
) -> Iterator[tuple[int, int, int, int]]:
    """Owner, service, offering (integer ids) and ordinal of what was found and meets ``conditions``.

    ``found`` has the ordinals of offerings by organisation, as ``listings.rules.offerings`` numbers them. One statement
    for each MOST_NAMED organisations: what is read is what was found, however much there is.
    """
    owners = sorted(found)
    for at in range(0, len(owners), MOST_NAMED):
        n = sa.func.row_number().over(partition_by=OFFERING.c.owner_id, order_by=OFFERING.c.id) - 1
        some = OFFERING.c.owner_id.in_(owners[at : at + MOST_NAMED])
        numbered = sa.select(OFFERING.c.id, n.label("n")).where(some).subquery()
        query = (
            sa.select(OFFERING.c.owner_id, OFFERING.c.service_id, OFFERING.c.id, numbered.c.n)
            .join(numbered, numbered.c.id == OFFERING.c.id)
            .join(SERVICE, SERVICE.c.id == OFFERING.c.service_id)
            .where(*conditions)
            .order_by(OFFERING.c.owner_id, OFFERING.c.id)
        )  # plain tuples: there may be many, of which few are kept
        rows = map(tuple, session.connection().execute(query))
        yield from (row for row in rows if row[3] in found[row[0]])


def stored_page(session: Session, kind: str, uuid: UUID) -> dict[str, Any] | None:
    """The stored page (``listings.queries.pages``) on which a thing stands, or None. One statement.

    ``kind``: "services", "service_at_locations" or "organizations".
    """
    bound = uuid.hex if plain.kind(session) == "sqlite" else uuid
    rows = plain.rows(session, _PAGE_OF[kind], {"uuid": bound})
    found: dict[str, Any] | None = json.loads(rows[0][0]) if rows else None
    return found


def terms(session: Session) -> list[Any]:
    """Every term of our taxonomies: uuid, code, name, description, parent, taxonomy and its uuid. One statement."""
    term, taxonomy, above = table_of(m.TaxonomyTerm), table_of(m.Taxonomy), table_of(m.TaxonomyTerm).alias()
    query = (
        sa.select(
            term.c.uuid, term.c.code, term.c.name, term.c.description, above.c.uuid.label("parent"),
            taxonomy.c.name.label("taxonomy"), taxonomy.c.uuid.label("taxonomy_uuid"), taxonomy.c.slug,
        )
        .join(taxonomy, taxonomy.c.id == term.c.taxonomy_id)
        .outerjoin(above, above.c.id == term.c.parent_id)
        .order_by(taxonomy.c.id, term.c.id)
    )  # fmt: skip
    return list(session.connection().execute(query))


def taxonomies(session: Session) -> list[Any]:
    """Every taxonomy of ours: uuid, name and description. One statement."""
    table = table_of(m.Taxonomy)
    query = sa.select(table.c.uuid, table.c.name, table.c.description).order_by(table.c.id)
    return list(session.connection().execute(query))


def foreign_taxonomies(session: Session) -> list[Any]:
    """Every taxonomy that is not ours, in an order that lasts. One statement."""
    table = table_of(ForeignTaxonomy)
    return list(session.connection().execute(sa.select(table).order_by(table.c.run_id, table.c.uuid)))


def foreign_terms(session: Session) -> list[Any]:
    """Every term that is not ours, in an order that lasts. One statement."""
    table = table_of(ForeignTerm)
    return list(session.connection().execute(sa.select(table).order_by(table.c.run_id, table.c.uuid)))


def owners(session: Session, uuids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The organisation of each location, service and offering that is published under one of ``uuids``.

    Three statements.
    """
    found: dict[UUID, UUID] = {}
    for table in (SERVICE, OFFERING, table_of(m.Location)):
        query = (
            sa.select(table.c.uuid, ORGANIZATION.c.uuid.label("organization"))
            .join(ORGANIZATION, ORGANIZATION.c.id == table.c.owner_id)
            .where(table.c.uuid.in_(uuids))
        )
        found.update({row.uuid: row.organization for row in session.connection().execute(query)})
    return found
