"""The results page: a search request and what it found, as the template says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from directory.browse.views import filters, hours, opening, words
from directory.browse.views.cards import CardRow
from directory.browse.views.carried import carry
from directory.browse.views.filters import Chip, Facet, search_url, with_query
from directory.core.text import shorten
from directory.geocoding.rules import Located, Miss
from directory.infra.place import Place
from directory.listings.rules.taxonomy import Terms
from directory.search.rules.request import PAGE_SIZE, Note, Problem, SearchRequest
from directory.search.service import Meant, SearchPage
from directory.search.service.facets import Counts
from directory.web.addresses import address
from directory.web.paging import Pages, pages
from directory.web.words import gettext as _
from directory.web.words import ngettext

LONGEST_TOLD: Final = 60  # characters of what was typed, in titles


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that stand together under a heading, "" for that of all results."""

    title: str
    rows: Sequence[CardRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsPage:
    """Everything that ``browse/search.html`` shows."""

    request: SearchRequest
    title: str
    heading: str
    count: str
    total: int
    area: str
    inside: int | None  # how many of all are in the area, and come first; None where they do not
    facets: tuple[Facet, ...]
    in_use: int
    chips: tuple[Chip, ...]
    clear_url: str  # the same words and place without any filter
    keep: tuple[tuple[str, str], ...]
    rows: Sequence[CardRow]
    pages: Pages
    map_url: str
    csv_url: str
    geojson_url: str
    data_url: str  # every other file of these results

    @property
    def parts(self) -> list[Part]:
        """The rows, those in the area apart from those that only serve it."""
        if self.inside is None:
            return [Part("", self.rows)]
        edge = max(0, self.inside - (self.request.page - 1) * PAGE_SIZE)
        there, beside = words.number_words(self.inside), words.number_words(self.total - self.inside)
        found = (
            Part(_("In %(area)s (%(number)s)", area=self.area, number=there), self.rows[:edge]),
            Part(_("Also for people in %(area)s (%(number)s)", area=self.area, number=beside), self.rows[edge:]),
        )
        return [part for part in found if part.rows]


def results_page(
    asked: SearchRequest,
    terms: Terms,
    *,
    said: str,
    rows: Sequence[CardRow],
    found: SearchPage,
    area: str,
    counts: Counts | None,
    url: Callable[[SearchRequest], str],
) -> ResultsPage:
    """The page of ``asked``.

    ``said`` is its heading, ``area`` the name of its area, ``rows`` the cards of what was ``found``, ``counts`` what
    filters would find; ``url`` makes the links to its other pages.
    """
    kept = (("area", asked.area),) if asked.area else ()
    own = urlencode([pair for pair in asked.args() if pair[0] != "page"])
    return ResultsPage(
        request=asked,
        title=title(said, asked.page),
        heading=said,
        count=count_words(found.total),
        total=found.total,
        area=area,
        inside=found.inside,
        facets=filters.facets(asked, terms, counts),
        in_use=filters.in_use(asked),
        chips=filters.chips(asked, terms, area),
        clear_url=search_url(filters.cleared(asked)),
        keep=kept,
        rows=rows,
        pages=pages(asked.page, total=found.total, size=PAGE_SIZE, url=lambda number: url(replace(asked, page=number))),
        map_url=carry(with_query(address("browse.map_page"), own)),
        csv_url=with_query(f"{address('browse.search')}.csv", own),
        geojson_url=with_query(f"{address('browse.search')}.geojson", own),
        data_url=with_query(address("exchange.data"), own),
    )


def heading(request: SearchRequest, terms: Terms, *, near: str, area: str = "") -> str:
    """What was asked for, for title and first heading: "Food near Kings Heath".

    ``near`` is the place as it was understood, "" for none; ``area`` the name of an area.
    """
    what = _what(request, terms)
    if area:
        what = _("%(what)s in %(area)s", what=what, area=area)
    said = _("%(what)s near %(place)s", what=what, place=near) if near else what
    return _("%(what)s (%(when)s)", what=said, when=opening.when_words(request.when)) if request.when else said


def _what(request: SearchRequest, terms: Terms) -> str:
    named = [words.term_words(terms.needs, slug) for slug in request.needs]
    named += [words.term_words(terms.kinds, slug) for slug in request.kinds]
    among = hours.listed(named)
    if not request.q:
        return among or _("All listings")
    typed = _("“%(words)s”", words=shorten(request.q, LONGEST_TOLD))
    return _("%(words)s (%(filters)s)", words=typed, filters=among) if among else typed


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
    said = {"words": shorten(typed, LONGEST_TOLD), "place": place.called}
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


@dataclass(frozen=True, slots=True)
class Instead:
    """A search whose typing errors were put right: what it is now, what was typed, and the address of that."""

    shown: str
    typed: str
    url: str


def instead(
    typed: str, given: SearchRequest, shown: SearchRequest, *, endpoint: str = "browse.search"
) -> Instead | None:
    """What to say of a search that looks for something else than was ``typed``; None for "", when it does not."""
    if not typed:
        return None
    verbatim = replace(given, exact=True, page=1)
    return Instead(
        shorten(shown.q, LONGEST_TOLD),
        shorten(typed, LONGEST_TOLD),
        with_query(address(endpoint), urlencode(verbatim.args())),
    )


def meant_words(page: SearchPage | Meant) -> list[str]:
    """What to know of a search that is not just what was asked for, a sentence each."""
    found, near = [], page.near
    if page.moved:
        moved = shorten(page.moved, LONGEST_TOLD)
        found.append(_("We looked near “%(place)s”, which you typed among the words.", place=moved))
    if isinstance(near, Located) and 0 < page.request.within_m < near.width_m:
        found.append(_("We looked in all of %(place)s.", place=shorten(near.label, LONGEST_TOLD)))
    if page.relaxed:
        found.append(_("These have some of what you typed, those that have most of it first."))
    return found


def note_words(note: Note) -> str:
    """A sentence for a value of the address that was not used as it came."""
    said = {"value": note.given}
    if note.problem is Problem.TOO_LONG:
        return _("What you typed is very long. We looked for the beginning of it: “%(value)s…”.", **said)
    if note.problem is Problem.TOO_MANY:
        return _("That is more than we can look for at once. We left out “%(value)s” and what came after it.", **said)
    if note.problem is Problem.REPEATED:
        return _("The address has two values where one is meant. We used the first, and left out “%(value)s”.", **said)
    if note.problem is Problem.NOT_A_NUMBER:
        return _("“%(value)s” is not a number we can use, so we left it out.", **said)
    unknown = {
        "need": _("We do not know the need “%(value)s”, so we left it out.", **said),
        "kind": _("We do not know the kind of organisation “%(value)s”, so we left it out.", **said),
        "area": _("We do not know the area “%(value)s”, so we left it out.", **said),
        "for": _("We do not know whom “%(value)s” means, so we left it out.", **said),
        "language": _("We do not know the language “%(value)s”, so we left it out.", **said),
        "open": _(
            "We do not know the time “%(value)s”, so we left it out. Use “now” or a day such as “monday”.", **said
        ),
        "sort": _("We cannot put results in the order “%(value)s”. The best match comes first.", **said),
    }
    return unknown.get(note.parameter) or _("We do not know “%(value)s”, so we left it out.", **said)
