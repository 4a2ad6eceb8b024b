"""What somebody meant: a place that stands among the words, and words that are written wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from directory.areas.service import AreaIndex
from directory.core.postcode import find_all, parse_partial, redact
from directory.core.text import fold, squeeze
from directory.geocoding.rules import Located, Miss
from directory.geocoding.service import Geocoding
from directory.listings.rules.record import Found as Kind
from directory.listings.rules.taxonomy import Terms
from directory.search.engine import Index
from directory.search.rules import spelling
from directory.search.rules.lexicon import lexicon_of
from directory.search.rules.places import Named
from directory.search.rules.query import Found, Query, query_of, typed_in
from directory.search.rules.request import SearchRequest
from directory.search.rules.sentence import words_of_name
from directory.search.rules.topics import spotter_of
from directory.search.rules.typed import read
from directory.search.rules.when import Moment
from directory.search.rules.word import MEANT
from directory.search.rules.words import STOP_WORDS

MOST_ENDS: Final = 5  # words that one may have been begun to be, the most frequent
SHORTEST_PLACE: Final = 6  # letters of the name of a place that is put right
SHORTEST_SPOKEN: Final = 5  # letters of a word of a topic that another may have been meant to be
_DISTRICT: Final = re.compile(r"(?i)(?<!\S)[a-z]{1,2}[0-9][a-z0-9]?(?:\s?[0-9])?(?!\S)")
_LEADING: Final = re.compile(r"(?i)\b(?:near|around|in)\s+(?=(?P<place>[^\"]{3,60})$)")
_PART: Final = frozenset({"the", "north", "south", "east", "west", "central", "inner", "greater"})  # of a place


@dataclass(frozen=True, slots=True)
class Understood:
    """A request as it was meant, and the query for it.

    ``moved``: the place that stood among the words; ``typed``: what stood there before errors were put right; both ""
    when there was nothing to do.
    """

    request: SearchRequest
    query: Query
    near: Located | Miss | None = None
    moved: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads requests, with what it needs to know."""

    index: Index
    geocoding: Geocoding
    areas: AreaIndex
    terms: Terms
    moment: Moment

    def read(self, request: SearchRequest) -> Understood:
        """``request`` with the place that stands among its words, if it names none itself. No statement."""
        place, rest = "", request.q
        if request.q and not request.near and not request.exact and '"' not in request.q:
            place, rest = next(self._places(request.q), ("", request.q))
        return self._understood(replace(request, q=rest, near=place or request.near), place)

    def _understood(self, meant: SearchRequest, moved: str = "") -> Understood:
        near = self.geocoding.locate(meant.near) if meant.near else None
        there = near if isinstance(near, Located) else None
        codes = self.areas.codes_at(there.point) if there else ()
        query = query_of(meant, self.terms, there, codes, self.moment, places=self._among(meant))
        return Understood(meant, query, near, moved=moved)

    def _among(self, meant: SearchRequest) -> list[Named]:
        """The names of places that stand among its words, of a request that does not say itself where."""
        if meant.near or not meant.q:
            return []
        far = self.geocoding.place.radius_miles
        return [Named.of(at, located, far) for at, located in self.geocoding.named(typed_in(meant).words)]

    def _places(self, q: str) -> Iterator[tuple[str, str]]:
        """Places that ``q`` may name, each with the words that are left: a postcode, a half of one, "near ..."."""
        if whole := find_all(q):
            yield str(whole[-1]), squeeze(redact(q, " "))
        for found in _DISTRICT.finditer(q):
            part = parse_partial(found[0])
            if part is not None and isinstance(self.geocoding.locate(str(part)), Located):
                yield str(part), _bare(f"{q[: found.start()]} {q[found.end() :]}")
        for leads in _LEADING.finditer(q):
            rest, place = q[: leads.start()].rstrip(), leads["place"]
            if rest and self._is_all(place) and isinstance(self.geocoding.locate(place), Located):
                yield place, rest

    def _is_all(self, place: str) -> bool:
        """Whether the name in ``place``, if there is one, begins it: "in and no money, Leeds" says more than where."""
        words = read(place).words
        starts = [at.start for at, _ in self.geocoding.named(words)]
        return not starts or all(word in _PART or not word.isalpha() for word in words[: min(starts)])

    def _place(self, word: str) -> str:
        """The name of the place that ``word`` (folded) was to be; "" for none."""
        located = self.geocoding.locate(word) if len(word) >= SHORTEST_PLACE else None
        if isinstance(located, Located) and located.found is Kind.NEIGHBOURHOOD:
            return fold(located.label)
        return ""

    def put_right(self, session: Session, understood: Understood) -> Understood:
        """``understood`` without typing errors; the same value when there are none to be seen.

        Two statements; when the last of several words may only be begun, up to two more for each that it may become.
        """
        request = understood.request
        if request.exact or not request.q:
            return understood
        typed = typed_in(request)
        known, familiar, empty = _words_of(self.terms)
        places = {typed.words[at] for named in self._among(request) for at in named.at}
        doubtful = [] if typed.number else [word for word in spelling.doubtful(typed, familiar) if word not in places]
        candidates = self.index.spellings(session, doubtful)
        found = {word: spelling.meant(word, candidates, known=known, empty=empty) for word in doubtful}
        last = doubtful[-1] if doubtful else ""
        written = {each.word for each in candidates}
        if not request.near:
            found.update((word, self._place(word)) for word in doubtful if not found[word] and word not in written)
        if last and typed.words[-1] == last and last not in written:
            found[last] = self._ended(session, request, last, found)
        right = {word: other for word, other in found.items() if other}
        if not right:
            return understood
        meant = replace(request, q=spelling.put_right(request.q, right))
        return replace(understood, request=meant, query=self._understood(meant).query, typed=request.q)

    def _ended(self, session: Session, request: SearchRequest, last: str, found: Mapping[str, str]) -> str:
        """What ``last`` was to be, if it may not be typed to its end: written wrong (``found``) or only begun.

        Both may be, and the other words tell which: the first that stands with all of them in a name, else the first
        that something has together with them. One statement, and two more for each of several.
        """
        begun = (each.word for each in self.index.completions(session, last, MOST_ENDS))
        ends = list(dict.fromkeys(filter(None, (found[last], *begun))))
        if len(ends) > 1 and len(typed_in(request).words) > 1:
            right = {word: other for word, other in found.items() if other}
            texts = [
                (end, spelling.put_right(request.q, {**right, last: end})) for end in ends if end not in STOP_WORDS
            ]
            queries = [(end, text, self._understood(replace(request, q=text)).query) for end, text in texts]
            named = [(end, self._in_a_name(query, text)) for end, text, query in queries]
            for end, query in (*named, *((end, query) for end, _, query in queries)):
                if len(self.index.numbers(session, query)):
                    return end
        return ends[0] if ends else ""

    def _in_a_name(self, query: Query, text: str) -> Query:
        """What has the words of ``text`` in its name, and meets the conditions of ``query``."""
        named = (word.named for word in words_of_name(text, self.terms))
        return replace(query, words=(), filters=(*named, *query.filters))


