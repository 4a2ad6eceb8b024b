"""The names of places among the words of a query: which of them are meant as places.

"Stroke club Brighton" is for a stroke club in Brighton, whether or not its texts say where it is. A name that is a word
of something else too ("reading", "bath") is one only where people put a place: after "in" or "near", or at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Self

from directory.core.geo import MILE_M
from directory.geocoding.rules import Located
from directory.search.rules.near import Here
from directory.search.rules.word import Word
from directory.search.rules.words import stems, telling_of

LEADING: Final = frozenset({"in", "near", "around", "round", "at", "from"})
OWNING: Final = frozenset({"the", "a", "an", "my", "our", "his", "her", "their", "your", "no"})  # "rails for the bath"
SHORTEST: Final = 5  # letters: a shorter name is often another word ("sale", "deal")
REACH: Final = 0.6  # of how far people look at first, around a place and its own size: who is there is near enough


@dataclass(frozen=True, slots=True)
class Named:
    """A name of a place that stands at ``at`` among the words. Who is within ``radius_m`` metres of it is there."""

    at: range
    located: Located
    radius_m: float

    @classmethod
    def of(cls, at: range, located: Located, radius_miles: float) -> Self:
        """``located``, where one looks ``radius_miles`` far when nothing else is said."""
        return cls(at, located, located.precision_m + REACH * radius_miles * MILE_M)


def of_several_words(named: Sequence[Named]) -> list[Named]:
    """Those that mean a place whatever their words may say together with others: "New Forest"."""
    return [each for each in named if len(each.at) > 1]


def of_one_word(
    named: Sequence[Named], words: Sequence[str], taken: AbstractSet[int], is_known: Callable[[str], bool]
) -> list[Named]:
    """Those of one word that mean a place where they stand; those at ``taken`` say something else."""
    return [
        each
        for each in named
        if len(each.at) == 1 and taken.isdisjoint(each.at) and _means_a_place(each.at[0], words, is_known)
    ]


def word_of(named: Named, words: Sequence[str]) -> Word:
    """The name as a word to look up: who says it has it, and who is there."""
    written = [words[at] for at in named.at]
    around = Here(named.located.point, named.radius_m)
    text = " ".join(telling_of(written) or stems(" ".join(written)))
    return Word(text, around=around, there=tuple(around.cells()))


def _means_a_place(at: int, words: Sequence[str], is_known: Callable[[str], bool]) -> bool:
    if len(words[at]) >= SHORTEST and not is_known(words[at]):
        return True
    return at > 0 and words[at - 1] not in OWNING and (at == len(words) - 1 or words[at - 1] in LEADING)
