"""Rows of a list: what a search found, as its cards say it. Drawn twenty times a page, so nothing is asked twice."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from flask import get_template_attribute
from markupsafe import Markup

from directory.browse.rules import is_stale
from directory.browse.views import hours, words
from directory.browse.views.carried import Toggles, carry
from directory.core.hours import Calendar, Schedule
from directory.geocoding.rules import Located
from directory.listings.rules.codec import decode
from directory.listings.rules.codes import code_of
from directory.listings.rules.document import CARD_SCHEDULES
from directory.listings.rules.record import Visibility
from directory.listings.rules.taxonomy import Term, Terms
from directory.search.rules.query import Row
from directory.search.rules.when import Moment
from directory.search.service import SearchPage
from directory.web.addresses import address, language
from directory.web.assets import asset
from directory.web.words import gettext as _
from directory.web.words import ngettext

MOST_OFFERINGS = 3  # of one organisation on a card; the rest are counted
MOST_LINES = 2  # of opening times of one offering
_dumps: Final = json.JSONEncoder(check_circular=False).encode


class Label(NamedTuple):
    """A need as a small label."""

    name: str
    icon: str
    url: None = None


# Tuples, because a page makes fifty of these and a frozen dataclass takes four times as long.
class OfferingLine(NamedTuple):
    """One offering that matched."""

    name: str
    where: str
    when: str
    tags: Markup


class CardRow(NamedTuple):
    """One organisation; see ``components/result_card.html``."""

    id: str
    url: str
    name: str
    kind: str
    where: str
    distance: str
    notice: str
    mark: str
    offerings: list[OfferingLine]
    more: str
    keep_url: str
    keep: str


class Cards:
    """Makes the cards of one page: what they have in common is looked up once.

    With ``states`` they say how things stand at ``moment``: whoever asks for what is open asks until when.
    """

    def __init__(
        self,
        terms: Terms,
        *,
        near: Located | None,
        asked_near: str,
        moment: Moment,
        states: bool,
        toggles: Toggles | None = None,
    ) -> None:
        self._labels = {slug: _label(term) for slug, term in terms.needs.items()}
        self._kinds = terms.kinds
        self._near = near
        self._prefix = address("browse.listing", slug="-").removesuffix("-")
        self._suffix = carry(f"?{urlencode({'near': asked_near})}" if near else "")
        self._toggles = toggles
        self._add, self._remove = _("Add to shortlist"), _("Remove from shortlist")
        self._sheet = asset("icons.svg")
        self._language = language()
        self._now = moment.wall
        self._today = moment.today
        self._moment = moment if states else None

    def row(self, found: Row, card: Mapping[str, Any]) -> CardRow:
        """The card of one organisation with the offerings that matched."""
        matched = [card["offerings"][n] for n in found.offerings if n < len(card["offerings"])]
        shown = matched[:MOST_OFFERINGS]
        places = [self._place(offering, serves=found.serves) for offering in shown]
        one_place = places[0] if len(set(places)) == 1 else ""
        assured = card["assured_at"]
        stale = assured is not None and is_stale(datetime.fromisoformat(assured), self._now)
        code = code_of(card["id"])
        return CardRow(
            id=code,
            url=f"{self._prefix}{quote(card['slug'])}{self._suffix}",
            name=card["name"],
            kind=words.term_words(self._kinds, card["kind"]),
            where=one_place,
            distance=self._distance(found, matched),
            notice=words.notice_words(card["notice"], self._today),
            mark=words.mark_words(card["source"], assured is not None, stale=stale),
            offerings=[
                OfferingLine(
                    name=offering["service"] if offering["service"] != card["name"] else card["summary"],
                    where="" if one_place else place,
                    when=self._when(offering["schedules"]),
                    tags=self._tags(offering["needs"]),
                )
                for offering, place in zip(shown, places, strict=True)
            ],
            more=_more(len(matched) - len(shown)),
            keep_url=self._toggles.url(code) if self._toggles else "",
            keep=self._remove if self._toggles and self._toggles.has(code) else self._add,
        )

    def first(self, page: SearchPage) -> CardRow:
        """The card of the first that a search found."""
        return self.row(*page.rows[0])

    def _place(self, offering: Mapping[str, Any], *, serves: bool) -> str:
        place = words.place_words(
            offering["visibility"], offering["where"], offering["line"], hours.listed(offering["serves"])
        )
        if serves and offering["lat"] is None:
            return _("Serves your area") if not place else _("%(place)s (serves your area)", place=place)
        return place

    def _distance(self, found: Row, matched: Sequence[Mapping[str, Any]]) -> str:
        if found.distance_m is None or self._near is None:
            return ""
        unsure = any(offering["visibility"] == Visibility.APPROXIMATE for offering in matched)
        off = words.APPROXIMATE_M if unsure else 0.0
        return words.miles(found.distance_m, unsure_m=max(off, self._near.precision_m))

    def _when(self, schedules: list[dict[str, Any]]) -> str:
        if not schedules:
            return ""
        told, said = _dumps(schedules), ""
        if self._moment and len(schedules) < CARD_SCHEDULES:  # else there may be exceptions that the card does not have
            minute = self._moment.wall.replace(second=0, microsecond=0)
            said = _state(told, self._language, minute, self._moment.calendar)
        return " · ".join(filter(None, (said, _when(told, self._language, self._today))))

    def _tags(self, needs: Sequence[str]) -> Markup:
        labels = tuple(self._labels[slug] for slug in needs if slug in self._labels)
        return _tags(labels, self._sheet) if labels else Markup("")


# Many groups keep the same hours and answer the same needs, and a day has many readers: both are said once.


@lru_cache(maxsize=8192)
def _when(schedules: str, _language: str, today: date) -> str:
    """Opening times in one line; ``schedules`` is a list of them as JSON."""
    lines = hours.lines([decode(Schedule, each) for each in json.loads(schedules)], today)
    said = "; ".join(str(line) for line in lines[:MOST_LINES])
    return _("%(times)s, and other times", times=said) if len(lines) > MOST_LINES else said


@lru_cache(maxsize=1024)
def _state(schedules: str, _language: str, wall: datetime, calendar: Calendar) -> str:
    """How things stand in a minute: "Open now until 3pm"."""
    return hours.state([decode(Schedule, each) for each in json.loads(schedules)], wall, calendar).text


@lru_cache(maxsize=4096)
def _tags(labels: tuple[Label, ...], sheet: str) -> Markup:
    return Markup(get_template_attribute("components/tags.html", "tags")(labels, sheet))  # noqa: S704 - a template's


def _label(term: Term) -> Label:
    return Label(term.name, term.icon)


def _more(number: int) -> str:
    return ngettext("and %(num)s more service", "and %(num)s more services", number) if number > 0 else ""
