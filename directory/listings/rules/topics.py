"""Topics: what people say when they are in some trouble or want something, and the words of what helps.

A topic is narrower than a need. "Fags" is no word of a listing, and the need that it means has drink and gambling in it
too; its topic says that "smoking" is what to look for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from directory.core.errors import Invalid
from directory.core.text import clean, fold, squeeze
from directory.listings.rules.taxonomy import LONGEST_SYNONYM, TOPIC, Terms, Topic, Topics

_FILE_KEYS: Final = frozenset({"topics", "classes", "alike", "fillers", "several", "foreign"})
_KEYS: Final = frozenset({"slug", "says", "finds", "tells", "needs", "for", "weight"})
MOST_FINDS: Final = 24  # words and phrases that one topic looks for: each is a list that the index walks


def parse_topics(files: Mapping[str, Mapping[str, Any]], terms: Terms) -> Topics:
    """The topics of TOML files, already read. Raises Invalid, which names the file and the topic."""
    topics: dict[str, Topic] = {}
    classes: dict[str, tuple[str, ...]] = {}
    alike: dict[str, tuple[str, ...]] = {}
    fillers: set[str] = set()
    several: set[str] = set()
    for file, given in files.items():
        _only(given, _FILE_KEYS, file)
        foreign = given.get("foreign", False)
        if not isinstance(foreign, bool):
            raise Invalid(f"{file}: foreign", foreign, "true or false")
        for kind, known in (("classes", classes), ("alike", alike)):
            for name, words in given.get(kind, {}).items():
                if not name.isupper() or name in classes or name in alike:
                    raise Invalid(f"{file}: {kind}", name, "a name in capitals that no other class has")
                known[name] = _phrases(words, f"{file}: {name}")
        fillers.update(fold(_text(given.get("fillers", ""), f"{file}: fillers")).split())
        several.update(fold(_text(given.get("several", ""), f"{file}: several")).split())
        for row in given.get("topics", []):
            topic = _topic(row, len(topics), file, terms, foreign=foreign)
            if topic.slug in topics:
                raise Invalid(f"{file}: slug", topic.slug, "a slug that no other topic has")
            topics[topic.slug] = topic
    known_words = frozenset(fillers), MappingProxyType(alike), frozenset(several)
    return Topics(MappingProxyType(topics), MappingProxyType(classes), *known_words)


def digest(said: Topics) -> str:
    """What changes when any topic does."""
    told = [
        (slug, topic.synonyms, topic.finds, topic.needs, topic.audiences, topic.weight, topic.tells, topic.foreign)
        for slug, topic in said.topics.items()
    ]
    words = (sorted(said.classes.items()), sorted(said.alike.items()), sorted(said.fillers), sorted(said.several))
    return hashlib.sha256(repr((told, *words)).encode()).hexdigest()


def _topic(row: Mapping[str, Any], order: int, file: str, terms: Terms, *, foreign: bool) -> Topic:
    slug = row.get("slug")
    if not isinstance(slug, str) or not slug:
        raise Invalid(f"{file}: topics", slug, "a slug")
    where = f"{file}: {slug}"
    _only(row, _KEYS, where)
    weight = row.get("weight", 1.0)
    if not isinstance(weight, int | float) or not 0 < weight <= 2:
        raise Invalid(f"{where}: weight", weight, "a number above 0, up to 2")
    finds = _phrases(row.get("finds", []), f"{where}: finds")
    if len(finds) > MOST_FINDS:
        raise Invalid(f"{where}: finds", len(finds), f"at most {MOST_FINDS}")
    return Topic(
        taxonomy=TOPIC,
        slug=slug,
        name=slug.replace("-", " ").capitalize(),
        description="",
        synonyms=_phrases(row.get("says", []), f"{where}: says"),
        icon="",
        order=order,
        finds=finds,
        needs=tuple(_slugs(row.get("needs", []), terms.needs, f"{where}: needs")),
        audiences=tuple(_slugs(row.get("for", []), terms.audiences, f"{where}: for")),
        weight=float(weight),
        tells=_phrases(row.get("tells", []), f"{where}: tells"),
        foreign=foreign,
    )


def _phrases(given: object, where: str) -> tuple[str, ...]:
    """Words and phrases, each once: lists, or one text with commas between."""
    texts = given.split(",") if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Invalid(where, given, "words and phrases")
    tidy = [squeeze(clean(text)) for text in texts]
    for text in filter(None, tidy):
        if not fold(text) or len(text) > LONGEST_SYNONYM:
            raise Invalid(where, text, f"a word or phrase of up to {LONGEST_SYNONYM} characters")
    return tuple(dict.fromkeys(filter(None, tidy)))


def _text(given: object, where: str) -> str:
    if not isinstance(given, str):
        raise Invalid(where, given, "one text")
    return given


def _slugs(given: object, known: Mapping[str, object], where: str) -> Iterator[str]:
    for slug in given if isinstance(given, list) else [given]:
        if not isinstance(slug, str) or slug not in known:
            raise Invalid(where, slug, f"one of {', '.join(known)}")
        yield slug


def _only(given: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for key in given.keys() - known:
        raise Invalid(f"{where}: {key}", given[key], f"only {', '.join(sorted(known))}")