class _Words:
    """Of the terms used last: words that may be meant, those that are nobody's errors, those that tell nothing."""

    def __init__(self) -> None:
        self._made: tuple[Terms, tuple[Sequence[str], frozenset[str], frozenset[str]]] | None = None

    def of(self, terms: Terms) -> tuple[Sequence[str], frozenset[str], frozenset[str]]:
        made = self._made
        if made is None or made[0] is not terms:
            words, spotter = lexicon_of(terms, MEANT).words, spotter_of(terms)
            spoken = spotter.words
            ours = (word for word in spoken if len(word) >= SHORTEST_SPOKEN and word not in spotter.foreign)
            known = dict.fromkeys((*words, *ours))
            familiar = spelling.familiar_of((*words, *spoken, *terms.stop_words, *terms.said.fillers))
            made = (terms, (list(known), familiar, STOP_WORDS.union(terms.stop_words, terms.said.fillers)))
            self._made = made
        return made[1]


_words_of: Final = _Words().of


def better(found: Found, other: Found) -> bool:
    """Whether ``other``, found with errors put right, is to be shown instead of ``found``."""
    if found.relaxed and other.relaxed:
        return other.total > 0  # nobody writes what was put right
    return other.total > 0 and (found.relaxed or not found.total)


def _bare(words: str) -> str:
    """What is left without a place, and without the words that led to it."""
    return re.sub(r"(?i)\s*\b(?:near|around|in|at)\s*$", "", squeeze(words))
