"""What people call a need, and whom it is for: the words and phrases of the taxonomies, looked up in a query.

Synonyms are looked up when someone searches, not when a listing is published: editing them changes every search at
once and rebuilds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from directory.core.text import fold
from directory.listings.rules.taxonomy import Term, Terms
from directory.search.rules.stems import stem
from directory.search.rules.words import telling_of, token

JOINED: Final = 2  # words that people also write as one
_PARTS: Final = re.compile(r",| and | or |/", re.IGNORECASE)


class Meaning(NamedTuple):
    """What a word of a query means: tokens of terms, and the phrase that it means them in ("" when it does alone)."""

    tokens: tuple[str, ...]
    phrase: str


class _Phrase(NamedTuple):
    tokens: tuple[str, ...]
    telling: str  # stems of its words that tell something, with blanks between


class Lexicon:
    """Phrases (as stems) and the terms they mean.

    ``fields``: the taxonomies that are looked up, each by the field of its tokens.
    """

    def __init__(self, terms: Terms, fields: Mapping[str, str]) -> None:
        self.words: dict[str, None] = {}  # every word of them, folded, in their order
        self.alike: dict[str, tuple[str, ...]] = {}  # stems that say the same, by each of them
        self._phrases: dict[tuple[str, ...], _Phrase] = {}
        for field, taxonomy in fields.items():
            for term in terms.taxonomies[taxonomy].terms.values():
                self._read(term, token(field, term.slug))
        self._longest = max(map(len, self._phrases), default=0)

    def meanings(self, words: Sequence[str]) -> Mapping[int, Meaning]:
        """What each position of ``words`` (stems, stop words too) means, by the phrases over it."""
        tokens: dict[int, list[str]] = {}
        phrases: dict[int, str] = {}
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self._longest) + 1):
                phrase = self._phrases.get(tuple(words[start:end]))
                if phrase is None:
                    continue
                for at in range(start, end):
                    tokens.setdefault(at, []).extend(phrase.tokens)
                    alone = end - start == 1 or phrases.get(at) == ""
                    phrases[at] = "" if alone else phrase.telling
        return {at: Meaning(tuple(dict.fromkeys(found)), phrases[at]) for at, found in tokens.items()}

    def _read(self, term: Term, meant: str) -> None:
        for text in _phrases(term):
            folded = fold(text).split()
            self._add(tuple(map(stem, folded)), meant, " ".join(telling_of(folded)))
            if len(folded) == JOINED:  # foodbank, for food bank
                self._add((stem("".join(folded)),), meant, "")
            self.words.update(dict.fromkeys(folded))
        for group in term.alike:
            same = tuple(dict.fromkeys(stem(fold(word)) for word in group))
            for word in same:
                self.alike[word] = tuple(dict.fromkeys((*self.alike.get(word, ()), *same)))
            self.words.update(dict.fromkeys(map(fold, group)))

    def _add(self, words: tuple[str, ...], meant: str, telling: str) -> None:
        known = self._phrases.get(words, _Phrase((), telling))
        if words and meant not in known.tokens:
            self._phrases[words] = _Phrase((*known.tokens, meant), known.telling)


def _phrases(term: Term) -> Iterable[str]:
    """The synonyms, and the name by its parts: "Drink, drugs and gambling" is three words for it."""
    yield term.name
    yield from _PARTS.split(term.name)
    yield from term.synonyms


class _Latest:
    """The lexicon of the terms that were used last: making one takes milliseconds, and terms rarely change."""

    def __init__(self) -> None:
        self._made: tuple[Terms, Lexicon] | None = None

    def of(self, terms: Terms, fields: Mapping[str, str]) -> Lexicon:
        made = self._made
        if made is None or made[0] is not terms:
            made = (terms, Lexicon(terms, fields))
            self._made = made
        return made[1]


lexicon_of = _Latest().of
