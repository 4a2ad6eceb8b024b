"""When: a week, what is not simply weekly, and the exceptions in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any, Final

from babel.dates import get_day_names
from wtforms import Field
from wtforms.validators import StopValidation

from directory.contribute.forms.base import PageForm
from directory.contribute.rules import hours as rules
from directory.contribute.rules import texts
from directory.contribute.rules.answers import Answers, Hours, HoursOf, Open, Other, Rhythm, Times
from directory.core.errors import Invalid
from directory.web.fields import ChoiceField, LinesField, ListField, TextField, TickField
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l
from directory.web.words import locale

DAYS: Final = range(7)  # from Monday
OTHERS: Final = range(3)  # openings that are not simply weekly
LONGEST_DATE: Final = 20
_BRITISH = re.compile("([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")


def _not_a_day() -> str:
    return _("Enter a date, for example 2027-03-09")


class TimeField(TextField):
    """A time of day: ``data`` is its written form, ``value`` the time; both as they were when it is none."""

    value: time | None = None

    def __init__(self, label: Any, **kept: Any) -> None:
        super().__init__(label, most=rules.LONGEST_TIME, **kept)

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no time, and what may be morning or afternoon."""
        super().pre_validate(form)
        self.value = None
        if not self.data:
            return
        try:
            self.value = rules.parse_time(self.data)
        except Invalid as invalid:
            if invalid.wanted == "am or pm":
                raise StopValidation(_("Say whether %(time)s is am or pm", time=self.data)) from None
            raise StopValidation(_("Enter a time, for example 10am or 13:30")) from None
        self.data = rules.say_time(self.value)


class _WeekForm(PageForm):
    """The fields of the week and of the others, which are made below: ``opens_0``, ``day_o1``."""

    way = ChoiceField(
        _l("When is it?"),
        options=[
            (Open.REGULAR, _l("At regular times")),
            (Open.APPOINTMENT, _l("By appointment")),
            (Open.ALWAYS, _l("Day and night")),
            (Open.VARIES, _l("It varies: ask us")),
        ],
        default=Open.REGULAR,
    )


for _at in (*(str(day) for day in DAYS), *(f"o{at}" for at in OTHERS)):
    if _at.startswith("o"):
        setattr(_WeekForm, f"often_{_at}", ListField(_l("How often")))
        setattr(_WeekForm, f"day_{_at}", ListField(_l("Day")))
    setattr(_WeekForm, f"opens_{_at}", TimeField(_l("From")))
    setattr(_WeekForm, f"closes_{_at}", TimeField(_l("to")))
    if _at.startswith("o"):
        setattr(_WeekForm, f"start_{_at}", TextField(_l("Date of the next one"), most=LONGEST_DATE))


