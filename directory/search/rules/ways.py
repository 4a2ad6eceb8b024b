"""Ways to match well, for what is found more often than can be judged one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from directory.search.rules.word import Every, Word
from directory.search.rules.words import whole_name


def whole(words: Sequence[Word], called: str = "") -> Every:
    """The name and nothing else: those come before everything, so none may be missed."""
    return ((whole_name((called or " ".join(dict.fromkeys(word.text for word in words))).split()),),)


def best_ways(words: Sequence[Word], called: str = "") -> Iterator[Every]:
    """Ways to match best: the whole name; every word in the name; in name, service or first need; in any need."""
    yield whole(words, called)
    yield tuple(word.named for word in words)
    yield tuple(word.well for word in words)
    if any(word.means for word in words):
        yield tuple(word.served for word in words)
    if any(word.weight for word in words):
        yield tuple(word.said for word in words)


def good_ways(words: Sequence[Word]) -> Iterator[Every]:
    """All but one of the words in name or service: of every two words one stands there."""
    if len(words) > 1:
        pairs = combinations((word.served for word in words), 2)
        yield (*(word.anywhere for word in words), *((*one, *other) for one, other in pairs))
