"""What has all of the words, or some of them when that is better: one way for an index and for a board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from directory.search.rules.arrange import Candidate
from directory.search.rules.query import Found, Query
from directory.search.rules.relaxed import FEW, Way, arranged, usable, ways_of


class Asking(Protocol):
    """Answers for one query, its filters and its circle."""

    def all_of(self, query: Query) -> Found:
        """A page of what has all the words of ``query``, which is the same but for its words."""

    def hits(self, ways: Sequence[Way], most: int) -> list[list[int]]:
        """The numbers of what is found in each way; only the first ``most`` where there are more."""

    def candidates(self, numbers: Sequence[int]) -> list[Candidate]:
        """The candidates of ``numbers``, in their order."""


def found_by(ask: Asking, query: Query, *, most: int) -> Found:
    """A page of what ``query`` finds. A way that finds more than ``most`` offerings is not judged one by one."""
    if query.is_by_topic and (about := _softly(ask, query, most=most)):
        return about
    found = ask.all_of(query)
    if found.total >= FEW or len(query.words) < 2:
        return found
    return _softly(ask, query, found, most=most) or found


def _softly(ask: Asking, query: Query, found: Found | None = None, *, most: int) -> Found | None:
    """A page of what has some of the words, unless ``found``, what has all of them, is as good.

    Without ``found`` None when one is too common for those that have it to be read: then what has all of them is to be
    found first.
    """
    ways = ways_of(query.words)
    hits = ask.hits(ways, most + 1)
    if found is None and _is_common(query, ways, hits, most=most):
        return None
    used = [
        each
        for each, tells in zip(zip(ways, hits, strict=True), usable(query, ways, hits, most=most), strict=True)
        if tells
    ]
    if not any(numbers for _, numbers in used):
        return found if found and found.total else _commonest(ask, query, ways, hits)
    numbers = sorted({number for _, some in used for number in some})
    some = arranged(
        query,
        [way for way, _ in used],
        [hit for _, hit in used],
        ask.candidates(numbers),
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


def _is_common(query: Query, ways: Sequence[Way], hits: Sequence[Sequence[int]], *, most: int) -> bool:
    """Whether more than ``most`` have one of the topics, in every way in which anything has it."""
    common = {way.at for way, numbers in zip(ways, hits, strict=True) if len(numbers) > most}
    few = {way.at for way, numbers in zip(ways, hits, strict=True) if 0 < len(numbers) <= most}
    return any(at not in few for at in common if query.words[at].weight)


def _commonest(ask: Asking, query: Query, ways: Sequence[Way], hits: Sequence[Sequence[int]]) -> Found:
    """What has the weightiest of the words that anything has."""
    places = {way.at for way, numbers in zip(ways, hits, strict=True) if numbers}
    if not places:
        return Found(0)
    word = max((query.words[at] for at in sorted(places)), key=lambda each: (each.weight, bool(each.means)))
    found = ask.all_of(query.only(word))
    return found if len(query.words) == 1 else replace(found, relaxed=True, words=(word.text,), tokens=word.anywhere)
