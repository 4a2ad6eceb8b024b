"""The results page: a search request and what it found, as the template says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from directory.browse.views import hours, words
from directory.browse.views.cards import CardRow
from directory.core.text import shorten
from directory.geocoding.rules import Miss
from directory.infra.place import Place
from directory.listings.rules.taxonomy import Term, Terms
from directory.search.rules.request import PAGE_SIZE, Note, Problem, SearchRequest, Sort
from directory.web.addresses import address
from directory.web.paging import Pages, pages
from directory.web.words import gettext as _
from directory.web.words import ngettext

DISTANCES: Final = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 25.0)  # miles to choose from; 0 is any
WIDER: Final = 10.0  # miles, the next thing to try
LONGEST_TOLD: Final = 60  # characters of what was typed, in titles


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a filter. ``count`` None: not shown."""

    value: str
    label: str
    chosen: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter: tick boxes, or a list to choose from."""

    name: str
    title: str
    options: tuple[Option, ...]
    multiple: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use; ``url`` is the same search without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Wider:
    """A wider search, for when one found nothing."""

    label: str
    request: SearchRequest
    count: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return search_url(self.request)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsPage:
    """Everything that ``browse/search.html`` shows."""

    request: SearchRequest
    title: str
    heading: str
    count: str
    facets: tuple[Facet, ...]
    in_use: int
    chips: tuple[Chip, ...]
    keep: tuple[tuple[str, str], ...]
    rows: Sequence[CardRow]
    pages: Pages
    map_url: str
    csv_url: str
    geojson_url: str


def search_url(request: SearchRequest) -> str:
    """The address of a search, its parameters in one order."""
    return _with(address("browse.search"), urlencode(request.args()))


def _with(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def results_page(
    asked: SearchRequest,
    terms: Terms,
    *,
    said: str,
    rows: Sequence[CardRow],
    total: int,
    area: str,
    url: Callable[[SearchRequest], str],
) -> ResultsPage:
    """The page of ``asked``: ``said`` is its heading, ``area`` the name of its area, ``url`` makes page links."""
    kept = (("area", asked.area),) if asked.area else ()
    own = urlencode([pair for pair in asked.args() if pair[0] != "page"])
    return ResultsPage(
        request=asked,
        title=title(said, asked.page),
        heading=said,
        count=count_words(total),
        facets=facets(asked, terms),
        in_use=len(asked.needs) + len(asked.kinds),
        chips=chips(asked, terms, area),
        keep=kept,
        rows=rows,
        pages=pages(asked.page, total=total, size=PAGE_SIZE, url=lambda number: url(replace(asked, page=number))),
        map_url=_with(address("browse.map_page"), own),
        csv_url=_with(f"{address('browse.search')}.csv", own),
        geojson_url=_with(f"{address('browse.search')}.geojson", own),
    )


def heading(request: SearchRequest, terms: Terms, *, near: str, area: str = "") -> str:
    """What was asked for, for title and first heading: "Food near Kings Heath".

    ``near`` is the place as it was understood, "" for none; ``area`` the name of an area.
    """
    what = _what(request, terms)
    if area:
        what = _("%(what)s in %(area)s", what=what, area=area)
    return _("%(what)s near %(place)s", what=what, place=near) if near else what


def _what(request: SearchRequest, terms: Terms) -> str:
    named = [words.term_words(terms.needs, slug) for slug in request.needs]
    named += [words.term_words(terms.kinds, slug) for slug in request.kinds]
    among = hours.listed(named)
    if not request.q:
        return among or _("All listings")
    typed = _("“%(words)s”", words=shorten(request.q, LONGEST_TOLD))
    return _("%(words)s, in %(filters)s", words=typed, filters=among) if among else typed


def title(said: str, page: int) -> str:
    """The title of a page of results: it names the query and the page."""
    return _("%(heading)s, page %(number)s", heading=said, number=page) if page > 1 else said


def count_words(total: int) -> str:
    """How many organisations were found."""
    if total == 0:
        return _("No organisation found")
    return ngettext("%(number)s organisation", "%(number)s organisations", total, number=words.number_words(total))


def miss_words(miss: Miss, typed: str, place: Place) -> str:
    """Why the place that someone typed could not be used, and what to do."""
    said = {"words": shorten(typed, LONGEST_TOLD), "place": place.name}
    example = place.neighbourhoods[0].name if place.neighbourhoods else place.name
    if miss is Miss.OUTSIDE:
        return _("“%(words)s” is outside %(place)s, and this directory covers %(place)s only.", **said)
    if miss is Miss.NORTHERN_IRELAND:
        return _("“%(words)s” is in Northern Ireland, whose postcodes we do not have.", **said)
    if miss is Miss.UNAVAILABLE:
        return _("We could not look up “%(words)s” just now. Try again in a minute.", **said)
    if miss is Miss.EMPTY:
        return _("Enter a postcode or the name of an area.")
    return _(
        "We do not know “%(words)s”. Check how it is written, or use a postcode or an area such as %(example)s.",
        example=example,
        **said,
    )


def facets(request: SearchRequest, terms: Terms) -> tuple[Facet, ...]:
    """The filters, with what is chosen."""
    return (
        _ticks("need", _("What do you need?"), terms.needs, request.needs),
        _ticks("kind", _("What kind of organisation?"), terms.kinds, request.kinds),
        Facet("within", _("How far away?"), tuple(_distances(request.within_miles))),
        Facet("sort", _("Which first?"), tuple(_orders(request))),
    )


def _ticks(name: str, asked: str, terms: Mapping[str, Term], chosen: Sequence[str]) -> Facet:
    options = tuple(Option(slug, term.name, slug in chosen) for slug, term in terms.items())
    return Facet(name, asked, options, multiple=True)


def _distances(within: float) -> Iterator[Option]:
    for miles in sorted({*DISTANCES, within} - {0.0}):
        yield Option(f"{miles:g}", within_words(miles), miles == within)
    yield Option("0", _("Any distance"), within == 0)


def within_words(miles: float) -> str:
    """A distance to choose: "Within 3 miles"."""
    if miles == 1:
        return _("Within 1 mile")
    return _("Within %(number)s miles", number=words.decimal_words(miles))


def _orders(request: SearchRequest) -> Iterator[Option]:
    known = {
        Sort.BEST: _("Best match"),
        Sort.NEAREST: _("Nearest"),
        Sort.NAME: _("Name, A to Z"),
        Sort.NEWEST: _("Newest"),
    }
    return (Option(str(value), label, value == request.sort) for value, label in known.items())


def chips(request: SearchRequest, terms: Terms, area: str = "") -> tuple[Chip, ...]:
    """What is asked for beside words and place, each with the address that drops it."""
    first = replace(request, page=1)
    found = [
        Chip(words.term_words(terms.needs, slug), search_url(replace(first, needs=_without(first.needs, slug))))
        for slug in request.needs
    ]
    found += [
        Chip(words.term_words(terms.kinds, slug), search_url(replace(first, kinds=_without(first.kinds, slug))))
        for slug in request.kinds
    ]
    if request.area:
        found.append(Chip(area or request.area, search_url(replace(first, area=""))))
    return tuple(found)


def _without(slugs: Sequence[str], slug: str) -> tuple[str, ...]:
    return tuple(each for each in slugs if each != slug)


def wider(request: SearchRequest, place: Place) -> Iterator[Wider]:
    """Searches to try when this one found nothing, the narrowest step first."""
    first = replace(request, page=1)
    if request.near and 0 < request.within_miles < WIDER:
        label = _("Search within %(number)s miles", number=words.decimal_words(WIDER))
        yield Wider(label, replace(first, within_miles=WIDER))
    if request.near and request.within_miles > 0:
        yield Wider(_("Search all of %(place)s", place=place.name), replace(first, within_miles=0.0))
    if request.kinds:
        yield Wider(_("Search every kind of organisation"), replace(first, kinds=()))
    if request.q and request.needs:
        yield Wider(_("Search without the words"), replace(first, q=""))
    if request.q or request.needs:
        yield Wider(_("Show everything near there"), replace(first, q="", needs=(), kinds=()))


def relaxed_words(relaxed: bool) -> list[str]:  # noqa: FBT001 - read from the page of a search
    """What to know of results that have only some of the words."""
    return [_("Nothing has all of these words. These have some of them.")] if relaxed else []


def note_words(note: Note) -> str:
    """A sentence for a value of the address that was not used as it came."""
    said = {"value": note.given}
    if note.problem is Problem.TOO_LONG:
        return _("What you typed is very long. We looked for the beginning of it: “%(value)s…”.", **said)
    if note.problem is Problem.TOO_MANY:
        return _("That is more than we can look for at once. We left out “%(value)s” and what came after it.", **said)
    if note.problem is Problem.NOT_A_NUMBER:
        return _("“%(value)s” is not a number we can use, so we left it out.", **said)
    unknown = {
        "need": _("We do not know the need “%(value)s”, so we left it out.", **said),
        "kind": _("We do not know the kind of organisation “%(value)s”, so we left it out.", **said),
        "area": _("We do not know the area “%(value)s”, so we left it out.", **said),
        "sort": _("We cannot put results in the order “%(value)s”. The best match comes first.", **said),
    }
    return unknown.get(note.parameter) or _("We do not know “%(value)s”, so we left it out.", **said)
