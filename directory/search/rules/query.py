"""A search as the engines take it: conditions that one offering must meet, all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from directory.core.errors import Invalid
from directory.geocoding.rules import Located
from directory.listings.rules.taxonomy import Terms
from directory.search.rules.hours import either_of
from directory.search.rules.near import EVERYWHERE, WHOLE_PLACE, Here
from directory.search.rules.places import Named
from directory.search.rules.request import ALL, FREE, PAGE_SIZE, SearchRequest, Sort
from directory.search.rules.sentence import words_in
from directory.search.rules.stems import stem
from directory.search.rules.typed import Typed, read
from directory.search.rules.when import Moment
from directory.search.rules.word import (
    AREA,
    COST,
    FIELDS,
    INSIDE,
    REFERRAL,
    SERVES,
    Either,
    Every,
    Word,
)
from directory.search.rules.words import (
    MOST_WORDS,
    called,
    in_name,
    pairs,
    telling_of,
    token,
)


class Without(tuple[str, ...]):
    """Tokens of which none may be there: stands among the conditions of a query, never alone."""

    __slots__ = ()


def parted(every: Every) -> tuple[Every, Every]:
    """The conditions that ask for something, and those that leave something out."""
    return (
        tuple(either for either in every if not isinstance(either, Without)),
        tuple(either for either in every if isinstance(either, Without)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to find. ``nothing``: words were given, but none that can be looked up.

    ``called`` is what was typed as an organisation would be called (``words.called``). ``unticked`` are those of
    ``filters`` that no tick stands for: the area, phrases and what is left out. ``inside``: organisations with one of
    these come first; it stands only where nothing else orders them.
    """

    words: tuple[Word, ...] = ()
    filters: Every = ()
    unticked: Every = ()
    inside: Either = ()
    here: Here | None = None
    sort: Sort = Sort.BEST
    limit: int = PAGE_SIZE
    offset: int = 0
    nothing: bool = False
    called: str = ""

    @property
    def is_open(self) -> bool:
        """Whether neither words nor filters narrow it."""
        return not self.words and not self.filters

    @property
    def is_by_topic(self) -> bool:
        """Whether the best of it may have only some of its words: one of them tells a topic."""
        return self.sort is Sort.BEST and any(word.weight for word in self.words)

    @property
    def is_everything(self) -> bool:
        """Whether every organisation is found."""
        return self.is_open and (self.here is None or self.here.radius_m is None)

    @property
    def last(self) -> int:
        """How many organisations come up to the end of the page."""
        return self.offset + self.limit

    def every(self) -> Every:
        """The conditions on tokens."""
        return (*(word.anywhere for word in self.words), *self.filters)

    def only(self, *words: Word) -> Query:
        """The same search for other words."""
        return replace(self, words=words)

    def some_of(self, tokens: Either) -> Query:
        """What a relaxed search finds: the same, with any of ``tokens`` (``Found.tokens``) for its words."""
        return replace(self, words=(), filters=(tokens, *self.filters), unticked=(tokens, *self.unticked))


class Row(NamedTuple):
    """One organisation that was found.

    ``offerings`` are the ordinals of those that matched, at most MOST_LISTED; ``distance_m`` that of the nearest of
    them, None without a point or without a place to measure from; ``serves``: one of them has no point and serves
    where the searcher is.
    """

    organization_id: int
    offerings: tuple[int, ...]
    distance_m: float | None = None
    serves: bool = False


class Match(NamedTuple):
    """One offering that was found, with its public point. ``number``: what the index calls it (``rules.numbers``)."""

    number: int
    organization_id: int
    n: int
    lat: float | None
    lon: float | None
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of organisations.

    ``inside``: how many of all of them are in the area that was asked for, and come first; None where they do not.
    ``relaxed``: hardly anything has all the words; these have some of ``words``, and so one of ``tokens``.
    """

    total: int
    rows: tuple[Row, ...] = ()
    inside: int | None = None
    relaxed: bool = False
    words: tuple[str, ...] = ()
    tokens: Either = ()
    judge: Any = field(default=None, compare=False, repr=False)  # put them in an order that is not the usual


def query_of(
    request: SearchRequest,
    terms: Terms,
    near: Located | None,
    areas: tuple[str, ...],
    moment: Moment | None = None,
    *,
    places: Sequence[Named] = (),
) -> Query:
    """What the engines look for. ``areas`` are the codes of the areas in which ``near`` lies.

    ``places`` are the names of places among the words.

    ``moment`` is when it is asked; a request that says when something must be open needs it, or Invalid is raised.
    """
    typed = typed_in(request)
    words = words_in(typed, terms, places)
    here = Here.around(near, request.within_m, areas) if near else None
    sort = Sort.BEST if request.sort is Sort.NEAREST and here is None else request.sort
    by_area = bool(request.area and not words and here is None and sort is Sort.BEST)
    unticked = (*_area(request), *_phrases(typed), *_left_out(typed, found=bool(words) or request.narrows))
    return Query(
        words=words,
        filters=(*_ticked(request, moment), *unticked),
        unticked=unticked,
        inside=(token(INSIDE, request.area),) if by_area else (),
        here=here,
        sort=sort,
        offset=(request.page - 1) * PAGE_SIZE,
        nothing=bool(request.q) and not words and not typed.without,
        called=" ".join(called(typed.words)) if words else "",
    )


def typed_in(request: SearchRequest) -> Typed:
    """What was typed into ``request``, read beside its filters."""
    return read(request.q, beside=request.narrows)


def _phrases(typed: Typed) -> Iterator[Either]:
    """Words in quotes stand beside each other."""
    found = [pair for phrase in typed.phrases for pair in pairs(telling_of(phrase))]
    return ((pair,) for pair in found[:MOST_WORDS])


def _left_out(typed: Typed, *, found: bool) -> Iterator[Either]:
    """Nothing has what is left out: its words in their spellings, of a phrase the pairs."""
    tokens: list[str] = []
    for phrase in typed.without:
        told = telling_of(phrase)
        tokens += list(pairs(told)) or told or map(in_name, map(stem, phrase))
    if tokens and found:
        yield Without(tokens)


def _area(request: SearchRequest) -> Iterator[Either]:
    if request.area:
        # In the area, or serves it; or has no place of its own and serves all of them.
        yield (token(AREA, request.area), token(SERVES, WHOLE_PLACE), token(SERVES, EVERYWHERE))


def _ticked(request: SearchRequest, moment: Moment | None) -> Iterator[Either]:
    for name, kept in FIELDS.items():
        found = tuple(token(kept, value) for value in request.chosen(name))
        if name in ALL:
            yield from ((each,) for each in found)
        elif found:
            yield found
    if request.free:
        yield (token(COST, FREE),)
    if request.referral:
        yield (token(REFERRAL, request.referral),)
    if request.when:
        if moment is None:
            raise Invalid("open", str(request.when), "a moment from which it is meant")
        yield either_of(request.when, moment)


def serving(here: Here) -> Either:
    """The tokens of offerings without a point that serve where the searcher is."""
    return tuple(token(SERVES, area) for area in (*here.areas, WHOLE_PLACE, EVERYWHERE))
