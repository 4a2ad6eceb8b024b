"""The moment of a search."""

from __future__ import annotations

from datetime import datetime

from directory.infra.calendar import calendar_of
from directory.infra.place import Place
from directory.search.rules.when import Moment


def moment_at(now: datetime, place: Place) -> Moment:
    """``now`` (aware) as it is in ``place``, whose special days are known."""
    return Moment(now.astimezone(place.time_zone), calendar_of(place))
