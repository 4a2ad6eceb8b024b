"""A word that is looked for: what may stand in its place, and by which tokens an offering has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from directory.search.rules.near import Here
from directory.search.rules.words import first_need, in_name, in_service, in_text

NEED: Final = "n"
KIND: Final = "k"
AREA: Final = "a"  # in it, or serves it
INSIDE: Final = "i"  # in it, by its public point
SERVES: Final = "v"  # serves it, and has no point of its own
AUDIENCE: Final = "f"
LANGUAGE: Final = "l"
HOW: Final = "h"
ACCESS: Final = "x"
COST: Final = "c"
REFERRAL: Final = "r"

# The field of the tokens that a parameter of ``request.CHOSEN`` looks for.
FIELDS: Final[Mapping[str, str]] = {
    "need": NEED,
    "kind": KIND,
    "for": AUDIENCE,
    "language": LANGUAGE,
    "how": HOW,
    "access": ACCESS,
}

# What a word may mean, beside itself: the field of its tokens, and the taxonomy.
MEANT: Final[Mapping[str, str]] = {NEED: "need", AUDIENCE: "audience", LANGUAGE: "language"}

Either: TypeAlias = tuple[str, ...]  # tokens of which at least one must be there
Every: TypeAlias = tuple[Either, ...]  # ... for each of these


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was asked for, and what may stand in its place.

    ``within``: it means what it means in a phrase alone ("talk", in "someone to talk to"): the stems of that phrase
    that tell something. ``around``: it is the name of a place, and who is there has it too.
    """

    text: str  # as a stem
    means: tuple[str, ...] = ()  # tokens of the needs, people and languages that it means
    stop: bool = False  # it counts in names alone
    also: tuple[str, ...] = ()  # other spellings, as stems: one word with its neighbour, in our letters, the same said
    heard: tuple[str, ...] = ()  # the token of a name that sounds the same
    number: tuple[str, ...] = ()  # tokens of the number that it may be
    within: str = ""
    finds: tuple[str, ...] = ()  # of a topic: what is looked for beside ``also``, words and phrases as stems
    hints: tuple[str, ...] = ()  # of a topic: the rest of what was typed for it, which only judges what is found
    who: bool = False  # it tells of whom a sentence is, not what they want
    weight: float = 0.0  # of a topic: what it counts in a sentence; its text is looked for only as one of ``also``
    around: Here | None = None
    there: Either = ()  # the cells of ``around``

    @property
    def texts(self) -> tuple[str, ...]:
        """The word in each of its spellings, a topic in its words."""
        return (*self.also, *self.finds) if self.weight else (self.text, *self.also)

    @property
    def single(self) -> tuple[str, ...]:
        """Those of them that are one word: how a phrase stands in a name, the index does not know."""
        return tuple(text for text in self.texts if " " not in text) or tuple(self.texts[0].split())

    @property
    def needs(self) -> tuple[str, ...]:
        """Those of what it means that are needs."""
        return tuple(each for each in self.means if each.startswith(f"{NEED}="))

    @property
    def anywhere(self) -> Either:
        """The tokens of an offering that has the word at all."""
        return (*self.said, *self.means)

    @property
    def own(self) -> Either:
        """... that says what was typed: of a topic, not what it looks for beside it."""
        return tuple(map(in_text, self.also)) if self.weight else self.said

    @property
    def told(self) -> Either:
        """... that says what a topic looks for."""
        return tuple(map(in_text, self.finds))

    @property
    def said(self) -> Either:
        """... that says it, and does not only mean it."""
        return self.named if self.stop else (*map(in_text, self.texts), *self.heard, *self.number, *self.there)

    @property
    def named(self) -> Either:
        """... in the organisation's name."""
        return (*map(in_name, self.single), *self.there)

    @property
    def well(self) -> Either:
        """... in the name or the service, or its first need."""
        return (*self.named, *map(in_service, self.single), *self.heard, *self.number, *map(first_need, self.needs))

    @property
    def served(self) -> Either:
        """... in the name, the service or what it means."""
        return (*self.named, *map(in_service, self.single), *self.heard, *self.number, *self.means)
