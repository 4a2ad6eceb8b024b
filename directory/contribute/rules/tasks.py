"""The task list: which pages there are, which are answered, and which comes next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from directory.contribute.rules.answers import FIRST, Answers, Spot
from directory.listings.rules.record import Visibility

# To say where these are met may bring somebody into danger: the pages warn before they ask.
SENSITIVE_NEEDS: Final = frozenset({"safety", "refugees", "addiction"})
SENSITIVE_AUDIENCES: Final = frozenset({"refugees", "lgbt", "ex-offenders"})


class Task(StrEnum):
    """A page of questions. The order is that of the list."""

    WHO = "who"
    WHAT = "what"
    WHERE = "where"
    PLACE = "place"
    WHEN = "when"
    REACH = "reach"
    DETAILS = "details"
    EACH = "each"
    EXTRAS = "extras"
    SENDER = "sender"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the list: a page, for which service or place, and whether it is answered.

    ``needed``: it cannot be sent without. ``asked``: going on leads there by itself.
    """

    task: Task
    done: bool
    key: str = ""
    place: str = ""
    needed: bool = True
    asked: bool = True


def steps(answers: Answers, addressed: frozenset[str]) -> list[Step]:
    """Every page, in order. ``addressed``: keys of the places whose address is known."""
    found = [Step(Task.WHO, answers.group is not None)]
    found += [Step(Task.WHAT, done=True, key=each.key) for each in answers.services] or [
        Step(Task.WHAT, done=False, key=FIRST)
    ]
    found.append(Step(Task.WHERE, is_where_done(answers)))
    found += [_place(spot, addressed) for spot in _spots(answers)]
    found += _when(answers)
    return [
        *found,
        Step(Task.REACH, answers.reach is not None),
        Step(Task.DETAILS, answers.details is not None, needed=False),
        *_each(answers),
        Step(Task.EXTRAS, answers.extras is not None, needed=False, asked=False),
        Step(Task.SENDER, answers.sender is not None and answers.sender.agreed),
    ]


def following(found: list[Step], after: Step | None) -> Step | None:
    """The next page to ask, from ``after`` on and then from the beginning; None when all are answered."""
    at = next((n for n, each in enumerate(found) if after and _same(each, after)), -1)
    rest = [*found[at + 1 :], *found[: at + 1]]
    return next((each for each in rest if each.asked and not each.done), None)


def is_complete(found: list[Step]) -> bool:
    """Whether it can be sent."""
    return all(each.done for each in found if each.needed)


def is_where_done(answers: Answers) -> bool:
    """Whether it is known how people are helped, and, if they come to a place, whether it may be shown."""
    return answers.ways is not None and (not answers.ways.has_place or bool(answers.spots))


def is_sensitive(answers: Answers) -> bool:
    """Whether what they do makes it worth thinking twice about showing where."""
    return any(
        SENSITIVE_NEEDS.intersection(each.needs) or SENSITIVE_AUDIENCES.intersection(each.audiences)
        for each in answers.services
    )


def _spots(answers: Answers) -> tuple[Spot, ...]:
    return answers.spots if answers.ways and answers.ways.has_place else ()


def _place(spot: Spot, addressed: frozenset[str]) -> Step:
    """A hidden place need not be told to anybody."""
    told = spot.visibility is not Visibility.HIDDEN
    return Step(Task.PLACE, spot.key in addressed, key=spot.key, needed=told, asked=told)


def _each(answers: Answers) -> list[Step]:
    """What is each service's own, where they differ."""
    services = answers.services if answers.differ else ()
    return [Step(Task.EACH, answers.has_own(each.key), key=each.key, needed=False) for each in services]


def _when(answers: Answers) -> list[Step]:
    """The hours of each service: asked of those that people come to, offered to the others."""

    def asked(key: str) -> Step:
        done = answers.hours_of(key) is not None
        return Step(Task.WHEN, done, key=key, needed=False, asked=answers.comes_to(key))

    found = [asked(each.key) for each in answers.services] or [asked(FIRST)]
    keys, places = {each.key for each in answers.services}, {each.key for each in _spots(answers)}
    apart = [
        Step(Task.WHEN, done=True, key=each.service, place=each.place, needed=False)
        for each in answers.hours
        if each.service in keys and each.place in places and answers.comes_to(each.service)
    ]
    return [*found, *apart]


def _same(one: Step, other: Step) -> bool:
    return (one.task, one.key, one.place) == (other.task, other.key, other.place)
