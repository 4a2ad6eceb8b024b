"""What a sentence is about: the phrases of the topics, found in the words that somebody typed.

The words of a phrase stand in the sentence in their order, up to GAP other words between them, whatever their endings:
"landlord fix" is in "my landlord still hasn't fixed it". Articles and the like are left out on both sides; "can't",
"won't", "never" and all the other ways to say no are one word. The longest phrase wins, and takes its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final, NamedTuple

from directory.core.text import fold
from directory.listings.rules.taxonomy import Terms, Topic
from directory.search.rules.stems import stem

GAP: Final = 2  # other words between two of a phrase
TURNED: Final = 2  # words of a phrase that may stand the other way round
MOST_SPELT_OUT: Final = 400  # phrases that one with the names of classes may become

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
_NOT: Final = "not"
_NO: Final = frozenset(
    """
    not no cant cannot cnt wont dont doesnt didnt isnt arent wasnt werent havent hasnt hadnt couldnt wouldnt shouldnt
    never without aint nt none nothing
    """.split()  # noqa: SIM905
)


class Spotted(NamedTuple):
    """A topic in a sentence, and the places of the words that say it."""

    topic: Topic
    at: tuple[int, ...]


class _Phrase(NamedTuple):
    words: tuple[str, ...]
    anchor: int  # the place in ``words`` of the one that is looked up: the longest
    topic: Topic
    turns: bool = False  # two words that may stand the other way round


class Spotter:
    """The phrases of all topics, by their longest word. Made once for the terms."""

    def __init__(self, terms: Terms) -> None:
        self.words: dict[str, None] = {}  # every word of them, folded; see ``familiar``
        self._classes: dict[str, tuple[str, ...]] = {}
        for name, members in terms.said.classes.items():
            spelt = (" ".join(map(_key, fold(each).split())) for each in members)
            self._classes[name.lower()] = tuple(dict.fromkeys(spelt))
            self.words.update(dict.fromkeys(word for each in members for word in fold(each).split()))
        self._unsaid = frozenset(map(_key, terms.stop_words))
        self._empty = {*map(_key, (*terms.stop_words, *terms.said.fillers)), _NOT}
        self._people = frozenset(word for some in self._classes.values() for each in some for word in each.split())
        self._phrases: dict[str, list[_Phrase]] = {}
        self._whole: dict[str, list[_Phrase]] = {}  # those of which too little would be left without the light words
        for topic in terms.said.topics.values():
            for text in topic.synonyms:
                self._read(text, topic)
            self.words.update(dict.fromkeys(word for text in topic.finds for word in fold(text).split()))

    def spot(self, words: Sequence[str], taken: frozenset[int] = frozenset()) -> list[Spotted]:
        """The topics in ``words`` (folded), those with the longest phrases first; none of the places ``taken``."""
        every = [at for at in range(len(words)) if at not in taken]
        telling = [at for at in every if words[at] not in _LIGHT]
        found = [*_found(words, telling, self._phrases), *_found(words, every, self._whole)]
        found.sort(
            key=lambda each: (
                -len(each[1]),
                each[1][-1] - each[1][0],
                -len(" ".join(each[0].words)),
                each[1],
                each[0].topic.order,
            )
        )
        used: set[int] = set()
        spans: set[tuple[int, ...]] = set()
        spotted: dict[str, Spotted] = {}
        for phrase, at in found:
            if used.intersection(at) and at not in spans:
                continue  # the same words may say two things
            used.update(at)
            spans.add(at)
            before = spotted.get(phrase.topic.slug)
            spotted[phrase.topic.slug] = Spotted(phrase.topic, tuple(sorted({*before.at, *at})) if before else at)
        return list(spotted.values())

    def is_empty(self, word: str) -> bool:
        """Whether ``word`` (a stem) tells nothing in a sentence, or only of whom it is."""
        return word in self._empty or word in self._people

    def says(self, word: str, topic: Topic) -> bool:
        """Whether ``word`` (folded) says the topic by itself."""
        return any(phrase.topic is topic for phrase in self._phrases.get(stem(word), ()) if len(phrase.words) == 1)

    def _read(self, text: str, topic: Topic) -> None:
        written = text.split()
        classes = [self._classes.get(word.lower()) if word.isupper() and len(word) > 1 else None for word in written]
        folded = [fold(word).split() for word in written]
        self.words.update(
            dict.fromkeys(w for some, a_class in zip(folded, classes, strict=True) if not a_class for w in some)
        )
        telling = _spelt_out([[word for word in some if word not in _LIGHT] for some in folded], classes)
        many = sum(map(len, folded))
        for words in telling:
            if self._says_enough(words, many):
                _add(self._phrases, words, topic, turns=not any(classes))
            elif many > len(words):
                for whole in _spelt_out(folded, classes):
                    _add(self._whole, whole, topic)
                break
            elif words and not (many == 1 and words[0] in self._unsaid):
                _add(self._phrases, words, topic)

    def _says_enough(self, words: tuple[str, ...], many: int) -> bool:
        """Whether enough is left of a phrase of so ``many`` words without the light ones."""
        if not any(word not in self._empty for word in words):
            return False
        return len(words) > 1 or many == 1


def _spelt_out(words: Sequence[Sequence[str]], classes: Sequence[tuple[str, ...] | None]) -> list[tuple[str, ...]]:
    """A phrase for every word of each class in it: "my KIN drinks" for mum, dad and the others."""
    parts = [a_class or (" ".join(map(_key, some)),) for some, a_class in zip(words, classes, strict=True)]
    if prod(map(len, parts)) > MOST_SPELT_OUT:
        return []
    return list(dict.fromkeys(tuple(" ".join(chosen).split()) for chosen in product(*parts)))


def _add(phrases: dict[str, list[_Phrase]], words: tuple[str, ...], topic: Topic, *, turns: bool = False) -> None:
    longest = max(range(len(words)), key=lambda at: (words[at] != _NOT, len(words[at])))
    phrases.setdefault(words[longest], []).append(
        _Phrase(words, longest, topic, turns and len(words) == TURNED and _NOT not in words)
    )


def _found(
    words: Sequence[str], places: Sequence[int], phrases: Mapping[str, Sequence[_Phrase]]
) -> Iterator[tuple[_Phrase, tuple[int, ...]]]:
    """The phrases in those of ``words`` that stand at ``places``, each with the places of its words."""
    keys = [_key(words[at]) for at in places]
    for start, key in enumerate(keys):
        for phrase in phrases.get(key, ()):
            if laid := _laid(phrase, keys, start):
                yield phrase, tuple(places[at] for at in laid)


def _key(word: str) -> str:
    return _NOT if word in _NO else stem(word)


def _laid(phrase: _Phrase, keys: Sequence[str], start: int) -> tuple[int, ...]:
    """The places in ``keys`` of the words of ``phrase``, of which the anchor stands at ``start``; () for not there."""
    words, anchor = phrase.words, phrase.anchor
    if len(words) == 1:
        return (start,)
    found = [start]
    at = start
    for word in reversed(words[:anchor]):
        at = next((to for to in range(at - 1, max(-1, at - 2 - GAP), -1) if keys[to] == word), -1)
        if at < 0:
            return _turned(phrase, keys, start)
        found.insert(0, at)
    at = start
    for word in words[anchor + 1 :]:
        at = next((to for to in range(at + 1, min(len(keys), at + 2 + GAP)) if keys[to] == word), -1)
        if at < 0:
            return _turned(phrase, keys, start)
        found.append(at)
    return tuple(found)


def _turned(phrase: _Phrase, keys: Sequence[str], start: int) -> tuple[int, ...]:
    """The places of two words that stand the other way round: "boiler fix" for "fix boiler"."""
    if not phrase.turns:
        return ()
    other = phrase.words[1 - phrase.anchor]
    at = start + 1 if phrase.anchor == 1 else start - 1
    return tuple(sorted((start, at))) if 0 <= at < len(keys) and keys[at] == other else ()


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
