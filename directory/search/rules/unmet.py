"""Searches that found nothing, as they are counted: by need, postcode district and week, and nothing else.

No words are kept: those that mean a need count for it, all others together as OTHER. No time, no person, no postcode.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from directory.listings.rules.taxonomy import Terms
from directory.search.rules.request import SearchRequest
from directory.search.rules.sentence import words_of

OTHER: Final = "*other"  # words that mean no need we know
ANY: Final = "*any"  # neither words nor a need: everything there
LEAST_SHOWN: Final = 5  # smaller counts could tell of one person


@dataclass(frozen=True, slots=True, order=True)
class Lack:
    """What was looked for and not found. ``district`` is "" when the searcher did not say where they are.

    ``nearby``: there is something, but not within the distance that was asked for.
    """

    week: date  # its Monday, in the place's time zone
    district: str
    need: str
    nearby: bool


def lacks(
    request: SearchRequest, terms: Terms, *, district: str, nearby: bool, now: datetime, zone: tzinfo
) -> Iterable[Lack]:
    """What a search that found nothing counts as: once for each need that was meant.

    One for what is open at a certain time counts as nothing: at three in the morning there is little, and no lack.
    """
    if request.when:
        return ()
    today = now.astimezone(zone).date()
    week = today - timedelta(days=today.weekday())
    meant = [need.partition("=")[2] for word in words_of(request.q, terms) for need in word.needs]
    needs = dict.fromkeys((*request.needs, *(slug for slug in meant if slug in terms.needs)))
    return [Lack(week, district, need, nearby) for need in needs or (OTHER if request.q else ANY,)]
