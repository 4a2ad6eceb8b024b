"""The taxonomies from their TOML files, and into their tables."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.core.errors import Invalid
from directory.core.identifiers import stable_uuid
from directory.infra import facts, versions
from directory.listings.models import Taxonomy, TaxonomyTerm
from directory.listings.rules import taxonomy as rules
from directory.listings.rules import topics as topic_rules
from directory.listings.rules.overlay import Overlay, laid_over, overlay_text, parse_overlay

FOLDER: Final = Path(__file__).resolve().parent.parent / "taxonomies"
FILES: Final = ("needs", "kinds", "audiences", "how", "access", "languages")

TOPICS: Final = "topics"  # a folder: what people say
OWN_FILE: Final = "words.toml"  # in the instance
_FACT: Final = "question words"

_Texts = tuple[tuple[str, str], ...]  # names of files and what stands in them


@dataclass(frozen=True, slots=True)
class Applied:
    """How many terms were new, changed, the same, and retired because the file lists them no more.

    True when anything was different, be it only the name of a taxonomy, or words that say nothing (``renamed``).
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    retired: int = 0
    renamed: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.retired or self.renamed)

    @property
    def told(self) -> str:
        """What became of terms, in words; "" when nothing did."""
        if not (self.new or self.changed or self.retired):
            return ""
        return f"{self.new} new, {self.changed} changed, {self.retired} retired"

    def __str__(self) -> str:
        return f"{self.new} new, {self.changed} changed, {self.same} the same, {self.retired} retired"


def term_files(folder: Path = FOLDER) -> list[Path]:
    """The files of taxonomies that ``load_terms`` reads."""
    return [folder / f"{name}.toml" for name in FILES]


def topic_files(folder: Path = FOLDER) -> list[Path]:
    """The files of topics that ``load_terms`` reads beside them."""
    return sorted((folder / TOPICS).glob("*.toml"))


def load_terms(folder: Path = FOLDER, *, own: Path | None = None) -> rules.Terms:
    """Read every taxonomy, with the changes of the file ``own`` (``own_file``) if it is there.

    The same texts give the same object, so that what is made for the terms is made once. Raises Invalid, which
    names the file and the term.
    """
    terms = _terms(_texts(term_files(folder)), _texts(topic_files(folder)))
    return terms if own is None else laid_over(terms, read_own(own))


@lru_cache(maxsize=4)  # a tenth of a second; a process knows the terms of its code, and seldom others
def _terms(taxonomies: _Texts, topics: _Texts) -> rules.Terms:
    terms = rules.Terms.of(rules.parse_taxonomy(_toml(name, text), name) for name, text in taxonomies)
    said = topic_rules.parse_topics({name: _toml(name, text) for name, text in topics}, terms)
    return replace(terms, said=said)


def own_file(instance: Path) -> Path:
    """Where an installation keeps what it changes of the taxonomies."""
    return instance / OWN_FILE


def read_own(file: Path) -> Overlay:
    """An installation's changes; none when there is no such file. Raises Invalid."""
    return parse_overlay(_toml(file.name, _text(file)), file.name) if file.is_file() else Overlay()


def write_own(file: Path, overlay: Overlay) -> None:
    """Put an installation's changes in the place of those there are, all or nothing."""
    making = file.with_suffix(".making")
    making.write_text(overlay_text(overlay), encoding="utf-8")
    making.replace(file)


def apply(session: Session, terms: rules.Terms) -> Applied:
    """Bring the tables in step with ``terms``.

    Terms that are gone are kept, retired, for listings that have them. Applying the same again changes
    nothing; otherwise the version "terms" rises, and running servers reload.
    """
    counts = {"new": 0, "changed": 0, "same": 0, "retired": 0, "renamed": 0}
    heads = {row.slug: row for row in session.scalars(sa.select(Taxonomy))}
    rows = {(row.taxonomy_id, row.code): row for row in session.scalars(sa.select(TaxonomyTerm))}
    for given in terms.taxonomies.values():
        head, is_different = _head(session, heads, given)
        counts["renamed"] += is_different
        for term in given.terms.values():
            counts[_put(session, rows.pop((head.id, term.slug), None), head, term)] += 1
    for row in rows.values():
        if not row.retired:
            row.retired = True
            counts["retired"] += 1
    counts["renamed"] += _noted(session, terms)
    applied = Applied(**counts)
    session.flush()
    if applied:
        versions.bump(session, "terms")
    return applied


def _noted(session: Session, terms: rules.Terms) -> bool:
    """Note the words that no table has: those that say nothing, and those that say the same. Whether they changed."""
    words = [sorted(terms.stop_words), [term.alike for term in terms], topic_rules.digest(terms.said)]
    said = json.dumps(words, ensure_ascii=False)
    if facts.fact(session, _FACT) == said:
        return False
    facts.note(session, _FACT, said)
    return True


def _texts(files: Iterable[Path]) -> _Texts:
    return tuple((file.name, _text(file)) for file in files)


def _toml(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(name, str(error), "a TOML file in UTF-8") from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(file.name, str(error), "a TOML file in UTF-8") from None
    except FileNotFoundError:
        raise Invalid(file.name, "nothing", f"the file {file}") from None


def _head(session: Session, heads: dict[str, Taxonomy], given: rules.Taxonomy) -> tuple[Taxonomy, bool]:
    """The row of a taxonomy, made or brought in step, and whether that changed anything."""
    head = heads.get(given.slug)
    if head is None:
        head = Taxonomy(
            uuid=stable_uuid("taxonomy", given.slug),
            slug=given.slug,
            name=given.name,
            description=given.description,
        )
        session.add(head)
        session.flush()
        return head, True
    return head, _brought_in_step(head, {"name": given.name, "description": given.description})


def _put(session: Session, row: TaxonomyTerm | None, head: Taxonomy, term: rules.Term) -> str:
    """Write one term; "new", "changed" or "same"."""
    wanted = dict(_columns(term))
    if row is not None:
        return "changed" if _brought_in_step(row, wanted) else "same"
    session.add(
        TaxonomyTerm(
            uuid=stable_uuid("taxonomy", term.taxonomy, term.slug),
            taxonomy_id=head.id,
            parent_id=None,
            code=term.slug,
            **wanted,
        )
    )
    return "new"


def _columns(term: rules.Term) -> Iterator[tuple[str, Any]]:
    yield "name", term.name
    yield "description", term.description
    yield "extra", {"synonyms": list(term.synonyms), "icon": term.icon, "order": term.order}
    yield "retired", False


def _brought_in_step(row: Taxonomy | TaxonomyTerm, wanted: dict[str, Any]) -> bool:
    changed = False
    for column, value in wanted.items():
        if getattr(row, column) != value:
            setattr(row, column, value)
            changed = True
    return changed
