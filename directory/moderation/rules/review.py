"""When a listing is to be confirmed again, when its stewards are asked, and when it goes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from directory.listings.rules.record import Record

MONTH: Final = timedelta(days=30.5)
UNSAID: Final = timedelta(days=183)  # what nobody ever confirmed is asked about after so long
ASK_AGAIN: Final = timedelta(days=30)  # between two mails about one listing
MOST_ASKED: Final = 3
BOUNCED_FOR: Final = timedelta(days=180)  # a mailbox that was full may be empty by then
OFF_AFTER: Final = timedelta(days=365)  # promises.md: off the public list at 12 months
DELETED_AFTER: Final = timedelta(days=730)
# A clock may be a day wrong. What cannot be taken back is done a little late rather than a day early.
DAY: Final = timedelta(days=1)


class Asks(Protocol):
    """A place, as far as it says how often its listings are confirmed (``infra.place.Place``)."""

    @property
    def review_months(self) -> int:
        """After how many months a listing is to be confirmed again."""

    @property
    def review_sooner(self) -> Mapping[str, int]:
        """Needs whose listings are asked earlier: slug to months."""


def due_at(record: Record, confirmed_at: datetime, place: Asks) -> datetime:
    """When a listing that was confirmed then is to be confirmed again: as its most urgent need wants it."""
    needs = {need for service in record.services for need in service.needs}
    sooner = [months for need, months in place.review_sooner.items() if need in needs]
    return confirmed_at + min([place.review_months, *sooner]) * MONTH


def is_due(assured_at: datetime | None, review_due_at: datetime | None, now: datetime) -> bool:
    """Whether it is time to say that a listing is still right: also when nobody ever did, or said when."""
    if review_due_at is not None:
        return review_due_at <= now
    return assured_at is None or now - assured_at >= UNSAID


def is_off(sign: datetime, now: datetime) -> bool:
    """Whether a listing whose last sign of life was then leaves the public list."""
    return now - sign >= OFF_AFTER


def is_over(sign: datetime, off_since: datetime, now: datetime) -> bool:
    """Whether a listing that is off the list is deleted for good: two years after its last sign of life.

    It was off for long enough too: a clock that ran years ahead for an hour deletes nothing.
    """
    return now - sign >= DELETED_AFTER + DAY and now - off_since >= DELETED_AFTER - OFF_AFTER
