"""What the pages of imports show: words for states and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from directory.exchange.rules.cells import Outcome
from directory.exchange.rules.uploads import DROPS, State
from directory.listings.rules.taxonomy import Terms
from directory.publishing.service.dropping import MAPPING
from directory.web.words import gettext as _
from directory.web.words import lazy_gettext as _l
from directory.web.words import ngettext

SHOWN_PROBLEMS: Final = 100
STATES: Final[Mapping[str, Any]] = {
    State.COLUMNS: _l("its columns must be chosen"),
    State.CHECKING: _l("is being checked"),
    State.CHECKED: _l("checked, not imported yet"),
    State.IMPORTING: _l("is being imported"),
    State.DONE: _l("imported"),
    State.UNDOING: _l("is being taken back"),
    State.UNDONE: _l("taken back"),
}
DROPPING: Final[Mapping[str, Any]] = {
    State.IMPORTING: _l("what is not in it any more is being taken out"),
    State.DONE: _l("what is not in it any more was taken out"),
    State.UNDOING: _l("what was taken out is being put back"),
    State.UNDONE: _l("what was taken out was put back"),
}
RUNS: Final[Mapping[str, Any]] = {
    "running": _l("under way, or cut short"),
    "done": _l("imported"),
    "undone": _l("taken back"),
}
DROPPED: Final[Mapping[str, Any]] = {
    "running": _l("what is gone is being taken out, or that was cut short"),
    "done": _l("what is gone was taken out"),
    "undone": _l("what was gone was put back"),
}
SHOWN_GONE: Final = 100
MUCH: Final = 3  # a file that lacks more than a third of its list may be a part of it
OUTCOMES: Final[Mapping[str, Any]] = {
    Outcome.SKIPPED: _l("row skipped"),
    Outcome.LEFT_OUT: _l("value left out"),
    Outcome.OFF_THE_MAP: _l("kept, without a place on the map"),
    Outcome.ROUGHLY: _l("kept, shown by the part of it that is known"),
    Outcome.KEPT: _l("kept as it is"),
}
SHOWN: Final[Mapping[str, Any]] = {
    "exact": _l("shown exactly"),
    "approximate": _l("shown roughly"),
    "hidden": _l("never shown"),
}


def state_of(upload: Any) -> str:
    """How far a file is, in words; or how far that is which it found gone."""
    return str((DROPPING if DROPS in upload.chosen else STATES)[upload.state])


def ended(run: Any) -> str:
    """What became of a line of the log of imports, in words."""
    return str((DROPPED if run.mapping == MAPPING else RUNS)[run.state])


def counted(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The counts of a check or an import, each with its words."""
    words = (
        ("rows", _("Rows read")),
        ("organisations", _("Organisations in them")),
        ("new", _("New")),
        ("changed", _("Changed")),
        ("same", _("As they were")),
        ("edited since", _("Left alone, because somebody changed them here")),
        ("skipped", _("Rows that cannot be imported")),
        ("postcodes to look at", _("Postcodes to look at")),
        ("without a point", _("Without a place on the map")),
        ("gone", _("Here from an earlier file of this list, and not in this one")),
        ("removed", _("Taken out")),
        ("restored", _("As they were before")),
        ("left", _("Left alone, because somebody changed them since")),
    )
    of_taking = {"removed", "restored"} & counts.keys()  # what takes out alone puts nothing back
    always = {"rows", "organisations", "new", "changed", "same"} if "rows" in counts else of_taking
    return [(said, counts.get(name, 0)) for name, said in words if counts.get(name) or name in always]


def progress(done: int, counts: Mapping[str, int]) -> str:
    """How far the work is, in words."""
    if listings := counts.get("listings", 0):
        return ngettext("%(done)s of %(num)s listing", "%(done)s of %(num)s listings", listings, done=done)
    total = counts.get("rows", 0)
    if total:
        return ngettext("%(done)s of %(num)s row", "%(done)s of %(num)s rows", total, done=min(done, total))
    return ngettext("%(num)s row so far", "%(num)s rows so far", done)


def sampled(sample: Sequence[Mapping[str, Any]], terms: Terms) -> list[dict[str, Any]]:
    """The first listings as they would be."""
    return [
        {
            "name": one["name"],
            "kind": terms.kinds[one["kind"]].name if one["kind"] in terms.kinds else one["kind"],
            "services": [_service(service, terms) for service in one["services"]],
            "places": [(place["where"], SHOWN[place["shown"]]) for place in one["places"]],
        }
        for one in sample
    ]


def _service(service: Mapping[str, Any], terms: Terms) -> tuple[str, str]:
    needs = [terms.needs[slug].name for slug in service["needs"] if slug in terms.needs]
    return service["name"], ", ".join(needs) or _("no need given")
