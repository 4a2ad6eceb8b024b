"""Which come first. Every weight of the search stands here; ``docs/search.md`` explains them.

A match is as good as it is near: words in the organisation's name cost nothing, words in the service's name or its
needs count like some of a mile more, words somewhere in the text like some miles. Twice that, added to the distance, or
alone when there is none to measure, orders "best". Among equals the fresher come first (``numbers``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp, log, sqrt
from typing import Final, NamedTuple, TypeAlias

from directory.core.geo import MILE_M
from directory.listings.rules.record import Record, SourceKind
from directory.search.rules.near import METRES_PER_DEGREE, Here
from directory.search.rules.numbers import RANKS
from directory.search.rules.word import Word
from directory.search.rules.words import AFTER, first_need, in_name, in_service

# What is asked for matters more than how near it is, within a town: whoever is hit at home is not helped by the boxing
# club next door. Each sum of what words count is taken so many times before a distance is added.
BEFORE_NEAR: Final = 2.0
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
NOT_THERE: Final = "is not there"
IN_PLACE: Final = "is there"
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
# The name of a place among the words, for who is there: from its middle to its edge, and beyond it up to FADES times as
# far, where it counts as much as a word that is missing.
IN_PLACE_M: Final = 0.25 * MILE_M
AT_ITS_EDGE_M: Final = 1.0 * MILE_M
FADES: Final = 5.0
# A topic: an offering is about it the more, the more of its words it says, the rarer and the more prominent ones, and
# when it meets the need.
OF_TOPIC_M: Final = 2.0 * MILE_M  # when it has nothing of it but one word deep in a text
OWN: Final = 2.0  # times: the very words that were typed
LATER: Final = 0.15
PROMINENT: Final = 1.0  # in a name
BEGINS: Final = 0.7  # among the first words of its texts
DEEP: Final = 0.25  # further down
SAYS: Final = 0.8  # what saying it is worth, of 1; the rest is for meeting the need
HINT: Final = 0.5  # another word that was typed with it, if there is more than that
ELSEWHERE: Final = 0.6  # times: said by who does not meet the need
FIRST: Final = 0.2
OTHER: Final = 0.15
USUAL: Final = 0.6  # what a word of a topic counts, whose rarity is not known
NOT_THERE_M: Final = 4.5 * MILE_M  # a word, in a search for some of the words: two of them anywhere are better than one
NOT_ABOUT_M: Final = 2.5 * MILE_M  # a topic: it may be told in words that nobody thought of
SOME: Final = 4.0  # times: what has none of the weight would count like ten miles
ALONE: Final = 2.0  # ... of one topic
TOPIC: Final = 4.5  # what a topic counts in a search for some of the words
LESS: Final = 0.2  # ... the less, the more than COMMON have something of it: to this power, how many times as many
GUESSED: Final = 0.5  # ... times, a topic that single words tell of
OF_SEVERAL: Final = 0.75  # ... times, one that is said by one word that means other things too
MEANING: Final = 2.5  # ... a word that means a need, a people or a language
WHO: Final = 0.75  # ... one that tells of whom a sentence is ("my girl")
PLACE: Final = 3.5  # ... the name of a place
PLAIN: Final = 0.5  # ... any other, times its rarity
RAREST: Final = 5.0  # more than one of a kind has: somebody types a name that hardly anything else has
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


# How an offering has a word, as bits: it says the very word, or what its topic looks for, or is what it means.
Had: TypeAlias = int
At: TypeAlias = tuple[float | None, float | None]  # latitude and longitude of an offering that has a public point
NOWHERE: Final[At] = (None, None)
SAID: Final = 1
TOLD: Final = 2
MEANT: Final = 4


@dataclass(frozen=True, slots=True)
class _Test:
    """The needles of one word: stored fields have a blank at either end, so that a word is found by its blanks."""

    text: str
    said: tuple[str, ...]
    aliases: tuple[str, ...]  # other spellings of it in the organisation's name
    others: tuple[str, ...]  # ... and in the service's
    means: tuple[str, ...]
    firsts: tuple[str, ...]
    phrase: tuple[str, ...]  # what must be said instead, by who does not meet what the word means in it
    topic: dict[str, float]  # its words, and what each counts
    weighed: list[tuple[str, float, bool]]  # those that stand anywhere, what each counts, whether it was typed
    own: tuple[str, ...]  # those of them that were typed
    hints: tuple[str, ...]
    around: Here | None


class Partly(NamedTuple):
    """A search for some of the words: which of them each offering has (by its number), how, and what each counts."""

    had: Mapping[int, Mapping[int, Had]]
    weights: Sequence[float]


class Judge:
    """Says how far from best an offering is, for the words of one query. Smaller is better."""

    def __init__(self, words: Sequence[Word], partly: Partly | None = None, called: str = "") -> None:
        self._partly = partly
        self._tests = [_test_of(word) for word in words]
        weights = partly.weights if partly else [1.0] * len(words)
        times = 1.0 if not partly else SOME if len(words) > 1 else ALONE
        self._shares = [BEFORE_NEAR * times * weight / (sum(weights) or 1.0) for weight in weights]
        said = f" {' '.join(dict.fromkeys(word.text for word in words))} "  # one word may say two topics
        self._whole = f" {called} " if called else said
        self._together = said if len(words) > 1 else ""

    def learn(self, fields: Iterable[tuple[str, str]]) -> None:
        """Weigh the words of topics by how rare they are among those found: ``fields`` are their names and services."""
        if not any(test.topic for test in self._tests):
            return
        texts = [name + service for name, service in fields]
        for test in self._tests:
            test.weighed.clear()
            for place, needle in enumerate(test.topic):
                found = sum([needle in text for text in texts])
                if found:
                    rare = log(1 + len(texts) / found) / log(1 + len(texts))
                    own = needle in test.own
                    test.weighed.append((needle, rare * (OWN if own else 1.0 / (1.0 + LATER * place)), own))

    def further_m(self, name: str, service: str, number: int = 0, at: At = NOWHERE) -> float:
        """Metres to add to its distance: BEFORE_NEAR times the mean of where each word stands, by what they count."""
        if name == self._whole:
            return WHOLE_NAME_M
        fields = _Fields.of(name, service)
        had = self._partly.had.get(number, {}) if self._partly else None
        total = 0.0
        for place, (test, share) in enumerate(zip(self._tests, self._shares, strict=True)):
            total += share * _metres(test, fields, _ANYHOW if had is None else had.get(place), at)
        return total - BEFORE_NEAR * TOGETHER_M if self._are_together(fields) else total

    def reasons(self, name: str, service: str, number: int = 0, at: At = NOWHERE) -> Iterator[tuple[str, str, float]]:
        """Why: each word, where it stands, and what that counts in metres."""
        if name == self._whole:
            yield self._whole.strip(), WHOLE_NAME, WHOLE_NAME_M
            return
        fields = _Fields.of(name, service)
        had = self._partly.had.get(number, {}) if self._partly else None
        for place, (test, share) in enumerate(zip(self._tests, self._shares, strict=True)):
            how = _ANYHOW if had is None else had.get(place)
            yield test.text, _where(test, fields, how, at), share * _metres(test, fields, how, at)
        if self._are_together(fields):
            yield self._together.strip(), TOGETHER, -BEFORE_NEAR * TOGETHER_M

    def _are_together(self, fields: _Fields) -> bool:
        return bool(self._together) and any(self._together in field for field in fields)


def _test_of(word: Word) -> _Test:
    own = tuple(map(_needle, word.also))
    return _Test(
        text=word.text,
        said=tuple(map(_needle, word.texts)),
        aliases=tuple(map(_needle, (*map(in_name, word.texts), *word.number))),
        others=tuple(map(_needle, (*map(in_service, word.also), *word.heard))),
        means=tuple(map(_needle, word.means)),
        firsts=tuple(_needle(first_need(each)) for each in word.needs),
        topic=(topic := _topic(word)),
        weighed=[(needle, worth, needle in own) for needle, worth in topic.items()],
        own=own,
        hints=tuple(map(_needle, word.hints)),
        around=word.around,
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


def _topic(word: Word) -> dict[str, float]:
    if not word.weight:
        return {}
    return {_needle(text): USUAL for text in word.finds} | {_needle(text): OWN for text in word.also}


def _metres(test: _Test, fields: _Fields, had: Had | None, at: At) -> float:
    """What a word counts where it stands, metres. ``had``: how the offering has it, if it does; ``at``: where it is."""
    if test.around:
        return min(_place_m(test.around, at), NOT_THERE_M if had is None else METRES[_stands(test, fields)])
    if had is None:
        return NOT_ABOUT_M if test.topic else NOT_THERE_M
    return OF_TOPIC_M * (1.0 - _likeness(test, fields, had)) if test.topic else METRES[_stands(test, fields)]


def _place_m(around: Here, at: At) -> float:
    """What the name of a place counts for who is ``at`` this point, metres: the more, the farther from its middle."""
    lat, lon = at
    if lat is None or lon is None or around.radius_m is None:
        return NOT_THERE_M
    away = sqrt(around.flat.squared(lat, lon)) * METRES_PER_DEGREE / around.radius_m
    if away <= 1.0:
        return IN_PLACE_M + (AT_ITS_EDGE_M - IN_PLACE_M) * away
    return min(NOT_THERE_M, AT_ITS_EDGE_M + (NOT_THERE_M - AT_ITS_EDGE_M) * (away - 1.0) / (FADES - 1.0))


def _likeness(test: _Test, fields: _Fields, had: Had) -> float:
    """How much an offering is about a topic, from 0 to 1."""
    name, about, head = fields
    own = told = 0.0
    every = name + about + head  # most needles stand nowhere
    for needle, worth, is_own in test.weighed:
        if needle not in every:
            continue
        where = PROMINENT if needle in name or needle in about else BEGINS
        if is_own:
            own += worth * where
        else:
            told += worth * where
    need = FIRST if _any(test.firsts, about) else OTHER if _any(test.means, about) else 0.0
    is_sure = had != _ANYHOW or not need  # else it may be found for its need alone
    if is_sure and had & SAID and not own:
        own = DEEP * OWN
    elif is_sure and had & TOLD and not told:
        told = DEEP
    if not need and test.means:
        told *= ELSEWHERE
    said = own + told
    if said or need:
        said += HINT * sum(any(hint in field for field in fields) for hint in test.hints)
    return min(1.0, SAYS * (1.0 - exp(-said)) + need)


def _where(test: _Test, fields: _Fields, had: Had | None, at: At) -> str:
    """Where a word stands, or how the offering is about a topic, in words."""
    if test.around and _place_m(test.around, at) <= AT_ITS_EDGE_M:
        return IN_PLACE
    if had is None:
        return NOT_THERE
    if not test.topic:
        return _stands(test, fields)
    said = [needle.strip() for needle in test.topic if any(needle in field for field in fields)]
    need = IN_FIRST_NEED if _any(test.firsts, fields.about) else IN_NEED if _any(test.means, fields.about) else ""
    return "; ".join(filter(None, (f"says {', '.join(said)}" if said else "", need))) or IN_TEXT


def _needle(word: str) -> str:
    return f" {word} "


_ANYHOW: Final = SAID | TOLD | MEANT | 8  # nobody knows how: it has all the words, each in one of the ways
_NEVER: Final = "\n"  # in no field


def _any(needles: Sequence[str], field: str) -> bool:
    for needle in needles:  # noqa: SIM110 - any() with its generator takes four times as long
        if needle in field:
            return True
    return False
