from datetime import date, datetime, time, timedelta
from typing import Literal

import pytest
from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, YEARLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.core.hours import (
    WEEKDAYS,
    Schedule,
    checked,
    occurs,
    parse_byday,
    parse_bymonthday,
)

MONDAY = date(2026, 3, 2)
NINE, FIVE = time(9), time(17)
FREQ: dict[str, Literal[0, 1, 2, 3]] = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
DAY = dict(zip(WEEKDAYS, (MO, TU, WE, TH, FR, SA, SU), strict=True))

codes = st.sampled_from(WEEKDAYS)
days = st.dates(date(2023, 1, 1), date(2028, 12, 31))


def weekly(*byday, **fields):
    return Schedule(freq="WEEKLY", byday=byday, opens_at=NINE, closes_at=FIVE, **fields)


def days_of(schedule, first=date(2026, 1, 1), length=365):
    return [day for n in range(length) if occurs(schedule, day := first + timedelta(days=n))]


@st.composite
def rules(draw):
    """A rule as calendars send it.

    Never plain and numbered weekdays in one, which dateutil reads as "and"; nor numbered ones with days of the
    month, which may never fall, and dateutil would look for them until the year 9999.
    """
    freq = draw(st.sampled_from(list(FREQ)))
    numbered = freq in {"MONTHLY", "YEARLY"} and draw(st.booleans())
    numbers = st.sampled_from([-5, -2, -1, 1, 2, 3, 4, 5]) if numbered else st.just(0)
    monthdays = st.lists(st.sampled_from([*range(-31, 0), *range(1, 32)]), max_size=0 if numbered else 2)
    byday = draw(st.lists(st.tuples(numbers, codes), max_size=3))
    return Schedule(
        freq=freq,
        interval=draw(st.integers(1, 4)),
        byday=tuple(f"{number or ''}{code}" for number, code in byday),
        bymonthday=tuple(draw(monthdays)),
        wkst=draw(codes),
        dtstart=draw(days),
        until=draw(st.none() | days),
        count=draw(st.none() | st.integers(1, 30)),
    )


def as_dateutil(schedule, until):
    """The same days by dateutil."""
    byday = [DAY[part[-2:]](int(part[:-2])) if part[:-2] else DAY[part] for part in schedule.byday]
    found = rrule(
        FREQ[schedule.freq or ""],
        dtstart=datetime.combine(schedule.dtstart, time.min),
        interval=schedule.interval,
        wkst=DAY[schedule.wkst],
        byweekday=byday or None,
        bymonthday=list(schedule.bymonthday) or None,
        until=datetime.combine(until, time.min),
    )
    fallen = [moment.date() for moment in found][: schedule.count]
    return [day for day in fallen if schedule.until is None or day <= schedule.until]


@given(rules())
def test_a_rule_falls_on_the_days_that_dateutil_says(schedule):
    length = 3 * 366
    last = schedule.dtstart + timedelta(days=length - 1)
    assert days_of(schedule, schedule.dtstart, length) == as_dateutil(schedule, last)
    assert not occurs(schedule, schedule.dtstart - timedelta(days=1))


@pytest.mark.parametrize(
    ("schedule", "first_days"),
    [
        (weekly("MO", "WE"), [date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 9)]),
        (weekly("TU", interval=2, dtstart=date(2026, 2, 24)), [date(2026, 3, 10), date(2026, 3, 24)]),
        (weekly(dtstart=date(2026, 2, 19)), [date(2026, 3, 5), date(2026, 3, 12)]),
        (Schedule(freq="MONTHLY", byday=("2TU",)), [date(2026, 3, 10), date(2026, 4, 14)]),
        (Schedule(freq="MONTHLY", byday=("-1FR",)), [date(2026, 3, 27), date(2026, 4, 24)]),
        (
            Schedule(freq="MONTHLY", byday=("1MO", "TU")),
            [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 10)],
        ),
        (Schedule(freq="MONTHLY", byday=("2FR",), bymonthday=(13,)), [date(2026, 3, 13), date(2026, 11, 13)]),
        (Schedule(freq="MONTHLY", bymonthday=(-1,)), [date(2026, 3, 31), date(2026, 4, 30)]),
        (Schedule(freq="MONTHLY", dtstart=date(2026, 1, 31)), [date(2026, 3, 31), date(2026, 5, 31)]),
        (Schedule(freq="YEARLY", dtstart=date(2020, 12, 25)), [date(2026, 12, 25)]),
        (Schedule(freq="DAILY", interval=3, dtstart=date(2026, 3, 1)), [date(2026, 3, 4), date(2026, 3, 7)]),
        (Schedule(dtstart=date(2026, 6, 6)), [date(2026, 6, 6)]),
        (
            Schedule(valid_from=date(2026, 6, 6), valid_to=date(2026, 6, 7)),
            [date(2026, 6, 6), date(2026, 6, 7)],
        ),
    ],
)
def test_schedules_fall_on_the_days_people_mean(schedule, first_days):
    assert days_of(schedule, MONDAY)[: len(first_days)] == first_days


