from datetime import date, time

import pytest

from directory.core.hours import Line, Rhythm, Schedule, week

NINE, FIVE, NOON = time(9), time(17), time(12)
TODAY = date(2026, 3, 2)


def weekly(*byday, opens=NINE, closes=FIVE, **fields):
    return Schedule(freq="WEEKLY", byday=byday, opens_at=opens, closes_at=closes, **fields)


def monthly(**fields):
    return Schedule(freq="MONTHLY", opens_at=NINE, closes_at=FIVE, **fields)


def line(rhythm=Rhythm.WEEKLY, opens=NINE, closes=FIVE, **fields):
    return Line(rhythm=rhythm, opens=opens, closes=closes, **fields)


def test_days_with_equal_hours_are_one_line():
    schedules = [weekly("MO"), weekly("TU"), weekly("WE", "FR"), weekly("TH", closes=NOON)]
    assert week(schedules) == [line(days=(0, 1, 2, 4)), line(days=(3,), closes=NOON)]


def test_a_morning_and_an_afternoon_are_two_lines_in_the_order_of_the_day():
    schedules = [weekly("MO", "TU", opens=time(13)), weekly("MO", "TU", closes=NOON)]
    assert [each.opens for each in week(schedules)] == [NINE, time(13)]


@pytest.mark.parametrize(
    ("days", "spans"),
    [((0, 1, 2, 3, 4), [(0, 4)]), ((0, 2, 3, 6), [(0, 0), (2, 3), (6, 6)]), ((), [])],
)
def test_unbroken_rows_of_days_are_said_from_first_to_last(days, spans):
    assert line(days=days).spans == spans


def test_the_same_schedule_twice_is_said_once():
    assert week([weekly("MO"), weekly("MO")]) == [line(days=(0,))]


def test_fortnights_of_one_week_are_one_line_and_of_the_other_week_another():
    this, other = date(2026, 3, 3), date(2026, 3, 10)
    schedules = [
        weekly("TU", interval=2, dtstart=this),
        weekly("TH", interval=2, dtstart=date(2026, 2, 19)),
        weekly("SA", interval=2, dtstart=other),
    ]
    said = week(schedules, on=date(2026, 3, 20))
    assert [(each.days, each.interval, each.day) for each in said] == [((1, 3), 2, this), ((5,), 2, other)]


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (Schedule(freq="DAILY", opens_at=NINE, closes_at=FIVE), line(days=tuple(range(7)))),
        (Schedule(freq="DAILY", byday=("SA",), opens_at=NINE, closes_at=FIVE), line(days=(5,))),
        (monthly(byday=("MO",)), line(days=(0,))),
        (monthly(byday=("3MO", "1MO", "-1MO")), line(Rhythm.MONTHLY, nth=((1, 0), (3, 0), (-1, 0)))),
        (monthly(bymonthday=(15, -1, 1)), line(Rhythm.MONTHLY, monthdays=(1, 15, -1))),
        (monthly(byday=("FR",), bymonthday=(13,)), line(Rhythm.MONTHLY, nth=((0, 4),), monthdays=(13,))),
        (monthly(dtstart=TODAY), line(Rhythm.MONTHLY, monthdays=(2,))),
        (weekly(dtstart=TODAY), line(days=(0,))),
        (weekly(), line(Rhythm.UNKNOWN)),
        (weekly("TU", interval=2), line(days=(1,), interval=2)),
        (
            Schedule(freq="YEARLY", dtstart=date(2020, 12, 25), opens_at=NINE, closes_at=FIVE),
            line(Rhythm.YEARLY, day=date(2020, 12, 25)),
        ),
        (
            Schedule(dtstart=date(2026, 6, 6), opens_at=NINE, closes_at=FIVE),
            line(Rhythm.ONCE, day=date(2026, 6, 6), starts=date(2026, 6, 6), ends=date(2026, 6, 6)),
        ),
        (Schedule(opens_at=NINE, closes_at=FIVE), line(Rhythm.UNKNOWN)),
        (Schedule(freq="HOURLY", opens_at=NINE, closes_at=FIVE), line(Rhythm.UNKNOWN)),
    ],
)
def test_every_rhythm_can_be_said(schedule, said):
    assert week([schedule], on=TODAY) == [said]


def test_monthly_weekdays_with_equal_hours_are_one_line():
    assert week([monthly(byday=("3TU",)), monthly(byday=("1TU",))]) == [line(Rhythm.MONTHLY, nth=((1, 1), (3, 1)))]


def test_what_is_over_is_not_said_and_what_has_begun_just_is():
    over = weekly("MO", until=date(2026, 3, 1))
    counted = weekly("TU", dtstart=date(2026, 1, 6), count=2)
    begun = weekly("WE", dtstart=date(2024, 1, 3))
    coming = weekly("TH", valid_from=date(2026, 5, 1), valid_to=date(2026, 7, 31))
    assert week([over, counted, begun, coming], on=TODAY) == [
        line(days=(2,)),
        line(days=(3,), starts=date(2026, 5, 1), ends=date(2026, 7, 31)),
    ]
    assert [each.ends for each in week([over, counted])] == [date(2026, 3, 1), date(2026, 1, 13)]


def test_days_that_began_on_different_dates_are_still_one_line():
    schedules = [weekly("MO", dtstart=date(2026, 1, 5)), weekly("TU", dtstart=date(2026, 1, 6))]
    assert week(schedules, on=TODAY) == [line(days=(0, 1))]


def test_exceptions_come_last_and_hours_without_times_stay():
    closure = Schedule(closed=True, valid_from=date(2026, 12, 24), valid_to=date(2026, 12, 26), description="Christmas")
    visits = Schedule(freq="WEEKLY", byday=("SU",), by_appointment=True)
    first, second, last = week([closure, visits, weekly("MO")])
    assert first == line(days=(0,))
    assert (second.days, second.opens, second.by_appointment) == ((6,), None, True)
    assert (last.rhythm, last.closed, last.ends) == (Rhythm.RANGE, True, date(2026, 12, 26))
