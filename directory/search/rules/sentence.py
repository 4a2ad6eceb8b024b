"""The words of a query, from what somebody typed: the topics of a sentence, and the other words that tell something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import chain, zip_longest
from operator import itemgetter
from typing import Final

from directory.core.text import fold
from directory.listings.rules.taxonomy import Terms, Topic
from directory.search.rules.lexicon import Lexicon, Meaning, lexicon_of
from directory.search.rules.places import Named, of_one_word, of_several_words, word_of
from directory.search.rules.ranking import GUESSED, OF_SEVERAL
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

LONGEST_AGE: Final = 2  # digits
LONG_ENOUGH: Final = 3  # words: in fewer, nothing is guessed
SENTENCE: Final = 4  # words: in fewer, each says something


def words_of(text: str, terms: Terms) -> tuple[Word, ...]:
    """The words of ``text`` to look up, as ``words_in``."""
    return words_in(read(text), terms)


def words_of_name(text: str, terms: Terms) -> tuple[Word, ...]:
    """The words of a name, which is about nothing: as ``words_of``, without topics."""
    return words_in(read(text), terms, topics=False)


def words_in(typed: Typed, terms: Terms, places: Sequence[Named] = (), *, topics: bool = True) -> tuple[Word, ...]:
    """The words to look up: up to MOST_WORDS that tell something, each once; stop words if there are no others.

    ``places`` are the names of places that stand among them.
    """
    if typed.number:
        return (Word(stem("".join(typed.words)), also=tuple(map(stem, typed.words[:1])), number=typed.number),)
    stemmed = [stem(word) for word in typed.words]
    found: dict[tuple[str, ...], Word] = {}
    for at, word in sorted(_meant(typed, stemmed, terms, places, topics=topics), key=itemgetter(0)):
        folded = typed.words[at]
        tells = folded not in STOP_WORDS and (folded not in terms.stop_words or at in typed.literal)
        if tells or word.weight or word.around:
            key = (word.text, *word.finds)  # what says two topics is two words
            found[key] = _both(found.get(key), word)
    kept = tuple(found.values()) or tuple(Word(word, stop=True) for word in dict.fromkeys(stemmed))
    if len(kept) > MOST_WORDS:  # of a long sentence those that mean something
        best = sorted(kept, key=lambda word: (not word.around, -word.weight, not word.means))[:MOST_WORDS]
        kept = tuple(word for word in kept if word in best)
    return kept


def _meant(
    typed: Typed, stemmed: Sequence[str], terms: Terms, places: Sequence[Named], *, topics: bool
) -> Iterator[tuple[int, Word]]:
    """Each word with its place, a topic at that of its first. In quotes it means nothing but itself."""
    lexicon = lexicon_of(terms, MEANT)
    spotter = spotter_of(terms)
    places = [each for each in places if typed.literal.isdisjoint(each.at)]
    there = of_several_words(places)
    said = {at for place in there for at in place.at}
    spotted = spotter.spot(typed.words, typed.literal.union(said)) if topics else []
    said.update(at for topic in spotted for at in topic.at)
    yield from _abouts(spotted, typed.words, spotter, lexicon, terms.said.several)
    if topics and not spotted and len(typed.words) >= LONG_ENOUGH:
        yield from (_guessed(each, typed.words) for each in spotter.guess(typed.words, typed.literal | said))
    there += of_one_word(places, typed.words, said, lambda word: _is_known(word, terms, lexicon, spotter))
    said.update(at for place in there for at in place.at)
    yield from ((place.at[0], word_of(place, typed.words)) for place in there)
    meanings = lexicon.meanings(["" if at in said else text for at, text in enumerate(stemmed)])
    beside = _beside(typed.words)
    fillers = terms.said.fillers if spotted or (topics and len(typed.words) >= SENTENCE) else frozenset()
    for at, (folded, text) in enumerate(zip(typed.words, stemmed, strict=True)):
        if at in said or (fillers and at not in typed.literal and _tells_nothing(folded, fillers)):
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
                who=len(typed.words) >= SENTENCE and spotter.is_somebody(text),
            ),
        )


def _tells_nothing(word: str, fillers: AbstractSet[str]) -> bool:
    """Whether ``word`` (folded) says nothing in a sentence: somebody's age neither."""
    return word in fillers or (word.isdecimal() and len(word) <= LONGEST_AGE)


def _is_known(word: str, terms: Terms, lexicon: Lexicon, spotter: Spotter) -> bool:
    """Whether ``word`` (folded) says something by itself, or nothing at all."""
    said_by_all = (STOP_WORDS, terms.stop_words, terms.said.fillers, lexicon.words, spotter.words)
    return any(word in known for known in said_by_all)


def _abouts(
    spotted: Sequence[Spotted],
    words: Sequence[str],
    spotter: Spotter,
    lexicon: Lexicon,
    several: AbstractSet[str],
) -> Iterator[tuple[int, Word]]:
    """The topics as words, each with the place of its first: those that the same words say are one, of either.

    ``several``: words that mean other things too, and count less when a topic is said by one of them alone.
    """
    found: dict[tuple[int, ...], Word] = {}
    for topic in spotted:
        word = _about(topic, words, spotter, lexicon)
        if len(topic.at) == 1 and words[topic.at[0]] in several:
            word = replace(word, weight=OF_SEVERAL * word.weight)
        other = found.get(topic.at)
        found[topic.at] = _either(other, word) if other else word
    yield from ((at[0], word) for at, word in found.items())


def _either(one: Word, other: Word) -> Word:
    """A word that says two topics: the most telling words of each come first."""
    finds = chain.from_iterable(zip_longest(one.finds, other.finds))
    return replace(_both(one, other), finds=_once(filter(None, finds)))


def _about(spotted: Spotted, words: Sequence[str], spotter: Spotter, lexicon: Lexicon) -> Word:
    """A topic as a word: its text is what was typed for it.

    What was typed is looked for where it says something by itself: one word, words that stand together, and those of
    a phrase that are the topic's without the others ("halal", of "halal food").
    """
    topic, typed = spotted.topic, [words[at] for at in spotted.at]
    own = telling_of(typed)
    between = words[spotted.at[0] : spotted.at[-1] + 1]
    together = (" ".join(own),) if own == telling_of(between) else ()
    alone = tuple(stem(word) for word in typed if spotter.says(word, topic))
    same = chain.from_iterable(lexicon.alike.get(word, ()) for word in alone)
    finds = (" ".join(telling_of(fold(text).split())) for text in topic.finds)
    return Word(
        " ".join(own or map(stem, typed)),
        means=_meaning(topic),
        also=_once(filter(None, together if len(own) > 1 or len(typed) == 1 else ()), alone, same),
        finds=_once(filter(None, finds)),
        hints=tuple(word for word in dict.fromkeys(own) if word not in alone and not spotter.is_empty(word)),
        weight=topic.weight,
    )


def _guessed(guess: Spotted, words: Sequence[str]) -> tuple[int, Word]:
    """A topic that some of ``words`` tell of, which are looked for by themselves too."""
    topic = guess.topic
    finds = (" ".join(telling_of(fold(text).split())) for text in topic.finds)
    return guess.at[0], Word(
        " ".join(stem(words[at]) for at in guess.at),
        means=_meaning(topic),
        finds=_once(filter(None, finds)),
        weight=GUESSED * topic.weight,
    )


def _meaning(topic: Topic) -> tuple[str, ...]:
    return (*(token(NEED, slug) for slug in topic.needs), *(token(AUDIENCE, slug) for slug in topic.audiences))


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
