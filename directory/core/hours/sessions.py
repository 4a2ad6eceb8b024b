"""Sessions on the calendar, and whether a place is open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from directory.core.errors import Invalid
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
    is_known: bool = True


UNKNOWN: Final = Opening(is_known=False)


def sessions(schedules: Iterable[Schedule], first: date, last: date) -> list[Session]:
    """The sessions that open on the days from ``first`` to ``last``, in order, exceptions taken out.

    Those that touch or overlap are one, except that what needs an appointment is never joined with what does
    not. Schedules without times have no sessions.
    """
    drop_in, booked, closures = _sorted_out(schedules)
    found = [*_runs(drop_in, closures, first, last), *_runs(booked, closures, first, last)]
    return sorted(found, key=_order)


def opening(schedules: Iterable[Schedule], now_wall: datetime, days: int = 28) -> Opening:
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
    last = today + timedelta(days=days)
    found = _found(_runs(drop_in, closures, today - ONE_DAY, last), now_wall, zone, last)
    if found is None and booked:
        found = _found(_runs(booked, closures, today - ONE_DAY, last), now_wall, zone, last)
        found = replace(found, by_appointment=True) if found else None
    found = found or Opening()
    if not closures or found.open_now or (found.next_opens and found.next_opens.date() == today):
        return found
    return replace(found, closed_today_reason=_closed_on(today, [*drop_in, *booked], closures))


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


def _found(runs: Iterable[Session], now_wall: datetime, zone: tzinfo, last: date) -> Opening | None:
    """The run that is on at ``now_wall`` and the first one after it; None when there is neither."""
    now = now_wall.timestamp()
    horizon = datetime.combine(last + ONE_DAY, time.min)  # what lasts until then may last for ever
    current = None
    for run in runs:
        opens, closes = _instant(run.opens, zone), _instant(run.closes, zone)
        if opens <= now:
            if now < closes:
                current = _aware(closes, zone) if run.closes < horizon else None, True
            continue
        if closes < opens:
            continue  # it lay in the hour that the clocks leave out
        closing = _aware(closes, zone) if run.opens < run.closes < horizon else None
        return Opening(
            open_now=current is not None,
            closes=current[0] if current else None,
            next_opens=_aware(opens, zone),
            next_closes=closing,
        )
    return Opening(open_now=True, closes=current[0]) if current else None


def _runs(openings: list[Schedule], closures: list[Schedule], first: date, last: date) -> Iterator[Session]:
    """Sessions in order, those that touch made one, each as soon as no later day can lengthen it."""
    run = None
    day = first if openings else last + ONE_DAY
    while day <= last:
        for session in _on_day(openings, closures, day):
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


def _on_day(openings: list[Schedule], closures: list[Schedule], day: date) -> list[Session]:
    found = [_session(schedule, day) for schedule in openings if occurs(schedule, day)]
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


def _closed_on(day: date, openings: list[Schedule], closures: list[Schedule]) -> str | None:
    """Why a day that would have sessions has none: what the exception says."""
    for closure in closures:
        if closure.is_whole_day and occurs(closure, day):
            return closure.description if any(occurs(schedule, day) for schedule in openings) else None
    return None


def _order(session: Session) -> tuple[datetime, datetime]:
    return session.opens, session.closes


def _instant(wall: datetime, zone: tzinfo) -> float:
    """Seconds since 1970. Wall times cannot be compared across a change of clocks."""
    return wall.replace(tzinfo=zone).timestamp()


def _aware(instant: float, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(instant, zone)
