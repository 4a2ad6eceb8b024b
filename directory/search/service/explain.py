"""Why each of the first that a search finds stands where it does, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from sqlalchemy.orm import Session

from directory.areas.service import AreaIndex
from directory.core.geo import MILE_M
from directory.geocoding.rules import Miss
from directory.geocoding.service import Geocoding
from directory.listings.rules.taxonomy import Terms
from directory.search.engine import Index
from directory.search.queries import Held, held
from directory.search.rules.near import METRES_PER_DEGREE, stands_at_m
from directory.search.rules.numbers import LAST_ORDINAL
from directory.search.rules.query import Query, Row, serving
from directory.search.rules.ranking import Judge
from directory.search.rules.request import SearchRequest
from directory.search.rules.when import Moment
from directory.search.rules.word import Word
from directory.search.service.page import SearchPage, search

FIRST: Final = 10
_ANYWHERE: Final = math.inf


def explained(
    session: Session,
    request: SearchRequest,
    *,
    index: Index,
    geocoding: Geocoding,
    areas: AreaIndex,
    terms: Terms,
    moment: Moment,
) -> list[str]:
    """A line on how the search was understood, one for each of the first ten, best first, with its reasons below.

    Raises Unavailable when the search takes too long.
    """
    page = search(session, request, index=index, geocoding=geocoding, areas=areas, terms=terms, moment=moment)
    query = page.query
    judged = query.only(*(word for word in query.words if not page.relaxed or word.text in page.words))
    rows = page.rows[:FIRST]
    of: dict[int, list[Held]] = {}
    for offering in held(session, [row.organization_id for row, _ in rows]):
        of.setdefault(offering.organization_id, []).append(offering)
    lines = list(_understood(page, query))
    for place, (row, card) in enumerate(rows, 1):
        lines.append(f"{place}. {card['name']}")
        lines += [f"   {reason}" for reason in _reasons(row, of.get(row.organization_id, []), judged, page.judge)]
    return lines


def _understood(page: SearchPage, query: Query) -> Iterator[str]:
    words = ", ".join(map(_looked_up, query.words))
    yield f"{page.total} organisations; words looked up: {words or 'none'}"
    if page.typed:
        yield f"errors put right: {page.typed!r} became {page.request.q!r}"
    if page.moved:
        yield f"the place {page.moved!r} stood among the words"
    if isinstance(page.near, Miss):
        yield f"the place {page.request.near!r} is left out: it is not one that this directory covers or knows"
    if page.relaxed:
        yield f"hardly anything has all the words: some of {', '.join(page.words)}, the most and rarest first"


def _reasons(row: Row, offerings: list[Held], query: Query, judge: Judge | None) -> Iterator[str]:
    """Of the offering that stands best: how far away it counts, what each word adds, and the sum."""
    judge = judge or Judge(query.words, called=query.called)
    matched = [offering for offering in offerings if offering.number & LAST_ORDINAL in row.offerings]
    if not matched:
        return

    def key(offering: Held) -> float:
        return _away_m(offering, query) + (
            judge.further_m(offering.name, offering.service, offering.number, _at(offering)) if query.words else 0.0
        )

    best = min(matched, key=key)
    if query.here:
        yield f"{_miles(_away_m(best, query))} away{'' if best.latitude is not None else ', as it serves the area'}"
    if query.words:
        for word, where, metres in judge.reasons(best.name, best.service, best.number, _at(best)):
            yield f"{word}: {where} ({_miles(metres, sign=True)})"
    yield f"= {_miles(key(best))}; among equals what was confirmed last comes first"


def _away_m(offering: Held, query: Query) -> float:
    """How far away it counts, as ``rules.arrange`` has it."""
    if query.here is None:
        return 0.0
    if offering.latitude is not None and offering.longitude is not None:
        return math.sqrt(query.here.flat.squared(offering.latitude, offering.longitude)) * METRES_PER_DEGREE
    found = (stands_at_m(token.partition("=")[2]) for token in serving(query.here) if f" {token} " in offering.service)
    return min(found, default=_ANYWHERE)


def _at(offering: Held) -> tuple[float | None, float | None]:
    return offering.latitude, offering.longitude


def _miles(metres: float, *, sign: bool = False) -> str:
    return f"{metres / MILE_M:{'+' if sign else ''}.2f} miles"


def _looked_up(word: Word) -> str:
    others = dict.fromkeys((*word.texts, *word.heard, *word.number, *word.means))  # phrases as words, not as tokens
    others.pop(word.text, None)
    told = [*others, *(["who is there"] if word.around else [])]
    return f"{word.text} ({' or '.join(told)})" if told else word.text
