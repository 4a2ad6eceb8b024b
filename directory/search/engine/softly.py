"""What has some of the words: in one statement every way to have any of them, then the candidates of them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from directory.infra import plain
from directory.search.engine.candidates import candidates_of
from directory.search.engine.sources import Columns, Part
from directory.search.rules.query import Found, Query
from directory.search.rules.relaxed import Way, arranged, usable, ways_of

if TYPE_CHECKING:
    from directory.search.engine.finding import SqlIndex


def softly(index: SqlIndex, session: Session, query: Query, found: Found | None = None, *, most: int) -> Found | None:
    """A page of what has some of the words, unless ``found``, what has all of them, is as good.

    Without ``found`` None when a way to have one is too common (more than ``most`` offerings) to be read: then what has
    all of them is to be found first. Two statements at most.
    """
    ways = ways_of(query.words)
    hits = _hits(index, session, query, ways, most + 1)
    if found is None and any(len(numbers) > most for numbers in hits):
        return None
    used = [
        each
        for each, tells in zip(zip(ways, hits, strict=True), usable(query, ways, hits, most=most), strict=True)
        if tells
    ]
    if not any(numbers for _, numbers in used):
        return found if found and found.total else _commonest(index, session, query, ways, hits)
    numbers = sorted({number for _, some in used for number in some})
    some = arranged(
        query,
        [way for way, _ in used],
        [hit for _, hit in used],
        candidates_of(session, numbers),
        all_ways=len(used) == len(ways),
    )
    if found and len(some.order) <= found.total:
        return found
    page = Found(
        len(some.order), tuple(map(some.arranger.row, some.order[query.offset : query.last])), judge=some.arranger.judge
    )
    if some.every:
        return page
    return replace(page, relaxed=True, words=tuple(word.text for word in some.words), tokens=some.tokens)


def _hits(index: SqlIndex, session: Session, query: Query, ways: Sequence[Way], most: int) -> list[list[int]]:
    """The numbers of what is found in each way, at most so many."""
    parts = []
    for at, way in enumerate(ways):
        part = index.part((way.either, *query.filters), query.here, Columns.MATCHED)
        limited = Part(f"SELECT number, {at} FROM ({part.sql} LIMIT :most) way", {**part.values, "most": most})
        parts.append(limited.apart(at))
    sql = " UNION ALL ".join(f"SELECT * FROM ({part.sql}) part_{at}" for at, part in enumerate(parts))
    hits: list[list[int]] = [[] for _ in ways]
    for number, at in plain.rows(session, sql, dict(chain.from_iterable(part.values.items() for part in parts))):
        hits[at].append(number)
    return hits


def _commonest(
    index: SqlIndex, session: Session, query: Query, ways: Sequence[Way], hits: Sequence[Sequence[int]]
) -> Found:
    """What has the weightiest of the words that anything has."""
    places = {way.at for way, numbers in zip(ways, hits, strict=True) if numbers}
    if not places:
        return Found(0)
    word = max((query.words[at] for at in sorted(places)), key=lambda each: (each.weight, bool(each.means)))
    found = index.find_all(session, query.only(word))
    return found if len(query.words) == 1 else replace(found, relaxed=True, words=(word.text,), tokens=word.anywhere)
