"""A search as the engines take it: conditions that one offering must meet, all of them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

from directory.core.errors import Invalid
from directory.core.text import fold
from directory.geocoding.rules import Located
from directory.listings.rules.taxonomy import Terms
from directory.search.rules.hours import either_of
from directory.search.rules.lexicon import lexicon_of
from directory.search.rules.near import EVERYWHERE, FURTHEST_M, WHOLE_PLACE, Here
from directory.search.rules.request import ALL, FREE, PAGE_SIZE, SearchRequest, Sort
from directory.search.rules.when import Moment
from directory.search.rules.words import MOST_WORDS, STOP_WORDS, in_name, in_service, stem, token

NEED: Final = "n"
KIND: Final = "k"
AREA: Final = "a"  # in it, or serves it
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

Either: TypeAlias = tuple[str, ...]  # tokens of which at least one must be there
Every: TypeAlias = tuple[Either, ...]  # ... for each of these


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was asked for, and what may stand in its place."""

    text: str  # as a stem
    needs: tuple[str, ...] = ()  # tokens of the needs that it means
    stop: bool = False  # it counts in names alone

    @property
    def anywhere(self) -> Either:
        """The tokens of an offering that has the word at all."""
        return (in_name(self.text),) if self.stop else (self.text, *self.needs)

    @property
    def named(self) -> Either:
        """... in the organisation's name."""
        return (in_name(self.text),)

    @property
    def served(self) -> Either:
        """... in the name, the service or its needs."""
        return (in_name(self.text), in_service(self.text), *self.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to find. ``nothing``: words were given, but none that can be looked up."""

    words: tuple[Word, ...] = ()
    filters: Every = ()
    here: Here | None = None
    sort: Sort = Sort.BEST
    limit: int = PAGE_SIZE
    offset: int = 0
    nothing: bool = False

    @property
    def is_open(self) -> bool:
        """Whether neither words nor filters narrow it."""
        return not self.words and not self.filters

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

    def some_of(self, texts: Container[str]) -> Query:
        """What a relaxed search finds: the same, with any of the words that are written so."""
        either = dict.fromkeys(token for word in self.words if word.text in texts for token in word.anywhere)
        return replace(self, words=(), filters=(tuple(either), *self.filters))


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
    """One offering that was found, with its public point."""

    organization_id: int
    n: int
    lat: float | None
    lon: float | None
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of organisations. ``relaxed``: nothing has all the words; these have some of ``words``."""

    total: int
    rows: tuple[Row, ...] = ()
    relaxed: bool = False
    words: tuple[str, ...] = ()


def query_of(
    request: SearchRequest, terms: Terms, near: Located | None, areas: tuple[str, ...], moment: Moment | None = None
) -> Query:
    """What the engines look for. ``areas`` are the codes of the areas in which ``near`` lies.

    ``moment`` is when it is asked; a request that says when something must be open needs it, or Invalid is raised.
    """
    words = words_of(request.q, terms)
    here = None
    if near is not None:
        radius = request.within_m
        here = Here(near.point, radius if radius and radius < FURTHEST_M else None, tuple(map(str.lower, areas)))
    return Query(
        words=words,
        filters=tuple(_filters(request, moment)),
        here=here,
        sort=Sort.BEST if request.sort is Sort.NEAREST and here is None else request.sort,
        offset=(request.page - 1) * PAGE_SIZE,
        nothing=bool(request.q) and not words,
    )


def words_of(text: str, terms: Terms) -> tuple[Word, ...]:
    """The words to look up: the first MOST_WORDS that tell something, each once; stop words if there are no others."""
    folded = fold(text).split()[: 4 * MOST_WORDS]
    stemmed = [stem(word) for word in folded]
    needs = lexicon_of(terms).needs_at(stemmed)
    found: dict[str, Word] = {}
    for at, word in enumerate(stemmed):
        if folded[at] not in STOP_WORDS:
            meant = tuple(token(NEED, slug) for slug in needs.get(at, ()))
            known = found.get(word, Word(word))
            found[word] = Word(word, tuple(dict.fromkeys((*known.needs, *meant))))
    kept = tuple(found.values()) or tuple(Word(word, stop=True) for word in dict.fromkeys(stemmed))
    return kept[:MOST_WORDS]


def _filters(request: SearchRequest, moment: Moment | None) -> Iterator[Either]:
    for name, field in FIELDS.items():
        found = tuple(token(field, value) for value in request.chosen(name))
        if name in ALL:
            yield from ((each,) for each in found)
        elif found:
            yield found
    if request.area:
        # In the area, or serves it; or has no place of its own and serves all of them.
        yield (token(AREA, request.area), token(SERVES, WHOLE_PLACE), token(SERVES, EVERYWHERE))
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