@pytest.mark.parametrize(
    "schedule",
    [
        weekly("TU", interval=2),  # which of the two weeks?
        weekly(),
        Schedule(freq="MONTHLY", byday=("1MO",), interval=2),
        Schedule(freq="MONTHLY"),
        Schedule(freq="YEARLY"),
        Schedule(freq="DAILY", interval=2),
        Schedule(freq="HOURLY", dtstart=MONDAY),
        Schedule(),
        Schedule(valid_from=MONDAY, opens_at=NINE),
        Schedule(closed=True),
    ],
)
def test_a_schedule_whose_days_nobody_can_tell_falls_on_none(schedule):
    assert days_of(schedule) == []


def test_a_closure_may_be_open_at_one_end():
    assert len(days_of(Schedule(closed=True, valid_from=date(2026, 12, 30)))) == 2
    assert len(days_of(Schedule(closed=True, valid_to=date(2026, 1, 3)))) == 3


def test_validity_bounds_what_repeats_and_counting_does_not_begin_anew():
    spring = weekly("MO", valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 31))
    assert [day.day for day in days_of(spring)] == [2, 9, 16, 23, 30]
    third = weekly("MO", dtstart=MONDAY, count=3, valid_from=date(2026, 3, 10))
    assert [day.day for day in days_of(third)] == [16]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("MO,TU", ("MO", "TU")),
        ("mo, tu", ("MO", "TU")),
        ("2TU", ("2TU",)),
        ("+1MO;-1FR", ("1MO", "-1FR")),
        ("Monday Tues", ("MO", "TU")),
        ('"TH,FR"', ("TH", "FR")),
        ("['MO']", ("MO",)),
        ("MO,MO", ("MO",)),
        ("", ()),
    ],
)
def test_days_are_read_as_they_are_published(text, kept):
    assert parse_byday(text) == kept


@pytest.mark.parametrize("text", ["XX", "M", "0MO", "54MO", "MO-FR", "1", "Mondayy", "\u0661MO"])
def test_what_is_not_a_day_is_refused(text):
    with pytest.raises(Invalid, match="byday"):
        parse_byday(text)


@given(st.lists(st.tuples(st.integers(-53, 53), codes)))
def test_days_survive_being_written_and_read(parts):
    kept = parse_byday(",".join(f"{number or ''}{code}" for number, code in parts))
    assert parse_byday(",".join(kept)) == kept
    assert len(kept) == len(set(parts))


def test_days_of_the_month_are_read_and_checked():
    assert parse_bymonthday("1, 15,-1,1") == (1, 15, -1)
    for wrong in ("0", "32", "x", "-32"):
        with pytest.raises(Invalid, match="bymonthday"):
            parse_bymonthday(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        Schedule(freq="HOURLY"),
        weekly("MO", interval=0),
        weekly("MO", interval=4000),
        weekly("MO", count=0),
        weekly("MO", count=10**9),
        weekly("MO", wkst="XX"),
        weekly("Q1"),
        weekly(bymonthday=(0,)),
        weekly("MO", dtstart=MONDAY, until=MONDAY - timedelta(days=1)),
        weekly("MO", valid_from=MONDAY, valid_to=MONDAY - timedelta(days=1)),
    ],
)
def test_what_no_calendar_could_mean_is_refused(wrong):
    with pytest.raises(Invalid):
        checked(wrong)


@given(rules())
def test_what_calendars_send_can_be_kept(schedule):
    if schedule.until is None or schedule.until >= schedule.dtstart:
        assert checked(schedule) is schedule
