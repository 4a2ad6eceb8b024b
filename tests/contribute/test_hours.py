"""Opening times as people type them become schedules, and come back as they were."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.contribute.rules.answers import Hours, Open, Other, Rhythm, Times
from directory.contribute.rules.hours import hours_of, parse_time, say_time, schedules
from directory.core.errors import Invalid
from directory.core.hours import Schedule, checked, occurs

moments = st.builds(time, st.integers(0, 23), st.integers(0, 59))
weeks = st.lists(
    st.builds(Times, day=st.integers(0, 6), opens=moments, closes=moments), max_size=7, unique_by=lambda t: t.day
)
fortnights = st.dates(date(2026, 1, 1), date(2030, 1, 1)).flatmap(
    lambda start: st.builds(
        Other,
        rhythm=st.just(Rhythm.FORTNIGHT),
        day=st.just(start.weekday()),
        opens=moments,
        closes=moments,
        start=st.just(start),
    )
)
monthly = st.builds(
    Other,
    rhythm=st.sampled_from([each for each in Rhythm if each is not Rhythm.FORTNIGHT]),
    day=st.integers(0, 6),
    opens=moments,
    closes=moments,
)
hours = st.builds(
    Hours,
    way=st.just(Open.REGULAR),
    week=weeks.map(lambda found: tuple(sorted(found, key=lambda t: t.day))),
    others=st.lists(fortnights | monthly, max_size=3).map(tuple),
    exceptions=st.just("") | st.text("abc def", max_size=20).map(str.strip),
    book_first=st.booleans(),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10am", time(10)),
        ("10 AM", time(10)),
        ("1.30pm", time(13, 30)),
        ("1:30 p.m.", time(13, 30)),
        ("12pm", time(12)),
        ("12am", time(0)),
        ("noon", time(12)),
        ("midnight", time(0)),
        ("24:00", time(0)),
        ("13:30", time(13, 30)),
        ("1330", time(13, 30)),
        ("09.15", time(9, 15)),
        ("9", time(9)),
        ("06:30", time(6, 30)),
        ("0:00", time(0)),
        ("\uff11\uff10am", time(10)),  # full width
    ],
)
def test_a_time_is_read_as_people_write_it(typed, meant):
    assert parse_time(typed) == meant


@pytest.mark.parametrize("typed", ["2", "5.30", "1:15", "6"])
def test_a_time_that_may_be_morning_or_afternoon_is_asked_for_again(typed):
    with pytest.raises(Invalid, match="am or pm"):
        parse_time(typed)


@pytest.mark.parametrize("typed", ["", "soon", "25:00", "10:75", "13pm", "0am", "10-12", "1am to 2", "1" * 30])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(Invalid):
        parse_time(typed)


@given(moments)
def test_a_time_that_is_said_is_read_as_itself(moment):
    assert parse_time(say_time(moment)) == moment


@given(st.text(max_size=25))
def test_any_text_is_a_time_or_refused(typed):
    with suppress(Invalid):
        assert isinstance(parse_time(typed), time)


@given(hours)
def test_hours_become_schedules_that_can_be_kept_and_come_back_saying_the_same(given_hours):
    made = schedules(given_hours)
    assert all(checked(schedule) for schedule in made)
    found = hours_of(made)
    if not made:
        assert found is None
        return
    assert found is not None
    assert sorted(map(repr, schedules(found))) == sorted(map(repr, made))


@given(st.sampled_from([Open.APPOINTMENT, Open.ALWAYS, Open.VARIES]), st.text("abc ", max_size=9))
def test_hours_without_times_come_back_too(way, words):
    given_hours = Hours(way=way, exceptions=words)
    assert hours_of(schedules(given_hours)) == given_hours


def test_a_fortnight_and_a_first_monday_fall_on_the_right_days():
    fortnight = Other(rhythm=Rhythm.FORTNIGHT, day=1, opens=time(10), closes=time(12), start=date(2026, 3, 3))
    first = Other(rhythm=Rhythm.FIRST, day=0, opens=time(10), closes=time(12))
    every_second, first_monday = schedules(Hours(way=Open.REGULAR, others=(fortnight, first)))
    assert [occurs(every_second, date(2026, 3, day)) for day in (3, 10, 17)] == [True, False, True]
    assert [occurs(first_monday, date(2026, 3, day)) for day in (2, 9, 3)] == [True, False, False]


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(freq="WEEKLY", byday=("MO", "TU"), opens_at=time(10), closes_at=time(11)),
        Schedule(freq="WEEKLY", byday=("MO",), opens_at=time(10), closes_at=time(11), until=date(2027, 1, 1)),
        Schedule(freq="YEARLY", byday=("1MO",), opens_at=time(10), closes_at=time(11)),
        Schedule(freq="WEEKLY", byday=("MO",), opens_at=time(10)),
        Schedule(dtstart=date(2026, 3, 3), opens_at=time(10), closes_at=time(11)),
    ],
)
def test_what_the_pages_cannot_say_is_not_guessed(schedule):
    assert hours_of([schedule]) is None
