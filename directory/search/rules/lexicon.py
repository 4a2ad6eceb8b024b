"""What people call a need: the words and phrases of the taxonomy, looked up in a query.

Synonyms are looked up when someone searches, not when a listing is published: editing them changes every search at
once and rebuilds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from directory.core.text import fold
from directory.listings.rules.taxonomy import Term, Terms
from directory.search.rules.words import stem

_PARTS: Final = re.compile(r",| and | or |/", re.IGNORECASE)


class Lexicon:
    """Phrases (as stems) and the needs they mean."""

    def __init__(self, needs: Iterable[Term]) -> None:
        self._phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
        for term in needs:
            for phrase in _phrases(term):
                words = tuple(stem(word) for word in fold(phrase).split())
                known = self._phrases.get(words, ())
                if words and term.slug not in known:
                    self._phrases[words] = (*known, term.slug)
        self._longest = max(map(len, self._phrases), default=0)

    def needs_at(self, words: Sequence[str]) -> Mapping[int, tuple[str, ...]]:
        """For each position of ``words`` (stems, stop words too) the needs that a phrase over it means."""
        found: dict[int, list[str]] = {}
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self._longest) + 1):
                for slug in self._phrases.get(tuple(words[start:end]), ()):
                    for at in range(start, end):
                        found.setdefault(at, []).append(slug)
        return {at: tuple(dict.fromkeys(slugs)) for at, slugs in found.items()}


def _phrases(term: Term) -> Iterable[str]:
    """The synonyms, and the name by its parts: "Drink, drugs and gambling" is three words for it."""
    yield term.name
    yield from _PARTS.split(term.name)
    yield from term.synonyms


class _Latest:
    """The lexicon of the terms that were used last: making one takes milliseconds, and terms rarely change."""

    def __init__(self) -> None:
        self._made: tuple[Terms, Lexicon] | None = None

    def of(self, terms: Terms) -> Lexicon:
        made = self._made
        if made is None or made[0] is not terms:
            made = (terms, Lexicon(terms.needs.values()))
            self._made = made
        return made[1]


lexicon_of = _Latest().of
