"""What one installation changes of the words in the taxonomies: a file of its own, laid over those of the code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, TypeVar

from directory.core.errors import Conflict, Invalid, NotFound
from directory.core.text import clean, fold, squeeze
from directory.listings.rules.taxonomy import LONGEST_SYNONYM, TOPIC, Taxonomy, Term, Terms

STOP_WORDS: Final = "stop_words"
_HEAD: Final = "# What this installation calls things: see docs/search.md. `directory taxonomy` writes this file.\n"
_KEYS: Final = frozenset({"add", "remove"})
AnyTerm = TypeVar("AnyTerm", bound=Term)


@dataclass(frozen=True, slots=True)
class Change:
    """Words that are added and taken away, as they were typed."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def adding(self, word: str) -> Change:
        """The same with ``word`` added, and taken away no more."""
        return Change((*_without(self.add, word), word), _without(self.remove, word))

    def removing(self, word: str) -> Change:
        """The same with ``word`` taken away, and added no more."""
        return Change(_without(self.add, word), (*_without(self.remove, word), word))


@dataclass(frozen=True, slots=True)
class Overlay:
    """Changes by (taxonomy, slug) of the synonyms of a term, and of the stop words."""

    synonyms: Mapping[tuple[str, str], Change] = field(default_factory=lambda: MappingProxyType({}))
    stop_words: Change = Change()


def parse_overlay(given: Mapping[str, Any], file: str) -> Overlay:
    """The changes of a TOML file, already read. Raises Invalid, which names ``file`` and the key."""
    synonyms: dict[tuple[str, str], Change] = {}
    for taxonomy, terms in given.items():
        if taxonomy == STOP_WORDS:
            continue
        for slug, change in _table(terms, f"{file}: {taxonomy}").items():
            synonyms[taxonomy, slug] = _change(change, f"{file}: {taxonomy}.{slug}")
    return Overlay(MappingProxyType(synonyms), _change(given.get(STOP_WORDS, {}), f"{file}: {STOP_WORDS}"))


def overlay_text(overlay: Overlay) -> str:
    """The file that ``parse_overlay`` reads as ``overlay``."""
    parts = [_HEAD]
    changes = [(f"{taxonomy}.{slug}", change) for (taxonomy, slug), change in sorted(overlay.synonyms.items())]
    for name, change in (*changes, (STOP_WORDS, overlay.stop_words)):
        if change != Change():
            parts.append(f"\n[{name}]\nadd = {_array(change.add)}\nremove = {_array(change.remove)}\n")
    return "".join(parts)


def laid_over(terms: Terms, overlay: Overlay) -> Terms:
    """``terms`` with the changes of ``overlay``; what it says of terms that are not there any more is left out."""
    if overlay == Overlay():
        return terms
    said = {
        slug: _term(topic, overlay.synonyms.get((TOPIC, slug), Change())) for slug, topic in terms.said.topics.items()
    }
    return Terms.of(
        (_changed(taxonomy, overlay) for taxonomy in terms.taxonomies.values()),
        replace(terms.said, topics=MappingProxyType(said)),
    )


def with_synonym(overlay: Overlay, terms: Terms, key: tuple[str, str], word: str) -> Overlay:
    """``overlay`` with ``word`` as a synonym of a term. Raises NotFound, Invalid, and Conflict if it is one already."""
    term, word = _known(terms, key), _tidy(word)
    if fold(word) in map(fold, term.words):
        raise Conflict(f"{word!r} is a word for {term.name!r} already.")
    return _with(overlay, key, overlay.synonyms.get(key, Change()).adding(word))


def without_synonym(overlay: Overlay, terms: Terms, key: tuple[str, str], word: str) -> Overlay:
    """``overlay`` without ``word`` as a synonym of a term. Raises NotFound."""
    term = _known(terms, key)
    if fold(word) not in map(fold, term.synonyms):
        raise NotFound(f"{word!r} is no synonym of {term.name!r}.")
    return _with(overlay, key, overlay.synonyms.get(key, Change()).removing(_tidy(word)))


def with_stop_word(overlay: Overlay, terms: Terms, word: str) -> Overlay:
    """``overlay`` with ``word`` as one that says nothing in a question. Raises Invalid, and Conflict if it is one."""
    word = fold(word)
    if not word or " " in word:
        raise Invalid("stop word", word, "a single word")
    if word in terms.stop_words:
        raise Conflict(f"{word!r} is a stop word already.")
    return replace(overlay, stop_words=overlay.stop_words.adding(word))


def without_stop_word(overlay: Overlay, terms: Terms, word: str) -> Overlay:
    """``overlay`` with ``word`` as one that says something. Raises NotFound."""
    if fold(word) not in terms.stop_words:
        raise NotFound(f"{word!r} is no stop word.")
    return replace(overlay, stop_words=overlay.stop_words.removing(fold(word)))


def _changed(taxonomy: Taxonomy, overlay: Overlay) -> Taxonomy:
    terms = {
        slug: _term(term, overlay.synonyms.get((taxonomy.slug, slug), Change()))
        for slug, term in taxonomy.terms.items()
    }
    stop_words = taxonomy.stop_words
    if taxonomy.slug == "need":
        stop_words = (stop_words | {*map(fold, overlay.stop_words.add)}) - {*map(fold, overlay.stop_words.remove)}
    return replace(taxonomy, terms=MappingProxyType(terms), stop_words=stop_words)


def _term(term: AnyTerm, change: Change) -> AnyTerm:
    gone = {*map(fold, change.remove)}
    kept = [word for word in term.synonyms if fold(word) not in gone]
    known = {fold(term.name), *map(fold, kept)}
    return replace(term, synonyms=(*kept, *(word for word in change.add if fold(word) not in known)))


def _with(overlay: Overlay, key: tuple[str, str], change: Change) -> Overlay:
    return replace(overlay, synonyms=MappingProxyType({**overlay.synonyms, key: change}))


def _without(words: tuple[str, ...], word: str) -> tuple[str, ...]:
    return tuple(each for each in words if fold(each) != fold(word))


def _known(terms: Terms, key: tuple[str, str]) -> Term:
    term = terms.term(*key)
    if term is None:
        raise NotFound(f"There is no {key[0]} {key[1]!r}. See: directory taxonomy list")
    return term


def _tidy(word: str) -> str:
    kept = squeeze(clean(word))
    if not fold(kept) or len(kept) > LONGEST_SYNONYM:
        raise Invalid("synonym", word, f"a word or phrase of up to {LONGEST_SYNONYM} characters")
    return kept


def _table(given: object, where: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise Invalid(where, given, "a table")
    return given


def _change(given: object, where: str) -> Change:
    table = _table(given, where)
    for key in table.keys() - _KEYS:
        raise Invalid(f"{where}: {key}", table[key], "only add and remove")
    return Change(*(tuple(_words(table.get(key, []), f"{where}: {key}")) for key in ("add", "remove")))


def _words(given: object, where: str) -> Iterator[str]:
    if not isinstance(given, list) or not all(isinstance(word, str) for word in given):
        raise Invalid(where, given, "a list of words and phrases")
    yield from map(_tidy, given)


def _array(words: tuple[str, ...]) -> str:
    return f"[{', '.join(json.dumps(word, ensure_ascii=False) for word in words)}]"
