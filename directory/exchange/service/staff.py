"""Extracts with columns that are not public: asked again whether the person may, made, and remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.accounts.service import audit
from directory.core.errors import Invalid
from directory.core.people import Acting, Role
from directory.exchange.models import StaffExtract
from directory.exchange.queries.extracts import steward_addresses
from directory.exchange.rules import csv_text
from directory.exchange.rules.columns import OfferingRow
from directory.exchange.rules.private import LEAST_PURPOSE, MOST_PURPOSE, PRIVATE, TAKEN, PrivateRow, columns_with
from directory.exchange.rules.tables import LOCATIONS, Table, places_of, rows_of
from directory.exchange.service.extract import Hit, is_all, known_of, listings_of
from directory.infra.db import Reader
from directory.search.service import Index, Query

BATCH: Final = 100  # organisations whose stewards are asked for at once
KEPT: Final = timedelta(days=730)  # as other things that staff did
KNOWN: Final = frozenset(column.name for column in PRIVATE)


@dataclass(slots=True)
class Extract:
    """An extract on its way: of which table, what for, and which private columns; ``rows`` counts what was written."""

    table: Table
    purpose: str
    columns: Sequence[str]
    id: UUID = field(default_factory=uuid4)
    rows: int = 0

    @property
    def mark(self) -> str:
        """What each row says of itself."""
        return f"Not public. Extract {self.id}: {self.purpose}"

    @property
    def taken(self) -> list[str]:
        """The private columns with their table, as the log has them."""
        return [f"{self.table.name}.{column}" for column in self.columns]


def wanted(acting: Acting, table: str, purpose: str, columns: Sequence[str]) -> Extract:
    """The extract that a person wants. Raises Forbidden for who may not, and Invalid without a purpose or columns."""
    acting.require(Role.EXPORTER)
    if table not in TAKEN:
        raise Invalid("table", table, f"one of {', '.join(TAKEN)}")
    said = " ".join(purpose.split())
    if not LEAST_PURPOSE <= len(said) <= MOST_PURPOSE:
        raise Invalid("purpose", purpose, f"{LEAST_PURPOSE} to {MOST_PURPOSE} characters")
    if not columns or not KNOWN.issuperset(columns):
        raise Invalid("columns", ", ".join(columns), f"some of {', '.join(sorted(KNOWN))}")
    return Extract(TAKEN[table], said, tuple(column.name for column in PRIVATE if column.name in columns))


def lines(
    session: Session | Reader,
    query: Query,
    extract: Extract,
    *,
    index: Index,
    url_of: Callable[[str], str],
) -> Iterator[str]:
    """The text of the CSV file, header first. Statements as ``listings_of``, and one for every BATCH organisations."""
    columns = columns_with(extract.table, extract.columns)
    line = csv_text.liner(columns)
    yield csv_text.header(columns)
    every_place = extract.table is LOCATIONS and is_all(query)
    found = listings_of(session, query, index=index)
    while some := list(islice(found, BATCH)):
        people = steward_addresses(session, [UUID(hits[0][0].record["id"]) for hits in some])
        texts = []
        for row in (row for hits in some for row in _rows(extract.table, hits, every_place=every_place)):
            private = PrivateRow(row, people.get(UUID(row.record["id"]), []), extract.mark)
            texts.append(line(private, known_of(row.page["slug"], url_of)))
        extract.rows += len(texts)
        yield "".join(texts)


def _rows(table: Table, hits: Sequence[Hit], *, every_place: bool) -> Iterator[OfferingRow]:
    """The rows of one listing, as the public file has them."""
    return rows_of(table, places_of(hits[0][0].page) if every_place else [row for row, _ in hits])


def remember(session: Session, extract: Extract, *, acting: Acting, search: str, change: int, now: datetime) -> None:
    """Write down that a person took ``extract``; before it is handed out. Raises Forbidden."""
    acting.require(Role.EXPORTER)
    session.execute(
        sa.insert(StaffExtract).values(
            id=extract.id,
            at=now,
            person_id=acting.known_id,
            purpose=extract.purpose,
            columns=extract.taken,
            search=search,
            rows=extract.rows,
            change=change,
        )
    )
    audit.note(session, "staff-extract", acting=acting, subject=extract.id, now=now)


def forget_old(session: Session, now: datetime) -> int:
    """Delete what was remembered of extracts for long enough; how many."""
    done: Any = session.execute(sa.delete(StaffExtract).where(StaffExtract.at < now - KEPT))
    return int(done.rowcount)
