"""Every answer as the person gave it, each with the way to change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from directory.browse.views import hours as hour_words
from directory.contribute.queries import Held
from directory.contribute.rules.answers import (
    EVERYWHERE,
    PARTS,
    WHOLE_PLACE,
    Address,
    Answers,
    Details,
    Doing,
    Own,
    Register,
    Spot,
    Ways,
)
from directory.contribute.rules.hours import schedules
from directory.contribute.rules.tasks import Step, Task, is_sensitive, steps
from directory.contribute.views.tasks import NAMES, about, step_url
from directory.geocoding.rules import Located
from directory.listings.rules.record import Visibility
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l

SHOWN: Final = {
    Visibility.EXACT: _l("Yes, the address is shown"),
    Visibility.APPROXIMATE: _l("Only roughly"),
    Visibility.HIDDEN: _l("No, nothing of it is shown"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its question, and its lines; none when nothing was answered."""

    question: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The answers of one page, and where to change them. ``is_missing``: it cannot be sent without."""

    name: str
    about: str
    url: str
    answers: tuple[Answer, ...]
    is_missing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage:
    """What ``contribute/check.html`` shows."""

    parts: tuple[Part, ...]
    is_complete: bool
    warning: bool  # an address will be shown, and what they do makes one think twice


def check_page(held: Held, here: Any) -> CheckPage:
    """Every answer of a draft. ``here``: ``forms.Here``."""
    found = steps(held.answers, held.addressed)
    parts = tuple(
        Part(
            str(NAMES[step.task]),
            about(step, held.answers),
            step_url(step),
            tuple(each for each in _SAYS[step.task](held, step, here) if each.lines),
            is_missing=step.needed and not step.done,
        )
        for step in found
    )
    shown = any(spot.visibility is Visibility.EXACT for spot in held.answers.spots)
    return CheckPage(
        parts=parts,
        is_complete=not any(part.is_missing for part in parts),
        warning=shown and is_sensitive(held.answers),
    )


def _group(held: Held, _step: Step, here: Any) -> Iterator[Answer]:
    group = held.answers.group
    if group is None:
        return
    yield _said(_("Name"), group.name)
    yield _said(_("Other names"), group.also)
    numbers = {Register.CHARITY: _("Charity number"), Register.COMPANY: _("Company number")}
    yield _said(numbers.get(group.register, _("Register")), group.number or _("Not registered"))
    yield _said(_("Sort of group"), _named(here.terms.kinds, group.kind))


def _service(held: Held, step: Step, here: Any) -> Iterator[Answer]:
    doing = held.answers.service(step.key)
    if doing is None:
        return
    yield _said(_("What you do"), doing.name)
    yield Answer(_("In your words"), tuple(filter(None, doing.about.split("\n"))))
    yield _said(_("Helps with"), ", ".join(_named(here.terms.needs, slug) for slug in doing.needs))
    whom = ", ".join(_named(here.terms.audiences, slug) for slug in doing.audiences)
    yield _said(_("Who it is for"), whom or _("Everybody"))


def _ways(held: Held, _step: Step, here: Any) -> Iterator[Answer]:
    ways = held.answers.ways
    if ways is None:
        return
    if not held.answers.differ:
        yield _got(ways, here)
    if ways.has_place and held.answers.spots:
        yield _said(_("May people see where you are?"), str(SHOWN[held.answers.spots[0].visibility]))
    if not held.answers.differ:
        yield _served(ways, here)


def _got(by: Ways | Own, here: Any) -> Answer:
    return _said(_("How people get it"), ", ".join(_named(here.terms.hows, slug) for slug in by.how))


def _served(by: Ways | Own, here: Any) -> Answer:
    whole = {
        WHOLE_PLACE: _("Anybody in %(place)s", place=here.place.called),
        EVERYWHERE: _("Anybody, wherever they live"),
    }
    areas = [here.areas.get(code) for code in by.parts]
    parts = ", ".join(area.name for area in areas if area)
    return _said(_("For people in"), parts if by.served == PARTS else whole.get(by.served, ""))


def _place(held: Held, step: Step, here: Any) -> Iterator[Answer]:
    spot, given = held.answers.spot(step.key), held.addresses.get(step.key)
    if spot is None:
        return
    if len(held.answers.spots) > 1:
        yield _said(_("May people see where it is?"), str(SHOWN[spot.visibility]))
    if given is not None:
        yield Answer(_("Address"), _address_lines(given))
        yield _said(_("Pin"), _pin(spot, given, here))
    elif spot.visibility is Visibility.HIDDEN:
        yield _said(_("Address"), _("Not given"))
    yield _said(_("What happens here"), _held_there(spot, held.answers))


def _when(held: Held, step: Step, here: Any) -> Iterator[Answer]:
    found = held.answers.hours_of(step.key, step.place)
    if found is None:
        return
    lines = hour_words.lines(schedules(found), here.today)
    yield Answer(_("Open"), tuple(str(line) for line in lines))
    yield _said(_("When not, or differently"), found.exceptions)


def _reach(held: Held, _step: Step, _here: Any) -> Iterator[Answer]:
    reach = held.answers.reach
    if reach is None:
        return
    yield _said(_("Phone"), reach.phone)
    yield _said(_("Public e-mail address"), reach.email)
    yield _said(_("Website"), reach.website)
    yield _said(_("Who answers"), reach.role)
    if reach.come_along:
        yield _said(_("To join"), _("People just come along"))


def _details(held: Held, _step: Step, here: Any) -> Iterator[Answer]:
    details = held.answers.details
    if details is None:
        return
    if held.answers.differ:
        yield _said(_("How, for whom and at what cost"), _("Not the same for all that you do"))
    else:
        yield _cost(details)
    yield _said(_("Access"), ", ".join(_named(here.terms.access, slug) for slug in details.access))
    yield _said(_("Getting in"), details.access_note)
    if not held.answers.differ:
        yield _languages(details, here)


def _each(held: Held, step: Step, here: Any) -> Iterator[Answer]:
    own = held.answers.own_of(step.key)
    yield _got(own, here)
    yield _cost(own)
    yield _languages(own, here)
    yield _served(own, here)


def _cost(said: Details | Own) -> Answer:
    return _said(_("Cost"), {True: _("Free"), False: said.fees, None: _("Not said")}[said.free])


def _languages(said: Details | Own, here: Any) -> Answer:
    return _said(_("Languages"), ", ".join(_named(here.terms.languages, code) for code in said.languages))


def _extras(held: Held, _step: Step, _here: Any) -> Iterator[Answer]:
    extras = held.answers.extras
    if extras is not None:
        yield Answer(_("What would help you"), extras.wants)
        yield Answer(_("What you sell or provide"), extras.supplies)


def _sender(held: Held, _step: Step, _here: Any) -> Iterator[Answer]:
    sender = held.answers.sender
    if sender is not None:
        yield _said(_("Your e-mail address, never published"), sender.email or _("Not given"))


_SAYS: Final = {
    Task.WHO: _group,
    Task.WHAT: _service,
    Task.WHERE: _ways,
    Task.PLACE: _place,
    Task.WHEN: _when,
    Task.REACH: _reach,
    Task.DETAILS: _details,
    Task.EACH: _each,
    Task.EXTRAS: _extras,
    Task.SENDER: _sender,
}


def pin_words(*, by_hand: bool, is_known: bool) -> str:
    """How exactly the pin of a place stands."""
    if by_hand:
        return _("Put on the map by hand, about 20 metres exact")
    return (
        _("In the middle of the postcode, up to about 150 metres off")
        if is_known
        else _("We do not know this postcode yet")
    )


def _pin(spot: Spot, given: Address, here: Any) -> str:
    if spot.visibility is Visibility.HIDDEN:
        return _("None")
    if spot.visibility is Visibility.APPROXIMATE:
        return _("In the middle of the neighbourhood, shared with thousands of addresses")
    found = here.geocoding.postcode(given.postcode)
    return pin_words(by_hand=given.lat is not None, is_known=isinstance(found, Located))


def _held_there(spot: Spot, answers: Answers) -> str:
    if len(answers.services) < 2:
        return ""
    there: list[Doing] = [
        each
        for each in answers.services
        if answers.comes_to(each.key) and (not spot.services or each.key in spot.services)
    ]
    return ", ".join(each.name for each in there)


def _address_lines(given: Address) -> tuple[str, ...]:
    return tuple(filter(None, (given.venue, given.line_1, given.line_2, given.town, given.postcode)))


def _said(question: str, text: str) -> Answer:
    return Answer(question, (text,) if text else ())


def _named(terms: Any, slug: str) -> str:
    term = terms.get(slug)
    return _(term.name) if term else slug
