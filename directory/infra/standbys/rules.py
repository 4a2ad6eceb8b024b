"""How far a standby is behind, told by the primary's own positions: no clock but this process's, and nothing written.

A position is a number of bytes in PostgreSQL's log of changes (``pg_wal_lsn_diff(lsn, '0/0')``).
"""

from __future__ import annotations

from collections import deque
from math import inf
from typing import Final

KEPT: Final = 1_000  # positions: a standby that has reached none of them is further behind than any setting allows


class Positions:
    """Where the primary was, and when it was last seen there.

    A standby that has replayed all that is known is not behind, however long ago that was written: an idle primary
    moves nowhere, and one that is away has told everything it had to tell.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[int, float]] = deque(maxlen=KEPT)  # position, monotonic seconds; rising

    def note(self, position: int, at: float) -> None:
        """The primary is at ``position`` at ``at`` (monotonic seconds). One that fell back is another server."""
        if self._seen and position < self._seen[-1][0]:
            self._seen.clear()
        if self._seen and position == self._seen[-1][0]:
            self._seen.pop()
        self._seen.append((position, at))

    def behind_s(self, replayed: int, at: float) -> float:
        """How many seconds old, at most, the data of a standby is that has replayed up to ``replayed``.

        0 when it has everything; infinity when it has nothing that is known, or nothing is known.
        """
        for number, (position, seen_at) in enumerate(reversed(tuple(self._seen))):
            if position <= replayed:
                return at - seen_at if number else 0.0
        return inf
