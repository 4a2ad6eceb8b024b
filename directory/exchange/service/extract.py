"""A search as the text of a file, from one snapshot: every match, in batches that stay small in memory.

The rows stand in the order of the index, whatever the search sorts by: an organisation's offerings together, the
organisations that are best kept up first. So two files of the same data are the same, and none has to be sorted. Rows
are stored as they stand in the file; a file of everything is a copy of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice
from typing import TypeAlias

from sqlalchemy.orm import Session

from directory.exchange.rules import csv_text
from directory.exchange.rules.columns import OfferingRow, Value, offering_rows
from directory.exchange.rules.lines import Ending, row_ending
from directory.exchange.rules.stored import KIND_OF
from directory.exchange.rules.tables import LOCATIONS, Table, places_of
from directory.exchange.rules.tables import rows_of as rows_in
from directory.infra.db import Reader
from directory.listings import queries as listings
from directory.publishing import queries as publishing
from directory.publishing.rules import TextKind
from directory.search.rules.docs import NOT_OFFERED
from directory.search.service import Matching, Query

Hit: TypeAlias = tuple[OfferingRow, float | None]  # an offering, and how far it is from where the search was, metres

BATCH = 500  # rows whose texts are in memory at once
PAGES = 100  # listings whose pages are


def rows(
    session: Session | Reader, query: Query, *, index: Matching, kind: TextKind, ending: Ending
) -> Iterator[list[str]]:
    """Batches of rows as text, none empty. ``kind``: lines or features."""
    if is_all(query):
        before, after = ending.before_slug, ending.after_slug
        for batch in publishing.every_text(session, kind, at_once=BATCH):
            yield [f"{text}{before}{slug}{after}" for slug, text in batch]
        return
    found = index.matches(session, query)
    while some := list(islice(found, BATCH)):
        lines = publishing.offering_texts_at(session, kind, [match.number for match in some])
        made = [ending.whole(*line, match.distance_m) for match in some if (line := lines.get(match.number))]
        if made:
            yield made


def rows_of(session: Session | Reader, organization_ids: Sequence[int], *, ending: Ending) -> list[str]:
    """Every line of some organisations (a few dozen) for a CSV file, in their order. One statement, none for none."""
    lines = publishing.offering_texts_of(session, TextKind.LINE, organization_ids) if organization_ids else {}
    order = {number: at for at, number in enumerate(organization_ids)}
    ordered = sorted(lines.items(), key=lambda item: (order[item[0][0]], item[0][1]))
    return [ending.whole(slug, text, None) for _key, (slug, text) in ordered]


def is_all(query: Query) -> bool:
    """Whether ``query`` finds everything there is, and measures no distance."""
    return query.is_everything and query.here is None and not query.nothing


def listings_of(session: Session | Reader, query: Query, *, index: Matching) -> Iterator[list[Hit]]:
    """Each listing that ``query`` finds, as its offerings that match, in the order of files.

    One statement for everything; for a search one, and one more for every PAGES listings.
    """
    if is_all(query):
        for pages in publishing.every_page(session, at_once=PAGES):
            for page in pages:
                found_in = offering_rows(page)
                everywhere: list[Hit] = [
                    (row, None) for row in found_in if row.service.get("status") not in NOT_OFFERED
                ]
                yield everywhere
        return
    found = groupby(index.matches(session, query), key=lambda match: match.organization_id)
    wanted = ((owner, [(match.n, match.distance_m) for match in own]) for owner, own in found)
    while some := list(islice(wanted, PAGES)):
        there = listings.pages(session, [owner for owner, _ in some])
        for owner, own in some:
            if owner in there:
                rows = offering_rows(there[owner], [ordinal for ordinal, _ in own])
                yield list(zip(rows, [distance for _, distance in own], strict=True))


def table_lines(
    session: Session | Reader, query: Query, table: Table, *, index: Matching, url_of: Callable[[str], str]
) -> Iterator[str]:
    """The lines of a CSV file of ``table`` in texts of some. Everything is a copy; statements as ``listings_of``."""
    if is_all(query):
        ending = row_ending(url_of)
        before, after = ending.before_slug, ending.after_slug
        for batch in publishing.every_text(session, KIND_OF[table.name], at_once=BATCH):
            yield "".join([f"{text}{before}{slug}{after}" for slug, text in batch])
        return
    yield from made_lines(session, query, table, index=index, url_of=url_of)


def made_lines(
    session: Session | Reader, query: Query, table: Table, *, index: Matching, url_of: Callable[[str], str]
) -> Iterator[str]:
    """The same lines made of stored pages, a text for each listing. Statements as ``listings_of``."""
    line = csv_text.liner(table.columns)
    every_place = table is LOCATIONS and is_all(query)
    for hits in listings_of(session, query, index=index):
        page = hits[0][0].page
        rows = rows_in(table, places_of(page) if every_place else [row for row, _ in hits])
        yield "".join([line(row, known_of(page["slug"], url_of)) for row in rows])


def known_of(slug: str, url_of: Callable[[str], str], distance_m: float | None = None) -> Callable[[str], Value]:
    """What tells the columns that no stored row knows: the address of the listing, and the distance."""

    def known(name: str) -> Value:
        if name == "listing":
            return url_of(slug)
        return None if distance_m is None else round(distance_m)

    return known
