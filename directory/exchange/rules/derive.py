"""Rows of a mapped file to proposals, with every problem by row, column, value and remedy."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Table
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from directory.core import contact, identifiers
from directory.core.errors import Invalid
from directory.core.identifiers import stable_uuid
from directory.core.postcode import Postcode
from directory.core.text import Named, fold
from directory.exchange.rules.cells import Cells, PostcodeCell, Problem, Row, known_slugs, year
from directory.exchange.rules.mapping import Mapping
from directory.exchange.rules.service_cells import ServiceCells
from directory.listings.rules import record as r
from directory.listings.rules.taxonomy import Term, Terms

_NO_NAME = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")  # an e-mail address, where the columns are swapped


@dataclass(frozen=True, slots=True)
class Derived:
    """What became of one organisation's rows: a record, or the reason why there is none."""

    row: int
    record: r.Record | None
    digest: str
    problems: tuple[Problem, ...]
    left_out: str = ""
    private: tuple[tuple[str, str], ...] = ()  # contacts of the source, for telling the organisation only
    postcodes: tuple[PostcodeCell, ...] = ()  # of its rows


@dataclass(frozen=True)
class Vocabulary:
    """The terms as cells name them."""

    terms: Terms

    @cached_property
    def by_word(self) -> dict[str, dict[str, str]]:
        """Taxonomy -> slug or name, case folded -> slug."""
        return {name: _words(getattr(self.terms, name)) for name in ("needs", "kinds", "audiences", "hows", "access")}

    @cached_property
    def languages(self) -> dict[str, str]:
        """Code or name -> code."""
        return _words(self.terms.languages)

    @cached_property
    def need_patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """Each need with the words that say it, for sources without codes."""
        return [(slug, _pattern(term)) for slug, term in self.terms.needs.items()]


def _words(terms: Table[str, Term]) -> dict[str, str]:
    return {word.casefold(): slug for slug, term in terms.items() for word in (slug, term.name)}


