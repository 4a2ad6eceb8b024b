"""Hours as people type them in a cell, there and back."""

from datetime import time

import pytest

from directory.core.errors import Invalid
from directory.core.hours import Schedule
from directory.exchange.rules.hours_text import hours_text, parse_hours


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mon 10:00-12:00", "Mon 10:00-12:00"),
        ("monday 10-12.30", "Mon 10:00-12:30"),
        ("Mon-Wed 1pm-3pm", "Mon 13:00-15:00; Tue 13:00-15:00; Wed 13:00-15:00"),
        ("Sat to Sun 10am - 1pm", "Sat 10:00-13:00; Sun 10:00-13:00"),
        ("Fri-Mon 9-10", "Fri 09:00-10:00; Sat 09:00-10:00; Sun 09:00-10:00; Mon 09:00-10:00"),
        ("Tue 1-3pm", "Tue 13:00-15:00"),
        ("Tue 10-1pm", "Tue 10:00-13:00"),
        ("2nd Tue 7pm-9pm; last Friday 18:30-20:00", "2nd Tue 19:00-21:00; last Fri 18:30-20:00"),
        ("Sat 22:00-2:00", "Sat 22:00-02:00"),
        ("Thu 12am-12pm", "Thu 00:00-12:00"),
        ("Mon 10-12 every 2 weeks", "Mon 10:00-12:00 (every 2 weeks)"),
        ("2nd Tue 7pm-9pm (every 3 months); Wed 9-10", "2nd Tue 19:00-21:00 (every 3 months); Wed 09:00-10:00"),
    ],
)
def test_hours_are_read_and_written_in_one_form(typed, kept):
    assert hours_text(parse_hours(typed)) == kept
    assert parse_hours(kept) == parse_hours(hours_text(parse_hours(kept)))


@pytest.mark.parametrize(
    "typed",
    [
        "whenever",
        "Mon",
        "Mon 25:00-26:00",
        "Mon 13pm-14pm",
        "Mon 10:00",
        "Mon 10-12 (every 0 weeks)",
        "Mon 10-12 every 2 months",
        "2nd Mon 1-2 every 2 weeks",
    ],
)
def test_hours_that_nobody_understands_are_refused(typed):
    with pytest.raises(Invalid, match="days and times as in"):
        parse_hours(typed)


def test_a_fortnight_says_so():
    schedule = Schedule(freq="WEEKLY", interval=2, byday=("MO",), opens_at=time(10), closes_at=time(12))
    assert hours_text([schedule]) == "Mon 10:00-12:00 (every 2 weeks)"


def test_hours_without_times_are_said_in_their_own_words():
    assert hours_text([Schedule(description="by appointment")]) == "by appointment"
