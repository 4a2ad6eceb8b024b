"""Taxonomies and terms of the API: ours, our facts, and those that came from other directories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from directory.exchange.queries import oruk as queries
from directory.exchange.queries.narrowing import Termed
from directory.exchange.rules import hsds
from directory.exchange.rules.hsds_facts import FACT, FACTS, FOREIGN, foreign_id, taxonomy_id, term_part
from directory.exchange.rules.hsds_kit import Node, Object, View
from directory.exchange.rules.hsds_schedule import standard_offset
from directory.exchange.rules.oruk_request import Asked
from directory.infra.kept import Kept
from directory.listings.rules.taxonomy import Terms
from directory.search.service import Process


class _Others(NamedTuple):
    """Taxonomies and terms that are not ours, as the parts of a node, by identifier."""

    taxonomies: Mapping[str, Object]
    terms: Mapping[str, Object]


_kept: Final = Kept[str, _Others](1)
_NOTHING: Final = View(terms=Terms(), place="", place_slug="")


def view_of(here: Process) -> View:
    """What the mapping needs to know of this installation."""
    place = here.place
    return View(terms=here.terms, place=place.name, place_slug=place.slug, offset=standard_offset(place.time_zone))


def view_in(here: Process, session: Session) -> View:
    """The same, with the terms that are not ours. Two statements for each version of the data, or three."""
    return replace(view_of(here), foreign=_others(session).terms)


def all_taxonomies(session: Session) -> list[Object]:
    """Every taxonomy: ours, that of our facts, others. One statement, and those of ``view_in``."""
    rows: list[Object] = [
        {"id": str(row.uuid), "name": row.name, "description": row.description or row.name}
        for row in queries.taxonomies(session)
    ]
    rows.append({"id": taxonomy_id(FACT), "name": "Facts", "description": "Facts that HSDS has no field for."})
    rows += _others(session).taxonomies.values()
    return [hsds.BUILDER.build("taxonomy", Node(row, _NOTHING, {})) for row in rows]


def all_terms(session: Session) -> list[Object]:
    """Every term: ours, our facts, others. One statement, and those of ``view_in``."""
    rows: list[Object] = [
        {
            "id": str(row.uuid),
            "code": row.code,
            "name": row.name,
            "description": row.description or row.name,
            "parent_id": str(row.parent) if row.parent else "",
            "taxonomy": row.taxonomy,
            "taxonomy_id": str(row.taxonomy_uuid),
        }
        for row in queries.terms(session)
    ]
    rows += [term_part(_NOTHING, FACT, name) for name in FACTS]
    rows += _others(session).terms.values()
    return [hsds.BUILDER.build("taxonomy_term", Node(row, _NOTHING, {})) for row in rows]


def _others(session: Session) -> _Others:
    known = _kept.of(session)
    if (found := known.get("")) is None:
        found = _read(session)
        _kept.keep(known, {"": found})
    return found


def _read(session: Session) -> _Others:
    taxonomies = {
        str(row.uuid): {
            "id": str(row.uuid),
            "name": row.name,
            "description": row.description or row.name,
            "uri": row.uri,
            "version": row.version,
        }
        for row in queries.foreign_taxonomies(session)
    }
    rows = queries.foreign_terms(session)
    ours = queries.terms(session) if rows else []
    lists = {taxonomy_id(FACT), *taxonomies, *(str(row.taxonomy_uuid) for row in ours)}
    above = {row.uuid for row in (*rows, *ours)}
    terms = {
        str(row.uuid): {
            "id": str(row.uuid),
            "code": row.code,
            "name": row.name,
            "description": row.description or row.name,
            "parent_id": str(row.parent_uuid) if row.parent_uuid in above else "",
            "taxonomy": row.taxonomy or FOREIGN,
            "taxonomy_id": str(row.taxonomy_uuid) if str(row.taxonomy_uuid) in lists else "",
            "language": row.language,
            "term_uri": row.term_uri,
        }
        for row in rows
    }
    return _Others(taxonomies, terms)


class _Term(NamedTuple):
    parent: str
    taxonomy: str  # its identifier
    said: tuple[str, ...]  # ("ours", taxonomy, slug), ("fact", name), or ("other", taxonomy, name)


_kept_terms: Final = Kept[str, dict[str, _Term]](1)


def wanted_terms(session: Session, asked: Asked) -> Termed | None:
    """The terms that are asked for, with those below them; None: none are.

    One statement and those of ``view_in``, for each version of the data.
    """
    if asked.taxonomy_term_id is None and asked.taxonomy_id is None:
        return None
    known = _known(session)
    wanted = set(known)
    if asked.taxonomy_term_id is not None:
        wanted = {str(asked.taxonomy_term_id)}
        while more := {own for own, term in known.items() if term.parent in wanted} - wanted:
            wanted |= more
    of = str(asked.taxonomy_id or "")
    return _termed({own: term for own, term in known.items() if own in wanted and of in {"", term.taxonomy}})


def _known(session: Session) -> dict[str, _Term]:
    kept = _kept_terms.of(session)
    if (found := kept.get("")) is None:
        found = _every(session)
        _kept_terms.keep(kept, {"": found})
    return found


def _every(session: Session) -> dict[str, _Term]:
    found = {
        str(row.uuid): _Term(str(row.parent or ""), str(row.taxonomy_uuid), ("ours", row.slug, row.code))
        for row in queries.terms(session)
    }
    for name in FACTS:
        found[term_part(_NOTHING, FACT, name)["id"]] = _Term("", taxonomy_id(FACT), ("fact", name))
    for own, part in _others(session).terms.items():
        taxonomy = "" if part["taxonomy"] == FOREIGN else part["taxonomy"]
        found[own] = _Term(part["parent_id"], part["taxonomy_id"], ("other", taxonomy, part["name"]))
    return found


def _termed(wanted: Mapping[str, _Term]) -> Termed:
    ours: dict[str, set[str]] = {}
    facts, published, named = set(), set(), set()
    for own, term in wanted.items():
        kind, *said = term.said
        if kind == "ours":
            ours.setdefault(said[0], set()).add(said[1])
        elif kind == "fact":
            facts.add(said[0])
        elif UUID(own) == foreign_id(said[0], said[1]):
            named.add((said[0], said[1]))
        else:
            published.add(UUID(own))
    return Termed(
        ours={slug: frozenset(codes) for slug, codes in ours.items()},
        facts=frozenset(facts),
        published=frozenset(published),
        named=frozenset(named),
    )
