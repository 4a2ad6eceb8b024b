"""What the words of a person may mean: the answers, and how a text is read. No data, no network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from directory.core.errors import Invalid
from directory.core.geo import Point
from directory.core.postcode import Partial, Postcode, find_all, is_northern_ireland, parse_partial, redact
from directory.core.text import clean, fold, squeeze
from directory.listings.rules.record import Found

INDEX_FILE: Final = "postcodes.index"  # in the instance
LONGEST_READ: Final = 200  # characters: a longer text is no place
MOST_WORDS: Final = 12  # of them, the last: in an address the place stands at the end
LONGEST_NAME: Final = 5  # words in the name of a place ("Birmingham city centre" has three)

POSTCODE_M: Final = 150.0  # nine of ten buildings are nearer than this to the centre of their postcode
POINT_M: Final = 100.0  # a point is read to a thousandth of a degree: nobody's doorstep is needed, or kept
POINT_DIGITS: Final = 3
LEAST_AREA_M: Final = 300.0  # a sector, district or neighbourhood is never told more exactly

_WIDE: Final = frozenset({Found.SECTOR, Found.DISTRICT, Found.NEIGHBOURHOOD})
# Typing errors forgiven in names shorter than this. More would turn one place into another.
_ERRORS: Final = ((6, 0), (9, 1))
NOISE: Final = frozenset({"near", "in", "at", "around", "by", "the", "area", "uk", "england", "gb"})
_POINT = re.compile(r"(-?\d{1,2}\.\d{1,12})(?:\s*,\s*|\s+)(-?\d{1,3}\.\d{1,12})", re.ASCII)  # 52.457, -1.872
_UNFINISHED = re.compile(r"(.*\d[\s-]*\d)[\s-]*[A-Za-z]")  # B14 7Q: the sector is all that is certain


class Miss(StrEnum):
    """Why there is no point. Each has a sentence of its own on the page."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    OUTSIDE = "outside"  # a real place, but not in this directory's
    NORTHERN_IRELAND = "northern-ireland"  # the offline postcodes leave it out
    UNAVAILABLE = "unavailable"  # whoever might have known did not answer: worth another try later


@dataclass(frozen=True, slots=True)
class Located:
    """A point, how far off it may be in metres, how it was found, and what was understood ("Kings Heath")."""

    point: Point
    precision_m: float
    found: Found
    label: str

    @property
    def width_m(self) -> float:
        """How far what was named reaches around the point: 0 of a point or a postcode, which are not wide."""
        return self.precision_m if self.found in _WIDE else 0.0


def readable(words: str) -> str:
    """``words`` on one line, without characters nobody typed, cut to what may be read."""
    return squeeze(clean(words[: LONGEST_READ * 4]))[:LONGEST_READ]


def point_in(words: str) -> Point | None:
    """The point that ``words`` are: latitude and longitude in degrees, rounded to POINT_DIGITS; else None."""
    found = _POINT.fullmatch(words)
    if found is None or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        return None
    return Point(round(float(found[1]), POINT_DIGITS), round(float(found[2]), POINT_DIGITS))


def parse_postcode(words: str) -> Postcode | None:
    """The whole postcode that someone meant, or None."""
    try:
        return Postcode.parse(words)
    except Invalid:
        return None


def postcode_in(words: str) -> Postcode | None:
    """The whole postcode that ``words`` are, or the last one that stands in them."""
    whole = parse_postcode(words)
    if whole is not None:
        return whole
    among = find_all(words)
    return among[-1] if among else None


def partials_in(words: str) -> Iterator[Partial]:
    """The districts and sectors that ``words`` may mean ("sparkbrook b11"), the likeliest first.

    A whole postcode is none of them: one that we do not know is said to be unknown, not taken for its
    district.
    """
    if parse_postcode(words) is not None:
        return
    unfinished = _UNFINISHED.fullmatch(words)
    for whole in (words, unfinished[1] if unfinished else ""):
        found = parse_partial(whole)
        if found is not None:
            yield found
            return
    parts = redact(words, " ").replace(",", " ").split()[-MOST_WORDS:]
    for size in (2, 1):  # "B12 9" before "B12"
        for start in range(len(parts) - size, -1, -1):
            found = parse_partial(" ".join(parts[start : start + size]))
            if found is not None and (size == 1 or found.is_sector):
                yield found


def means_northern_ireland(words: str) -> bool:
    """Whether a postcode of Northern Ireland, or a part of one, stands in ``words``."""
    postcode = postcode_in(words)
    if postcode is not None and is_northern_ireland(postcode):
        return True
    return any(is_northern_ireland(partial) for partial in partials_in(words))


def phrases(words: str) -> Iterator[str]:
    """Every run of words that may be a name, folded: the longest first, and the later before the earlier."""
    parts = fold(words).split()[-MOST_WORDS:]
    for size in range(min(LONGEST_NAME, len(parts)), 0, -1):
        for start in range(len(parts) - size, -1, -1):
            yield " ".join(parts[start : start + size])


def bare(words: str, noise: AbstractSet[str]) -> str:
    """``words`` folded, without what does not tell which place is meant ("near", the town's name)."""
    spoken = (word for word in words.replace(",", " ").split() if parse_partial(word) is None)
    return " ".join(word for word in fold(" ".join(spoken)).split() if word not in noise)


def errors_forgiven(name: str) -> int:
    """How many letters of ``name`` (folded, without blanks) may be wrong, missing, too many or swapped."""
    return next((errors for limit, errors in _ERRORS if len(name) < limit), 2)
