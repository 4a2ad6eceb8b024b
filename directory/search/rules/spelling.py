"""Typing errors: which words there are, and which of them somebody meant.

A word is kept under each text that is left when one of its letters goes. Two words that are a letter too many, too
few, wrong or swapped apart have one of these in common, so the words that were meant are looked up and not compared
with all there are: it takes as long in a country as in a city.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from directory.core.text import fold
from directory.listings.rules.record import Record
from directory.search.rules.stems import stem
from directory.search.rules.typed import Typed
from directory.search.rules.words import MOST_WORDS, STOP_WORDS

SHORTEST: Final = 3  # letters of a word that is corrected
LONGEST: Final = 24
MOST_SAID: Final = 400  # different words of one organisation
_ERRORS: Final = ((6, 1),)  # letters that may be wrong in a word shorter than this; else MOST_ERRORS
MOST_ERRORS: Final = 2
_TYPED: Final = re.compile(r"[^\s\"“”„«»]+")


class Spelt(NamedTuple):
    """A word that somebody wrote, and how many organisations do."""

    word: str
    organizations: int


def said(record: Record) -> str:
    """The words (folded) of an organisation's names, services and descriptions, each once, with blanks between."""
    texts = [record.name, record.alternate_name]
    texts += [text for service in record.services for text in (service.name, service.alternate_name)]
    texts += [record.description, *(service.description for service in record.services)]
    words = dict.fromkeys(fold(" ".join(texts)).split())
    return " ".join(list(filter(is_word, words))[:MOST_SAID])


def is_word(word: str) -> bool:
    """Whether ``word`` (folded) may be misspelt: letters alone, and neither short nor long."""
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def keys(word: str) -> list[str]:
    """What ``word`` is kept under: itself, and itself without each of its letters."""
    return list(dict.fromkeys((word, *(word[:at] + word[at + 1 :] for at in range(len(word))))))


def familiar_of(words: Iterable[str]) -> frozenset[str]:
    """``words`` (folded) and what they are without their endings."""
    every = tuple(words)
    return frozenset((*every, *map(stem, every)))


def doubtful(typed: Typed, familiar: AbstractSet[str]) -> list[str]:
    """The words of a query that may be misspelt: not ``familiar``, not in quotes, no number and no stop word."""
    words = dict.fromkeys(
        word
        for at, word in enumerate(typed.words)
        if at not in typed.literal and is_word(word) and word not in STOP_WORDS
    )
    return [word for word in words if word not in familiar and stem(word) not in familiar][:MOST_WORDS]


def meant(word: str, candidates: Sequence[Spelt], *, known: Sequence[str], empty: AbstractSet[str] = STOP_WORDS) -> str:
    """The one of ``candidates`` and of ``known`` (what the taxonomies say) that ``word`` was to be; "" for none.

    The closest; then one that begins with the same letter; then one that tells something, and is not ``empty``; then
    one that means a need; then what most write. What was to be an empty word stays as it is: it tells as little.
    """
    if any(each.word == word or stem(each.word) == stem(word) for each in candidates):
        return ""  # somebody writes it so
    most = next((errors for length, errors in _ERRORS if len(word) < length), MOST_ERRORS)
    written = {each.word: each.organizations for each in candidates}
    close = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=None)
    told = {other: errors for other, errors, _ in close if is_word(other) and other not in STOP_WORDS}
    meaning = set(told)
    for other in written:
        if is_word(other) and (errors := OSA.distance(word, other, score_cutoff=most)) <= most:
            told.setdefault(other, errors)
    best = min(
        (
            (errors, other[0] != word[0], other in empty, other not in meaning, -written.get(other, 0), other)
            for other, errors in told.items()
            if len(word) > SHORTEST or len(other) != len(word) or sorted(other) == sorted(word)
        ),
        default=None,
    )
    return best[-1] if best and best[-1] not in empty else ""


def put_right(text: str, corrections: Mapping[str, str]) -> str:
    """``text`` with what was meant in place of what was typed."""

    def right(found: re.Match[str]) -> str:
        words = fold(found[0]).split()
        if not any(word in corrections for word in words):
            return found[0]
        mark = found[0][0] if found[0][0] in "-\u2212" and len(found[0]) > 1 else ""
        return mark + " ".join(corrections.get(word, word) for word in words)

    return _TYPED.sub(right, text)
