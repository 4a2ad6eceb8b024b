"""Names of places in texts that came in capitals: they keep the case in which the place writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Self

from directory.core.text.cased_words import SMALL, words_of

_WORD = re.compile("[^\\W_]+(?:['\u2019\u02bc][^\\W_]+)*")
_BETWEEN: Final = {" ", "-"}  # Stoke on Trent, Stoke-on-Trent
_APOSTROPHES: Final = str.maketrans("\u2019\u02bc", "''")

# Towns whose names are words too. Alone in a sentence they are the word: wells in Africa, reading and sandwiches.
# Inside a longer name ("Battle Abbey" is none, "Stone Cross" may be) they are what the name makes of them.
ORDINARY: Final = words_of("""
    barking bath battle bourne bow broadway bury chard cheddar crook deal docklands dollar eastside eye fleet flint
    grays greet hale harrow heartlands highlands hook hope lancing lee leek march maypole mold mull over par
    pickering poplar primrose reading rugby rye sale sandwich sandy settle slough southside springfield stoke stone
    street town ware welling wells whetstone wick
""")


@dataclass(frozen=True, slots=True)
class Named:
    """The names that keep their case, by their first word (small letters), the longest first."""

    by_first: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Iterable[str]) -> Self:
        """Of ``names`` those that are written as names ("Alum Rock"), not as words ("City centre", "the Vale")."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for name in names:
            words = tuple(_WORD.findall(name.translate(_APOSTROPHES)))
            alone = words[0].casefold() if len(words) == 1 else ""
            if words and alone not in ORDINARY and all(_is_written_as_a_name(word) for word in words):
                found.setdefault(words[0].casefold(), set()).add(words)
        return cls(
            {first: tuple(sorted(some, key=lambda words: (-len(words), words))) for first, some in found.items()}
        )

    def cased(self, text: str) -> str:
        """``text`` with each of the names in it in its own case. Nothing but case changes."""
        if not self.by_first:
            return text
        words = list(_WORD.finditer(text))
        parts, at, done = [], 0, 0
        while at < len(words):
            name = self._at(text, words, at)
            for word, written in zip(words[at:], name, strict=False):
                parts += [text[done : word.start()], _as(word[0], written)]
                done = word.end()
            at += len(name) or 1
        return "".join([*parts, text[done:]])

    def _at(self, text: str, words: list[re.Match[str]], at: int) -> tuple[str, ...]:
        """The longest name that begins with the word ``at``; () for none."""
        for name in self.by_first.get(_plain(words[at][0]), ()):
            some = words[at : at + len(name)]
            alike = [_plain(word[0]) for word in some] == [word.casefold() for word in name]
            apart = (text[one.end() : other.start()] in _BETWEEN for one, other in pairwise(some))
            if alike and all(apart) and all(len(one[0]) == len(other) for one, other in zip(some, name, strict=True)):
                return name
        return ()


NONE: Final = Named()


def _plain(word: str) -> str:
    return word.translate(_APOSTROPHES).casefold()


def _is_written_as_a_name(word: str) -> bool:
    return word[:1].isupper() or word.upper() in SMALL or word.casefold() in {"le", "super", "under", "next"}


def _as(word: str, written: str) -> str:
    """``word`` in the case of ``written``, letter for letter."""
    return "".join(
        letter.upper() if like.isupper() else letter.lower() for letter, like in zip(word, written, strict=True)
    )
