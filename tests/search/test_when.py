"""When: the values of ``open``, the tokens of hours, and both engines against the slow expansion at any minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.core.hours import Calendar, Schedule
from directory.search.rules.docs import offering_docs
from directory.search.rules.hours import DATED, WINDOW_DAYS, Days, either_of, hours_tokens
from directory.search.rules.query import Query
from directory.search.rules.when import NAMES, NOW, Moment, Part, When
from tests.search.invented import TERMS
from tests.search.slow_open import is_open
from tests.support.records import an_id, given_record
from tests.support.slow_hours import open_minutes, schedules_between

LONDON = ZoneInfo("Europe/London")
HOLIDAYS = (date(2026, 4, 3), date(2026, 4, 6))
SCHOOL = ((date(2026, 2, 23), date(2026, 3, 27)), (date(2026, 4, 13), date(2026, 5, 22)))
CALENDAR = Calendar(lambda day: "bank holiday" if day in HOLIDAYS else "", SCHOOL)
TUESDAY = date(2026, 3, 24)
WORKING = ("MO", "TU", "WE", "TH", "FR")
# The days for which hours are written, in spring and in autumn: clocks change in both, and Easter is in one.
WINDOWS = {first: Days(first, LONDON, CALENDAR) for first in (date(2026, 3, 20), date(2026, 10, 15))}


def weekly(*byday, opens=time(9), closes=time(17), **more):
    return Schedule(freq="WEEKLY", byday=byday, opens_at=opens, closes_at=closes, **more)


def at(day, hour, minute=0, fold=0):
    return Moment(datetime.combine(day, time(hour, minute, fold=fold), LONDON), CALENDAR)


@pytest.mark.parametrize(
    ("value", "today", "days"),
    [
        ("today", TUESDAY, ["24"]),
        ("tomorrow", TUESDAY, ["25"]),
        ("tuesday", TUESDAY, ["24"]),
        ("monday-evening", TUESDAY, ["30"]),
        ("weekend", TUESDAY, ["28", "29"]),
        ("weekend", date(2026, 3, 28), ["28", "29"]),
        ("weekend", date(2026, 3, 29), ["29"]),
        ("evening", TUESDAY, ["24", "25", "26", "27", "28", "29", "30"]),
        ("now", TUESDAY, []),
    ],
)
def test_a_value_means_the_coming_days_today_included(value, today, days):
    assert [f"{day:%d}" for day in at(today, 23, 30).days(NAMES[value])] == days


def test_every_value_is_written_as_it_is_read():
    assert all(str(when) == name for name, when in NAMES.items())
    assert {"now", "monday", "monday-evening", "evening", "weekend", "today", "tomorrow"} <= set(NAMES)
    assert "" not in NAMES


@pytest.mark.parametrize(
    ("schedules", "is_dated"),
    [
        ([weekly(*WORKING)], False),
        ([weekly("MO", dtstart=date(2020, 1, 6))], False),
        ([weekly(*WORKING), Schedule(closed=True, dtstart=date(2026, 1, 5))], False),
        ([weekly(*WORKING), weekly("WE", opens=time(12), closes=time(13), closed=True)], False),
        ([weekly("SA", opens=time(22), closes=time(2))], False),
        ([weekly("SA", opens=time(22), closes=time(1, 30))], True),  # clocks leave 1.30 out in spring
        ([weekly(*WORKING), Schedule(closed=True, dtstart=date(2026, 12, 24))], True),
        ([weekly("MO", interval=2, dtstart=date(2026, 1, 5))], True),
        ([weekly("MO", dtstart=date(2026, 6, 1))], True),
        ([weekly("MO", until=date(2026, 12, 1))], True),
        ([weekly("MO", description="term time only")], True),
        ([Schedule(freq="MONTHLY", byday=("1MO",), opens_at=time(9), closes_at=time(10))], True),
    ],
)
def test_only_hours_that_differ_from_week_to_week_are_written_by_date(schedules, is_dated):
    tokens = hours_tokens(tuple(schedules), WINDOWS[date(2026, 3, 20)])
    assert (DATED in tokens) is is_dated
    assert is_dated or all(token[2] in "obpq" for token in tokens)


@pytest.mark.parametrize(
    "schedules",
    [
        (),
        (weekly("MO", by_appointment=True),),
        (Schedule(by_appointment=True),),
        (weekly("TU", interval=2),),
        (Schedule(closed=True, dtstart=TUESDAY),),
        (weekly("MO", until=date(2026, 3, 1)),),
    ],
)
def test_what_is_by_appointment_unknown_or_over_is_never_open(schedules):
    assert hours_tokens(schedules, WINDOWS[date(2026, 3, 20)]) == ()


def test_a_week_of_office_hours_takes_few_tokens():
    assert len(hours_tokens((weekly(*WORKING),), WINDOWS[date(2026, 3, 20)])) == 40
    assert len(either_of(When(NOW), at(TUESDAY, 10))) == 15


def is_found(schedules, when, moment, days):
    return not set(hours_tokens(tuple(schedules), days)).isdisjoint(either_of(when, moment))


def test_the_night_is_open_on_both_days_and_an_evening_of_the_first():
    bar = [weekly("TU", opens=time(20), closes=time(2))]
    found = partial(is_found, bar, days=WINDOWS[date(2026, 3, 20)])
    wednesday = date(2026, 3, 25)
    assert found(When(NOW), at(TUESDAY, 23, 59))
    assert found(When(NOW), at(wednesday, 1, 59))
    assert not found(When(NOW), at(wednesday, 2))
    assert found(When("tuesday", Part.EVENING), at(TUESDAY, 12))
    assert not found(When("wednesday"), at(TUESDAY, 12))


def test_what_begins_with_the_first_day_was_not_open_in_the_night_before():
    first = date(2026, 3, 20)
    bar = [Schedule(freq="DAILY", dtstart=first, opens_at=time(22), closes_at=time(2))]
    assert not is_found(bar, When(NOW), at(first, 1), WINDOWS[first])
    assert is_found(bar, When(NOW), at(first, 23), WINDOWS[first])


def test_what_a_closure_leaves_of_a_night_is_all_that_is_open_in_it():
    always = [
        Schedule(freq="DAILY", opens_at=time(2), closes_at=time(2)),
        weekly("MO", "TU", "WE", "TH", opens=time(2), closes=time(1), closed=True),
    ]
    friday = date(2026, 3, 20)
    for hour, is_open_then in ((0, False), (1, True), (2, True)):
        assert is_found(always, When(NOW), at(friday, hour), WINDOWS[friday]) is is_open_then
        assert is_open(always, When(NOW), at(friday, hour)) is is_open_then


@pytest.mark.parametrize(
    ("schedule", "is_open_then"),
    [
        (weekly("MO"), False),
        (weekly("MO", description="closed on bank holidays"), False),
        (weekly("MO", description="bank holidays too"), True),
        (Schedule(freq="DAILY", opens_at=time(9), closes_at=time(17)), True),
        (weekly("SU", opens=time(20), closes=time(14)), True),  # it began on Sunday, which is none
        (weekly("MO", dtstart=date(2026, 3, 23), count=9), False),
        (Schedule(dtstart=date(2026, 4, 6), opens_at=time(9), closes_at=time(17)), True),
    ],
)
def test_a_bank_holiday_is_no_ordinary_monday(schedule, is_open_then):
    easter_monday, days = date(2026, 4, 6), WINDOWS[date(2026, 3, 20)]
    assert is_found([schedule], When(NOW), at(easter_monday, 10), days) is is_open_then
    assert is_open([schedule], When(NOW), at(easter_monday, 10)) is is_open_then
    if schedule.byday == ("MO",):
        assert is_found([schedule], When("monday"), at(date(2026, 4, 4), 10), days) is is_open_then
        assert is_found([schedule], When(NOW), at(date(2026, 4, 13), 10), days)


def test_a_session_without_an_end_is_found_by_its_day_and_never_open_now():
    choir = [weekly("TU", opens=time(19), closes=None)]
    found = partial(is_found, choir, days=WINDOWS[date(2026, 3, 20)])
    assert found(When("tuesday", Part.EVENING), at(TUESDAY, 12))
    assert not found(When("tuesday", Part.MORNING), at(TUESDAY, 12))
    assert not found(When(NOW), at(TUESDAY, 19))


@st.composite
def moments(draw, minutes, days):
    """A moment in the four weeks that are always there, most often where something begins or ends."""
    last = days.first + timedelta(days=WINDOW_DAYS - 8)
    begins, ends = (int(datetime.combine(day, time.min, LONDON).timestamp()) // 60 for day in (days.first, last))
    edges = [at for at in minutes if begins < at < ends - 1 and (at - 1 not in minutes or at + 1 not in minutes)]
    around = [at + shift for at in sorted(edges)[:80] for shift in (-1, 0, 1)]
    minute = draw(st.integers(begins, ends - 1) | st.sampled_from(around or [begins]))
    return datetime.fromtimestamp(minute * 60 + draw(st.integers(0, 59)), UTC).astimezone(LONDON)


@settings(max_examples=150)
@given(st.data())
def test_tokens_find_what_the_slow_expansion_has_open(data):
    days = data.draw(st.sampled_from(list(WINDOWS.values())))
    last = days.first + timedelta(days=WINDOW_DAYS)
    schedules = data.draw(schedules_between(days.first, last))
    minutes = open_minutes(schedules, days.first, last, LONDON, CALENDAR)
    for wall in data.draw(st.lists(moments(minutes, days), min_size=2, max_size=6)):
        moment = Moment(wall, CALENDAR)
        assert is_found(schedules, When(NOW), moment, days) == is_open(schedules, When(NOW), moment), wall
        when = data.draw(st.sampled_from(list(NAMES.values())))
        assert is_found(schedules, when, moment, days) == is_open(schedules, when, moment), (wall, str(when))


SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("hours", "moment", "is_open_then"),
    [
        (weekly("SU", opens=time(1, 30), closes=time(5)), at(SPRING, 2, 29), False),  # as long after midnight as usual
        (weekly("SU", opens=time(1, 30), closes=time(5)), at(SPRING, 2, 30), True),
        (weekly("SA", opens=time(22), closes=time(1, 30)), at(SPRING, 2, 29), True),
        (weekly("SA", opens=time(22), closes=time(1, 30)), at(SPRING, 2, 30), False),
        (weekly("SA", opens=time(22), closes=time(2)), at(SPRING, 0, 59), True),
        (weekly("SA", opens=time(22), closes=time(2)), at(SPRING, 2), False),
        (weekly("SA", opens=time(22), closes=time(1, 30)), at(AUTUMN, 1, 15), True),
        (weekly("SA", opens=time(22), closes=time(1, 30)), at(AUTUMN, 1, 15, fold=1), False),
        (weekly("SA", opens=time(22), closes=time(2)), at(AUTUMN, 1, 15, fold=1), True),
        (weekly("SU", opens=time(1, 30), closes=time(3)), at(AUTUMN, 1, 15), False),
        (weekly("SU", opens=time(1, 30), closes=time(3)), at(AUTUMN, 1, 15, fold=1), True),
    ],
)
def test_hours_are_found_right_while_clocks_change(hours, moment, is_open_then):
    days = next(days for first, days in WINDOWS.items() if 0 < (moment.today - first).days < WINDOW_DAYS)
    assert is_found([hours], When(NOW), moment, days) is is_open_then
    assert is_open([hours], When(NOW), moment) is is_open_then


@pytest.mark.parametrize(
    ("day", "hour", "minute", "fold", "counts_as"),
    [
        (TUESDAY, 9, 7, 0, 9 * 60 + 7),
        (date(2026, 10, 25), 1, 15, 0, 75),
        (date(2026, 10, 25), 1, 15, 1, 119),  # the hour comes again: all of it counts as its last minute
        (date(2026, 10, 25), 2, 0, 0, 120),
        (date(2026, 3, 29), 0, 59, 0, 59),
        (date(2026, 3, 29), 2, 0, 0, 120),
    ],
)
def test_a_minute_is_looked_up_as_the_last_that_came(day, hour, minute, fold, counts_as):
    assert at(day, hour, minute, fold).minute == counts_as


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_an_engine_finds_what_is_open_at_any_minute(index, session, data):
    days = data.draw(st.sampled_from(list(WINDOWS.values())))
    last = days.first + timedelta(days=WINDOW_DAYS)
    hours = data.draw(st.lists(schedules_between(days.first, last), min_size=5, max_size=20))
    docs = [
        doc
        for number, each in enumerate(hours, start=1)
        for doc in offering_docs(with_hours(number, each), number, {}, TERMS, days)
    ]
    minutes = set().union(*(open_minutes(each, days.first, last, LONDON, CALENDAR) for each in hours))
    moment = Moment(data.draw(moments(minutes, days)), CALENDAR)
    asked = [When(NOW), *data.draw(st.lists(st.sampled_from(list(NAMES.values())), min_size=2, max_size=4))]
    index.rebuild(session, docs)
    for when in asked:
        query = Query(filters=(either_of(when, moment),), limit=100)
        found = {row.organization_id for row in index.find(session, query).rows}
        wanted = {number for number, each in enumerate(hours, start=1) if is_open(each, when, moment)}
        assert found == wanted, (moment.wall, str(when))


def with_hours(number, schedules):
    record = given_record(f"Group {number}")
    (service,) = record.services
    return replace(record, id=an_id(number), services=(replace(service, schedules=tuple(schedules)),))
