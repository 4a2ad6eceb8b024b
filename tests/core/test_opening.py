from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.core.hours import Schedule, Session, opening, sessions

LONDON = ZoneInfo("Europe/London")
NINE, FIVE, NOON, MIDNIGHT = time(9), time(17), time(12), time(0)
MONDAY = date(2026, 3, 2)
WORKING = ("MO", "TU", "WE", "TH", "FR")


def at(day, hour, minute=0, fold=0):
    return datetime.combine(day, time(hour, minute, fold=fold), LONDON)


def weekly(*byday, opens=NINE, closes=FIVE, **fields):
    return Schedule(freq="WEEKLY", byday=byday, opens_at=opens, closes_at=closes, **fields)


def hours_of(schedules, day, length=1):
    found = sessions(schedules, day, day + timedelta(days=length - 1))
    return [f"{each.opens:%d %H:%M}-{each.closes:%d %H:%M}" for each in found]


OFFICE = weekly(*WORKING)


def test_sessions_come_in_order():
    schedules = [weekly("TU"), weekly("MO", opens=time(18), closes=time(20)), weekly("MO", closes=NOON)]
    assert hours_of(schedules, MONDAY, 2) == ["02 09:00-02 12:00", "02 18:00-02 20:00", "03 09:00-03 17:00"]


def test_sessions_that_touch_or_overlap_are_one():
    schedules = [
        weekly("MO", closes=NOON),
        weekly("MO", opens=NOON),
        weekly("MO", opens=time(16), closes=time(19)),
    ]
    assert hours_of(schedules, MONDAY) == ["02 09:00-02 19:00"]


def test_a_night_goes_past_midnight_and_round_the_clock_never_stops():
    night = weekly("MO", opens=time(22), closes=time(2))
    assert hours_of([night], MONDAY) == ["02 22:00-03 02:00"]
    always = Schedule(freq="DAILY", opens_at=MIDNIGHT, closes_at=MIDNIGHT)
    assert hours_of([always], MONDAY, 3) == ["02 00:00-05 00:00"]


def test_what_needs_an_appointment_is_not_joined_with_what_does_not():
    schedules = [weekly("MO"), weekly("MO", opens=FIVE, closes=time(19), by_appointment=True)]
    assert hours_of(schedules, MONDAY) == ["02 09:00-02 17:00", "02 17:00-02 19:00"]


def test_a_session_without_an_end_is_kept_as_a_moment():
    (found,) = sessions([weekly("MO", closes=None)], MONDAY, MONDAY)
    assert found == Session(datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 9), found.schedule)  # noqa: DTZ001 - wall time


@pytest.mark.parametrize(
    ("closure", "left"),
    [
        (Schedule(closed=True, dtstart=MONDAY), []),
        (Schedule(closed=True, valid_from=MONDAY), []),
        (Schedule(closed=True, freq="WEEKLY", byday=("MO",)), []),
        (
            Schedule(closed=True, dtstart=MONDAY, opens_at=NOON, closes_at=time(13)),
            ["09:00-12:00", "13:00-17:00"],
        ),
        (Schedule(closed=True, dtstart=MONDAY, opens_at=time(8), closes_at=NOON), ["12:00-17:00"]),
        (Schedule(closed=True, dtstart=MONDAY, opens_at=NOON, closes_at=time(1)), ["09:00-12:00"]),
        (Schedule(closed=True, dtstart=MONDAY, opens_at=FIVE, closes_at=time(20)), ["09:00-17:00"]),
        (Schedule(closed=True, dtstart=date(2026, 3, 3)), ["09:00-17:00"]),
    ],
)
def test_exceptions_take_out_days_and_hours(closure, left):
    found = sessions([OFFICE, closure], MONDAY, MONDAY)
    assert [f"{each.opens:%H:%M}-{each.closes:%H:%M}" for each in found] == left


def test_what_was_announced_for_one_day_stands_on_a_closed_day():
    closure = Schedule(closed=True, valid_from=MONDAY, valid_to=MONDAY)
    party = Schedule(dtstart=MONDAY, opens_at=time(14), closes_at=time(16))
    assert hours_of([OFFICE, closure, party], MONDAY) == ["02 14:00-02 16:00"]


@pytest.mark.parametrize(
    ("now", "is_open", "closes", "opens"),
    [
        (at(MONDAY, 8, 59), False, None, at(MONDAY, 9)),
        (at(MONDAY, 9), True, at(MONDAY, 17), at(date(2026, 3, 3), 9)),
        (at(MONDAY, 16, 59), True, at(MONDAY, 17), at(date(2026, 3, 3), 9)),
        (at(MONDAY, 17), False, None, at(date(2026, 3, 3), 9)),
        (at(date(2026, 3, 6), 18), False, None, at(date(2026, 3, 9), 9)),
    ],
)
def test_an_office_is_open_in_office_hours(now, is_open, closes, opens):
    found = opening([OFFICE], now)
    assert (found.open_now, found.closes, found.next_opens) == (is_open, closes, opens)
    assert found.next_closes == opens.replace(hour=17)
    assert found.is_known


def test_a_night_that_began_yesterday_is_still_on():
    found = opening([weekly("MO", opens=time(22), closes=time(2))], at(date(2026, 3, 3), 1))
    assert (found.open_now, found.closes) == (True, at(date(2026, 3, 3), 2))


