"""How often something may be done, counted in rows that every process shares. Nobody is ever locked out by it."""

from __future__ import annotations

import hmac
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.accounts.models import Counted
from directory.accounts.rules import LONGEST_WINDOW_S


def count(session: Session, key: str, *, most: int, window_s: int, secret: str, now: datetime) -> int:
    """Count once for ``key`` ("sign-in client 192.0.2.1"). 0, or how many seconds until there is room again.

    At most ``most`` in each stretch of ``window_s`` seconds, 3600 at most. The key is kept as a digest that nobody
    without ``secret`` can try out. One statement.
    """
    if not 0 < window_s <= LONGEST_WINDOW_S:
        raise ValueError(f"a window of {window_s} s: what is counted is kept for {LONGEST_WINDOW_S} s")
    number, gone_s = divmod(now.timestamp(), window_s)
    start = datetime.fromtimestamp(number * window_s, UTC)
    hashed = hmac.digest(secret.encode(), f"limit {key}".encode("utf-8", "surrogatepass"), "sha256").hex()
    row = {"key_hash": hashed, "window_start": start, "times": 1}
    sqlite_one = session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite.insert(Counted) if sqlite_one else postgresql.insert(Counted)
    counted = (
        insert.values(row)
        .on_conflict_do_update(index_elements=["key_hash", "window_start"], set_={"times": Counted.times + 1})
        .returning(Counted.times)
    )
    times: int = session.execute(counted).scalar_one()
    return 0 if times <= most else max(1, math.ceil(window_s - gone_s))


def forget_old(session: Session, now: datetime) -> int:
    """Delete what was counted more than an hour ago, or by a clock that was wrong; how many rows."""
    start = Counted.window_start
    hour = timedelta(seconds=LONGEST_WINDOW_S)
    done: Any = session.execute(sa.delete(Counted).where(sa.or_(start < now - hour, start > now + hour)))
    return int(done.rowcount)
