"""Which come first. Every weight of the search stands here; ``docs/search.md`` explains them.

A match is as good as it is near: words in the organisation's name cost nothing, words in the service's name or its
needs count like a quarter of a mile more, words somewhere in the text like two miles. Added to the distance, or
alone when there is none to measure, this orders "best". Among equals the fresher come first (``numbers``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log
from typing import Final, NamedTuple

from directory.core.geo import MILE_M
from directory.listings.rules.record import Record, SourceKind
from directory.search.rules.numbers import RANKS
from directory.search.rules.query import Word
from directory.search.rules.words import AFTER, first_need, in_name, in_service

IN_NAME_M: Final = 0.0
IN_SERVICE_M: Final = 0.25 * MILE_M
# A word that means a need which the service meets: the need that it names first, or another; and whether its texts
# begin with the very word.
IN_FIRST_NEED_AND_HEAD_M: Final = 0.5 * MILE_M
IN_FIRST_NEED_M: Final = 0.75 * MILE_M
IN_NEED_AND_HEAD_M: Final = 0.75 * MILE_M
IN_NEED_M: Final = 1.5 * MILE_M
IN_HEAD_M: Final = 1.25 * MILE_M  # among the first words of its texts
IN_TEXT_M: Final = 2.0 * MILE_M  # of seven words one in the text is still worse than all in the service
TOGETHER_M: Final = 0.2 * MILE_M  # nearer when all words stand together, in their order
# Where a word may stand, in words for `directory search explain`, and what that counts.
WHOLE_NAME: Final = "is the whole name"
TOGETHER: Final = "stand together"
IN_NAME: Final = "in the name"
IN_SERVICE: Final = "in the service's name"
IN_FIRST_NEED_AND_HEAD: Final = "means its first need, and its texts begin with it"
IN_FIRST_NEED: Final = "means its first need"
IN_NEED_AND_HEAD: Final = "means a need, people or language of it, and its texts begin with it"
IN_NEED: Final = "means a need, people or language of it"
IN_HEAD: Final = "its texts begin with it"
IN_TEXT: Final = "in a text"
METRES: Final = {
    IN_NAME: IN_NAME_M,
    IN_SERVICE: IN_SERVICE_M,
    IN_FIRST_NEED_AND_HEAD: IN_FIRST_NEED_AND_HEAD_M,
    IN_FIRST_NEED: IN_FIRST_NEED_M,
    IN_NEED_AND_HEAD: IN_NEED_AND_HEAD_M,
    IN_NEED: IN_NEED_M,
    IN_HEAD: IN_HEAD_M,
    IN_TEXT: IN_TEXT_M,
}
COMMON: Final = 100  # offerings with a word that tells little
WHOLE_NAME_M: Final = -1_000.0 * MILE_M  # someone typed the name of this very organisation

# Ranks, the smaller the better: when a steward or moderator last confirmed it, by month; then who it came from.
FIRST_YEAR: Final = 2020
LAST_MONTH: Final = RANKS - 13
_BY_SOURCE: Final = {SourceKind.SELF_LISTED: 1, SourceKind.SAMPLE: 1, SourceKind.FEED: 2, SourceKind.REGISTER: 3}


def rank_of(record: Record) -> int:
    """How early ``record`` stands among equals, from 0: confirmed ones first, the latest before all.

    It changes with the record alone, never by time passing: an index made again is the same.
    """
    if record.assured_at is None:
        return LAST_MONTH + 3 * _BY_SOURCE[record.source.kind] + (not _says_something(record))
    return LAST_MONTH - min(LAST_MONTH, max(0, _month(record.assured_at)))


def _month(at: datetime) -> int:
    return (at.year - FIRST_YEAR) * 12 + at.month - 1


def _says_something(record: Record) -> bool:
    return bool(record.description) and any(service.needs for service in record.services)


def rarity(found: int) -> float:
    """What a word counts in a search for some of the words, which so many offerings have: the rarer, the more."""
    return log(1 + COMMON / found)


@dataclass(frozen=True, slots=True)
class _Test:
    """The needles of one word: stored fields have a blank at either end, so that a word is found by its blanks."""

    said: tuple[str, ...]
    aliases: tuple[str, ...]  # other spellings of it in the organisation's name
    others: tuple[str, ...]  # ... and in the service's
    means: tuple[str, ...]
    firsts: tuple[str, ...]
    phrase: tuple[str, ...]  # what must be said instead, by who does not meet what the word means in it


class Judge:
    """Says how far from best an offering is, for the words of one query. Smaller is better."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._tests = [_test_of(word) for word in words]
        self._whole = f" {' '.join(word.text for word in words)} "
        self._together = self._whole if len(words) > 1 else ""

    def further_m(self, name: str, service: str) -> float:
        """Metres to add to its distance: the mean over the words of where each stands."""
        if name == self._whole:
            return WHOLE_NAME_M
        fields, total = _Fields.of(name, service), 0.0
        for test in self._tests:
            total += METRES[_stands(test, fields)]
        total /= len(self._tests) or 1
        return total - TOGETHER_M if self._together and self._are_together(fields) else total

    def reasons(self, name: str, service: str) -> Iterator[tuple[str, str, float]]:
        """Why: each word, where it stands (a key of METRES), and what that counts in metres."""
        if name == self._whole:
            yield self._whole.strip(), WHOLE_NAME, WHOLE_NAME_M
            return
        fields = _Fields.of(name, service)
        for test in self._tests:
            where = _stands(test, fields)
            yield test.said[0].strip(), where, METRES[where] / len(self._tests)
        if self._are_together(fields):
            yield self._whole.strip(), TOGETHER, -TOGETHER_M

    def _are_together(self, fields: _Fields) -> bool:
        return bool(self._together) and any(self._together in field for field in fields)


