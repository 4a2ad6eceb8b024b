"""For jobs alone: the cache of what Nominatim said, then Nominatim itself, at its pace."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.geo import Box
from directory.geocoding import queries, rules
from directory.geocoding.models import GeocodedAnswer
from directory.geocoding.rules import Located, Miss
from directory.geocoding.service import pace
from directory.geocoding.service.nominatim import Nominatim, Refused
from directory.listings.rules.record import Visibility

Transaction = Callable[[], AbstractContextManager[Session]]  # commits at its end: ``infra.db.transaction``
PATIENCE_S: Final = 20.0  # how long a question waits for its turn; an open breaker is not waited for


def find_online(
    lines: Sequence[str],
    *,
    visibility: Visibility,
    box: Box,
    nominatim: Nominatim | None,
    transaction: Transaction,
    now: datetime,
    repeated: bool = True,
    sleep: Callable[[float], None] = time.sleep,
) -> Located | Miss:
    """Where a public postal address is: as remembered, else as Nominatim says, if there is one.

    It may take ``PATIENCE_S`` and the time-out, and holds no transaction meanwhile: it opens short ones
    itself. ``repeated`` questions, those a job asks again and again, keep the slower pace. Nothing outside
    ``box`` is ever answered. Miss.UNAVAILABLE is worth another try later and is not remembered.

    Raises ValueError for an address that is not public: the caller made a mistake that must not be sent
    anywhere.
    """
    if visibility is not Visibility.EXACT:
        raise ValueError("only a public address may be sent to a geocoder")
    kept = tuple(filter(None, map(rules.readable, lines)))
    if not kept:
        return Miss.EMPTY
    with transaction() as session:
        known = queries.remembered(session, kept, now=now)
    if known is None and nominatim is not None:
        turn = _Turn(transaction, now, pace.REPEATED_MS if repeated else pace.ONCE_MS, sleep)
        known = _ask(nominatim, kept, turn)
    return _inside(known or Miss.UNKNOWN, box)


def forget(session: Session, lines: Sequence[str]) -> None:
    """Forget what was said of an address: it is public no more."""
    digest = queries.digest_of(tuple(filter(None, map(rules.readable, lines))))
    session.execute(sa.delete(GeocodedAnswer).where(GeocodedAnswer.digest == digest))


def forget_old(session: Session, now: datetime) -> int:
    """Remove the remembered answers that count no more; how many there were."""
    gone = session.execute(
        sa.delete(GeocodedAnswer)
        .where(
            (GeocodedAnswer.asked_at < now - queries.FOUND_LASTS)
            | (GeocodedAnswer.latitude.is_(None) & (GeocodedAnswer.asked_at < now - queries.MISS_LASTS))
        )
        .returning(GeocodedAnswer.digest)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


class _Turn:
    """One question's turn: waited for, taken, and its outcome told to those who wait."""

    def __init__(self, transaction: Transaction, now: datetime, every_ms: int, sleep: Callable[[float], None]) -> None:
        self.transaction = transaction
        self.every_ms = every_ms
        self._now = now
        self._began = time.monotonic()
        self._sleep = sleep

    @property
    def moment(self) -> datetime:
        """What time it is by now."""
        return self._now + timedelta(seconds=time.monotonic() - self._began)

    def taken(self) -> bool:
        """Wait for the next allowed moment and take it; False when that would take too long."""
        patience_ms = PATIENCE_S * 1000
        while patience_ms >= 0:
            with self.transaction() as session:
                wait_ms = pace.claim(session, self.moment, self.every_ms)
            if not wait_ms:
                return True
            patience_ms -= wait_ms
            if patience_ms >= 0:
                self._sleep(wait_ms / 1000)
        return False


def _ask(nominatim: Nominatim, lines: Sequence[str], turn: _Turn) -> Located | Miss:
    """What Nominatim says, remembered; Miss.UNAVAILABLE when it is nobody's turn or there is no answer."""
    if not turn.taken():
        return Miss.UNAVAILABLE
    try:
        answer = nominatim.ask(lines)
    except Refused as refused:
        with turn.transaction() as session:
            pace.failed(session, turn.moment, turn.every_ms, wait_ms=refused.wait_ms)
        return Miss.UNAVAILABLE
    with turn.transaction() as session:
        pace.succeeded(session, turn.moment, turn.every_ms)
        _remember(session, lines, answer, turn.moment)
    return answer


def _inside(answer: Located | Miss, box: Box) -> Located | Miss:
    """The place's file may have changed since an answer was remembered."""
    return Miss.UNKNOWN if isinstance(answer, Located) and not box.contains(answer.point) else answer


def _remember(session: Session, lines: Sequence[str], answer: Located | Miss, now: datetime) -> None:
    digest = queries.digest_of(lines)
    session.execute(sa.delete(GeocodedAnswer).where(GeocodedAnswer.digest == digest))
    found = answer if isinstance(answer, Located) else None
    session.add(
        GeocodedAnswer(
            digest=digest,
            latitude=found.point.lat if found else None,
            longitude=found.point.lon if found else None,
            precision_m=found.precision_m if found else None,
            asked_at=now,
        )
    )
    session.flush()
