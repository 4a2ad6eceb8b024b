"""Sessions on the calendar, and whether a place is open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import chain
from typing import Final

from directory.core.errors import Invalid
from directory.core.hours.calendar import PLAIN, Calendar, Off, is_for_school_holidays, is_for_term_time, off
from directory.core.hours.recurrence import ONE_DAY, is_dated, occurs
from directory.core.hours.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Session:
    """One stretch of being open, in naive wall time. ``closes == opens`` when nobody said when it ends.

    ``schedule`` is what it comes from; of sessions that ran into each other, the first.
    """

    opens: datetime
    closes: datetime
    schedule: Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How things stand at one moment. Times are aware, in the zone of the place.

    ``is_known`` False means that no schedule says when: then "closed" would be a guess.
    """

    open_now: bool = False
    closes: datetime | None = None  # None while open: no end in the days looked at
    next_opens: datetime | None = None  # the next time after now, also while open
    next_closes: datetime | None = None  # the end of that session, None when nobody said
    by_appointment: bool = False  # all sessions need one; without, only those that need none are told
    closed_today_reason: str | None = None  # an exception closes today: its description, may be ""
    off_today: Off | None = None  # today would have sessions, and is one of the days that they leave out
    if_in_term: bool = False  # the session told is for term time, and nobody told when that is
    if_in_holidays: bool = False  # ... is for school holidays, and nobody told when those are
    is_known: bool = True


UNKNOWN: Final = Opening(is_known=False)
LAST_MINUTE: Final = time(23, 59)  # how many calendars write midnight at the end of a day


def sessions(schedules: Iterable[Schedule], first: date, last: date, calendar: Calendar = PLAIN) -> list[Session]:
    """The sessions that open on the days from ``first`` to ``last``, in order, exceptions taken out.

    Those that touch or overlap are one, except that what needs an appointment is never joined with what does
    not. Schedules without times have no sessions.
    """
    drop_in, booked, closures = _sorted_out(schedules)
    runs = (_runs(openings, closures, (first, last), calendar) for openings in (drop_in, booked))
    return sorted(chain.from_iterable(runs), key=_order)


def drop_in_sessions(schedules: Iterable[Schedule], day: date, calendar: Calendar = PLAIN) -> list[Session]:
    """The sessions of one day that need no appointment, each by itself."""
    drop_in, _booked, closures = _sorted_out(schedules)
    return _on_day(drop_in, closures, day, calendar)


def opening(schedules: Iterable[Schedule], now_wall: datetime, days: int = 28, calendar: Calendar = PLAIN) -> Opening:
    """Whether something is open at ``now_wall``, until when, and when next, looking ``days`` days ahead.

    ``now_wall`` is aware, in the zone of the place; Invalid is raised when it is naive. When clocks change, a
    time that comes twice means the first of the two, and one left out means as long after midnight as usual.
    """
    zone = now_wall.tzinfo
    if zone is None:
        raise Invalid("now_wall", now_wall, "a moment with the time zone of the place")
    drop_in, booked, closures = _sorted_out(schedules)
    if not drop_in and not booked:
        return UNKNOWN
    today = now_wall.date()
    span = today - ONE_DAY, today + timedelta(days=days)
    found = _found(_runs(drop_in, closures, span, calendar), now_wall, zone, span[1], calendar)
    if found is None and booked:
        found = _found(_runs(booked, closures, span, calendar), now_wall, zone, span[1], calendar)
        found = replace(found, by_appointment=True) if found else None
    found = found or Opening()
    if found.open_now or (found.next_opens and found.next_opens.date() == today):
        return found
    every = (*drop_in, *booked)
    if found.next_opens is None and _may_be_open(every, span, calendar):
        found = replace(found, if_in_holidays=True)
    openings = [schedule for schedule in every if occurs(schedule, today)]
    if not openings:
        return found
    reason, left_out = _closed_on(today, closures), _off_on(today, openings, calendar)
    return replace(found, closed_today_reason=reason, off_today=None if reason is not None else left_out)


def _sorted_out(schedules: Iterable[Schedule]) -> tuple[list[Schedule], list[Schedule], list[Schedule]]:
    """Those open to all who come, those by appointment, and the exceptions that close."""
    drop_in: list[Schedule] = []
    booked: list[Schedule] = []
    closures: list[Schedule] = []
    for schedule in schedules:
        if schedule.closed:
            closures.append(schedule)
        elif schedule.opens_at is not None and is_dated(schedule):
            (booked if schedule.by_appointment else drop_in).append(schedule)
    return drop_in, booked, closures


