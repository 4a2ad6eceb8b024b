"""A file that staff sent: which states it goes through, and what its columns are told to become."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from directory.core.errors import Conflict, Invalid
from directory.exchange.rules.mapping import REQUIRED, TARGETS, Mapping, parse_mapping
from directory.listings.rules.record import SourceKind, Visibility

NAME: Final = "browser"  # of the mapping, in the log of imports
LONGEST_SOURCE: Final = 60  # characters
MOST_COLUMNS: Final = 100
DROPS: Final = "drops"  # in what was chosen: no file, but the import of which is taken out what it found gone
OURS: Final = frozenset({"sample"})  # sources that no list may be called
# What may stand in several columns: their parts are put together. Of all else the second would be left out unsaid.
SEVERAL: Final = frozenset(
    {"needs", "audiences", "how", "languages", "access", "area_served", "wants", "supplies", "ignore"}
)


class State(StrEnum):
    """How far a file is."""

    COLUMNS = "columns"  # somebody must say what its columns become
    CHECKING = "checking"
    CHECKED = "checked"  # somebody looks at what would come of it
    IMPORTING = "importing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


MOVES: Final[Table[State, frozenset[State]]] = {
    State.COLUMNS: frozenset({State.CHECKING}),
    State.CHECKING: frozenset({State.CHECKED, State.COLUMNS}),
    State.CHECKED: frozenset({State.CHECKING, State.IMPORTING}),
    State.IMPORTING: frozenset({State.DONE}),
    State.DONE: frozenset({State.UNDOING}),
    State.UNDOING: frozenset({State.UNDONE}),
    State.UNDONE: frozenset(),
}
WORK: Final = (State.CHECKING, State.IMPORTING, State.UNDOING)  # what the directory does by itself
WITH_FILE: Final = (State.COLUMNS, State.CHECKING, State.CHECKED, State.IMPORTING)  # the others need none any more
BEFORE: Final = (State.COLUMNS, State.CHECKED)  # nothing was imported yet, and nothing is at work


def before(to: State) -> list[State]:
    """The states from which a file may come to ``to``."""
    return [state for state, following in MOVES.items() if to in following]


def move(state: State, to: State) -> State:
    """``to``, if a file in ``state`` may go there. Raises Conflict."""
    if to not in MOVES[state]:
        raise Conflict(f"a file that is {state.value} cannot become {to.value}")
    return to


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What was answered of a file. ``columns``: what each becomes, "" for those that are left out.

    ``own``: whether the organisations gave these details for the directory themselves.
    """

    columns: Table[str, str]
    source: str
    own: bool
    visibility: Visibility

    def encoded(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "columns": dict(self.columns),
            "source": self.source,
            "own": self.own,
            "visibility": self.visibility.value,
        }

    @classmethod
    def decoded(cls, data: Table[str, Any]) -> Chosen:
        """Of JSON that ``encoded`` made."""
        return cls(
            columns=data["columns"],
            source=data["source"],
            own=data["own"],
            visibility=Visibility(data["visibility"]),
        )

    def mapping(self, columns: Sequence[str]) -> Mapping:
        """The mapping of a file with these ``columns``. Raises Invalid for one that cannot be."""
        faults = faults_of(self.columns)
        unknown = set(self.columns) - set(columns)
        if faults or unknown or not self.source or len(self.source) > LONGEST_SOURCE:
            raise Invalid("columns", sorted(unknown) or self.source, "; ".join(faults) or "columns of the file")
        kind = SourceKind.SELF_LISTED if self.own else SourceKind.FEED
        data = {
            "visibility": self.visibility.value,
            "tell": not self.own,
            "source": {"name": self.source, "kind": kind.value},
            "columns": {name: self.columns.get(name) or "ignore" for name in columns if name},
        }
        return parse_mapping(NAME, data)


def faults_of(columns: Table[str, str]) -> dict[str, str]:
    """What is wrong with a choice: column (or "" for all of them) -> the target that is missing, or there twice."""
    taken: dict[str, str] = {}
    faults: dict[str, str] = {}
    for name, target in columns.items():
        known = not target or target in TARGETS
        if not known or (target and target not in SEVERAL and taken.setdefault(target, name) != name):
            faults[name] = target
    missing = [target for target in REQUIRED if target not in taken]
    return faults | ({"": missing[0]} if missing else {})
