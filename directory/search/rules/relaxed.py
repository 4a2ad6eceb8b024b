"""When too few have all the words: what has some of them, the most and the rarest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

from directory.search.rules.arrange import Arranger, Candidate, Standing
from directory.search.rules.numbers import number_of
from directory.search.rules.query import Either, Query, Word
from directory.search.rules.ranking import rarity

FEW: Final = 5  # organisations that have all the words: with fewer, those with some of them follow
MOST_KEPT: Final = 4  # words that are looked for, the rarest


class Way(NamedTuple):
    """One of two ways to have a word: to say it, or to be what it means."""

    at: int  # the word's place in the query
    either: Either


@dataclass(frozen=True, slots=True)
class Some:
    """What has some of the words. ``tokens``: one of these is there; ``words``: for those, as the index has them."""

    tokens: Either
    words: tuple[Word, ...]
    order: list[Standing]


def ways_of(words: Sequence[Word]) -> list[Way]:
    """Every way to have any of the words."""
    return [Way(at, either) for at, word in enumerate(words) for either in (word.said, word.means) if either]


def arranged(query: Query, ways: Sequence[Way], hits: Sequence[Sequence[Candidate]], *, most: int) -> Some | None:
    """The organisations with some of the words, in their order; None when nothing rarer than ``most`` was found.

    ``hits``: what was found in each of ``ways``, cut when it is more than ``most``: so common a word tells nothing.
    """
    found: dict[int, int] = defaultdict(int)  # by the word's place, how many have it at most
    for way, rows in zip(ways, hits, strict=True):
        found[way.at] += len(rows)
    rare = sorted((at for at, many in found.items() if 0 < many <= most), key=lambda at: found[at])
    kept = sorted(rare[:MOST_KEPT])
    used = [(way.at, rows) for way, rows in zip(ways, hits, strict=True) if way.at in kept and rows]
    if not used:
        return None
    worth: dict[int, dict[int, float]] = defaultdict(dict)  # by offering, for each word
    for at, rows in used:
        value = rarity(len(rows))
        for number, *_ in rows:
            worth[number][at] = max(value, worth[number].get(at, 0.0))
    words = tuple(query.words[at] for at in kept)
    order = Arranger(query.only(*words)).order({row[0]: row for _, rows in used for row in rows}.values())
    best = {number: sum(had.values()) for number, had in worth.items()}
    order.sort(  # among equals the order stays
        key=lambda standing: -max(best[number_of(standing.base, ordinal)] for ordinal in standing.ordinals)
    )
    return Some(tuple(dict.fromkeys(chain(*(word.anywhere for word in words)))), words, order)
