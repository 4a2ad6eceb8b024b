"""What a sentence is about: the phrases of the topics, found in the words that somebody typed.

The words of a phrase stand in the sentence in their order, up to GAP other words between them, whatever their endings:
"landlord fix" is in "my landlord still hasn't fixed it". Articles and the like are left out on both sides; "can't",
"won't", "never" and all the other ways to say no are one word. The longest phrase wins, and takes its words.

A word in capitals is any of a class: "BROKEN boiler" is in "the boiler has packed up". A word that says a topic by
itself does so in its own forms alone: whoever cannot get "out" wants no "outing".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Final, NamedTuple

from directory.core.text import fold
from directory.listings.rules.taxonomy import Terms, Topic
from directory.search.rules.guess import Guesser
from directory.search.rules.heard import NOT, Beginning, Classes, class_key, heard, key
from directory.search.rules.stems import singular, stem
from directory.search.rules.words import STOP_WORDS

GAP: Final = 2  # other words between two of a phrase
TURNED: Final = 2  # words of a phrase that may stand the other way round

# Words that a phrase is the same phrase without.
_LIGHT: Final = frozenset(
    """
    a also am an and any are as at be been being but could d did do does doing eh else ever for from
    gave get gets getting got had has have having he her hers him his how i id if ill im in is it its ive ll m me
    mine my myself of oh or our re s she should so some still such t than that the their them then there these they
    theyre this those to too us ve was we were what when where which while who whos will with would yet you your youre
    hes shes weve just really very quite please gonna wanna gotta already always again also keep keeps kept
    """.split()  # noqa: SIM905 - a list of words reads as one
)

# Words of which no other with the same stem is meant: "down" is no "downs". See ``Spotter._is_it``.
_PARTICLES: Final = frozenset({"down", "up", "off", "over", "work", "will", "round"})


class Spotted(NamedTuple):
    """A topic in a sentence, and the places of the words that say it."""

    topic: Topic
    at: tuple[int, ...]


class _Phrase(NamedTuple):
    words: tuple[str, ...]  # as ``heard.key``
    anchor: int  # the place in ``words`` of the one that is looked up: the longest
    topic: Topic
    turns: bool = False  # two words that may stand the other way round
    written: str = ""  # the one word that it is


class Spotter:
    """The phrases of all topics, by their longest word. Made once for the terms."""

    def __init__(self, terms: Terms) -> None:
        self.words: dict[str, None] = {}  # every word of them, folded; see ``familiar``
        self.foreign: set[str] = set()  # of these, in our letters: no English word with an error was to be one of them
        self._classes = {**terms.said.classes, **terms.said.alike}
        self._members = Classes(self._classes)
        self._unsaid = frozenset(map(key, terms.stop_words))
        self._empty = {*map(key, (*terms.stop_words, *terms.said.fillers)), NOT}
        people = (word for some in terms.said.classes.values() for each in some for word in fold(each).split())
        self._people = frozenset(map(key, people))
        self._who = frozenset(map(class_key, terms.said.classes))
        self._common = _PARTICLES.union(_LIGHT, STOP_WORDS, terms.stop_words, terms.said.fillers)
        self._told: dict[str, set[str]] = {}  # the topics in whose phrases a word (singular) stands
        self._phrases: dict[str, list[_Phrase]] = {}
        self._whole: dict[str, list[_Phrase]] = {}  # those of which too little would be left without the light words
        self._know(text for some in self._classes.values() for text in some)
        for topic in terms.said.topics.values():
            for text in topic.synonyms:
                self._read(text, topic)
            if topic.foreign:
                every = (word for text in topic.synonyms for word in fold(text).split())
                self.foreign.update(word for word in every if word.isascii())
            self._know(topic.finds, topic)
        self._guesser = Guesser(terms.said.topics.values(), self._empty | self._people)

    def spot(self, words: Sequence[str], taken: frozenset[int] = frozenset()) -> list[Spotted]:
        """The topics in ``words`` (folded), those with the longest phrases first; none of the places ``taken``."""
        every = [at for at in range(len(words)) if at not in taken]
        telling = [at for at in every if words[at] not in _LIGHT]
        spans = self._members.spans(words)
        found = [
            *self._found(words, heard(words, telling, spans), telling, self._phrases),
            *self._found(words, heard(words, every, spans), every, self._whole),
        ]
        found = _outside(found, spans, self._who) or found
        found.sort(
            key=lambda each: (
                -len(each[1]),
                each[1][-1] - each[1][0],
                -len(" ".join(each[0].words)),
                each[1],
                each[0].topic.order,
            )
        )
        owners: dict[int, set[str]] = {}  # by the place of a word the topics that it says
        whole: set[tuple[int, ...]] = set()
        spotted: dict[str, Spotted] = {}
        for phrase, at in found:
            slug = phrase.topic.slug
            # The same words may say two things. Words of another phrase that says the same thing belong to it.
            if at not in whole and any(owners.get(place, {slug}) != {slug} for place in at):
                continue
            if owners.keys().isdisjoint(at):
                whole.add(at)
            for place in at:
                owners.setdefault(place, set()).add(slug)
            before = spotted.get(slug)
            spotted[slug] = Spotted(phrase.topic, tuple(sorted({*before.at, *at})) if before else at)
        return list(spotted.values())

    def guess(self, words: Sequence[str], taken: AbstractSet[int]) -> list[Spotted]:
        """What ``words`` (folded), in which no topic is said, may be about; none of the places ``taken``."""
        return [Spotted(topic, at) for topic, at in self._guesser.guess(words, taken)]

    def is_empty(self, word: str) -> bool:
        """Whether ``word`` (a stem) tells nothing in a sentence, or only of whom it is."""
        return word in self._empty or word in self._people

    def is_somebody(self, word: str) -> bool:
        """Whether ``word`` (a stem) tells of whom a sentence is."""
        return word in self._people

    def says(self, word: str, topic: Topic) -> bool:
        """Whether ``word`` (folded) says the topic by itself."""
        return any(
            phrase.topic is topic and len(phrase.words) == 1 and self._is_it(word, phrase)
            for phrase in self._phrases.get(stem(word), ())
        )

    def _found(
        self,
        words: Sequence[str],
        begins: Sequence[Beginning],
        places: Sequence[int],
        phrases: Mapping[str, Sequence[_Phrase]],
    ) -> Iterator[tuple[_Phrase, tuple[int, ...]]]:
        """The phrases in ``begins``, which is of the ``words`` at ``places``; each with the places of its words."""
        for start, begun in enumerate(begins):
            for each in begun:
                for phrase in phrases.get(each, ()):
                    if phrase.written and not self._is_it(words[places[start]], phrase):
                        continue
                    if laid := _laid(phrase, begins, start):
                        yield phrase, tuple(places[at] for at in laid)

    def _is_it(self, word: str, phrase: _Phrase) -> bool:
        """Whether ``word`` (folded, of the same stem) is the one word of ``phrase`` and not another that tells more."""
        if word == phrase.written or not phrase.written:
            return True
        if word in self._common:
            return False
        form = singular(word)
        known = self._told.get(form)
        return form == singular(phrase.written) or known is None or phrase.topic.slug in known

    def _know(self, texts: Iterable[str], topic: Topic | None = None) -> None:
        for word in (word for text in texts for word in fold(text).split()):
            self.words[word] = None
            known = self._told.setdefault(singular(word), set())
            if topic:
                known.add(topic.slug)

    def _read(self, text: str, topic: Topic) -> None:
        whole: list[str] = []
        telling: list[str] = []
        for word in text.split():
            if word in self._classes and len(word) > 1:
                whole.append(class_key(word))
                telling.append(class_key(word))
                continue
            self._know((word,), topic)
            folded = fold(word).split()
            whole += map(key, folded)
            telling += (key(each) for each in folded if each not in _LIGHT)
        if self._says_enough(telling, len(whole)):
            self._add(self._phrases, telling, topic, text)
        elif len(whole) > len(telling):
            self._add(self._whole, whole, topic, text)
        elif telling and not (len(whole) == 1 and telling[0] in self._unsaid):
            self._add(self._phrases, telling, topic, text)

    def _says_enough(self, words: Sequence[str], many: int) -> bool:
        """Whether enough is left of a phrase of so ``many`` words without the light ones."""
        if not any(word not in self._empty and word not in self._people for word in words):
            return False
        return len(words) > 1 or many == 1

    def _add(self, phrases: dict[str, list[_Phrase]], words: Sequence[str], topic: Topic, text: str) -> None:
        longest = max(range(len(words)), key=lambda at: (words[at] != NOT, words[at].isalnum(), len(words[at])))
        turns = len(words) == TURNED and not any(
            word == NOT or word in self._who or word in _PARTICLES for word in words
        )
        written = fold(text) if len(words) == 1 and words[0].isalnum() else ""
        phrases.setdefault(words[longest], []).append(_Phrase(tuple(words), longest, topic, turns, written))


def _outside(
    found: Iterable[tuple[_Phrase, tuple[int, ...]]], spans: Iterable[tuple[str, range]], who: AbstractSet[str]
) -> list[tuple[_Phrase, tuple[int, ...]]]:
    """Those of ``found`` that are more than words inside a longer member of a class, as "pay" is in "can't pay"."""
    inside = {at for name, span in spans if name not in who and len(span) > 1 for at in span}
    return [(phrase, at) for phrase, at in found if not (inside.issuperset(at) and all(map(str.isalnum, phrase.words)))]


def _laid(phrase: _Phrase, begins: Sequence[Beginning], start: int) -> tuple[int, ...]:
    """The places in ``begins`` of the words of ``phrase``, whose anchor begins at ``start``; () for not there."""
    words, anchor = phrase.words, phrase.anchor
    found = [range(start, begins[start][words[anchor]] + 1)]
    for word in reversed(words[:anchor]):
        if not (there := _before(begins, word, found[0].start, GAP)):
            return _turned(phrase, begins, start)
        found.insert(0, there)
    for word in words[anchor + 1 :]:
        if not (there := _after(begins, word, found[-1].stop, GAP)):
            return _turned(phrase, begins, start)
        found.append(there)
    return tuple(chain.from_iterable(found))


def _turned(phrase: _Phrase, begins: Sequence[Beginning], start: int) -> tuple[int, ...]:
    """The places of two words that stand the other way round, beside each other: "boiler fix" for "fix boiler"."""
    if not phrase.turns:
        return ()
    this, other = phrase.words[phrase.anchor], phrase.words[1 - phrase.anchor]
    here = range(start, begins[start][this] + 1)
    if phrase.anchor:
        there = _after(begins, other, here.stop, 0)
        return (*here, *there) if there else ()
    there = _before(begins, other, here.start, 0)
    return (*there, *here) if there else ()


def _before(begins: Sequence[Beginning], word: str, at: int, gap: int) -> range:
    """Where ``word`` stands that ends before ``at``, with up to ``gap`` others between; an empty range for nowhere."""
    for start in range(at - 1, max(-1, at - 2 - gap), -1):
        if begins[start].get(word, at) < at:
            return range(start, begins[start][word] + 1)
    return range(0)


def _after(begins: Sequence[Beginning], word: str, at: int, gap: int) -> range:
    """Where ``word`` begins at ``at``, or up to ``gap`` places behind it."""
    for start in range(at, min(len(begins), at + 1 + gap)):
        if word in begins[start]:
            return range(start, begins[start][word] + 1)
    return range(0)


class _Latest:
    """The spotter of the terms that were used last: making one takes some tens of milliseconds."""

    def __init__(self) -> None:
        self._made: tuple[Terms, Spotter] | None = None

    def of(self, terms: Terms) -> Spotter:
        made = self._made
        if made is None or made[0] is not terms:
            made = (terms, Spotter(terms))
            self._made = made
        return made[1]


spotter_of: Final = _Latest().of
