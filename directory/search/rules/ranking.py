"""Which come first. Every weight of the search stands here; ``docs/search.md`` explains them.

A match is as good as it is near: words in the organisation's name cost nothing, words in the service's name or its
needs count like a quarter of a mile more, words somewhere in the text like two miles. Added to the distance, or
alone when there is none to measure, this orders "best". Among equals the fresher come first (``numbers``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from directory.core.geo import MILE_M
from directory.listings.rules.record import Record, SourceKind
from directory.search.rules.numbers import RANKS
from directory.search.rules.query import Word

IN_NAME_M: Final = 0.0
IN_SERVICE_M: Final = 0.25 * MILE_M
IN_TEXT_M: Final = 2.0 * MILE_M  # of seven words one in the text is still worse than all in the service
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


class Judge:
    """Says how far from best an offering is, for the words of one query. Smaller is better."""

    def __init__(self, words: Sequence[Word]) -> None:
        # Stored fields have a blank at either end, so that a word is found by its blanks.
        self._tests = [
            (f" {word.text} ", tuple(f" {needle} " for needle in (word.text, *word.needs))) for word in words
        ]
        self._whole = f" {' '.join(word.text for word in words)} "

    def further_m(self, name: str, service: str) -> float:
        """Metres to add to its distance: the mean over the words of where each stands."""
        if name == self._whole:
            return WHOLE_NAME_M
        total = 0.0
        for text, served in self._tests:
            if text in name:
                total += IN_NAME_M
            elif any(needle in service for needle in served):
                total += IN_SERVICE_M
            else:
                total += IN_TEXT_M
        return total / (len(self._tests) or 1)
