"""Which services, offerings, organisations and terms a request to the API means, in one order that lasts.

Organisations stand in the order in which they were first published, which a change does not move; their services and
offerings in the order of the record. So what is added comes last, and pages that are read one after the other neither
overlap nor miss what was there all the time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.exchange.queries.narrowing import Narrowed, at_offerings, at_services
from directory.infra.db import table_of
from directory.infra.kept import Kept
from directory.listings import models as m

SERVICE: Final = table_of(m.Service)
OFFERING: Final = table_of(m.ServiceAtLocation)
ORGANIZATION: Final = table_of(m.Organization)
MOST_NAMED: Final = 5_000  # organisations that a statement names; of more, every row is read
_counts: Final = Kept[str, int](8)
_ends: Final = Kept[tuple[str, int], tuple[int, int]](1_000)  # where pages end: table and offset to the key


class Item(NamedTuple):
    """A service or an offering: its organisation's integer id, and its own UUID."""

    owner_id: int
    uuid: UUID


@dataclass(frozen=True, slots=True)
class Some:
    """A page of items, and how many there are in all."""

    total: int
    items: Sequence[Item]


def services(session: Session, narrowed: Narrowed, *, offset: int, limit: int | None) -> Some:
    """The services that are meant. Two statements."""
    conditions = at_services(narrowed)
    if narrowed.found is not None:
        rows = _found(session, conditions, narrowed.found)
        return _cut(
            session, SERVICE, list(dict.fromkeys((owner, service) for owner, service, _, _ in rows)), offset, limit
        )
    return _page(
        session, SERVICE, sa.select(SERVICE.c.owner_id, SERVICE.c.uuid).where(*conditions), offset, limit, narrowed
    )


def offerings(session: Session, narrowed: Narrowed, *, offset: int, limit: int | None) -> Some:
    """The offerings that are meant. Two statements."""
    conditions = at_offerings(narrowed)
    if narrowed.found is not None:
        rows = _found(session, conditions, narrowed.found)
        return _cut(session, OFFERING, [(owner, number) for owner, _, number, _ in rows], offset, limit)
    query = (
        sa.select(OFFERING.c.owner_id, OFFERING.c.uuid)
        .join(SERVICE, SERVICE.c.id == OFFERING.c.service_id)
        .where(*conditions)
    )
    return _page(session, OFFERING, query, offset, limit, narrowed)


def organizations(session: Session, found: Mapping[int, Any] | None, *, offset: int, limit: int | None) -> Some:
    """The organisations that are meant: all, or those ``found``. Two statements, one for those found."""
    if found is None:
        return _page(
            session,
            ORGANIZATION,
            sa.select(ORGANIZATION.c.id.label("owner_id"), ORGANIZATION.c.uuid),
            offset,
            limit,
            Narrowed(),
        )
    some = sorted(found)[offset:][:limit]
    return Some(len(found), [Item(number, UUID(int=0)) for number in some])


def _page(
    session: Session, table: sa.Table, query: sa.Select[Any], offset: int, limit: int | None, narrowed: Narrowed
) -> Some:
    total = counted(session, table) if narrowed.is_open else _count(session, query)
    if offset >= total:
        return Some(total, ())
    owner = table.c.id if table is ORGANIZATION else table.c.owner_id
    ordered = query.add_columns(table.c.id.label("number")).order_by(owner, table.c.id)
    ends = _ends.of(session) if narrowed.is_open else {}
    at, key = _nearest(ends, table.name, offset)
    if key:  # go on from there: whoever reads page after page counts no row twice
        ordered = ordered.where(owner >= key[0], sa.tuple_(owner, table.c.id) > sa.tuple_(*map(sa.literal, key)))
    rows = session.connection().execute(ordered.offset(offset - at).limit(limit)).all()
    if rows and narrowed.is_open:
        _ends.keep(ends, {(table.name, offset + len(rows)): (rows[-1].owner_id, rows[-1].number)})
    return Some(total, [Item(row.owner_id, row.uuid) for row in rows])


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


def _count(session: Session, query: sa.Select[Any]) -> int:
    return int(session.connection().execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar_one())


def _cut(session: Session, table: sa.Table, found: list[tuple[int, int]], offset: int, limit: int | None) -> Some:
    """A page of rows that were found, as owner and integer id. One statement, none for an empty page."""
    some = found[offset:][:limit]
    uuids: dict[int, UUID] = {}
    for at in range(0, len(some), MOST_NAMED):
        ids = [number for _, number in some[at : at + MOST_NAMED]]
        query = sa.select(table.c.id, table.c.uuid).where(table.c.id.in_(ids))
        uuids |= {row.id: row.uuid for row in session.connection().execute(query)}
    return Some(len(found), [Item(owner, uuids[number]) for owner, number in some])


def _found(
    session: Session, conditions: Sequence[sa.ColumnElement[bool]], found: Mapping[int, set[int]]
) -> Iterator[Any]:
    """Owner, service, offering (integer ids) and ordinal of what was found and meets ``conditions``. One statement.

    ``found`` has the ordinals of offerings by organisation, as ``listings.rules.offerings`` numbers them.
    """
    if not found:
        return iter(())
    n = sa.func.row_number().over(partition_by=OFFERING.c.owner_id, order_by=OFFERING.c.id) - 1
    ranked = sa.select(OFFERING.c.id, n.label("n"))
    if len(found) <= MOST_NAMED:
        ranked = ranked.where(OFFERING.c.owner_id.in_(sorted(found)))
    numbered = ranked.subquery()
    query = (
        sa.select(OFFERING.c.owner_id, OFFERING.c.service_id, OFFERING.c.id, numbered.c.n)
        .join(numbered, numbered.c.id == OFFERING.c.id)
        .join(SERVICE, SERVICE.c.id == OFFERING.c.service_id)
        .where(*conditions)
        .order_by(OFFERING.c.owner_id, OFFERING.c.id)
    )
    none: set[int] = set()  # plain tuples: there may be a million rows, of which few are kept
    rows = session.connection().execute(query)
    return (row for row in map(tuple, rows) if row[3] in found.get(row[0], none))


def owner_of(session: Session, kind: str, uuid: UUID) -> int | None:
    """The integer id of the organisation to which a thing belongs, or None. One statement.

    ``kind``: "services", "service_at_locations" or "organizations".
    """
    table = {"services": SERVICE, "service_at_locations": OFFERING, "organizations": ORGANIZATION}[kind]
    owner = table.c.id if table is ORGANIZATION else table.c.owner_id
    found: int | None = session.connection().execute(sa.select(owner).where(table.c.uuid == uuid)).scalar()
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
