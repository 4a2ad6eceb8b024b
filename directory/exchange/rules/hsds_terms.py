"""Taxonomies and terms of other directories: of the rows of a package, and of the attributes of records."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import UUID

from directory.core.contact.online import tidy_website
from directory.exchange.rules.hsds_facts import FOREIGN, foreign_id
from directory.exchange.rules.hsds_rows import Row
from directory.exchange.rules.hsds_tables import Tables
from directory.exchange.rules.hsds_told import Told, uuid_of
from directory.listings.rules.record import Attribute, Record

NO_TERM = "a term needs a name; it is left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTaxonomy:
    """A taxonomy that is not ours, under the identifier it was published with."""

    id: UUID
    name: str
    description: str = ""
    uri: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTerm:
    """A term that is not ours. ``taxonomy`` is what its taxonomy is called, also where that did not come itself."""

    id: UUID
    name: str
    description: str = ""
    code: str = ""
    taxonomy: str = ""
    taxonomy_id: UUID | None = None
    parent_id: UUID | None = None
    language: str = ""
    term_uri: str = ""


@dataclass(frozen=True, slots=True)
class Foreign:
    """What came of taxonomies, by their identifiers."""

    taxonomies: dict[UUID, ForeignTaxonomy] = field(default_factory=dict)
    terms: dict[UUID, ForeignTerm] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.taxonomies or self.terms)

    @property
    def tops(self) -> int:
        """How many terms have none above them."""
        return sum(term.parent_id is None for term in self.terms.values())


def read_terms(tables: Tables, told: Told, ours: Container[str]) -> Foreign:
    """The taxonomies and terms of a package that are not ``ours``, which a package of ours brings back."""
    found = Foreign()
    for table, read in (("taxonomy", _taxonomy), ("taxonomy_term", _term)):
        for row in tables.all(table):
            if row.id in ours:
                row.settle()
            elif told.text(row, "name"):
                made: Any = read(row, tables, told, ours)
                (found.taxonomies if table == "taxonomy" else found.terms)[made.id] = made
            else:
                told.wrong(row, "name", NO_TERM)
                row.settle()
    return found


def taxonomy_of(term: Row, tables: Tables, told: Told) -> str:
    """What the taxonomy of a term is called: as the term says it, or as the taxonomy itself does."""
    of = tables.one("taxonomy", term.get("taxonomy_id"))
    found = told.text(term, "taxonomy") or (told.text(of, "name") if of else "")
    return "" if found == FOREIGN else found


def _taxonomy(row: Row, tables: Tables, told: Told, _ours: Container[str]) -> ForeignTaxonomy:
    return ForeignTaxonomy(
        id=tables.uuid(row),
        name=told.text(row, "name"),
        description=told.text(row, "description"),
        uri=told.parsed(row, "uri", tidy_website, "not an address of the web") or "",
        version=told.text(row, "version"),
    )


def _term(row: Row, tables: Tables, told: Told, ours: Container[str]) -> ForeignTerm:
    def linked(table: str, identifier: str) -> UUID | None:
        there = tables.one(table, identifier)
        return tables.uuid(there) if there else uuid_of(identifier) if identifier.lower() in ours else None

    return ForeignTerm(
        id=tables.uuid(row),
        name=told.text(row, "name"),
        description=told.text(row, "description"),
        code=told.text(row, "code"),
        taxonomy=taxonomy_of(row, tables, told),
        taxonomy_id=linked("taxonomy", row.get("taxonomy_id")),
        parent_id=linked("taxonomy_term", row.get("parent_id")),
        language=told.text(row, "language"),
        term_uri=told.parsed(row, "term_uri", tidy_website, "not an address of the web") or "",
    )


def terms_said(records: Iterable[Record], ours: Container[tuple[str, str]]) -> Iterator[ForeignTerm]:
    """The terms of attributes of ``records``, as the API gives them. ``ours``: taxonomy and slug of our terms.

    A bare value is none of them: it is a text of one listing, and has to go with it.
    """
    for record in records:
        for given in chain(record.attributes, *(service.attributes for service in record.services)):
            is_ours = not given.label and (given.taxonomy, given.value) in ours
            if not is_ours and (given.label or given.taxonomy or given.term):
                yield _said(given)


def _said(given: Attribute) -> ForeignTerm:
    name = given.label or given.value
    return ForeignTerm(id=given.term or foreign_id(given.taxonomy, name), name=name, taxonomy=given.taxonomy)