class HoursForm(_WeekForm):
    """When a service is open."""

    exceptions = LinesField(
        _l("When not, or differently? (optional)"),
        most=texts.WORDS,
        description=_l("In your own words: “term time only”, “closed in August”, “bank holidays too”"),
    )
    book_first = TickField(_l("People must ring or write first"))

    @classmethod
    def given(cls, answers: Answers, key: str, place_key: str) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        hours = answers.hours_of(key, place_key)
        if hours is None:
            return {}
        found: dict[str, Any] = {
            "way": hours.way,
            "exceptions": hours.exceptions,
            "book_first": hours.book_first,
        }
        for each in hours.week:
            found |= {
                f"opens_{each.day}": rules.say_time(each.opens),
                f"closes_{each.day}": rules.say_time(each.closes),
            }
        for at, other in zip(OTHERS, hours.others, strict=False):
            found |= {
                f"often_o{at}": str(other.rhythm),
                f"day_o{at}": str(other.day),
                f"opens_o{at}": rules.say_time(other.opens),
                f"closes_o{at}": rules.say_time(other.closes),
                f"start_o{at}": other.start.isoformat() if other.start else "",
            }
        return found

    def offer(self, answers: Answers) -> None:
        """How often, and on which day."""
        del answers
        names = get_day_names(locale=locale())
        for at in OTHERS:
            self[f"often_o{at}"].offer(
                [
                    ("", _("Choose")),
                    (Rhythm.WEEKLY, _("every week")),
                    (Rhythm.FORTNIGHT, _("every second week")),
                    (Rhythm.FIRST, _("the first in the month")),
                    (Rhythm.SECOND, _("the second in the month")),
                    (Rhythm.THIRD, _("the third in the month")),
                    (Rhythm.FOURTH, _("the fourth in the month")),
                    (Rhythm.LAST, _("the last in the month")),
                ]
            )
            self[f"day_o{at}"].offer([("", _("Choose")), *((str(day), names[day]) for day in DAYS)])

    def validate_way(self, field: Field) -> None:
        """Regular times are there when they are said to be; and each is whole."""
        if not field.data:
            raise StopValidation(_("Choose when it is"))

    def check(self) -> None:
        """Look at what belongs together; each fault stands at its field."""
        if self.way.data != Open.REGULAR:
            return
        for at in (*DAYS, *(f"o{at}" for at in OTHERS)):
            self._check_pair(at)
        for at in OTHERS:
            self._check_other(at)
        if not self.errors and not any(self._week()) and not any(self._others()):
            _add(self["opens_0"], _("Enter at least one time, or choose another answer above"))

    def submitted_and_valid(self) -> bool:
        """As every form's; what belongs together is looked at too."""
        if not super().submitted_and_valid():
            return False
        self.check()
        return not self.errors

    def put(self, answers: Answers) -> Answers:
        """``answers`` with these hours."""
        regular = self.way.data == Open.REGULAR
        hours = Hours(
            way=Open(self.way.data),
            week=tuple(self._week()) if regular else (),
            others=tuple(self._others()) if regular else (),
            exceptions=self.exceptions.data or "",
            book_first=bool(self.book_first.data) and self.way.data in {Open.REGULAR, Open.ALWAYS},
        )
        return answers.with_hours(HoursOf(service=self.item_key, place=self.at_key, hours=hours))

    def _check_pair(self, at: object) -> None:
        opens, closes = self[f"opens_{at}"], self[f"closes_{at}"]
        if bool(opens.data) != bool(closes.data):
            empty = closes if opens.data else opens
            _add(empty, _("Enter when it ends") if opens.data else _("Enter when it begins"))
        elif opens.value is not None and opens.value == closes.value and opens.value != time(0):
            _add(closes, _("Enter when it ends: it cannot be when it begins"))

    def _check_other(self, at: int) -> None:
        often, day, opens = self[f"often_o{at}"], self[f"day_o{at}"], self[f"opens_o{at}"]
        if not (often.data or day.data or opens.data):
            return
        if not often.data:
            _add(often, _("Choose how often it is"))
        if not day.data:
            _add(day, _("Choose which day it is"))
        if not opens.data and not opens.errors:
            _add(opens, _("Enter when it begins"))
        if often.data == Rhythm.FORTNIGHT and day.data:
            self._check_start(at, int(day.data))

    def _check_start(self, at: int, day: int) -> None:
        """Nobody can tell which weeks are meant without one of them."""
        start = self[f"start_o{at}"]
        found = date_of(start.data)
        if found is None:
            _add(start, _not_a_day() if start.data else _("Enter the date of the next one"))
        elif rules.wrong_start(day, found):
            names = get_day_names(locale=locale())
            _add(start, _("That is a %(day)s. Enter a date on the day you chose", day=names[found.weekday()]))

    def _week(self) -> Iterator[Times]:
        for day in DAYS:
            opens, closes = self[f"opens_{day}"].value, self[f"closes_{day}"].value
            if opens is not None and closes is not None:
                yield Times(day=day, opens=opens, closes=closes)

    def _others(self) -> Iterator[Other]:
        for at in OTHERS:
            opens, closes = self[f"opens_o{at}"].value, self[f"closes_o{at}"].value
            often, day = self[f"often_o{at}"].data, self[f"day_o{at}"].data
            if opens is not None and closes is not None and often and day:
                start = date_of(self[f"start_o{at}"].data) if often == Rhythm.FORTNIGHT else None
                yield Other(rhythm=Rhythm(often), day=int(day), opens=opens, closes=closes, start=start)


def _add(field: Field, message: str) -> None:
    field.errors = [*field.errors, message]


def date_of(text: str | None) -> date | None:
    """The date written as 2027-03-09, which is how browsers send it, or as 9/3/2027."""
    typed = (text or "").strip()
    if found := _BRITISH.fullmatch(typed):
        typed = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
