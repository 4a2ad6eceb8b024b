"""The task list: each page with its address, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from directory.contribute.queries import Held
from directory.contribute.rules.answers import Answers
from directory.contribute.rules.tasks import Step, Task, following, is_complete, steps
from directory.web.addresses import address
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l

ENDPOINTS: Final = {
    Task.WHO: "contribute.who",
    Task.WHAT: "contribute.what",
    Task.WHERE: "contribute.where",
    Task.PLACE: "contribute.place",
    Task.WHEN: "contribute.when",
    Task.REACH: "contribute.reach",
    Task.DETAILS: "contribute.details",
    Task.EACH: "contribute.each",
    Task.EXTRAS: "contribute.extras",
    Task.SENDER: "contribute.sender",
}
NAMES: Final = {
    Task.WHO: _l("Who you are"),
    Task.WHAT: _l("What you do, and for whom"),
    Task.WHERE: _l("Where"),
    Task.PLACE: _l("The address"),
    Task.WHEN: _l("When"),
    Task.REACH: _l("How to reach you"),
    Task.DETAILS: _l("Cost, access and languages"),
    Task.EACH: _l("How, for whom and at what cost"),
    Task.EXTRAS: _l("What you want and can supply"),
    Task.SENDER: _l("Your own e-mail address"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list. ``status`` is "done", "to-do" or "optional"."""

    name: str
    about: str  # which service or place, "" where there is one
    url: str
    status: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """Everything that ``contribute/add.html`` shows."""

    lines: tuple[Line, ...]
    done: int
    of: int
    is_complete: bool
    next_url: str


def task_page(held: Held | None) -> TaskPage:
    """The list of a draft, or of nothing yet."""
    answers = held.answers if held else Answers()
    found = steps(answers, held.addressed if held else frozenset())
    lines = tuple(_line(step, answers) for step in found)
    asked = [step for step in found if step.needed]
    return TaskPage(
        lines=lines,
        done=sum(step.done for step in asked),
        of=len(asked),
        is_complete=is_complete(found),
        next_url=next_url(held, None),
    )


def next_url(held: Held | None, after: Step | None) -> str:
    """The page to go on to after a step: the next that is not answered, or the check of all."""
    if held is None:
        return step_url(Step(Task.WHO, done=False))
    step = following(steps(held.answers, held.addressed), after)
    return step_url(step) if step else address("contribute.check")


def step_url(step: Step) -> str:
    """The address of a page."""
    return address(ENDPOINTS[step.task], key=step.key or None, place_key=step.place or None)


def about(step: Step, answers: Answers) -> str:
    """Which service or place a page is about, where there are several."""
    service = answers.service(step.key)
    if step.task is Task.WHEN and step.place:
        number = answers.number_of(step.place)
        return _("%(what)s at place %(number)s", what=service.name if service else "", number=number)
    if step.task in {Task.WHAT, Task.WHEN, Task.EACH}:
        return service.name if service else ""
    if step.task is Task.PLACE and len(answers.spots) > 1:
        return _("Place %(number)s", number=answers.number_of(step.key))
    return ""


def _line(step: Step, answers: Answers) -> Line:
    if step.done:
        status, words = "done", _("Done")
    elif step.needed:
        status, words = "to-do", _("To do")
    else:
        status, words = "optional", _("Optional")
    return Line(str(NAMES[step.task]), about(step, answers), step_url(step), status, words)
