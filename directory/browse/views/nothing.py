"""What a search that found nothing could ask instead: without one of its conditions, or in wider steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from directory.browse.views import words
from directory.browse.views.filters import removals, search_url, within_words
from directory.core.text import shorten
from directory.infra.place import Place
from directory.listings.rules.taxonomy import Terms
from directory.search.rules.facets import without_ticks
from directory.search.rules.request import SearchRequest, Sort
from directory.web.words import gettext as _

WIDER: Final = 10.0  # miles, the next distance to try
LONGEST_TOLD: Final = 60  # characters of what was typed
FROM_AFAR: Final = ("phone", "online")  # ways to be helped for which distance does not count


@dataclass(frozen=True, slots=True)
class Way:
    """Another search, and how many it would find."""

    label: str
    request: SearchRequest
    count: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return search_url(self.request)

    @property
    def number(self) -> str:
        """The count as the page's language writes it."""
        return words.number_words(self.count)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest organisation for a need: its card, in one line."""

    need: str
    name: str
    url: str
    distance: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why there is nothing and what there is: ``costs`` is the condition without which most is found."""

    costs: Way | None = None
    ways: tuple[Way, ...] = ()
    nearest: tuple[Nearest, ...] = field(default=())


def conditions(asked: SearchRequest, terms: Terms, *, near: str, area: str = "") -> Iterator[Way]:
    """The search without each of its conditions, named by the condition. ``near`` is where it was understood to be."""
    first = replace(asked, page=1)
    several = sum(1 for _pair in asked.args()) > 1
    if not several:
        return
    if asked.q:
        yield Way(_("the words “%(words)s”", words=shorten(asked.q, LONGEST_TOLD)), replace(first, q=""))
    for label, request in removals(first, terms, area):
        yield Way(_("“%(filter)s”", filter=label), request)
    if near and asked.within_miles:
        far = within_words(asked.within_miles).lower()
        yield Way(_("“%(distance)s of %(place)s”", distance=far, place=near), replace(first, within_miles=0.0))


def ways(asked: SearchRequest, place: Place, *, near: str) -> Iterator[Way]:
    """Wider searches that are worth a try, the narrowest step first."""
    first = replace(asked, page=1)
    if asked.when:
        yield Way(_("Search at any time"), replace(first, when=None))
    if near and 0 < asked.within_miles < WIDER:
        label = _("Search within %(number)s miles", number=words.decimal_words(WIDER))
        yield Way(label, replace(first, within_miles=WIDER))
    if near and asked.within_miles > 0:
        yield Way(_("Search all of %(place)s", place=place.called), replace(first, within_miles=0.0))
    if near and not asked.hows:
        yield Way(_("By phone or online, wherever you are"), replace(first, near="", hows=FROM_AFAR))
    if asked.kinds:
        yield Way(_("Search every kind of organisation"), replace(first, kinds=()))
    if asked.q and asked.narrows:
        yield Way(_("Search without the words"), replace(first, q=""))
    if asked.q and asked.narrows:
        yield Way(_("Search without filters"), replace(without_ticks(first), area="", when=None))
    if asked.q or asked.narrows:
        label = _("Show everything near there") if near else _("Show all listings")
        yield Way(label, _bare(first))


def for_needs(asked: SearchRequest, meant: Iterable[str]) -> Iterator[tuple[str, SearchRequest]]:
    """Each need that was asked for, in a filter or by its words, with the search for the nearest who meets it."""
    for slug in dict.fromkeys((*asked.needs, *meant)):
        request = replace(_bare(replace(asked, page=1)), needs=(slug,), within_miles=0.0, sort=Sort.NEAREST)
        yield slug, request


def _bare(request: SearchRequest) -> SearchRequest:
    """Only where the searcher is."""
    kept: dict[str, Any] = {"near": request.near, "within_miles": request.within_miles}
    return SearchRequest(**kept)


def most(costs: Iterable[Way]) -> Way | None:
    """The condition that costs most: without it, most is found. None when giving up one is not enough."""
    found = max(costs, key=lambda way: way.count, default=None)
    return found if found and found.count else None
