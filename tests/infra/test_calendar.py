"""The special days of a place are those of its division."""

from dataclasses import replace
from datetime import date

import pytest

from directory.infra.calendar import calendar_of
from directory.infra.place import load_place

BIRMINGHAM = load_place("birmingham")


@pytest.mark.parametrize(
    ("division", "day", "is_holiday"),
    [
        ("ENG", date(2026, 12, 25), True),
        ("ENG", date(2026, 12, 28), True),  # Boxing Day is a Saturday
        ("ENG", date(2026, 12, 29), False),
        ("ENG", date(2026, 8, 31), True),
        ("SCT", date(2026, 8, 31), False),
        ("SCT", date(2026, 11, 30), True),
        ("NIR", date(2026, 3, 17), True),
        ("WLS", date(2026, 3, 17), False),
        ("WLS", date(2026, 4, 6), True),
    ],
)
def test_bank_holidays_are_those_of_the_division(division, day, is_holiday):
    assert bool(calendar_of(replace(BIRMINGHAM, holidays=division)).holiday_on(day)) is is_holiday


@pytest.mark.parametrize(("division", "returns"), [("ENG", date(2026, 9, 1)), ("SCT", date(2026, 8, 11))])
def test_schools_are_closed_in_summer_and_at_christmas_where_nobody_told_the_terms(division, returns):
    calendar = calendar_of(replace(BIRMINGHAM, holidays=division))
    assert not calendar.in_term(date(2026, 8, 5))
    assert not calendar.in_term(date(2027, 1, 1))
    assert calendar.in_term(returns)


def test_the_terms_of_the_place_are_used():
    calendar = calendar_of(
        replace(BIRMINGHAM, terms=((date(2026, 9, 1), date(2026, 10, 23)), (date(2026, 11, 2), date(2026, 12, 18))))
    )
    assert [calendar.in_term(date(2026, 10, day)) for day in (23, 24, 30)] == [True, False, False]


def test_one_place_has_one_calendar():
    assert calendar_of(BIRMINGHAM) is calendar_of(load_place("birmingham"))
