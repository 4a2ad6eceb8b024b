"""The special days of a place: the bank holidays of its division, and its school terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache, partial
from typing import Final

from directory.core.hours import Calendar
from directory.infra.place import Place

# When no school of the division is open, whatever its council decides.
_SUMMER: Final = {
    "ENG": ((7, 25), (8, 31)),
    "WLS": ((7, 25), (8, 31)),
    "SCT": ((7, 1), (8, 10)),
    "NIR": ((7, 1), (8, 30)),
}
_CHRISTMAS: Final = ((12, 24), (1, 2))


def calendar_of(place: Place) -> Calendar:
    """The calendar of ``place``: the same value for the same place, so that what follows from it can be remembered."""
    return _calendar(place.holidays, place.terms)


@lru_cache(maxsize=16)  # by what matters: a place with its neighbourhoods takes 50 microseconds to look up
def _calendar(division: str, terms: tuple[tuple[date, date], ...]) -> Calendar:
    return Calendar(
        holiday_on=partial(_bank_holiday, division),
        terms=terms,
        breaks=(_SUMMER[division], _CHRISTMAS),
    )


def _bank_holiday(division: str, day: date) -> str:
    return _bank_holidays(division, day.year).get(day, "")


@lru_cache(maxsize=256)
def _bank_holidays(division: str, year: int) -> Mapping[date, str]:
    from holidays import country_holidays  # noqa: PLC0415 - a quarter of a second, for whoever asks

    return dict(country_holidays("GB", subdiv=division, years=year))
