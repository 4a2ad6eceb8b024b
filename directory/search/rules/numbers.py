"""The number of an offering in the index: rank, organisation and ordinal packed into one integer.

Both engines walk their lists in the order of these numbers, so the best organisations come first and the offerings
of one stand side by side, and neither needs to be looked up. The number follows from the record alone: put back what
was there before, and every number is what it was.
"""

from __future__ import annotations

from typing import Final

from directory.core.errors import Invalid

ORDINAL_BITS: Final = 13
ORGANIZATION_BITS: Final = 31
RANKS: Final = 512  # 53 bits in all: what JSON readers keep exact

MOST_OFFERINGS: Final = 1 << ORDINAL_BITS
LAST_ORDINAL: Final = MOST_OFFERINGS - 1
LAST_ORGANIZATION: Final = (1 << ORGANIZATION_BITS) - 1


def base_of(rank: int, organization_id: int) -> int:
    """Rank and organisation as one number: that of its offerings without the ordinal. Raises Invalid."""
    if not 0 <= organization_id <= LAST_ORGANIZATION:
        raise Invalid("organisation id", organization_id, f"a number up to {LAST_ORGANIZATION}")
    if not 0 <= rank < RANKS:
        raise Invalid("rank", rank, f"a number below {RANKS}")
    return rank << ORGANIZATION_BITS | organization_id


def number_of(base: int, ordinal: int) -> int:
    """The number of offering ``ordinal``. Raises Invalid for more offerings than one organisation may have."""
    if not 0 <= ordinal <= LAST_ORDINAL:
        raise Invalid("offerings", ordinal + 1, f"at most {MOST_OFFERINGS} of one organisation")
    return base << ORDINAL_BITS | ordinal


def base_in(number: int) -> int:
    """Rank and organisation of an offering's number."""
    return number >> ORDINAL_BITS


def ordinal_in(number: int) -> int:
    """The ordinal of an offering's number."""
    return number & LAST_ORDINAL


def rank_in(base: int) -> int:
    """The rank, of a base."""
    return base >> ORGANIZATION_BITS


def organization_in(base: int) -> int:
    """The organisation's id, of a base."""
    return base & LAST_ORGANIZATION
