"""Opening times as people say them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from directory.browse.views import hours
from directory.core.hours import Calendar, Schedule

pytestmark = pytest.mark.usefixtures("speaking")
ZONE = ZoneInfo("Europe/London")
TODAY = date(2026, 5, 12)  # a Tuesday


def weekly(*days, opens=time(10), closes=time(13), **more):
    return Schedule(freq="WEEKLY", byday=days, opens_at=opens, closes_at=closes, **more)


def monthly(*days, **more):
    return Schedule(freq="MONTHLY", byday=days, opens_at=time(10), closes_at=time(13), **more)


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (weekly("TU"), "Every Tuesday, 10am to 1pm"),
        (weekly("TU", "TH"), "Tuesday and Thursday, 10am to 1pm"),
        (weekly("MO", "TU", "WE", "TH", "FR"), "Monday to Friday, 10am to 1pm"),
        (weekly("MO", "TU", "WE", "SA"), "Monday to Wednesday and Saturday, 10am to 1pm"),
        (Schedule(freq="DAILY", opens_at=time(9), closes_at=time(17, 30)), "Every day, 9am to 5:30pm"),
        (weekly("TU", interval=2, dtstart=date(2026, 5, 5)), "Every other Tuesday, 10am to 1pm"),
        (weekly("TU", interval=3, dtstart=date(2026, 5, 5)), "Every 3 weeks on Tuesday, 10am to 1pm"),
        (monthly("1MO"), "First Monday of the month, 10am to 1pm"),
        (monthly("1MO", "3MO"), "First and third Monday of the month, 10am to 1pm"),
        (monthly("-1FR"), "Last Friday of the month, 10am to 1pm"),
        (monthly("2SA", interval=2, dtstart=date(2026, 5, 9)), "Second Saturday of every other month, 10am to 1pm"),
        (
            Schedule(freq="MONTHLY", bymonthday=(1, 15), opens_at=time(10), closes_at=time(13)),
            "Day 1 and 15 of the month, 10am to 1pm",
        ),
        (
            Schedule(freq="MONTHLY", bymonthday=(-1,), opens_at=time(10), closes_at=time(13)),
            "Last day of the month, 10am to 1pm",
        ),
        (
            Schedule(freq="YEARLY", dtstart=date(2025, 12, 25), opens_at=time(12), closes_at=time(15)),
            "Every year on 25 December, noon to 3pm",
        ),
        (
            Schedule(dtstart=date(2026, 6, 20), opens_at=time(11), closes_at=time(16)),
            "Saturday 20 June 2026, 11am to 4pm",
        ),
        (
            Schedule(valid_from=date(2026, 7, 20), valid_to=date(2026, 7, 24), opens_at=time(9), closes_at=time(12)),
            "Every day from 20 July 2026 to 24 July 2026, 9am to noon",
        ),
        (weekly("SA", until=date(2026, 6, 27)), "Every Saturday, until 27 June 2026, 10am to 1pm"),
        (weekly("SA", valid_from=date(2026, 9, 5)), "Every Saturday, from 5 September 2026, 10am to 1pm"),
        (weekly("MO", by_appointment=True), "Every Monday, 10am to 1pm, by appointment"),
        (weekly("MO", opens=None, closes=None, by_appointment=True), "Every Monday, by appointment"),
        (weekly("MO", closes=None), "Every Monday, from 10am"),
        (weekly("MO", opens=time(0), closes=time(0)), "Every Monday, all day and night"),
        (weekly("MO", opens=time(0), closes=time(23, 59)), "Every Monday, all day and night"),
        (weekly("MO", opens=time(18), closes=time(23, 59)), "Every Monday, 6pm to midnight"),
        (weekly("MO", opens=time(22), closes=time(2)), "Every Monday, 10pm to 2am"),
        (Schedule(dtstart=date(2026, 12, 25), closed=True), "Friday 25 December 2026, closed"),
        (Schedule(), "Times vary, ask for the times"),
    ],
)
def test_a_schedule_is_said_as_people_say_it(schedule, said):
    (line,) = hours.lines([schedule], TODAY)
    assert str(line) == said


def test_what_is_over_is_not_said():
    assert hours.lines([weekly("TU", until=date(2026, 5, 5))], TODAY) == []


@pytest.mark.parametrize(
    ("now", "said", "is_open"),
    [
        (datetime(2026, 5, 12, 11, tzinfo=ZONE), "Open now until 1pm", True),
        (datetime(2026, 5, 12, 9, tzinfo=ZONE), "Opens 10am", False),
        (datetime(2026, 5, 11, 9, tzinfo=ZONE), "Opens tomorrow 10am", False),
        (datetime(2026, 5, 8, 9, tzinfo=ZONE), "Opens Tuesday 10am", False),
        (datetime(2026, 5, 12, 13, tzinfo=ZONE), "Opens Tuesday 19 May, 10am", False),
    ],
)
def test_whether_it_is_open_is_said_with_until_or_from_when(now, said, is_open):
    assert hours.state([weekly("TU")], now) == hours.State(said, is_open=is_open)


def test_a_closed_day_gives_its_reason_and_the_next_one():
    closed = Schedule(dtstart=date(2026, 5, 12), closed=True, description="training day")
    state = hours.state([weekly("TU", "WE"), closed], datetime(2026, 5, 12, 9, tzinfo=ZONE))
    assert state.text == "Closed today (training day), opens tomorrow 10am"


CALENDAR = Calendar(
    holiday_on=lambda day: "Spring bank holiday" if day == date(2026, 5, 25) else "",
    terms=((date(2026, 4, 13), date(2026, 5, 22)), (date(2026, 6, 1), date(2026, 7, 17))),
    breaks=(((7, 25), (8, 31)),),
)
ROUND_THE_CLOCK = Schedule(freq="DAILY", opens_at=time(0), closes_at=time(0))


def said_at(moment, *schedules):
    month, day, hour = moment
    return hours.state(schedules, datetime(2026, month, day, hour, tzinfo=ZONE), CALENDAR).text


def test_a_bank_holiday_is_the_reason_and_the_next_day_is_told():
    assert said_at((5, 25, 9), weekly("MO", "TU")) == "Closed today (bank holiday), opens tomorrow 10am"
    assert said_at((5, 25, 9), weekly("MO", description="closed on bank holidays")).startswith("Closed today (bank")
    assert said_at((5, 25, 11), weekly("MO", description="bank holidays too")) == "Open now until 1pm"
    assert said_at((5, 24, 9), weekly("MO", "TU")) == "Opens Tuesday 10am"
    assert said_at((5, 25, 11), ROUND_THE_CLOCK) == "Open now, day and night"
    party = Schedule(dtstart=date(2026, 5, 25), opens_at=time(12), closes_at=time(15))
    assert said_at((5, 25, 9), weekly("MO"), party) == "Opens noon"


def test_school_holidays_are_the_reason_and_unknown_terms_are_told():
    in_term, in_holidays = weekly("TU", description="term time only"), weekly("TU", description="school holidays only")
    assert said_at((5, 12, 11), in_term) == "Open now until 1pm"
    assert said_at((5, 26, 11), in_term) == "Closed today (school holidays), opens Tuesday 2 June, 10am"
    assert said_at((5, 12, 9), in_holidays) == "Closed today (term time), opens Tuesday 26 May, 10am"
    assert said_at((9, 8, 11), in_term) == "Open now until 1pm, in term time"
    assert said_at((9, 7, 11), in_term) == "Opens tomorrow 10am, in term time"
    assert said_at((8, 4, 11), in_term).startswith("Closed today (school holidays)")
    assert said_at((8, 4, 11), in_holidays) == "Open now until 1pm, in school holidays"
    assert said_at((10, 6, 9), in_holidays) == "In school holidays"
    # Whether there is school on that day nobody told: it is not said to be closed.
    assert said_at((7, 21, 9), in_holidays) == "Opens Tuesday 28 July, 10am, in school holidays"


def test_what_is_by_appointment_is_never_simply_open():
    booked = weekly("TU", by_appointment=True)
    assert said_at((5, 12, 11), booked) == "Open now by appointment, until 1pm"
    assert said_at((5, 12, 9), booked) == "Next by appointment: 10am"
    assert said_at((5, 12, 9), Schedule(by_appointment=True)) == "By appointment"


def test_clock_changes_do_not_change_what_is_said():
    early = weekly("SU", opens=time(0), closes=time(5))
    assert said_at((3, 29, 0), early) == said_at((3, 29, 3), early) == "Open now until 5am"
    assert said_at((10, 25, 0), early) == said_at((10, 25, 3), early) == "Open now until 5am"
    assert said_at((3, 28, 23), early) == "Opens midnight"


def test_nobody_says_closed_when_nobody_said_when_it_is_open():
    assert hours.state([], datetime(2026, 5, 12, 9, tzinfo=ZONE)).text == ""
    assert hours.state([Schedule()], datetime(2026, 5, 12, 9, tzinfo=ZONE)).text == ""


def test_other_languages_write_times_as_they_do(speaking):
    from flask_babel import force_locale  # noqa: PLC0415 - for this test alone

    with speaking.test_request_context(), force_locale("cy"):
        assert hours.clock(time(13, 30)) == "13:30"
        assert hours.weekday(1) == "Dydd Mawrth"
