"""The states of a suggestion, which may follow which, and what people are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from directory.core.errors import Conflict


class Kind(StrEnum):
    """What a suggestion asks for."""

    NEW = "new"
    CHANGE = "change"
    CLOSE = "close"
    CLAIM = "claim"  # its sender speaks for the organisation, and shows it by the words beside


class State(StrEnum):
    """How far a suggestion is."""

    UNPROVED = "unproved"  # its sender has not followed the link yet
    WAITING = "waiting"
    ASKED = "asked"
    LATER = "later"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Deed(StrEnum):
    """What a decision did."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    ASKED = "asked"
    LATER = "later"
    SHOWING = "showing"  # one of the two moderators that it takes to show an address again


class Reason(StrEnum):
    """Why a suggestion is refused. The words that the sender reads are in the templates of the mail."""

    NOT_HERE = "not-here"
    NOT_A_GROUP = "not-a-group"
    DUPLICATE = "duplicate"
    UNCLEAR = "unclear"
    UNSAFE = "unsafe"
    NOT_YOURS = "not-yours"  # nothing shows that the sender speaks for the organisation
    OTHER = "other"
    SPAM = "spam"  # nobody is written to


SILENT: Final = frozenset({Reason.SPAM})  # an answer would tell a sender of spam that somebody reads it
OPEN: Final = frozenset({State.WAITING, State.LATER, State.ASKED})  # a moderator may decide
DECIDED: Final = frozenset({State.ACCEPTED, State.REFUSED, State.WITHDRAWN})
MOVES: Final = {
    State.UNPROVED: frozenset({State.WAITING, State.WITHDRAWN}),
    State.WAITING: frozenset({State.ACCEPTED, State.REFUSED, State.ASKED, State.LATER, State.WITHDRAWN}),
    State.ASKED: frozenset({State.WAITING, State.ACCEPTED, State.REFUSED, State.ASKED, State.LATER, State.WITHDRAWN}),
    State.LATER: frozenset({State.WAITING, State.ACCEPTED, State.REFUSED, State.ASKED, State.LATER, State.WITHDRAWN}),
}


class IllegalMove(Conflict):
    """A suggestion cannot go from where it is to where it was sent."""


@dataclass(frozen=True, slots=True)
class Told:
    """A decision as the second moderator sees it: who (a person's id), when, what, and why."""

    by: UUID | None
    at: datetime
    what: Deed
    reason: str = ""
    words: str = ""


class Forestalled(Conflict):
    """Somebody else decided first, or the listing was changed meanwhile. Nothing was written.

    ``told`` is their decision, None when it was not a decision but a change of the published record.
    """

    def __init__(self, message: str, told: Told | None = None) -> None:
        super().__init__(message)
        self.told = told


def move(state: State, to: State) -> State:
    """``to``, if a suggestion in ``state`` may go there. Raises IllegalMove."""
    if to not in MOVES.get(state, frozenset()):
        raise IllegalMove(f"a suggestion that is {state.value} cannot become {to.value}")
    return to


ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without letters and digits that are read for each other
REFERENCE_LETTERS: Final = 8


def reference_of(number: UUID) -> str:
    """The code that people read out for a suggestion: "7KQ4-M2XB"."""
    rest, letters = number.int >> 8, []  # the lowest bits of a time-ordered id are as good as any
    for _ in range(REFERENCE_LETTERS):
        rest, digit = divmod(rest, len(ALPHABET))
        letters.append(ALPHABET[digit])
    half = REFERENCE_LETTERS // 2
    return f"{''.join(letters[:half])}-{''.join(letters[half:])}"
