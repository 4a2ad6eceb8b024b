"""Attributes of a foreign package as terms of ours, facts of ours, or attributes that are kept as they came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from directory.exchange.rules.hsds_facts import FACT, FACTS, foreign_id, taxonomy_id, term_id
from directory.exchange.rules.hsds_rows import Row
from directory.exchange.rules.hsds_tables import Tables
from directory.exchange.rules.hsds_terms import taxonomy_of
from directory.exchange.rules.hsds_told import Told
from directory.listings.rules.columns import FACETS
from directory.listings.rules.record import Attribute
from directory.listings.rules.taxonomy import Terms

_FACETS: Final = frozenset({"kind", *(taxonomy for _, taxonomy in FACETS)})


@dataclass(slots=True)
class Said:
    """What attributes say of one thing: facts by name, terms by taxonomy with their rows, and the rest."""

    facts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    terms: dict[str, list[tuple[str, UUID]]] = field(default_factory=lambda: defaultdict(list))
    rest: list[Attribute] = field(default_factory=list)

    def fact(self, name: str) -> str:
        """The value of a fact, or ""."""
        return self.facts[name][0] if self.facts.get(name) else ""

    def given(self, name: str, value: str) -> str:
        """``value``, unless it was made up for want of one."""
        return "" if name in self.facts.get("not-given", ()) else value

    def facet(self, taxonomy: str) -> tuple[str, ...]:
        """The terms of a taxonomy, each once."""
        return tuple(dict.fromkeys(slug for slug, _ in self.terms.get(taxonomy, ())))

    def of_organization(self) -> list[Attribute]:
        """What an organisation keeps as attributes: all but its kind, which is the first that is said."""
        first = self.facet("kind")[:1]
        return [*self.rest, *self._terms_but(lambda taxonomy, slug: taxonomy == "kind" and slug in first)]

    def of_service(self) -> list[Attribute]:
        """What a service keeps as attributes: all but what are fields of it."""
        return [*self.rest, *self._terms_but(lambda taxonomy, _slug: taxonomy != "kind")]

    def _terms_but(self, is_field: Callable[[str, str], bool]) -> Iterator[Attribute]:
        for taxonomy, found in self.terms.items():
            for slug, own in found:
                if not is_field(taxonomy, slug):
                    yield Attribute(id=own, label="", value=slug, taxonomy=taxonomy)


class Attributes:
    """Reads the attributes of things. ``terms`` are ours, which a package may refer to by their lasting identifiers."""

    def __init__(self, tables: Tables, terms: Terms, told: Told) -> None:
        self._tables, self._told = tables, told
        self._ours: Mapping[str, tuple[str, str]] = {
            **{term_id(term.taxonomy, term.slug): (term.taxonomy, term.slug) for term in terms},
            **{term_id(FACT, name): (FACT, name) for name in FACTS},
        }
        of_ours = {taxonomy_id(slug) for slug in (*terms.taxonomies, FACT)}
        self.known = frozenset({"", *self._ours, *of_ours})  # what a package may refer to without bringing it

    def of(self, identifier: str) -> Said:
        """What is said of the thing with that id."""
        said = Said()
        for row in self._tables.of("attribute", "link_id", identifier):
            self._take(row, said)
        return said

    def facts_of(self, identifier: str) -> Said:
        """The same of a thing that keeps facts alone; the rest is told."""
        said = Said()
        for row in self._tables.of("attribute", "link_id", identifier):
            self._take(row, said)
            if said.rest or said.terms:
                said.rest, said.terms = [], defaultdict(list)
                self._told.wrong(row, "link_id", "no attribute of this is kept; left out")
        return said

    def _take(self, row: Row, said: Said) -> None:
        row.read.extend(["link_entity", *(column for column in row.cells if column.endswith("_id"))])
        taxonomy, slug = self._ours.get(row.get("taxonomy_term_id").lower(), ("", ""))
        if taxonomy == FACT:
            said.facts[slug].append(row.get("value"))
        elif taxonomy:
            row.get("link_type")  # the name of the taxonomy
            if row.get("value") not in {"", slug}:
                self._told.leave(row, "value")
            if taxonomy in _FACETS:
                said.terms[taxonomy].append((slug, self._tables.uuid(row)))
            else:
                said.rest.append(Attribute(id=self._tables.uuid(row), label="", value=slug, taxonomy=taxonomy))
        else:
            self._foreign(row, said)

    def _foreign(self, row: Row, said: Said) -> None:
        term = self._tables.one("taxonomy_term", row.get("taxonomy_term_id"))
        name = self._told.text(term, "name") if term else ""
        value, kind = self._told.text(row, "value"), self._told.text(row, "link_type")
        if not name and not value:
            self._told.wrong(row, "taxonomy_term_id", "it has neither a term nor a value; left out")
            return
        label = name if value and value != name else ""
        if kind and (kind == name or (value and not name)):
            label = kind
        elif kind:
            self._told.leave(row, "link_type")
        taxonomy = taxonomy_of(term, self._tables, self._told) if term else ""
        own = self._tables.uuid(term) if term and name else None
        said.rest.append(
            Attribute(
                id=self._tables.uuid(row),
                label=label,
                value=value or ("" if label else name),
                taxonomy=taxonomy,
                term=None if own == foreign_id(taxonomy, name) else own,
            )
        )

    def unread(self) -> None:
        """Tell the attributes of things that are not there."""
        for row in self._tables.left("attribute"):
            if not row.read:
                self._told.wrong(row, "link_id", "nothing here that has attributes has this id; left out")
                row.settle()
