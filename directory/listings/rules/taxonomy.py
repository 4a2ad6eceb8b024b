"""Terms: needs in residents' words, kinds of organisation, audiences, ways to be helped, access and more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from directory.core.errors import Invalid
from directory.core.text import clean, fold, squeeze

TAXONOMIES: Final = ("need", "kind", "audience", "how", "access", "language")
TOPIC: Final = "topic"  # what people say: no taxonomy of the listings, and in no table
LONGEST_SLUG: Final = 60  # characters of the column
LONGEST_SYNONYM: Final = 80

_SLUG = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
_FILE_KEYS: Final = frozenset({"taxonomy", "name", "description", "terms", "stop_words"})
_TERM_KEYS: Final = frozenset({"slug", "name", "description", "synonyms", "alike", "icon"})


@dataclass(frozen=True, slots=True)
class Term:
    """One term. ``order`` counts from 0 in its file; ``icon`` is the id of a symbol in icons.svg."""

    taxonomy: str
    slug: str
    name: str
    description: str
    synonyms: tuple[str, ...]
    icon: str
    order: int
    alike: tuple[tuple[str, ...], ...] = ()  # single words that say the same, group by group

    @property
    def words(self) -> tuple[str, ...]:
        """Everything people may call it: the name, then the synonyms."""
        return (self.name, *self.synonyms)


@dataclass(frozen=True, slots=True)
class Topic(Term):
    """What one sort of trouble or wish is called by people (``synonyms``) and by what helps (``finds``).

    ``tells`` are words that do not say it, but tell of it where nothing is said. ``needs`` and
    ``audiences`` are slugs; ``weight`` is what it counts in a sentence: 1 for most, less for what says
    little by itself. ``foreign``: its synonyms are of other languages than listings are written in.
    """

    finds: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    weight: float = 1.0
    tells: tuple[str, ...] = ()
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A list of terms by slug, in their order, and what the list is called."""

    slug: str
    name: str
    description: str
    terms: Mapping[str, Term]
    stop_words: frozenset[str] = frozenset()  # folded: what says nothing in a question

    def __reduce__(self) -> tuple[Any, ...]:
        """A read-only mapping does not pickle by itself."""
        return _taxonomy, (self.slug, self.name, self.description, dict(self.terms), self.stop_words)


