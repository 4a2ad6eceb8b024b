"""The search as plain Python: slow, and obviously right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from directory.search.rules.docs import OfferingDoc
from directory.search.rules.near import Here, squared_degrees
from directory.search.rules.query import Query, serving


def meets(doc: OfferingDoc, query: Query) -> bool:
    """Whether one offering meets every condition."""
    tokens = set(doc.tokens.split(" "))
    if query.nothing or not all(tokens.intersection(either) for either in query.every()):
        return False
    return query.here is None or query.here.radius_m is None or _is_near(doc, tokens, query.here, query.here.radius_m)


def _is_near(doc: OfferingDoc, tokens: set[str], here: Here, radius_m: float) -> bool:
    if doc.point is None:
        return bool(tokens.intersection(serving(here)))
    return here.flat.squared(doc.point.lat, doc.point.lon) <= squared_degrees(radius_m)


def found(docs: Iterable[OfferingDoc], query: Query) -> dict[int, list[int]]:
    """The ordinals that match, by organisation."""
    by_organization: dict[int, list[int]] = {}
    for doc in docs:
        if meets(doc, query):
            by_organization.setdefault(doc.organization_id, []).append(doc.number & 8191)
    return by_organization


def everything(rows: Sequence[tuple[int, tuple[int, ...]]]) -> dict[int, list[int]]:
    """The rows of all pages as ``found`` has them."""
    return {organization_id: list(ordinals) for organization_id, ordinals in rows}
