"""Counting the searches that found nothing: in memory while pages are read, in the database once a minute."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.infra.db import table_of
from directory.search.models import SearchUnmet
from directory.search.rules.unmet import LEAST_SHOWN, Lack

MOST_HELD: Final = 5_000  # different ones in a minute; a flood of others is not counted

_ADD: Final = sa.text(
    "INSERT INTO search_unmet (week, district, need, nearby, searches)"
    " VALUES (:week, :district, :need, :nearby, :searches)"
    " ON CONFLICT (week, district, need, nearby)"
    " DO UPDATE SET searches = search_unmet.searches + excluded.searches"
).bindparams(sa.bindparam("week", type_=sa.Date()), sa.bindparam("nearby", type_=sa.Boolean()))


@dataclass(frozen=True, slots=True)
class Unmet:
    """How many searches found nothing for a need, from a district, over some weeks."""

    district: str
    need: str
    nothing: int  # there was nothing at all
    nothing_near: int  # there was nothing within the distance that was asked for


class UnmetCounts:
    """What one process has counted since it last wrote. A process that is killed loses a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Counter[Lack] = Counter()

    def note(self, lacks: Iterable[Lack]) -> None:
        """Count a search; nothing is written."""
        with self._lock:
            for lack in lacks:
                if lack in self._held or len(self._held) < MOST_HELD:
                    self._held[lack] += 1

    def write(self, session: Session) -> int:
        """Write what was counted and forget it; how many rows that were. Their caller commits."""
        with self._lock:
            held, self._held = self._held, Counter()
        for lack in sorted(held):  # one order, so that two processes do not wait for each other's rows
            values = {"week": lack.week, "district": lack.district, "need": lack.need, "nearby": lack.nearby}
            session.execute(_ADD, {**values, "searches": held[lack]})
        return len(held)

    @property
    def waiting(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._held)


def unmet(session: Session, *, since: date, district: str = "") -> tuple[list[Unmet], int]:
    """What was not found since ``since``, most first; and how many rows are too small to be shown. One statement."""
    table = table_of(SearchUnmet)
    total = sa.func.sum(table.c.searches)
    near = sa.func.sum(sa.case((table.c.nearby, table.c.searches), else_=0))
    statement = (
        sa.select(table.c.district, table.c.need, total, near)
        .where(table.c.week >= since)
        .group_by(table.c.district, table.c.need)
        .order_by(total.desc(), table.c.district, table.c.need)
    )
    if district:
        statement = statement.where(table.c.district == district)
    rows = session.execute(statement).all()
    shown = [_shown(row[0], row[1], int(row[2]), int(row[3])) for row in rows if row[2] >= LEAST_SHOWN]
    return shown, len(rows) - len(shown)


def _shown(district: str, need: str, total: int, near: int) -> Unmet:
    """The two counts; when one of them is too small to be shown, it is told as part of the other."""
    if min(near, total - near) < LEAST_SHOWN:
        near = total if near >= total - near else 0
    return Unmet(district, need, total - near, near)