@dataclass(frozen=True, slots=True)
class Topics:
    """What people say, and what helps: topics by slug, and classes of words, by a name in capitals.

    ``classes`` are of people ("KIN"), ``alike`` of everything else that is said in many ways ("BROKEN"). ``fillers``
    (folded) tell nothing in a sentence that has other words; ``several`` (folded) say more than one thing, and so tell
    a topic by themselves less surely.
    """

    topics: Mapping[str, Topic] = field(default_factory=lambda: MappingProxyType({}))
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    fillers: frozenset[str] = frozenset()
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    several: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """Every taxonomy: a value that is passed in. Build it with ``Terms.of``."""

    taxonomies: Mapping[str, Taxonomy] = field(default_factory=lambda: MappingProxyType({}))
    said: Topics = Topics()

    @classmethod
    def of(cls, taxonomies: Iterable[Taxonomy], said: Topics | None = None) -> Terms:
        """The terms of ``taxonomies``; one that is missing has none."""
        given = {taxonomy.slug: taxonomy for taxonomy in taxonomies}
        return cls(
            MappingProxyType(
                {slug: given.get(slug) or Taxonomy(slug, slug, "", MappingProxyType({})) for slug in TAXONOMIES}
            ),
            said or Topics(),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """A read-only mapping does not pickle by itself."""
        return Terms.of, (tuple(self.taxonomies.values()),)

    def __iter__(self) -> Iterator[Term]:
        """Every term, taxonomy by taxonomy."""
        for taxonomy in self.taxonomies.values():
            yield from taxonomy.terms.values()

    def term(self, taxonomy: str, slug: str) -> Term | None:
        """The term at ``slug`` of ``taxonomy`` ("need"; TOPIC too), or None."""
        if taxonomy == TOPIC:
            return self.said.topics.get(slug)
        found = self.taxonomies.get(taxonomy)
        return found.terms.get(slug) if found else None

    @property
    def stop_words(self) -> frozenset[str]:
        """Words that say nothing when somebody asks for a need."""
        found = self.taxonomies.get("need")
        return found.stop_words if found else frozenset()

    @property
    def needs(self) -> Mapping[str, Term]:
        """What people need, by slug, in the order of the home page."""
        return self._of("need")

    @property
    def kinds(self) -> Mapping[str, Term]:
        """What sort of organisation it is."""
        return self._of("kind")

    @property
    def audiences(self) -> Mapping[str, Term]:
        """Whom a service is for."""
        return self._of("audience")

    @property
    def hows(self) -> Mapping[str, Term]:
        """In person, online, by phone, they come to you."""
        return self._of("how")

    @property
    def access(self) -> Mapping[str, Term]:
        """What a venue has for people who need it."""
        return self._of("access")

    @property
    def languages(self) -> Mapping[str, Term]:
        """Languages of service by ISO 639 code."""
        return self._of("language")

    def _of(self, taxonomy: str) -> Mapping[str, Term]:
        found = self.taxonomies.get(taxonomy)
        return found.terms if found else MappingProxyType({})


def _taxonomy(slug: str, name: str, description: str, terms: dict[str, Term], stop_words: frozenset[str]) -> Taxonomy:
    return Taxonomy(slug, name, description, MappingProxyType(terms), stop_words)


def parse_taxonomy(given: Mapping[str, Any], file: str) -> Taxonomy:
    """The taxonomy of a TOML file, already read. Raises Invalid, which names ``file`` and the term."""
    _only(given, _FILE_KEYS, file)
    slug = _text(given, "taxonomy", file)
    if slug not in TAXONOMIES:
        raise Invalid(f"{file}: taxonomy", slug, f"one of {', '.join(TAXONOMIES)}")
    rows = given.get("terms")
    if not isinstance(rows, list) or not rows:
        raise Invalid(f"{file}: terms", rows, "at least one [[terms]]")
    terms: dict[str, Term] = {}
    for order, row in enumerate(rows):
        term = _term(row, slug, order, file)
        if term.slug in terms:
            raise Invalid(f"{file}: slug", term.slug, "a slug that no other term has")
        terms[term.slug] = term
    return Taxonomy(
        slug=slug,
        name=_text(given, "name", file),
        description=_text(given, "description", file),
        terms=MappingProxyType(terms),
        stop_words=frozenset(stop_words(given.get("stop_words", []), file)),
    )


def stop_words(given: object, file: str) -> tuple[str, ...]:
    """Single words, folded. Raises Invalid."""
    words = given if isinstance(given, list) else [given]
    folded = [fold(word) if isinstance(word, str) else "" for word in words]
    for word, known in zip(words, folded, strict=True):
        if not known or " " in known or len(known) > LONGEST_SYNONYM:
            raise Invalid(f"{file}: stop_words", word, "single words")
    return tuple(folded)


def _term(row: object, taxonomy: str, order: int, file: str) -> Term:
    where = f"{file}: term {order + 1}"
    if not isinstance(row, Mapping):
        raise Invalid(where, row, "a table: slug, name, description, synonyms, icon")
    slug = _text(row, "slug", where)
    where = f"{file}: {slug}"
    if not _SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise Invalid(f"{where}: slug", slug, "small letters, digits and single hyphens, as in warm-place")
    _only(row, _TERM_KEYS, where)
    return Term(
        taxonomy=taxonomy,
        slug=slug,
        name=_text(row, "name", where),
        description=_text(row, "description", where, default=""),
        synonyms=_synonyms(row, where),
        icon=_text(row, "icon", where, default=slug),
        order=order,
        alike=_alike(row, where),
    )


def _synonyms(row: Mapping[str, Any], where: str) -> tuple[str, ...]:
    """The synonyms; one that search could not tell from the name or from another is left out."""
    given = row.get("synonyms", [])
    if not isinstance(given, list) or not all(isinstance(word, str) for word in given):
        raise Invalid(f"{where}: synonyms", given, "a list of words and phrases")
    found: dict[str, str] = {fold(_text(row, "name", where)): ""}
    for word in (squeeze(clean(word)) for word in given):
        if not fold(word) or len(word) > LONGEST_SYNONYM:
            raise Invalid(f"{where}: synonyms", word, f"a word or phrase of up to {LONGEST_SYNONYM} characters")
        found.setdefault(fold(word), word)
    return tuple(filter(None, found.values()))


def _alike(row: Mapping[str, Any], where: str) -> tuple[tuple[str, ...], ...]:
    given = row.get("alike", [])
    groups = given if isinstance(given, list) else [given]
    for group in groups:
        words = group if isinstance(group, list) else []
        if len(words) < 2 or not all(isinstance(word, str) and len(fold(word).split()) == 1 for word in words):
            raise Invalid(f"{where}: alike", group, "lists of two or more single words that say the same")
    return tuple(tuple(group) for group in groups)


def _text(row: Mapping[str, Any], key: str, where: str, default: str | None = None) -> str:
    value = row.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise Invalid(f"{where}: {key}", value, "words")
    return squeeze(clean(value))


def _only(row: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    """Raise Invalid when a key is not one we know: a slip that would otherwise pass unseen."""
    for key in row.keys() - known:
        raise Invalid(f"{where}: {key}", row[key], f"only {', '.join(sorted(known))}")
