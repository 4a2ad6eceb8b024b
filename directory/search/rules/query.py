"""A search as the engines take it: conditions that one offering must meet, all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

from directory.core.errors import Invalid
from directory.geocoding.rules import Located
from directory.listings.rules.taxonomy import Terms
from directory.search.rules.hours import either_of
from directory.search.rules.lexicon import Meaning, lexicon_of
from directory.search.rules.near import EVERYWHERE, FURTHEST_M, WHOLE_PLACE, Here
from directory.search.rules.request import ALL, FREE, PAGE_SIZE, SearchRequest, Sort
from directory.search.rules.stems import stem
from directory.search.rules.typed import Typed, read
from directory.search.rules.when import Moment
from directory.search.rules.words import (
    MOST_WORDS,
    STOP_WORDS,
    first_need,
    in_latin,
    in_name,
    in_service,
    joined,
    pairs,
    sound,
    sounding,
    telling_of,
    token,
)

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

# What a word may mean, beside itself: the field of its tokens, and the taxonomy.
MEANT: Final[Mapping[str, str]] = {NEED: "need", AUDIENCE: "audience", LANGUAGE: "language"}

Either: TypeAlias = tuple[str, ...]  # tokens of which at least one must be there
Every: TypeAlias = tuple[Either, ...]  # ... for each of these


class Without(tuple[str, ...]):
    """Tokens of which none may be there: stands among the conditions of a query, never alone."""

    __slots__ = ()


def parted(every: Every) -> tuple[Every, Every]:
    """The conditions that ask for something, and those that leave something out."""
    return (
        tuple(either for either in every if not isinstance(either, Without)),
        tuple(either for either in every if isinstance(either, Without)),
    )


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was asked for, and what may stand in its place.

    ``within``: it means what it means in a phrase alone ("talk", in "someone to talk to"): the stems of that phrase
    that tell something.
    """

    text: str  # as a stem
    means: tuple[str, ...] = ()  # tokens of the needs, people and languages that it means
    stop: bool = False  # it counts in names alone
    also: tuple[
        str, ...
    ] = ()  # other spellings, as stems: as one word with its neighbour, in our letters, the same said
    heard: tuple[str, ...] = ()  # the token of a name that sounds the same
    number: tuple[str, ...] = ()  # tokens of the number that it may be
    within: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The word in each of its spellings."""
        return (self.text, *self.also)

    @property
    def needs(self) -> tuple[str, ...]:
        """Those of what it means that are needs."""
        return tuple(each for each in self.means if each.startswith(f"{NEED}="))

    @property
    def anywhere(self) -> Either:
        """The tokens of an offering that has the word at all."""
        return (*self.said, *self.means)

    @property
    def said(self) -> Either:
        """... that says it, and does not only mean it."""
        return self.named if self.stop else (*self.texts, *self.heard, *self.number)

    @property
    def named(self) -> Either:
        """... in the organisation's name."""
        return tuple(map(in_name, self.texts))

    @property
    def well(self) -> Either:
        """... in the name or the service, or its first need."""
        return (*self.named, *map(in_service, self.texts), *self.heard, *self.number, *map(first_need, self.needs))

    @property
    def served(self) -> Either:
        """... in the name, the service or what it means."""
        return (*self.named, *map(in_service, self.texts), *self.heard, *self.number, *self.means)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to find. ``nothing``: words were given, but none that can be looked up.

    ``unticked`` are those of ``filters`` that no tick stands for: the area, phrases and what is left out.
    """

    words: tuple[Word, ...] = ()
    filters: Every = ()
    unticked: Every = ()
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

    ``relaxed``: hardly anything has all the words; these have some of ``words``, and so one of ``tokens``.
    """

    total: int
    rows: tuple[Row, ...] = ()
    relaxed: bool = False
    words: tuple[str, ...] = ()
    tokens: Either = ()


def query_of(
    request: SearchRequest, terms: Terms, near: Located | None, areas: tuple[str, ...], moment: Moment | None = None
) -> Query:
    """What the engines look for. ``areas`` are the codes of the areas in which ``near`` lies.

    ``moment`` is when it is asked; a request that says when something must be open needs it, or Invalid is raised.
    """
    typed = read(request.q)
    words = words_in(typed, terms)
    here = None
    if near is not None:
        radius = request.within_m
        here = Here(near.point, radius if radius and radius < FURTHEST_M else None, tuple(map(str.lower, areas)))
    unticked = (*_area(request), *_phrases(typed), *_left_out(typed, found=bool(words)))
    return Query(
        words=words,
        filters=(*_ticked(request, moment), *unticked),
        unticked=unticked,
        here=here,
        sort=Sort.BEST if request.sort is Sort.NEAREST and here is None else request.sort,
        offset=(request.page - 1) * PAGE_SIZE,
        nothing=bool(request.q) and not words,
    )


def words_of(text: str, terms: Terms) -> tuple[Word, ...]:
    """The words of ``text`` to look up, as ``words_in``."""
    return words_in(read(text), terms)


def words_in(typed: Typed, terms: Terms) -> tuple[Word, ...]:
    """The words to look up: the first MOST_WORDS that tell something, each once; stop words if there are no others."""
    if typed.number:
        return (Word(stem("".join(typed.words)), also=tuple(map(stem, typed.words[:1])), number=typed.number),)
    stemmed = [stem(word) for word in typed.words]
    found: dict[str, Word] = {}
    for at, word in _meant(typed, stemmed, terms):
        folded = typed.words[at]
        if folded not in STOP_WORDS and (folded not in terms.stop_words or at in typed.literal):
            found[word.text] = _both(found.get(word.text), word)
    kept = tuple(found.values()) or tuple(Word(word, stop=True) for word in dict.fromkeys(stemmed))
    return kept[:MOST_WORDS]


def _meant(typed: Typed, stemmed: Sequence[str], terms: Terms) -> Iterator[tuple[int, Word]]:
    """Each word with its place. In quotes it means nothing but itself."""
    lexicon = lexicon_of(terms, MEANT)
    meanings, beside = lexicon.meanings(stemmed), _beside(typed.words)
    for at, (folded, text) in enumerate(zip(typed.words, stemmed, strict=True)):
        if at in typed.literal:
            yield at, Word(text)
            continue
        meaning, heard = meanings.get(at, Meaning((), "")), sound(folded)
        also = _once(beside.get(at, ()), in_latin((folded,)), lexicon.alike.get(text, ()))
        yield (
            at,
            Word(
                text,
                means=meaning.tokens,
                also=tuple(each for each in also if each != text),
                heard=(sounding(heard),) if heard else (),
                within=meaning.phrase,
            ),
        )


def _both(one: Word | None, other: Word) -> Word:
    """A word that was typed twice."""
    if one is None:
        return other
    return replace(one, means=_once(one.means, other.means), also=_once(one.also, other.also), within="")


def _beside(words: Sequence[str]) -> dict[int, tuple[str, ...]]:
    """For each position what it makes when written as one with its neighbours: "food bank", foodbank."""
    found: dict[int, tuple[str, ...]] = {}
    for at in range(len(words) - 1):
        for joint in joined(words[at : at + 2]):
            for place in (at, at + 1):
                found[place] = (*found.get(place, ()), joint)
    return found


def _once(*several: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain(*several)))


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
    for name, field in FIELDS.items():
        found = tuple(token(field, value) for value in request.chosen(name))
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
