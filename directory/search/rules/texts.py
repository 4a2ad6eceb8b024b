"""What texts are found by: their words, which of them stand beside each other, and other spellings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Final

from directory.core.text import fold
from directory.search.rules.stems import stem
from directory.search.rules.words import (
    MOST_TEXT_WORDS,
    hyphenated,
    in_latin,
    joined,
    pairs,
    sound,
    sounding,
    telling_of,
)

HEAD: Final = 20  # words at the beginning of a text that count more than the rest
SHORT: Final = 60  # characters of what many say: the name of a language, an audience, a town, a street
REMEMBERED: Final = 4_096  # short texts, with what they are found by: about 4 MB


@dataclass(frozen=True, slots=True)
class Read:
    """Texts, read. ``words``: stems that tell something, in their order; ``more``: tokens that say more of them."""

    words: tuple[str, ...] = ()
    more: tuple[str, ...] = ()

    def tokens(self) -> Iterator[str]:
        """What they are found by; of a very long text the beginning."""
        return chain(islice(self.words, MOST_TEXT_WORDS), islice(self.more, MOST_TEXT_WORDS))

    def head(self) -> Iterator[str]:
        """The words that they begin with."""
        return islice(dict.fromkeys(self.words), HEAD)


def read_texts(texts: Iterable[str]) -> Read:
    """``texts`` one after the other: a phrase does not go from one into the next."""
    words: list[str] = []
    more: list[str] = []
    for text in filter(None, texts):
        told, beside = _short_text(text) if len(text) <= SHORT else _text(text)
        words += told
        more += beside
    return Read(tuple(words), tuple(more))


def _text(text: str) -> tuple[list[str], list[str]]:
    """``words`` and ``more`` of one text."""
    folded = fold(text).split()
    told = telling_of(folded)
    more = [*pairs(told), *hyphenated(text)]
    if not text.isascii():
        more += in_latin(folded)
    return told, more


_short_text: Final = lru_cache(maxsize=REMEMBERED)(_text)


@dataclass(frozen=True, slots=True)
class Called:
    """A name, read: the stem of every word, its other spellings as tokens, and what a text finds it by."""

    stems: tuple[str, ...]
    spellings: tuple[str, ...]
    text: Read


def read_names(names: Iterable[str], in_field: Callable[[str], str], *, by_sound: bool = False) -> Called:
    """``names`` of one thing. ``in_field`` makes a token of a word in such a name."""
    every: list[str] = []
    others: list[str] = []
    spellings: list[str] = []
    given = [name for name in names if name]
    for name in given:
        folded = fold(name).split()
        every += map(stem, folded)
        others += chain(joined(folded), in_latin(folded))
        if by_sound:
            spellings += (sounding(heard) for word in folded if (heard := sound(word)))
    read = read_texts(given)
    more = dict.fromkeys((*others, *read.more))
    return Called(tuple(every), (*map(in_field, others), *spellings), Read(read.words, tuple(more)))
