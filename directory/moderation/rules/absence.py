"""Why a listing is off the public list, though it may come back."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """Who took it off, and what for."""

    PAUSED = "paused"  # its steward, for a while
    CLOSED = "closed"  # its steward, or a moderator: the group has ended
    UNCONFIRMED = "unconfirmed"  # nobody said for a year that it is still right
