"""Filters that say how much they would find: which tokens they count, and what narrows a search but them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from directory.listings.rules.taxonomy import Terms
from directory.search.rules.request import ALL, CHOSEN, FREE, REFERRALS, SearchRequest
from directory.search.rules.word import COST, FIELDS, REFERRAL, SERVES
from directory.search.rules.words import token

# The parameters that are counted, each with the field of its tokens.
COUNTED: Final[Mapping[str, str]] = {**FIELDS, "cost": COST, "referral": REFERRAL}
_KEPT: Final = tuple(f"{field}=" for field in {*COUNTED.values(), SERVES})  # who serves the searcher's area is near


@dataclass(frozen=True, slots=True)
class Ticked:
    """The tokens that one filter asks for: any of them, or all."""

    name: str
    tokens: tuple[str, ...]
    every: bool


def facets_of(tokens: Iterable[str]) -> str:
    """Those of ``tokens`` that are counted, each once, in one order, with blanks between."""
    return " ".join(sorted({each for each in tokens if each.startswith(_KEPT)}))


def ticked(request: SearchRequest) -> Iterator[Ticked]:
    """The filters that are on."""
    for name, field in COUNTED.items():
        values = values_of(request, name)
        if values:
            yield Ticked(name, tuple(token(field, value) for value in values), name in ALL)


def values_of(request: SearchRequest, name: str) -> tuple[str, ...]:
    """What ``request`` asks of a counted parameter."""
    if name == "cost":
        return (FREE,) if request.free else ()
    if name == "referral":
        return (request.referral,) if request.referral else ()
    return request.chosen(name)


def options(terms: Terms) -> dict[str, tuple[str, ...]]:
    """Every value that each counted parameter may have, in its order."""
    chosen = {name: tuple(terms.taxonomies[taxonomy].terms) for name, (_, taxonomy) in CHOSEN.items()}
    return {**chosen, "cost": (FREE,), "referral": REFERRALS}


def without_ticks(request: SearchRequest) -> SearchRequest:
    """The same search with no counted filter on."""
    none: dict[str, Any] = {field: () for field, _ in CHOSEN.values()}
    return replace(request, free=False, referral="", page=1, **none)
