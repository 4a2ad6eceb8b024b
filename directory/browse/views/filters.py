"""The filters of a search: what can be ticked, how much each would find, what is ticked now and how to drop it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from directory.browse.views import opening, words
from directory.browse.views.carried import carry
from directory.browse.views.options import Option, drawn
from directory.listings.rules.taxonomy import Term, Terms
from directory.search.rules.facets import without_ticks
from directory.search.rules.request import CHOSEN, FREE, REFERRALS, START_MILES, SearchRequest, Sort
from directory.search.rules.when import When
from directory.search.service.facets import Counts
from directory.web.addresses import address, language
from directory.web.words import gettext as _

DISTANCES: Final = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 25.0)  # miles to choose from; 0 is any


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter: tick boxes, or a list to choose from. ``clear_url`` is the search without it, "" when it is not on."""

    name: str
    title: str
    options: tuple[Option, ...]
    multiple: bool = False
    clear_url: str = ""

    @property
    def drawn(self) -> Markup:
        """Its values as HTML."""
        return drawn(self.name, self.options, multiple=self.multiple)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use; ``url`` is the same search without it."""

    label: str
    url: str


def search_url(request: SearchRequest) -> str:
    """The address of a search, its parameters in one order, with the list that the reader carries."""
    return carry(with_query(address("browse.search"), urlencode(request.args())))


def with_query(path: str, query: str) -> str:
    """An address, with its query if it has one."""
    return f"{path}?{query}" if query else path


def miles_to_choose(request: SearchRequest) -> tuple[float, ...]:
    """The distances that the filter offers: those of every search, and the one that was asked for; 0 is any."""
    return (*sorted({*DISTANCES, request.within_miles} - {0.0}), 0.0)


def facets(request: SearchRequest, terms: Terms, counts: Counts | None = None) -> tuple[Facet, ...]:
    """The filters with what is chosen. Of what is counted only that is offered which finds something, or is chosen."""
    ticks = (_ticks(name, title, terms, request, counts) for name, title in _titles().items())
    return (
        *(facet for facet in ticks if facet.options),
        *_choices(request, counts),
        _times(request, counts),
        Facet("within", _("How far away?"), tuple(_distances(request, counts))),
        Facet("sort", _("Which first?"), tuple(_orders(request))),
    )


def _titles() -> dict[str, str]:
    return {
        "need": _("What do you need?"),
        "for": _("Who is it for?"),
        "how": _("How do you get it?"),
        "access": _("What must the place have?"),
        "language": _("In which language?"),
        "kind": _("What kind of organisation?"),
    }


def _ticks(name: str, title: str, terms: Terms, request: SearchRequest, counts: Counts | None) -> Facet:
    found, chosen, said = counts.of[name] if counts else None, request.chosen(name), words.numbers()
    options = (
        Option(slug, term.name, slug in chosen, None if found is None else said(found[slug]))
        for slug, term in _terms_of(name, terms).items()
        if found is None or found[slug] or slug in chosen
    )
    without: dict[str, Any] = {CHOSEN[name][0]: ()}
    clear = search_url(replace(request, page=1, **without)) if chosen else ""
    return Facet(name, title, tuple(options), multiple=True, clear_url=clear)


def _terms_of(name: str, terms: Terms) -> Mapping[str, Term]:
    return terms.taxonomies[CHOSEN[name][1]].terms


def _number(found: Mapping[str, int] | None, value: str) -> str | None:
    return None if found is None else words.number_words(found[value])


def _choices(request: SearchRequest, counts: Counts | None) -> Iterator[Facet]:
    """The filters of one value or none."""
    first = replace(request, page=1)
    cost, referral = (counts.of["cost"], counts.of["referral"]) if counts else (None, None)
    free = Option(FREE, _("Free of charge"), request.free, _number(cost, FREE))
    yield Facet(
        "cost",
        _("What may it cost?"),
        (free,),
        multiple=True,
        clear_url=search_url(replace(first, free=False)) if request.free else "",
    )
    labels = _referrals()
    yield Facet(
        "referral",
        _("Must somebody send you?"),
        (
            Option("", _("Does not matter"), not request.referral),
            *(Option(each, labels[each], each == request.referral, _number(referral, each)) for each in REFERRALS),
        ),
        clear_url=search_url(replace(first, referral="")) if request.referral else "",
    )


def _referrals() -> dict[str, str]:
    return {"self": _("No, come by yourself"), "professional": _("Yes, a professional sends you")}


def _times(request: SearchRequest, counts: Counts | None) -> Facet:
    chosen = str(request.when) if request.when else ""
    said = words.numbers()
    numbers = {str(when): said(count) for when, count in counts.open.items()} if counts else {}
    options = (
        Option(value, label, value == chosen, numbers.get(value)) for value, label in _offered(language(), request.when)
    )
    clear = search_url(replace(request, page=1, when=None)) if chosen else ""
    return Facet("open", _("When is it open?"), tuple(options), clear_url=clear)


@lru_cache(maxsize=256)  # twenty times in words, the same on every page
def _offered(_language: str, chosen: When | None) -> tuple[tuple[str, str], ...]:
    return tuple(opening.offered(chosen))


def _distances(request: SearchRequest, counts: Counts | None) -> Iterator[Option]:
    said = words.numbers()
    for miles in miles_to_choose(request):
        count = said(counts.within[miles]) if counts and miles in counts.within else None
        label = _within(language(), miles) if miles else _("Any distance")
        yield Option(f"{miles:g}", label, miles == request.within_miles, count)


def within_words(miles: float) -> str:
    """A distance to choose: "Within 3 miles"."""
    if miles == 1:
        return _("Within 1 mile")
    return _("Within %(number)s miles", number=words.decimal_words(miles))


@lru_cache(maxsize=256)
def _within(_language: str, miles: float) -> str:
    return within_words(miles)


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
    return tuple(Chip(label, search_url(rest)) for label, rest in removals(request, terms, area))


def removals(request: SearchRequest, terms: Terms, area: str = "") -> Iterator[tuple[str, SearchRequest]]:
    """Each value of a filter that is on, by its name, with the search that is left without it."""
    first = replace(request, page=1)
    for name in CHOSEN:
        for slug in request.chosen(name):
            yield words.term_words(_terms_of(name, terms), slug), _without(first, name, slug)
    if request.free:
        yield _("Free of charge"), replace(first, free=False)
    if request.referral:
        said = _("No referral needed") if request.referral == "self" else _("By referral")
        yield said, replace(first, referral="")
    if request.when:
        yield opening.when_words(request.when), replace(first, when=None)
    if request.area:
        yield area or request.area, replace(first, area="")


def in_use(request: SearchRequest) -> int:
    """How many values of filters are on; area has no filter of its own, and shows as a chip."""
    return (
        sum(len(request.chosen(name)) for name in CHOSEN)
        + request.free
        + sum(map(bool, (request.referral, request.when)))
    )


def cleared(request: SearchRequest) -> SearchRequest:
    """The same words and place without any filter."""
    return replace(without_ticks(request), when=None, area="", within_miles=START_MILES, sort=Sort.BEST)


def _without(request: SearchRequest, name: str, slug: str) -> SearchRequest:
    kept: Sequence[str] = tuple(each for each in request.chosen(name) if each != slug)
    values: dict[str, Any] = {CHOSEN[name][0]: kept}
    return replace(request, **values)
