"""The listings of somebody who speaks for them, and what they can do with each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from directory.contribute.rules.answers import Answers, next_key
from directory.contribute.rules.tasks import Task
from directory.contribute.rules.told import told
from directory.contribute.views.tasks import NAMES
from directory.listings.rules.record import Record
from directory.moderation.queries.kept import Kept
from directory.moderation.rules.absence import Why
from directory.moderation.rules.review import is_due
from directory.web.addresses import address
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l

AWAY: Final = {
    Why.PAUSED: _l("Paused"),
    Why.CLOSED: _l("Closed"),
    Why.UNCONFIRMED: _l("Off the list: nobody confirmed it"),
}
ABOUT: Final = "about"
SHOW: Final = "show"  # how openly a place is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """From where a listing is changed, by the names of the pages there. ``staff``: in a moderator's right."""

    staff: bool
    one: str
    edit: str
    remove_service: str
    remove_place: str


THEIRS: Final = Side(
    staff=False,
    one="contribute.kept",
    edit="contribute.edit",
    remove_service="contribute.take_out_service",
    remove_place="contribute.take_out_place",
)
MODERATORS: Final = Side(
    staff=True,
    one="contribute.moderated",
    edit="contribute.moderated_edit",
    remove_service="contribute.moderated_service",
    remove_place="contribute.moderated_place",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A listing with its state: ``states`` are pairs of words and whether they want attention."""

    name: str
    url: str
    states: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A page of questions about a listing. ``about``: which service or place, "" where there is one."""

    name: str
    about: str
    url: str


def rows(found: Sequence[Kept], now: datetime) -> list[Row]:
    """Each listing as the list shows it."""
    return [
        Row(each.name, address("contribute.kept", organization=each.organization), _states(each, now)) for each in found
    ]


def _states(each: Kept, now: datetime) -> tuple[tuple[str, bool], ...]:
    states = [(str(AWAY[each.away]), True)] if each.away else [(_("Published"), False)]
    if each.waits:
        states.append((_("A change waits for a moderator"), False))
    if each.slug and is_due(each.assured_at, each.review_due_at, now):
        states.append((_("To be confirmed"), True))
    return tuple(states)


def lines(record: Record, organization: UUID, side: Side = THEIRS) -> list[Line]:
    """Every page that changes a listing, in the order of the questions."""
    return list(_lines(told(record), organization, side))


def more_urls(record: Record, organization: UUID, side: Side = THEIRS) -> dict[str, str]:
    """Where a service and a place are added."""
    answers = told(record)
    return {
        "service": edit_url(side, organization, Task.WHAT, next_key(answers.services)),
        "place": edit_url(side, organization, SHOW, next_key(answers.spots)),
    }


def edit_url(side: Side, organization: UUID, task: str, key: str = "", place: str = "") -> str:
    """The address of a page that changes a listing."""
    return address(side.edit, organization=organization, task=task, key=key or None, place_key=place or None)


def _lines(answers: Answers, organization: UUID, side: Side) -> Iterator[Line]:
    def line(task: Task, about: str = "", key: str = "", place: str = "") -> Line:
        return Line(str(NAMES[task]), about, edit_url(side, organization, task.value, key, place))

    several = len(answers.services) > 1
    yield line(Task.WHO)
    yield Line(_("The group in its own words"), "", edit_url(side, organization, ABOUT))
    for doing in answers.services:
        yield line(Task.WHAT, doing.name, doing.key)
    yield line(Task.WHERE)
    for spot in answers.spots:
        number = answers.number_of(spot.key)
        yield line(Task.PLACE, _("Place %(number)s", number=number) if len(answers.spots) > 1 else "", spot.key)
    for doing in answers.services:
        yield line(Task.WHEN, doing.name if several else "", doing.key)
    for apart in answers.hours:
        if apart.place:
            service, number = answers.service(apart.service), answers.number_of(apart.place)
            about = _("%(what)s at place %(number)s", what=service.name if service else "", number=number)
            yield line(Task.WHEN, about, apart.service, apart.place)
    yield line(Task.REACH)
    if not answers.one_price:  # what is left to ask of all of them is of places
        if answers.spots:
            yield Line(_("Access"), "", edit_url(side, organization, Task.DETAILS.value))
    else:
        yield line(Task.DETAILS)
    for doing in answers.services if several else ():
        yield line(Task.EACH, doing.name, doing.key)
    yield line(Task.EXTRAS)
