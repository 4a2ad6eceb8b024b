"""Short names of listings for addresses that people pass on: the first half of the identifier that lasts.

Twelve hexadecimal digits tell a million listings apart (in one such directory of five hundred two share one), survive
an import, a new name and a restored backup, and lead to a listing by a range of the index that is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

LENGTH: Final = 12  # hexadecimal digits
MOST: Final = 40  # listings in one list: an address of 560 characters, and a QR code that a phone still reads
BETWEEN: Final = "."
LONGEST: Final = 4_000  # characters of a list that are looked at
_DIGITS: Final = 32  # of a whole identifier
_CODE = re.compile(f"[0-9a-f]{{{LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Listed:
    """The codes of a list in its order, each once; ``left_out``: how many more there were, or were no codes."""

    codes: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def is_full(self) -> bool:
        """Whether no other listing has room."""
        return len(self.codes) >= MOST

    def toggled(self, code: str) -> tuple[str, ...]:
        """The codes with ``code`` at the end; without it, if it was there."""
        if code in self.codes:
            return tuple(each for each in self.codes if each != code)
        return (*self.codes, code)


def code_of(identifier: UUID | str) -> str:
    """The code of the listing with this identifier."""
    return (identifier.hex if isinstance(identifier, UUID) else identifier.replace("-", ""))[:LENGTH]


def codes_in(text: str) -> Listed:
    """The codes of a list as it is written in an address."""
    given = [part for part in text[:LONGEST].strip().lower().split(BETWEEN) if part]
    known = tuple(dict.fromkeys(part for part in given if _CODE.fullmatch(part)))
    doubled = sum(bool(_CODE.fullmatch(part)) for part in given) - len(known)
    kept = known[:MOST]
    return Listed(kept, len(given) - doubled - len(kept))


def written(codes: tuple[str, ...]) -> str:
    """``codes`` as an address has them."""
    return BETWEEN.join(codes)


def span_of(code: str) -> tuple[UUID, UUID]:
    """The first and the last identifier that have this code."""
    return UUID(code.ljust(_DIGITS, "0")), UUID(code.ljust(_DIGITS, "f"))
