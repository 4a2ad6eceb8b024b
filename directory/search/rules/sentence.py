"""The words of a query, from what somebody typed: the topics of a sentence, and the other words that tell something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from operator import itemgetter
from typing import Final

from directory.core.text import fold
from directory.listings.rules.taxonomy import Terms
from directory.search.rules.lexicon import Meaning, lexicon_of
from directory.search.rules.stems import stem
from directory.search.rules.topics import Spotted, Spotter, spotter_of
from directory.search.rules.typed import Typed, read
from directory.search.rules.word import AUDIENCE, MEANT, NEED, Word
from directory.search.rules.words import (
    MOST_WORDS,
    STOP_WORDS,
    in_latin,
    joined,
    sound,
    sounding,
    telling_of,
    token,
)

SENTENCE: Final = 4  # words: in fewer, each says something


def words_of(text: str, terms: Terms) -> tuple[Word, ...]:
    """The words of ``text`` to look up, as ``words_in``."""
    return words_in(read(text), terms)


def words_of_name(text: str, terms: Terms) -> tuple[Word, ...]:
    """The words of a name, which is about nothing: as ``words_of``, without topics."""
    return words_in(read(text), terms, topics=False)


def words_in(typed: Typed, terms: Terms, *, topics: bool = True) -> tuple[Word, ...]:
    """The words to look up: up to MOST_WORDS that tell something, each once; stop words if there are no others."""
    if typed.number:
        return (Word(stem("".join(typed.words)), also=tuple(map(stem, typed.words[:1])), number=typed.number),)
    stemmed = [stem(word) for word in typed.words]
    found: dict[tuple[str, ...], Word] = {}
    for at, word in sorted(_meant(typed, stemmed, terms, topics=topics), key=itemgetter(0)):
        folded = typed.words[at]
        if word.weight or (folded not in STOP_WORDS and (folded not in terms.stop_words or at in typed.literal)):
            key = (word.text, *word.finds)  # what says two topics is two words
            found[key] = _both(found.get(key), word)
    kept = tuple(found.values()) or tuple(Word(word, stop=True) for word in dict.fromkeys(stemmed))
    if len(kept) > MOST_WORDS:  # of a long sentence those that mean something
        best = sorted(kept, key=lambda word: (-word.weight, not word.means))[:MOST_WORDS]
        kept = tuple(word for word in kept if word in best)
    return kept


def _meant(typed: Typed, stemmed: Sequence[str], terms: Terms, *, topics: bool) -> Iterator[tuple[int, Word]]:
    """Each word with its place, a topic at that of its first. In quotes it means nothing but itself."""
    lexicon = lexicon_of(terms, MEANT)
    spotter = spotter_of(terms)
    spotted = spotter.spot(typed.words, typed.literal) if topics else []
    said = {at for topic in spotted for at in topic.at}
    yield from ((topic.at[0], _about(topic, typed.words, spotter)) for topic in spotted)
    meanings = lexicon.meanings(["" if at in said else text for at, text in enumerate(stemmed)])
    beside = _beside(typed.words)
    fillers = terms.said.fillers if spotted or (topics and len(typed.words) >= SENTENCE) else frozenset()
    for at, (folded, text) in enumerate(zip(typed.words, stemmed, strict=True)):
        if at in said or (folded in fillers and at not in typed.literal):
            continue
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


def _about(spotted: Spotted, words: Sequence[str], spotter: Spotter) -> Word:
    """A topic as a word: its text is what was typed for it.

    What was typed is looked for where it says something by itself: one word, words that stand together, and those of
    a phrase that are the topic's without the others ("halal", of "halal food").
    """
    topic, typed = spotted.topic, [words[at] for at in spotted.at]
    own = telling_of(typed)
    between = words[spotted.at[0] : spotted.at[-1] + 1]
    together = (" ".join(own),) if own == telling_of(between) else ()
    alone = tuple(stem(word) for word in typed if spotter.says(word, topic))
    finds = (" ".join(telling_of(fold(text).split())) for text in topic.finds)
    return Word(
        " ".join(own or map(stem, typed)),
        means=(*(token(NEED, slug) for slug in topic.needs), *(token(AUDIENCE, slug) for slug in topic.audiences)),
        also=_once(filter(None, together if len(own) > 1 or len(typed) == 1 else ()), alone),
        finds=_once(filter(None, finds)),
        hints=tuple(word for word in dict.fromkeys(own) if word not in alone and not spotter.is_empty(word)),
        weight=topic.weight,
    )


def _both(one: Word | None, other: Word) -> Word:
    """A word that was typed twice."""
    if one is None:
        return other
    return replace(
        one,
        means=_once(one.means, other.means),
        also=_once(one.also, other.also),
        within="",
        finds=_once(one.finds, other.finds),
        hints=_once(one.hints, other.hints),
        weight=max(one.weight, other.weight),
    )


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
