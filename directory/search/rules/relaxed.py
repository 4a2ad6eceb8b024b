"""Found softly: what has some of the words, those first that have the most of their weight.

For a sentence, which hardly anything has all the words of, and for what is about a topic, which is more or less said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

from directory.search.rules.arrange import Arranger, Candidate, Standing
from directory.search.rules.query import Query
from directory.search.rules.ranking import (
    COMMON,
    LESS,
    MEANING,
    MEANT,
    PLACE,
    PLAIN,
    RAREST,
    SAID,
    TOLD,
    TOPIC,
    WHO,
    Had,
    Partly,
    rarity,
)
from directory.search.rules.word import Either, Word

FEW: Final = 5  # organisations that have all the words: with fewer, those with some of them follow
MOST_TELLING: Final = 3  # words of what a topic finds that are looked for even when all of them are too common


class Way(NamedTuple):
    """One of the ways to have a word: to say it, to say what its topic looks for, or to be what it means."""

    at: int  # the word's place in the query
    had: Had
    either: Either


@dataclass(frozen=True, slots=True)
class Some:
    """What has some of the words. ``tokens``: one of these is there; ``words``: for those, as the index has them.

    ``every``: all in ``order`` have all of the words, and nothing else does.
    """

    tokens: Either
    words: tuple[Word, ...]
    every: bool
    order: list[Standing]
    arranger: Arranger


def ways_of(words: Sequence[Word]) -> list[Way]:
    """Every way to have any of the words."""
    ways = (
        Way(at, had, either)
        for at, word in enumerate(words)
        for had, either in (
            (SAID, word.own),
            (TOLD, word.told[:MOST_TELLING]),
            (TOLD, word.told[MOST_TELLING:]),
            (MEANT, word.means),
        )
    )
    return [way for way in ways if way.either]


def usable(query: Query, ways: Sequence[Way], hits: Sequence[Sequence[int]], *, most: int) -> list[bool]:
    """Whether each of ``ways`` tells something: a word that more than ``most`` have tells nothing, be it said or meant.

    Of a topic each way stands for itself: many may meet the need, and few say what it looks for.
    """
    found: dict[int, int] = defaultdict(int)
    for way, numbers in zip(ways, hits, strict=True):
        found[way.at] += len(numbers)
    return [
        len(numbers) <= most if query.words[way.at].weight else found[way.at] <= most
        for way, numbers in zip(ways, hits, strict=True)
    ]


def found_by(ways: Sequence[Way], hits: Sequence[Sequence[int]]) -> Mapping[int, Mapping[int, Had]]:
    """For each offering (its number) the places of the words that it has, and how. ``hits``: those of each way."""
    had: dict[int, dict[int, Had]] = defaultdict(dict)
    for way, numbers in zip(ways, hits, strict=True):
        for number in numbers:
            had[number][way.at] = had[number].get(way.at, 0) | way.had
    return had


def arranged(
    query: Query, ways: Sequence[Way], hits: Sequence[Sequence[int]], candidates: Sequence[Candidate], *, all_ways: bool
) -> Some:
    """The organisations with some of the words, in their order.

    ``ways`` are the usable ones, ``hits`` the numbers found in each, ``candidates`` those of all of them; ``all_ways``:
    there were no others.
    """
    had = found_by(ways, hits)
    found: dict[int, int] = defaultdict(int)  # by the word's place, how many have it at most
    for way, numbers in zip(ways, hits, strict=True):
        found[way.at] += len(numbers)
    weights = [_weight(word, found[at]) for at, word in enumerate(query.words)]
    arranger = Arranger(query, Partly(had, weights))
    order = arranger.order(candidates)
    every = all_ways and len(query.words) == 1
    used = [way for way, numbers in zip(ways, hits, strict=True) if numbers]
    words = tuple(query.words[at] for at in sorted({way.at for way in used}))
    return Some(tuple(dict.fromkeys(chain(*(way.either for way in used)))), words, every, order, arranger)


def _weight(word: Word, found: int) -> float:
    if word.weight:
        return TOPIC * word.weight * min(1.0, float((COMMON / max(1, found)) ** LESS))
    if word.around:
        return PLACE
    if word.means:
        return WHO if word.who else MEANING
    return PLAIN * min(RAREST, rarity(found)) if found else 0.0
