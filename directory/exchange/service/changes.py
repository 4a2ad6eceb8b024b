"""What changed, for whoever keeps a copy: the numbered changes as a file, and the newest as a feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from directory.exchange.rules import csv_text
from directory.exchange.rules.feed import Entry
from directory.exchange.rules.tables import CHANGES, ChangeRow
from directory.exchange.service.extract import is_all, known_of
from directory.infra.db import Reader
from directory.listings import queries as listings
from directory.publishing import queries as publishing
from directory.search.service import Index, Query

BATCH: Final = 500  # rows in memory at once
ENTRIES: Final = 50  # of the feed


class Members:
    """Which organisations a search finds, a bit each: a million take 125 kB."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, number: int) -> None:
        """Have ``number`` among them."""
        missing = (number >> 3) + 1 - len(self._bits)
        if missing > 0:
            self._bits.extend(bytes(max(missing, 1024)))
        self._bits[number >> 3] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        return number >> 3 < len(self._bits) and bool(self._bits[number >> 3] >> (number & 7) & 1)


def found_by(session: Session | Reader, query: Query, *, index: Index) -> Members | None:
    """The organisations that ``query`` finds; None when it finds all. One statement, none for all."""
    if is_all(query):
        return None
    found = Members()
    for match in index.matches(session, query):
        found.add(match.organization_id)
    return found


def change_lines(
    session: Session | Reader,
    query: Query,
    since: int | datetime,
    *,
    index: Index,
    url_of: Callable[[str], str],
) -> Iterator[str]:
    """Lines of the CSV of changes, in texts of a few hundred. Two statements, one for everything.

    All changes are there, whatever the search, and ``matches`` tells: a copy must hear of what is found no more.
    """
    members, line = found_by(session, query, index=index), csv_text.liner(CHANGES.columns)
    for batch in publishing.every_change(session, since, at_once=BATCH):
        texts = []
        for change in batch:
            there = change.organization_id
            matches = None if there is None else members is None or there in members
            row = ChangeRow(
                change.number,
                str(change.uuid),
                change.what,
                change.fields,
                change.at.isoformat(),
                change.name or "",
                matches,
            )
            texts.append(line(row, known_of(change.slug, url_of) if change.slug else _nothing))
        yield "".join(texts)


def _nothing(_name: str) -> None:
    """A listing that is gone has no address."""


def newest(session: Session | Reader, query: Query, *, index: Index) -> list[Entry]:
    """Those of what ``query`` finds that changed last, at most ENTRIES. Three statements, two for everything."""
    members, found = found_by(session, query, index=index), []
    for batch in publishing.latest(session, at_once=BATCH):
        found += [row for row in batch if members is None or row.id in members]
        if len(found) >= ENTRIES:
            break
    cards = listings.cards(session, [row.id for row in found[:ENTRIES]])
    return [
        Entry(row.uuid, row.slug, card["name"], card["summary"], row.published_at, row.last_modified)
        for row in found[:ENTRIES]
        if (card := cards.get(row.id))
    ]