def test_round_the_clock_has_no_end():
    found = opening([Schedule(freq="DAILY", opens_at=MIDNIGHT, closes_at=MIDNIGHT)], at(MONDAY, 12))
    assert (found.open_now, found.closes, found.next_opens) == (True, None, None)


def test_nothing_is_claimed_when_nobody_said_when():
    for schedules in ([], [Schedule(freq="WEEKLY", byday=("MO",))], [weekly("TU", interval=2)]):
        assert not opening(schedules, at(MONDAY, 12)).is_known


def test_what_is_over_is_closed_and_known():
    found = opening([weekly("MO", until=date(2025, 12, 31))], at(MONDAY, 12))
    assert (found.open_now, found.next_opens, found.is_known) == (False, None, True)


def test_a_session_without_an_end_opens_but_is_never_said_to_be_open():
    schedule = weekly("MO", closes=None)
    assert opening([schedule], at(MONDAY, 8)).next_opens == at(MONDAY, 9)
    assert opening([schedule], at(MONDAY, 8)).next_closes is None
    later = opening([schedule], at(MONDAY, 9, 1))
    assert (later.open_now, later.next_opens) == (False, at(date(2026, 3, 9), 9))


def test_appointments_are_told_only_when_there_is_nothing_else():
    booked = weekly("MO", by_appointment=True)
    found = opening([booked], at(MONDAY, 10))
    assert (found.open_now, found.by_appointment) == (True, True)
    found = opening([booked, weekly("TU")], at(MONDAY, 10))
    assert (found.open_now, found.by_appointment, found.next_opens) == (False, False, at(date(2026, 3, 3), 9))


def test_an_exception_says_why_today_is_closed():
    closure = Schedule(closed=True, valid_from=MONDAY, valid_to=MONDAY, description="Bank holiday")
    found = opening([OFFICE, closure], at(MONDAY, 10))
    assert (found.open_now, found.closed_today_reason) == (False, "Bank holiday")
    assert found.next_opens == at(date(2026, 3, 3), 9)
    assert opening([OFFICE, closure], at(date(2026, 3, 3), 10)).closed_today_reason is None
    sunday = Schedule(closed=True, valid_from=date(2026, 3, 8), description="Closed anyway")
    assert opening([OFFICE, sunday], at(date(2026, 3, 8), 10)).closed_today_reason is None


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(Invalid, match="time zone"):
        opening([OFFICE], datetime(2026, 3, 2, 12))  # noqa: DTZ001 - that is what is refused


SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def test_an_hour_is_as_long_as_it_is_when_the_clocks_go_forward():
    night = weekly("SA", opens=time(22), closes=time(4))
    assert opening([night], at(SPRING, 3, 30)).open_now
    found = opening([night], at(SPRING, 0, 30))
    assert found.closes is not None
    assert found.closes - at(SPRING, 0, 30).astimezone(UTC) == timedelta(hours=2, minutes=30)
    in_the_gap = opening([weekly("SU", opens=time(1, 30), closes=time(5))], at(SPRING, 0, 30))
    assert in_the_gap.next_opens == at(SPRING, 2, 30)
    vanished = opening([weekly("SU", opens=time(1, 15), closes=time(2))], at(SPRING, 0, 30))
    assert vanished.next_opens == at(date(2026, 4, 5), 1, 15)


def test_a_time_that_comes_twice_is_the_first_when_the_clocks_go_back():
    night = weekly("SA", opens=time(22), closes=time(1, 30))
    assert opening([night], at(AUTUMN, 1, 15)).open_now
    assert not opening([night], at(AUTUMN, 1, 15, fold=1)).open_now
    late = weekly("SU", opens=time(1, 30), closes=time(3))
    assert opening([late], at(AUTUMN, 1, 15, fold=1)).open_now
    assert not opening([late], at(AUTUMN, 1, 15)).open_now


clock_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
some_schedules = st.lists(
    st.builds(
        Schedule,
        freq=st.sampled_from(["WEEKLY", "MONTHLY", "DAILY"]),
        byday=st.lists(st.sampled_from([*WORKING, "SA", "SU"]), min_size=1, max_size=4).map(tuple),
        interval=st.integers(1, 2),
        dtstart=st.dates(date(2026, 1, 1), date(2026, 4, 30)),
        opens_at=clock_times,
        closes_at=clock_times,
        closed=st.booleans(),
    ),
    max_size=4,
)
moments = st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 5), timezones=st.just(UTC))  # noqa: DTZ001 - given UTC


@given(some_schedules, moments)
def test_what_is_said_of_a_moment_agrees_with_the_calendar(schedules, moment):
    now = moment.astimezone(LONDON)
    found = opening(schedules, now, days=10)
    calendar = sessions(schedules, now.date() - timedelta(days=1), now.date() + timedelta(days=10))
    spans = [(each.opens.replace(tzinfo=LONDON), each.closes.replace(tzinfo=LONDON)) for each in calendar]
    instants = [(opens.timestamp(), closes.timestamp()) for opens, closes in spans]
    assert found.open_now == any(opens <= now.timestamp() < closes for opens, closes in instants)
    coming = [opens for opens, closes in instants if now.timestamp() < opens <= closes]
    assert (found.next_opens.timestamp() if found.next_opens else None) == min(coming, default=None)
    if found.closes:
        assert found.closes > now


@given(some_schedules)
def test_sessions_are_in_order_and_apart(schedules):
    found = sessions(schedules, MONDAY, MONDAY + timedelta(days=30))
    assert all(each.opens <= each.closes for each in found)
    assert all(one.closes < other.opens for one, other in pairwise(found))
