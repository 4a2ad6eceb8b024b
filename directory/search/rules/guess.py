"""What a sentence may be about that says no topic: by single words, each of which tells of a few.

"He will only eat beige food and spins" has no phrase of anything. "Beige" is not autism either; but whoever says it in
such a question speaks of little else. A guess counts less than what was said (``ranking.GUESSED``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from directory.core.text import fold
from directory.listings.rules.taxonomy import Topic
from directory.search.rules.stems import singular, stem
from directory.search.rules.words import STOP_WORDS

ENOUGH: Final = 0.3  # a word that tells of two topics at most, or two that agree
AS_GOOD: Final = 0.8  # of the best guess, and one more is as good
MOST: Final = 2
DOUBT: Final = 0.5  # topics that a word may tell of beside those that we thought of


class Guesser:
    """The words that tell of topics. ``empty``: stems that tell nothing."""

    def __init__(self, topics: Iterable[Topic], empty: AbstractSet[str]) -> None:
        self._told: dict[str, list[Topic]] = defaultdict(list)
        for topic in topics:
            for word in dict.fromkeys(self._key(word) for text in topic.tells for word in fold(text).split()):
                if word not in empty:
                    self._told[word].append(topic)

    @staticmethod
    def _key(word: str) -> str:
        """The stem of ``word``, unless that says nothing: innings are no "in"."""
        return singular(word) if stem(word) in STOP_WORDS and word not in STOP_WORDS else stem(word)

    def guess(self, words: Sequence[str], taken: AbstractSet[int]) -> Iterator[tuple[Topic, tuple[int, ...]]]:
        """The likeliest topics of ``words`` (folded), each with the places of those that tell of it."""
        worth: dict[str, float] = defaultdict(float)
        found: dict[str, tuple[Topic, list[int]]] = {}
        for at, word in enumerate(words):
            told = () if at in taken else self._told.get(self._key(word), ())
            for topic in told:
                worth[topic.slug] += 1.0 / (len(told) + DOUBT)
                found.setdefault(topic.slug, (topic, []))[1].append(at)
        best = sorted(worth, key=lambda slug: (-worth[slug], found[slug][0].order))[:MOST]
        for slug in best:
            if worth[slug] >= max(ENOUGH, AS_GOOD * worth[best[0]]):
                topic, places = found[slug]
                yield topic, tuple(places)
