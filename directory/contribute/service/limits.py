"""How often one client may do what the public may: counted in rows, so that all processes know.

The numbers let a library's one address serve a busy afternoon, and keep a program from filling the queue.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from sqlalchemy.orm import Session

from directory.accounts.rules import Limit
from directory.accounts.service import limits


class Deed(Enum):
    """What is counted, how often it may be done, and in how many seconds. No two alike: they would be one to Python."""

    BEGIN = Limit(30, 3600)
    SEND = Limit(12, 3600)
    REPORT = Limit(15, 3600)
    CORRECT = Limit(10, 3600)
    AMEND = Limit(120, 3600)
    SHARE = Limit(11, 3600)
    CLAIM = Limit(8, 3600)
    CLAIM_LISTING = Limit(3, 3600)  # nor is a group's
    LINK_CLIENT = Limit(20, 3600)
    LINK_ADDRESS = Limit(4, 3600)  # nobody's mailbox is filled by strangers


def wait(session: Session, deed: Deed, who: str, *, secret: str, now: datetime) -> int:
    """Count ``deed`` of ``who`` once: 0, or how many seconds to wait."""
    key = f"{deed.name.lower()} {who}"
    return limits.count(session, key, most=deed.value.most, window_s=deed.value.window_s, secret=secret, now=now)
