"""Attributes: the terms that hold for something, and facts of ours that HSDS has no field for.

Such a fact is the value of an attribute, whose term is one of FACTS: whoever reads the feed sees what it means, and an
import puts it back where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from directory.core.identifiers import stable_uuid
from directory.exchange.rules.hsds_kit import Node, Object, View
from directory.listings.rules.columns import FACETS
from directory.listings.rules.record import Record
from directory.listings.rules.taxonomy import Term

FACT: Final = "fact"  # the slug of the taxonomy of FACTS
FOREIGN: Final = "Other"  # the taxonomy of a fact that names none
FACTS: Final[Mapping[str, tuple[str, str]]] = {
    "free": ("Costs nothing", "true or false: whether the service costs nothing."),
    "referral": ("How people come", "self: by themselves; professional: somebody has to send them."),
    "notice": ("Notice", "What to know just now, of an organisation without services."),
    "notice-until": ("Notice until", "The last day on which the alert holds."),
    "wants": ("Looks for", "What the organisation looks for: volunteers, donations, a room."),
    "supplies": ("Supplies", "What a public body may buy from the organisation."),
    "precision": ("Precision", "How far off the point of the location may be, in metres."),
    "found": (
        "How the point was found",
        "surveyed, address, postcode, sector, district, neighbourhood, by-hand, source.",
    ),
    "rule": ("Exact rule", "The schedule as this directory keeps it, in JSON, where HSDS cannot say all of it."),
    "not-given": ("Not given", "A field that HSDS requires and nobody gave: its value here is made up."),
}
DEFAULT_KIND: Final[Any] = Record.__dataclass_fields__["kind"].default


@lru_cache(maxsize=50)
def taxonomy_id(slug: str) -> str:
    """The lasting identifier of one of our taxonomies, FACT included."""
    return str(stable_uuid("taxonomy", slug))


@lru_cache(maxsize=1_000)  # a listing refers to a dozen, and others to the same ones
def term_id(taxonomy: str, slug: str) -> str:
    """The lasting identifier of a term of one of our taxonomies."""
    return str(stable_uuid("taxonomy", taxonomy, slug))


def term_part(view: View, taxonomy: str, slug: str) -> Object:
    """A term as the part of a node: of a taxonomy of ours, also one that is no longer in its file, or of FACT."""
    if taxonomy == FACT:
        name, description = FACTS[slug]
        return {
            "id": term_id(FACT, slug), "code": slug, "name": name, "description": description,
            "taxonomy": "Facts", "taxonomy_id": taxonomy_id(FACT),
        }  # fmt: skip
    known: Term | None = view.terms.term(taxonomy, slug)
    of = view.terms.taxonomies.get(taxonomy)
    return {
        "id": term_id(taxonomy, slug),
        "code": slug,
        "name": known.name if known else slug,
        "description": (known.description if known else "") or (known.name if known else slug),
        "taxonomy": of.name if of else taxonomy,
        "taxonomy_id": taxonomy_id(taxonomy),
    }


def foreign_id(taxonomy: str, name: str) -> UUID:
    """The lasting identifier of a term that came without one."""
    return stable_uuid("foreign", taxonomy, name)


def foreign_term(view: View, taxonomy: str, name: str, published: str | None = None) -> Object:
    """The term of another taxonomy, or the label of a fact that came from elsewhere; ``published``: its identifier."""
    own = published or str(foreign_id(taxonomy, name))
    return view.foreign.get(own) or {
        "id": own,
        "name": name,
        "description": name,
        "taxonomy": taxonomy or FOREIGN,
    }


def fact(node: Node, entity: str, name: str, value: object, n: int = 0) -> Node:
    """Fact ``name`` of ``node``, a part of the kind ``entity``; ``n`` tells several of one name apart."""
    return _attribute(node, node.id_of(FACT, name, n), entity, term_part(node.view, FACT, name), value=str(value))


def _attribute(node: Node, own: str, entity: str, term: Object, *, value: str = "", link_type: str = "") -> Node:
    part = {"id": own, "link_id": node.part["id"], "link_entity": entity, "link_type": link_type, "value": value}
    return node.other({**part, "term": term})


def _others(node: Node, entity: str) -> Iterator[Node]:
    """Attributes of the record: a term of ours, one of another taxonomy, or a label with its value."""
    for given in node.get("attributes") or ():
        label, value, taxonomy = given["label"], given["value"], given.get("taxonomy", "")
        if not label and node.view.terms.term(taxonomy, value):
            term = term_part(node.view, taxonomy, value)
        else:
            term = foreign_term(node.view, taxonomy, label or value, given.get("term"))
        yield _attribute(node, given["id"], entity, term, value=value, link_type=label)


def service_attributes(node: Node) -> list[Node]:
    """Needs, audiences and ways to be helped, then what else is said of a service."""
    found = [
        _attribute(
            node, node.id_of(taxonomy, slug), "service", term_part(node.view, taxonomy, slug), link_type=taxonomy
        )
        for field, taxonomy in FACETS
        for slug in node.get(field) or ()
    ]
    if node.get("free") is not None:
        found.append(fact(node, "service", "free", str(node.get("free")).lower()))
    if node.get("referral"):
        found.append(fact(node, "service", "referral", node.get("referral")))
    return [*found, *_others(node, "service")]


def organization_attributes(node: Node) -> list[Node]:
    """What sort of organisation it is, then what else is said of it."""
    kind = node.get("kind") or DEFAULT_KIND
    found = [
        _attribute(node, node.id_of("kind", kind), "organization", term_part(node.view, "kind", kind), link_type="kind")
    ]
    notice: Mapping[str, Any] = node.get("notice") or {}
    if notice and not node.get("services"):
        found.append(fact(node, "organization", "notice", notice["text"]))
    if notice.get("until"):
        found.append(fact(node, "organization", "notice-until", notice["until"]))
    for name in ("wants", "supplies"):
        found += [fact(node, "organization", name, value, n) for n, value in enumerate(node.get(name) or ())]
    if not node.get("description"):
        found.append(fact(node, "organization", "not-given", "description"))
    return [*found, *_others(node, "organization")]


def location_attributes(node: Node) -> list[Node]:
    """How well the point is known."""
    found = []
    if node.get("precision_m") is not None:
        found.append(fact(node, "location", "precision", node.get("precision_m")))
    if node.get("found"):
        found.append(fact(node, "location", "found", node.get("found")))
    return found