def _found(runs: Iterable[Session], now_wall: datetime, zone: tzinfo, last: date, calendar: Calendar) -> Opening | None:
    """The run that is on at ``now_wall`` and the first one after it; None when there is neither."""
    now = now_wall.timestamp()
    horizon = datetime.combine(last + ONE_DAY, time.min)  # what lasts until then may last for ever
    current: Opening | None = None
    for run in runs:
        opens, closes = _instant(run.opens, zone), _instant(run.closes, zone)
        if opens <= now:
            if now < closes:
                until = _aware(closes, zone) if run.closes < horizon else None
                current = replace(_if_terms_allow(run, calendar), open_now=True, closes=until)
            continue
        if closes < opens:
            continue  # it lay in the hour that the clocks leave out
        closing = _aware(closes, zone) if run.opens < run.closes < horizon else None
        told = current or _if_terms_allow(run, calendar)
        return replace(told, next_opens=_aware(opens, zone), next_closes=closing)
    return current


def _if_terms_allow(run: Session, calendar: Calendar) -> Opening:
    """On what ``run`` depends, if nobody told whether there is school that day."""
    if calendar.knows_terms(run.opens.date()):
        return Opening()
    return Opening(if_in_term=is_for_term_time(run.schedule), if_in_holidays=is_for_school_holidays(run.schedule))


def _may_be_open(openings: Iterable[Schedule], span: tuple[date, date], calendar: Calendar) -> bool:
    """Whether one of ``openings`` is for school holidays, and falls in ``span`` on a day that may be one of those."""
    first, last = span
    days = (first + n * ONE_DAY for n in range((last - first).days + 1))
    untold = [day for day in days if not calendar.knows_terms(day)]
    clubs = [schedule for schedule in openings if is_for_school_holidays(schedule)]
    return any(occurs(club, day) for club in clubs for day in untold)


def _runs(
    openings: list[Schedule], closures: list[Schedule], span: tuple[date, date], calendar: Calendar
) -> Iterator[Session]:
    """Sessions in order, those that touch made one, each as soon as no later day can lengthen it."""
    run = None
    first, last = span
    day = first if openings else last + ONE_DAY
    while day <= last:
        for session in _on_day(openings, closures, day, calendar):
            if run is None:
                run = session
            elif session.opens <= run.closes:
                run = Session(run.opens, max(run.closes, session.closes), run.schedule)
            else:
                yield run
                run = session
        if run is not None and run.closes.date() <= day:
            yield run
            run = None
        day += ONE_DAY
    if run is not None:
        yield run


def _on_day(openings: list[Schedule], closures: list[Schedule], day: date, calendar: Calendar) -> list[Session]:
    found = [
        _session(schedule, day)
        for schedule in openings
        if occurs(schedule, day) and off(schedule, day, calendar) is None
    ]
    if found:
        for closure in closures:
            if occurs(closure, day):
                found = _without(found, closure, day)
        found.sort(key=_order)
    return found


def _session(schedule: Schedule, day: date) -> Session:
    opens_at, closes_at = schedule.opens_at or time.min, schedule.closes_at
    opens = datetime.combine(day, opens_at)
    if closes_at is None:
        return Session(opens, opens, schedule)
    if closes_at >= LAST_MINUTE:
        closes_at = time.min
    closes = datetime.combine(day, closes_at)
    return Session(opens, closes if opens_at < closes_at else closes + ONE_DAY, schedule)


def _without(found: list[Session], closure: Schedule, day: date) -> list[Session]:
    """What ``closure`` leaves of the sessions of ``day``; those announced for that one day stand."""
    if closure.is_whole_day:
        return [session for session in found if session.schedule.is_single]
    cut = _session(closure, day)
    left = []
    for session in found:
        if session.schedule.is_single or session.closes <= cut.opens or cut.closes <= session.opens:
            left.append(session)
            continue
        if session.opens < cut.opens:
            left.append(replace(session, closes=cut.opens))
        if cut.closes < session.closes:
            left.append(replace(session, opens=cut.closes))
    return left


def _closed_on(day: date, closures: list[Schedule]) -> str | None:
    """Why a day that would have sessions has none: what the exception says."""
    return next((closure.description for closure in closures if closure.is_whole_day and occurs(closure, day)), None)


def _off_on(day: date, openings: list[Schedule], calendar: Calendar) -> Off | None:
    """Why none of ``openings``, which fall on ``day``, has a session: None when one of them has, or may have."""
    reasons = [off(schedule, day, calendar) for schedule in openings]
    if None in reasons or (Off.TERM in reasons and not calendar.knows_terms(day)):  # it may be a holiday all the same
        return None
    return next((reason for reason in Off if reason in reasons), None)


def _order(session: Session) -> tuple[datetime, datetime]:
    return session.opens, session.closes


def _instant(wall: datetime, zone: tzinfo) -> float:
    """Seconds since 1970. Wall times cannot be compared across a change of clocks."""
    return wall.replace(tzinfo=zone).timestamp()


def _aware(instant: float, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(instant, zone)