def _test_of(word: Word) -> _Test:
    return _Test(
        said=tuple(map(_needle, word.texts)),
        aliases=tuple(map(_needle, (*map(in_name, word.texts), *word.number))),
        others=tuple(map(_needle, (*map(in_service, word.also), *word.heard))),
        means=tuple(map(_needle, word.means)),
        firsts=tuple(_needle(first_need(each)) for each in word.needs),
        phrase=() if not word.within else (_needle(word.within),) if " " in word.within else (_NEVER,),
    )


_AFTER: Final = f" {AFTER}"


class _Fields(NamedTuple):
    """What is stored of an offering: its organisation's name, what its service is, and how its texts begin."""

    name: str
    about: str
    head: str

    @classmethod
    def of(cls, name: str, service: str) -> _Fields:
        about, _, head = service.partition(_AFTER)
        return cls(name, f"{about} ", head)


def _stands(test: _Test, fields: _Fields) -> str:
    """Where a word stands: a key of METRES. Asked of hundreds for a page, so what tells most is asked first."""
    name, about, head = fields
    said = test.said
    if test.phrase and not _any(test.means, about):
        said = test.phrase
    if _any(said, name) or _any(test.aliases, about):
        return IN_NAME
    if _any(said, about) or _any(test.others, about):
        return IN_SERVICE
    begins = _any(said, head)
    if _any(test.firsts, about) and _any(test.means, about):
        return IN_FIRST_NEED_AND_HEAD if begins else IN_FIRST_NEED
    if _any(test.means, about):
        return IN_NEED_AND_HEAD if begins else IN_NEED
    return IN_HEAD if begins else IN_TEXT


def _needle(word: str) -> str:
    return f" {word} "


_NEVER: Final = "\n"  # in no field


def _any(needles: Sequence[str], field: str) -> bool:
    for needle in needles:  # noqa: SIM110 - any() with its generator takes four times as long
        if needle in field:
            return True
    return False