def _pattern(term: Term) -> re.Pattern[str]:
    words = sorted({fold(word) for word in (term.name, *term.synonyms)}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")


def _is_postcode(text: str) -> bool:
    """Whether it is written as one: what is merely understood as one ("N56 INF") may be a name."""
    try:
        return str(Postcode.parse(text)).replace(" ", "") == text.upper().replace(" ", "")
    except Invalid:
        return False


def _way(mapping: Mapping, terms: Terms, places: Named) -> str:
    """Of how rows are read: corrected, the same rows say something else."""
    cased = [asdict(places)] if any(column.case for column in mapping.columns) else []
    read = (asdict(mapping), [asdict(term) for term in terms], *cased)
    said = json.dumps(read, default=sorted)  # a set has no order of its own
    return hashlib.sha256(said.encode()).hexdigest()


class Deriver:
    """Makes proposals of the rows of one file."""

    def __init__(
        self,
        mapping: Mapping,
        terms: Terms,
        *,
        visibility: r.Visibility | None = None,
        now: datetime,
        places: Named | None = None,
        place: str = "",
    ) -> None:
        """``places``: names that keep their case where the file has capitals; ``place``: what the whole is called."""
        self._mapping = mapping
        self._words = Vocabulary(terms)
        self._visibility = visibility or mapping.visibility
        self._place = place
        self._now = now
        self._places = places or Named()
        self._way = f"({_way(mapping, terms, self._places)!r}, {self._visibility!r}, "
        read = sorted({column.name for column in mapping.columns if column.becomes != "ignore"})
        self._read = [*read, mapping.codes_column, *mapping.words_columns]
        self._columns: dict[str, list[Any]] = {}
        for column in mapping.columns:
            self._columns.setdefault(column.becomes, []).append(column)

    def derive(self, rows: Sequence[tuple[int, Row]]) -> Derived:
        """One organisation from its rows (number, cells), of which the first says who it is."""
        number, row = rows[0]
        cells = Cells(number, row, self._places)
        reason = self._left_out(row)
        if reason:
            return Derived(number, None, "", (), reason)
        for other, line in rows:
            whole = Cells(other, line)
            whole.note_broken(self.key(line))
            cells.problems += whole.problems
        name = self._name(cells)
        record, postcodes = self._record(cells, rows, name) if name else (None, ())
        problems = tuple(cells.problems)
        if record is None or cells.broken:
            return Derived(number, None, "", problems)
        private = self._private(cells)
        return Derived(number, record, self._digest(rows), problems, private=private, postcodes=tuple(postcodes))

    def key(self, row: Row) -> str:
        """What tells the organisations of the file apart: its id there, or its name."""
        for target in ("id", "name"):
            for column in self._columns.get(target, ()):
                text = (row.get(column.name) or "").strip()
                if text:
                    return text
        return ""

    def _left_out(self, row: Row) -> str:
        for rule in self._mapping.leave_out:
            if ((row.get(rule.column) or "").strip() in rule.values) is not rule.unless:
                return rule.why
        return ""

    def _digest(self, rows: Iterable[tuple[int, Row]]) -> str:
        """Of everything that the mapping reads, and of how it reads it."""
        said = f"{self._way}{[[*map(row.get, self._read)] for _, row in rows]!r})"
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

    def _first(self, cells: Cells, target: str) -> str:
        """The text of the first column that becomes ``target`` and has any."""
        return next(
            (text for column in self._columns.get(target, ()) if (text := cells.text(column.name, column.case))),
            "",
        )

    def _name(self, cells: Cells) -> str:
        name = self._first(cells, "name")
        if cells.broken:
            return name
        column = self._columns["name"][0].name
        if not name:
            cells.wrong(column, "", "give the organisation a name", fatal=True)
        elif _NO_NAME.fullmatch(name) or _is_postcode(name):
            cells.wrong(column, name, "the organisation's name: are columns swapped?", fatal=True)
        return name

    def _parsed(self, cells: Cells, target: str, parse: Any, remedy: str, *, fatal: bool = False) -> Any:
        for column in self._columns.get(target, ()):
            return cells.parsed(column.name, parse, remedy, fatal=fatal)
        return None

    def _record(
        self, cells: Cells, rows: Sequence[tuple[int, Row]], name: str
    ) -> tuple[r.Record, Sequence[PostcodeCell]]:
        key = self.key(rows[0][1])
        organisation = stable_uuid(self._mapping.source_name, key)
        description = self._first(cells, "description")
        kind = self._kind(cells)
        reader = ServiceCells(self._mapping, self._words, self._columns, self._visibility, self._place)
        locations, services, postcodes = reader.read(
            cells, rows, organisation, name=name, needs=self._needs(cells, name, description)
        )
        record = r.Record(
            id=organisation,
            name=name,
            source=r.Source(
                kind=self._mapping.source_kind, name=self._mapping.source_name, id=key, fetched_at=self._now
            ),
            kind=kind,
            alternate_name=self._first(cells, "alternate_name"),
            description=description,
            email=(self._parsed(cells, "email", contact.tidy_email, "an e-mail address") or "")
            if self._mapping.contacts
            else "",
            website=self._parsed(cells, "website", contact.tidy_website, "a web address") or "",
            legal_status=self._first(cells, "legal_status"),
            year_incorporated=self._parsed(cells, "year_incorporated", year, "a year or a date"),
            identifiers=self._identifiers(cells, organisation),
            phones=self._phones(cells, organisation),
            locations=locations,
            services=services,
            wants=tuple(self._list(cells, "wants")),
            supplies=tuple(self._list(cells, "supplies")),
        )
        return record, postcodes

    def _list(self, cells: Cells, target: str) -> list[str]:
        return [word for column in self._columns.get(target, ()) for word in cells.words(column.name)]

    def _kind(self, cells: Cells) -> str:
        for column in self._columns.get("kind", ()):
            found, unknown = known_slugs(cells.words(column.name), self._words.by_word["kinds"])
            for word in unknown:
                cells.wrong(column.name, word, f"one of {', '.join(self._words.terms.kinds)}", fatal=False)
            if found:
                return found[0]
        for rule in self._mapping.kind_rules:
            text = f" {fold(cells.text(rule.column))} "
            if any(f" {fold(word)} " in text for word in rule.words):
                return rule.kind
        kinds = self._mapping.code_kinds or {}
        return next((kinds[code] for code in self._codes(cells) if code in kinds), self._mapping.kind)

    def _codes(self, cells: Cells) -> list[str]:
        column = self._mapping.codes_column
        text = (cells.row.get(column) or "") if column else ""
        return [code.strip() for code in text.split(self._mapping.codes_separator)]

    def _needs(self, cells: Cells, name: str, description: str) -> list[str]:
        """Needs that hold for the whole row: from codes, or from its words."""
        found: list[str] = []
        for code in self._codes(cells):
            found += (self._mapping.code_needs or {}).get(code, ())
        if self._mapping.words_columns:
            text = fold(f"{name} {description}")
            found += [slug for slug, pattern in self._words.need_patterns if pattern.search(text)]
        return list(dict.fromkeys(found))

    def _identifiers(self, cells: Cells, organisation: UUID) -> tuple[r.Identifier, ...]:
        found = []
        for target, parse, remedy in (
            ("charity_number", identifiers.charity_number, "a charity number"),
            ("company_number", identifiers.company_number, "a company number of eight characters"),
        ):
            number = self._parsed(cells, target, parse, remedy)
            if number:
                org_id = (
                    identifiers.charity_org_id(number)
                    if target == "charity_number"
                    else identifiers.org_id("GB-COH", number)
                )
                scheme = org_id[: -len(number) - 1]
                found.append(r.Identifier(id=stable_uuid(organisation, scheme), scheme=scheme, value=number))
        return tuple(found)

    def _phones(self, cells: Cells, organisation: UUID) -> tuple[r.Phone, ...]:
        if not self._mapping.contacts:
            return ()
        number = self._parsed(cells, "phone", contact.tidy_phone, "a telephone number")
        return (r.Phone(id=stable_uuid(organisation, "phone"), number=number),) if number else ()

    def _private(self, cells: Cells) -> tuple[tuple[str, str], ...]:
        """How the source says to reach the organisation, for telling it that it is listed."""
        if not self._mapping.tell:
            return ()
        names = ("email", "phone", "address_1", "address_2", "city", "postcode")
        return tuple(
            (name, text) for name in names if (text := self._first(Cells(cells.number, cells.row, cells.places), name))
        )


def without_place(record: r.Record) -> r.Record:
    """The record without its locations: its services are still offered, to whoever finds them."""
    return replace(
        record,
        locations=(),
        services=tuple(
            replace(service, offerings=tuple(replace(item, location_id=None) for item in service.offerings))
            for service in record.services
        ),
    )


__all__ = ["Derived", "Deriver", "Invalid", "Vocabulary", "without_place"]
