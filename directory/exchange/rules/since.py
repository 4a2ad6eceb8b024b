"""From where somebody wants the changes: after a number, or from a moment on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from directory.core.errors import Invalid

WANTED: Final = "the number of a change, or a date or moment as in 2026-05-12 or 2026-05-12T12:00:00+00:00"
LONGEST: Final = 18  # digits: what both databases can compare


def read_since(text: str) -> int | datetime:
    """The number after which, or the moment (aware; UTC when no zone is given) from which on. Raises Invalid."""
    given = text.strip()
    if not given:
        return 0
    if given.isascii() and given.isdigit():  # eight digits too: dates have hyphens
        if len(given) > LONGEST:
            raise Invalid("since", text, WANTED)
        return int(given)
    try:
        found = datetime.fromisoformat(given.replace(" ", "+"))  # a + in an address is a blank
    except ValueError:
        raise Invalid("since", text, WANTED) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
