"""The search as plain Python: slow, and obviously right."""

from __future__ import annotations

import math
from collections.abc import Iterable

from directory.search.rules.docs import OfferingDoc
from directory.search.rules.near import METRES_PER_DEGREE, Here, squared_degrees, stands_at_m
from directory.search.rules.query import Query, serving
from directory.search.rules.ranking import Judge
from directory.search.rules.request import Sort


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


def order(docs: Iterable[OfferingDoc], query: Query) -> list[int]:
    """The organisations in their order: by the nearest or best of their offerings, then by rank and id."""
    keys: dict[int, tuple[float, int]] = {}
    for doc in docs:
        if meets(doc, query):
            key = (_key(doc, query), doc.base)
            keys[doc.organization_id] = min(keys.get(doc.organization_id, key), key)
    return sorted(keys, key=lambda organization_id: keys[organization_id])


def _key(doc: OfferingDoc, query: Query) -> float:
    further = 0.0
    if query.words and query.sort is Sort.BEST:
        further = Judge(query.words, called=query.called).further_m(doc.name, doc.service)
    if query.here is None:
        return further
    if doc.point:
        return further + math.sqrt(query.here.flat.squared(doc.point.lat, doc.point.lon)) * METRES_PER_DEGREE
    serves = [token.partition("=")[2] for token in serving(query.here) if token in doc.service.split()]
    return further + min(map(stands_at_m, serves), default=math.inf)
