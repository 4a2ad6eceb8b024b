"""Days that are not like others: bank holidays and the holidays of schools, and which schedules keep them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from directory.core.hours.schedule import WEEKDAYS, Schedule

Break: TypeAlias = tuple[tuple[int, int], tuple[int, int]]  # first and last day, both as month and day


def _ordinary(_day: date) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The special days of a place. Without any it is a calendar on which all days are alike, and in term."""

    holiday_on: Callable[[date], str] = _ordinary  # the name of a day's bank holiday, "" for none
    terms: tuple[tuple[date, date], ...] = ()  # first and last day of each stretch of school, in order
    breaks: tuple[Break, ...] = ()  # when no school is open, for days of which the terms are not known

    def knows_terms(self, day: date) -> bool:
        """Whether the terms say if there is school on ``day``."""
        return bool(self.terms) and self.terms[0][0] <= day <= self.terms[-1][1]

    def in_term(self, day: date) -> bool:
        """Whether there is school around ``day`` (weekends of a term count), as far as anybody told."""
        if self.knows_terms(day):
            return any(first <= day <= last for first, last in self.terms)
        here = (day.month, day.day)
        return not any(
            first <= here <= last if first <= last else here >= first or here <= last for first, last in self.breaks
        )


PLAIN: Final = Calendar()


class Off(StrEnum):
    """Why a schedule has no session on a day on which it falls."""

    BANK_HOLIDAY = "bank-holiday"
    SCHOOL_HOLIDAY = "school-holiday"  # it is for term time
    TERM = "term"  # it is for the holidays


class Kept(StrEnum):
    """Whether a schedule has sessions on special days."""

    UNSAID = "unsaid"
    TOO = "too"  # as on others
    NOT = "not"
    ONLY = "only"


class Said(NamedTuple):
    """What the words of a schedule say of special days. HSDS has no field for it: people write it beside the times."""

    bank_holidays: Kept
    school_holidays: Kept


_BANK: Final = r"(?:bank|public)[\s-]*hol(?:iday)?s?\b"
_SCHOOL: Final = r"(?:school[\s-]*hol(?:iday)?s?|half[\s-]*terms?)\b"
_TERM: Final = r"(?:\bterm[\s-]*times?|(?:\bin|\bduring|\bschool)[\s-]+terms?)\b"
_OUT: Final = r"\b(?:not|no|never|closed|shut|except|excluding|excl|excepting|apart from|other than|outside)\b"
_NEAR: Final = r"[^.;]{0,40}?"  # in the same clause


def _forms(day: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """How these days are left out, how they are the only ones, and how they are named at all."""
    left_out = rf"{_OUT}{_NEAR}{day}|{day}[\s:,-]*(?:closed|excluded|excepted|excl)\b"
    only = rf"{day}(?:\s+\w+)?\s+only\b|\bonly\b{_NEAR}{day}|^\W*(?:in |on |during )?(?:the )?{day}\W*$"
    return re.compile(left_out, re.IGNORECASE), re.compile(only, re.IGNORECASE), re.compile(day, re.IGNORECASE)


_BANKS, _SCHOOLS, _TERMS = _forms(_BANK), _forms(_SCHOOL), _forms(_TERM)


def said(schedule: Schedule) -> Said:
    """What the words of ``schedule`` say of special days."""
    if not (schedule.description or schedule.notes):
        return _SILENT
    return _read(f"{schedule.description}. {schedule.notes}" if schedule.notes else schedule.description)


_SILENT: Final = Said(Kept.UNSAID, Kept.UNSAID)


@lru_cache(maxsize=4096)
def _read(text: str) -> Said:
    bank, school, term = _kept(_BANKS, text), _kept(_SCHOOLS, text), _kept(_TERMS, text)
    if term is Kept.NOT:  # "not in term time" says when, not only when not
        return Said(bank, Kept.ONLY)
    if school is not Kept.UNSAID:
        return Said(bank, school)
    return Said(bank, Kept.UNSAID if term is Kept.UNSAID else Kept.NOT)


def _kept(forms: tuple[re.Pattern[str], ...], text: str) -> Kept:
    left_out, only, named = forms
    if left_out.search(text):
        return Kept.NOT
    if only.search(text):
        return Kept.ONLY
    return Kept.TOO if named.search(text) else Kept.UNSAID


def off(schedule: Schedule, day: date, calendar: Calendar) -> Off | None:
    """Why ``schedule``, which falls on ``day``, has no session then; None when it has.

    What was announced with its dates stands on every day. What repeats stands on a bank holiday when its words say
    so, or when it is for every day of the week or once a year: who says "Mondays" does not think of Easter Monday.
    """
    if schedule.freq is None:
        return None
    words = said(schedule)
    holiday = bool(calendar.holiday_on(day))
    if holiday and (
        words.bank_holidays is Kept.NOT or (words.bank_holidays is Kept.UNSAID and not _is_daily(schedule))
    ):
        return Off.BANK_HOLIDAY
    if words.bank_holidays is Kept.ONLY and not holiday:
        return Off.BANK_HOLIDAY
    if words.school_holidays is Kept.NOT and not calendar.in_term(day):
        return Off.SCHOOL_HOLIDAY
    return Off.TERM if words.school_holidays is Kept.ONLY and calendar.in_term(day) else None


def is_for_terms(schedule: Schedule) -> bool:
    """Whether it goes by the terms of schools."""
    return is_for_term_time(schedule) or is_for_school_holidays(schedule)


def is_for_term_time(schedule: Schedule) -> bool:
    """Whether it has no sessions in school holidays."""
    return schedule.freq is not None and said(schedule).school_holidays is Kept.NOT


def is_for_school_holidays(schedule: Schedule) -> bool:
    """Whether it has sessions in school holidays alone."""
    return schedule.freq is not None and said(schedule).school_holidays is Kept.ONLY


def _is_daily(schedule: Schedule) -> bool:
    """Whether no day of the week is special to it."""
    if schedule.freq == "YEARLY":
        return True
    if schedule.freq == "DAILY" and not schedule.byday:
        return True
    return schedule.freq in {"DAILY", "WEEKLY"} and len({part[-2:] for part in schedule.byday}) == len(WEEKDAYS)
