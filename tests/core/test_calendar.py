"""Bank holidays and school terms, and every kind of hours against a slow expansion, where clocks change too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.hours import Calendar, Kept, Off, Said, Schedule, off, opening, said, sessions
from tests.support.slow_hours import open_minutes, schedules_between

LONDON = ZoneInfo("Europe/London")
TERMS = ((date(2026, 2, 23), date(2026, 3, 27)), (date(2026, 4, 13), date(2026, 5, 22)))
HOLIDAYS = {date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday", date(2026, 12, 25): "Christmas Day"}
CALENDAR = Calendar(lambda day: HOLIDAYS.get(day, ""), TERMS, (((7, 25), (8, 31)), ((12, 24), (1, 2))))
EASTER_MONDAY = date(2026, 4, 6)
TEN, NOON = time(10), time(12)


def weekly(*byday, **more):
    return Schedule(**{"freq": "WEEKLY", "byday": byday, "opens_at": TEN, "closes_at": NOON, **more})


@pytest.mark.parametrize(
    ("words", "bank_holidays", "school_holidays"),
    [
        ("", Kept.UNSAID, Kept.UNSAID),
        ("bring a mug", Kept.UNSAID, Kept.UNSAID),
        ("closed on bank holidays", Kept.NOT, Kept.UNSAID),
        ("Not Bank Holidays", Kept.NOT, Kept.UNSAID),
        ("except public holidays", Kept.NOT, Kept.UNSAID),
        ("Bank holidays: closed", Kept.NOT, Kept.UNSAID),
        ("including bank holidays", Kept.TOO, Kept.UNSAID),
        ("open bank holidays, except at Christmas", Kept.TOO, Kept.UNSAID),
        ("bank holiday Mondays only", Kept.ONLY, Kept.UNSAID),
        ("term time only", Kept.UNSAID, Kept.NOT),
        ("Term-time", Kept.UNSAID, Kept.NOT),
        ("during term", Kept.UNSAID, Kept.NOT),
        ("£20 a term", Kept.UNSAID, Kept.UNSAID),
        ("not in school holidays", Kept.UNSAID, Kept.NOT),
        ("closed at half-term", Kept.UNSAID, Kept.NOT),
        ("school holidays only", Kept.UNSAID, Kept.ONLY),
        ("In the school holidays", Kept.UNSAID, Kept.ONLY),
        ("not in term time", Kept.UNSAID, Kept.ONLY),
        ("term time and school holidays", Kept.UNSAID, Kept.TOO),
        ("term time only, closed on bank holidays", Kept.NOT, Kept.NOT),
    ],
)
def test_what_people_write_beside_their_hours_is_understood(words, bank_holidays, school_holidays):
    assert said(Schedule(description=words)) == Said(bank_holidays, school_holidays)
    assert said(Schedule(notes=words)) == Said(bank_holidays, school_holidays)


@pytest.mark.parametrize(
    ("schedule", "day", "why"),
    [
        (weekly("MO"), EASTER_MONDAY, Off.BANK_HOLIDAY),
        (weekly("MO", description="bank holidays too"), EASTER_MONDAY, None),
        (Schedule(freq="MONTHLY", byday=("1MO",)), EASTER_MONDAY, Off.BANK_HOLIDAY),
        (weekly("MO", "TU", "WE", "TH", "FR", "SA", "SU"), EASTER_MONDAY, None),
        (Schedule(freq="DAILY"), EASTER_MONDAY, None),
        (Schedule(freq="DAILY", description="except bank holidays"), EASTER_MONDAY, Off.BANK_HOLIDAY),
        (Schedule(freq="YEARLY", dtstart=date(2020, 12, 25)), date(2026, 12, 25), None),
        (Schedule(dtstart=EASTER_MONDAY), EASTER_MONDAY, None),
        (Schedule(valid_from=date(2026, 4, 1), valid_to=date(2026, 4, 9)), EASTER_MONDAY, None),
        (weekly("MO", description="bank holidays only"), date(2026, 3, 2), Off.BANK_HOLIDAY),
        (weekly("MO", description="term time only"), date(2026, 3, 2), None),
        (weekly("MO", description="term time only"), date(2026, 3, 30), Off.SCHOOL_HOLIDAY),
        (weekly("MO", description="school holidays only"), date(2026, 3, 30), None),
        (weekly("MO", description="school holidays only"), date(2026, 3, 2), Off.TERM),
    ],
)
def test_a_schedule_keeps_the_special_days_it_should(schedule, day, why):
    assert off(schedule, day, CALENDAR) is why


@pytest.mark.parametrize(
    ("day", "in_term", "known"),
    [
        (date(2026, 3, 27), True, True),
        (date(2026, 3, 28), False, True),
        (date(2026, 6, 1), True, False),
        (date(2026, 8, 1), False, False),
        (date(2026, 12, 24), False, False),
        (date(2027, 1, 2), False, False),
        (date(2027, 1, 3), True, False),
    ],
)
def test_terms_that_nobody_told_leave_out_only_what_no_school_keeps(day, in_term, known):
    assert (CALENDAR.in_term(day), CALENDAR.knows_terms(day)) == (in_term, known)


def test_a_bank_holiday_closes_and_is_named_as_the_reason():
    found = opening([weekly("MO")], datetime(2026, 4, 6, 9, tzinfo=LONDON), calendar=CALENDAR)
    assert (found.off_today, found.next_opens) == (Off.BANK_HOLIDAY, datetime(2026, 4, 13, 10, tzinfo=LONDON))
    both = [weekly("MO"), weekly("MO", opens_at=time(8), closes_at=time(9), description="bank holidays too")]
    found = opening(both, datetime(2026, 4, 6, 9, tzinfo=LONDON), calendar=CALENDAR)
    assert found.off_today is None
    told = Schedule(closed=True, dtstart=EASTER_MONDAY, description="the roof")
    found = opening([weekly("MO"), told], datetime(2026, 4, 6, 9, tzinfo=LONDON), calendar=CALENDAR)
    assert (found.closed_today_reason, found.off_today) == ("the roof", None)


def test_what_is_for_term_time_says_so_while_nobody_told_when_that_is():
    schedule = weekly("MO", description="term time only")
    assert not opening([schedule], datetime(2026, 3, 2, 11, tzinfo=LONDON), calendar=CALENDAR).if_in_term
    assert opening([schedule], datetime(2026, 6, 1, 11, tzinfo=LONDON), calendar=CALENDAR).if_in_term
    assert opening([schedule], datetime(2026, 5, 31, 11, tzinfo=LONDON), calendar=CALENDAR).if_in_term


def test_what_is_for_holidays_is_not_said_to_be_closed_while_nobody_told_when_those_are():
    schedule = weekly("MO", description="school holidays only")
    assert opening([schedule], datetime(2026, 3, 2, 9, tzinfo=LONDON), calendar=CALENDAR).off_today is Off.TERM
    found = opening([schedule], datetime(2026, 6, 1, 9, tzinfo=LONDON), calendar=CALENDAR)
    assert (found.off_today, found.next_opens, found.if_in_holidays) == (None, None, True)
    found = opening([weekly("MO"), schedule], datetime(2026, 6, 1, 9, tzinfo=LONDON), calendar=CALENDAR)
    assert (found.next_opens is not None, found.if_in_holidays) == (True, False)
    over = weekly("MO", description="school holidays only", valid_to=date(2026, 5, 25))
    assert not opening([over], datetime(2026, 6, 1, 9, tzinfo=LONDON), calendar=CALENDAR).if_in_holidays
    told = Schedule(closed=True, dtstart=date(2026, 6, 1), description="the roof")
    found = opening([schedule, told], datetime(2026, 6, 1, 9, tzinfo=LONDON), calendar=CALENDAR)
    assert (found.closed_today_reason, found.if_in_holidays) == ("the roof", True)


def test_a_minute_to_midnight_is_how_calendars_write_midnight():
    whole = Schedule(freq="DAILY", opens_at=time(0), closes_at=time(23, 59))
    found = opening([whole], datetime(2026, 3, 2, 23, 59, 30, tzinfo=LONDON))
    assert (found.open_now, found.closes) == (True, None)


# Both changes of the clocks, Easter, and the end of a term.
SEASONS = ((date(2026, 3, 20), date(2026, 4, 14)), (date(2026, 10, 20), date(2026, 10, 30)))


@given(st.data())
def test_hours_of_every_kind_are_open_in_the_minutes_of_the_slow_expansion(data):
    first, last = data.draw(st.sampled_from(SEASONS))
    schedules = data.draw(schedules_between(first, last))
    minutes = open_minutes(schedules, first, last, LONDON, CALENDAR)
    walkins = [schedule for schedule in schedules if not schedule.by_appointment]
    found: set[int] = set()
    for session in sessions(walkins, first - timedelta(days=1), last, CALENDAR):
        begins, ends = (int(wall.replace(tzinfo=LONDON).timestamp()) // 60 for wall in (session.opens, session.closes))
        found.update(range(begins, ends))
    assert found == minutes
    for at in data.draw(st.lists(moments_near(minutes, first, last), min_size=1, max_size=5)):
        now = datetime.fromtimestamp(at * 60, UTC).astimezone(LONDON)
        said_now = opening(schedules, now, days=40, calendar=CALENDAR)
        assert (said_now.open_now and not said_now.by_appointment) == (at in minutes), now


def moments_near(minutes, first, last):
    """Minutes at which something begins or ends, and any others between ``first`` and ``last``."""
    begins, ends = (int(datetime.combine(day, time.min, LONDON).timestamp()) // 60 for day in (first, last))
    edges = [at for at in minutes if begins <= at < ends and (at - 1 not in minutes or at + 1 not in minutes)]
    near = [at + shift for at in sorted(edges)[:60] for shift in (-1, 0, 1) if begins <= at + shift < ends]
    return st.integers(begins, ends - 1) | st.sampled_from(near or [begins])
